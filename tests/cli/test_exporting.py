"""`wangge template` and `wangge export` as people type them."""

import openpyxl
import pytest

from geo.exchange import layers_of
from geo.frames import CONTRACTS
from tests.publish import hamlet


@pytest.mark.parametrize("kind", sorted(CONTRACTS))
def test_a_template_imports_as_it_is_without_a_reject(town, tmp_path, kind):
    path = tmp_path / f"{kind}.xlsx"
    town.does("template", kind, path)
    report = town.does("import", kind, path, "--json").json
    assert (report["rows_read"], report["rejects"], report["new"]) == (0, [], 0)
    assert "example_left_out" in {note["code"] for note in report["notes"]}


def test_a_filled_in_template_is_imported(here, tmp_path):
    here.does("init", here.home / "site.toml")
    here.does("import", "areas", hamlet.write(tmp_path, hamlet.whole()), "--commit")
    here.does("publish", "--title", "一", "--effective", "2020-01-01")
    path = tmp_path / "facilities.xlsx"
    here.does("template", "facilities", path)
    book = openpyxl.load_workbook(path)
    page = book["填写"]
    headings = [cell.value for cell in page[1]]
    x, y = hamlet.metres(20, 50)
    page.append(
        [
            {"编号": "F9", "类型*": "书吧", "名称": "=2+3", "经度*": x, "纬度*": y}.get(h)
            for h in headings
        ]
    )
    page.cell(3, headings.index("名称") + 1).data_type = "s"
    book.save(path)
    report = here.does(
        "import", "facilities", path, "--crs", hamlet.EPSG, "--commit", "--json"
    ).json
    assert (report["new"], report["placed"], report["rejects"]) == (1, 1, [])


def test_a_template_of_an_unknown_kind_or_ending_is_refused(town, tmp_path):
    refused = town.run("template", "cars", tmp_path / "a.xlsx")
    assert refused.code == 1
    assert "members" in refused.err
    assert "a.xlsx" in town.run("template", "members", tmp_path / "a.csv").err


def test_an_edition_is_exported_by_the_ending_or_the_format(open_town, tmp_path):
    said = open_town.does("export", "edition", 1, tmp_path / "a.gpkg").out
    assert "Edition 1" in said
    assert layers_of(tmp_path / "a.gpkg") == ("town", "community", "grid")
    open_town.does("export", "edition", 1, tmp_path / "a.zip", "--format", "shp-gbk")
    refused = open_town.run("export", "edition", 1, tmp_path / "a.zip", "--format", "dwg")
    assert refused.code == 1
    assert "shp-gbk" in refused.err
    assert open_town.run("export", "edition", 7, tmp_path / "b.gpkg").code == 1
    assert not (tmp_path / "b.gpkg").exists()
