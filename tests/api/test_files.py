"""Files over HTTP: templates to fill in, editions to take along."""

import io
import zipfile
from urllib.parse import unquote

import openpyxl
import pyogrio
import pytest

from api.app import create_app
from geo.exchange import read_file
from geo.frames import CONTRACTS
from geo.publish import PublishedFolder
from geo.settings import Settings


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def client(serve, town_folder, home):
    return serve(create_app(Settings(home=home), PublishedFolder(town_folder)))


def named(answer):
    """The plain and the Chinese name that a browser would save the file under."""
    said = answer.headers["content-disposition"]
    assert said.startswith('attachment; filename="')
    return said.split('"')[1], unquote(said.partition("filename*=UTF-8''")[2])


@pytest.mark.parametrize("kind", sorted(CONTRACTS))
def test_every_kind_has_a_template(client, kind):
    answer = client.get(f"/templates/{kind}.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["填写", "说明"]
    plain, chinese = named(answer)
    assert plain == f"wangge-{kind}.xlsx"
    assert chinese.endswith("导入模板.xlsx")


def test_a_kind_without_template_is_refused_with_the_known_ones(client):
    answer = client.get("/templates/cars.xlsx")
    assert answer.status_code in (400, 404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["gpkg", "shp", "shp-gbk", "parquet", "geojson", "xlsx"])
def test_an_edition_is_taken_along_in_every_format(client, home, tmp_path, kind):
    answer = client.get("/editions/1/export", params={"format": kind})
    assert answer.status_code == 200
    plain, chinese = named(answer)
    assert "第1版" in chinese
    path = tmp_path / plain
    path.write_bytes(answer.content)
    if kind == "gpkg":
        assert len(pyogrio.list_layers(path)) > 1
    elif kind.startswith("shp"):
        assert any(name.endswith(".prj") for name in zipfile.ZipFile(path).namelist())
    else:
        assert len(read_file(path).frame) > 0
    kept = list((home / "cache/exports").glob(f"*-{kind}.*"))
    assert len(kept) == 1
    assert kept[0].read_bytes() == answer.content


def test_head_tells_the_size_without_the_file(client):
    answer = client.head("/editions/1/export", params={"format": "geojson"})
    assert answer.status_code == 200
    assert answer.content == b""


def test_an_edition_that_does_not_exist_is_said_with_those_that_do(client):
    answer = client.get("/editions/99/export", params={"format": "gpkg"})
    assert answer.status_code == 404
    assert answer.json()["code"] == "no_edition"


def test_an_unknown_format_is_refused(client):
    answer = client.get("/editions/1/export", params={"format": "dwg"})
    assert answer.status_code in (400, 422)
    assert "gpkg" in answer.text
