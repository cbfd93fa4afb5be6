"""Published files with all their faults, as a browser sends them: read, or refused with a remedy.

Run with `-s` to see the table.
"""

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.publish import PublishedFolder, published_folder
from geo.settings import Settings
from tests.api.conftest import serving
from tests.api.tokens import bearer
from tests.publish.hamlet import SITE

pytestmark = pytest.mark.real

COUNTIES = {"kind": "areas", "level": "town", "columns": {"code": "adcode"}}


@dataclass(frozen=True)
class Outcome:
    """What became of one file: what the preview says, and how the check ends."""

    preview: dict
    status: int
    answer: dict

    @property
    def refused(self) -> str | None:
        """The code of the refusal; None when the file was read."""
        return None if self.status == 200 else self.answer["code"]

    def __str__(self) -> str:
        if self.refused:
            return f"refused ({self.refused}): {self.answer['detail'][:90]}"
        told = self.answer
        return f"read: {told['rows_read']} rows, {told['reject_count']} rejected"


@pytest.fixture(scope="module")
def client(engine, tmp_path_factory) -> Iterator[httpx.Client]:
    """A steward of a county in the zone of Longxi that has no lines yet."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with engine.begin() as tx:
        init_site(tx, SITE, actor=operator("test"))
    app = create_app(settings, PublishedFolder(published_folder(settings)), engine)
    headers = {**bearer(engine, "steward"), "Accept-Language": "en"}
    with serving(app) as base, httpx.Client(base_url=base, headers=headers, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def table() -> Iterator[dict[str, Outcome]]:
    """What was seen, printed at the end."""
    seen: dict[str, Outcome] = {}
    yield seen
    lines = [f"{name:52.52}  {outcome}\n" for name, outcome in seen.items()]
    sys.stdout.writelines(["\n", *lines])


@pytest.fixture
def bring(client, table):
    """Send a file, look at it and check it; nothing may end in an error of the server."""

    def through(name, content, *, label=None, crs=None, encoding=None, layer=None, **order):
        number = client.post("/imports").json()["id"]
        sent = client.put(f"/imports/{number}/files/{name}", content=content)
        assert sent.status_code == 200, (name, sent.text)
        order = {"kind": "compounds", **order}
        chosen = {"crs": crs, "encoding": encoding, "layer": layer}
        chosen = {key: value for key, value in chosen.items() if value}
        seen = client.get(f"/imports/{number}/preview", params={**chosen, "kind": order["kind"]})
        assert seen.status_code == 200, (name, seen.text)
        checked = client.post(f"/imports/{number}/check", json={"source": "x", **chosen, **order})
        assert checked.status_code < 500, (name, checked.text)
        assert client.delete(f"/imports/{number}").status_code == 204
        outcome = Outcome(seen.json(), checked.status_code, checked.json())
        told = "".join(f" {value}" for value in chosen.values())
        table[(label or name) + told] = outcome
        return outcome

    return through


@pytest.fixture
def dirty(real_data, bring):
    return lambda name, **order: bring(
        name, (real_data / "real/dirty" / name).read_bytes(), **order
    )


@pytest.mark.parametrize(
    "name",
    [
        "gansu_counties.kml",
        "gansu_counties.kmz",
        "gansu_counties_epsg4490.gpkg",
        "gansu_counties_3deg_gk_zone_epsg4523.gpkg",
        "gansu_counties_gbk_shp.zip",
        "gansu_counties_gbk_nocpg_shp.zip",
    ],
)
def test_the_fifteen_counties_are_read_from_every_container_with_their_names(dirty, name):
    found = dirty(name, **COUNTIES)
    assert (found.status, found.answer["rows_read"], found.answer["reject_count"]) == (200, 15, 0)
    assert found.preview["problem"] is None
    assert len(found.preview["features"]["features"]) == 15
    names = next(c for c in found.preview["columns"] if c["canonical"] == "name")
    assert names["samples"] == ["城关区", "七里河区", "西固区"]


def test_metres_without_a_word_are_refused_until_the_zone_is_said_and_the_likely_one_is_offered(
    dirty,
):
    name = "gansu_counties_3deg_gk_cm_NOCRS.geojson"
    silent = dirty(name, **COUNTIES)
    assert silent.refused == "wrong_crs"
    assert "coordinate system 4544" in silent.answer["detail"]
    assert silent.preview["crs"]["candidates"][0]["crs"] == "EPSG:4544"
    said = dirty(name, crs="4544", **COUNTIES)
    assert (said.refused, said.answer["rows_read"]) == (None, 15)


def test_three_shapefiles_in_one_zip_are_offered_by_name_and_ask_for_their_system(dirty):
    name = "cn_shp_2020_utf8_no_cpg_no_prj.zip"
    whole = dirty(name, **COUNTIES)
    assert whole.refused == "unreadable_file"
    assert whole.preview["layers"] == ["兰州市", "定西市", "上海城区"]
    for layer, rows in (("兰州市", 8), ("定西市", 7)):
        assert dirty(name, layer=layer, **COUNTIES).refused == "wrong_crs"
        found = dirty(name, layer=layer, crs="gcj02", **COUNTIES)
        assert (found.refused, found.answer["rows_read"]) == (None, rows)
    # Shanghai is no part of a county in Gansu.
    far = dirty(name, layer="上海城区", crs="gcj02", **COUNTIES)
    assert (far.refused, far.preview["rows"]) == ("wrong_crs", 16)
    assert "1,000 km" in far.answer["detail"]


def test_a_drawing_is_refused_with_the_way_out(dirty):
    found = dirty("gansu_counties.dxf", **COUNTIES)
    assert found.refused == "unreadable_file"
    assert "QGIS" in found.answer["detail"]
    assert "QGIS" in found.preview["problem"]["en"]


def test_of_a_mixed_file_the_points_are_read_and_the_rest_is_rejected(dirty):
    found = dirty("gansu_mixed_geometry.geojson", kind="facilities", columns={"kind": "name"})
    assert (found.refused, found.answer["rows_read"]) == (None, 386)
    assert {r["field"] for r in found.answer["rejects"]} == {"geometry"}
    assert found.answer["new"] + found.answer["reject_count"] == 386


def test_the_gbk_csv_is_read_and_its_rows_without_coordinates_are_rejected(dirty):
    order = {"kind": "facilities", "columns": {"kind": "level", "key": "code"}}
    silent = dirty("gansu_towns_villages_gbk.csv", **order)
    assert silent.refused == "wrong_crs"
    found = dirty("gansu_towns_villages_gbk.csv", crs="gcj02", **order)
    assert found.preview["encoding"] == "gb18030"
    assert (found.answer["rows_read"], found.answer["new"]) == (3284, 356)
    assert {r["code"] for r in found.answer["rejects"]} == {"no_coordinates"}


# -- defects


def test_the_neighbourhoods_of_other_continents_are_read_and_said_to_be_far_away(real_data, bring):
    name = "neighbourhoods_raw_geojson.zip"
    content = (real_data / "real/defects" / name).read_bytes()
    whole = bring(name, content)
    assert whole.refused == "unreadable_file"
    assert len(whole.preview["layers"]) == 15
    rows = 0
    for layer in set(whole.preview["layers"]) - {"MEASURED"}:
        found = bring(name, content, layer=layer)
        rows += found.preview["rows"]
        assert found.preview["problem"] is None
        assert found.refused == "wrong_crs"
        assert "1,000 km" in found.answer["detail"]
    assert rows >= 1_427


def test_a_table_without_places_is_refused_by_the_column_it_lacks(real_data, bring):
    path = real_data / "real/defects" / "neighbourhoods_measured.csv"
    found = bring(path.name, path.read_bytes(), kind="branches")
    assert found.refused == "bad_input"
    assert found.preview["missing"] == ["area", "name"]
    assert "column name=HEADING" in found.answer["detail"]


def test_a_zip_of_test_cases_holds_nothing_to_import(real_data, bring):
    path = real_data / "real/defects" / "jts_general_xml.zip"
    found = bring(path.name, path.read_bytes())
    assert found.refused == "unreadable_file"
    assert "no data that can be read" in found.answer["detail"]


#: Members of the suite that are no GeoJSON at all.
NO_GEOJSON = {
    "bad-json", "bad-object-type", "featurecollection-obj", "featurecollection-type-case",
    "featurecollection", "notype", "rootstring", "unknowntype",
}  # fmt: skip


def test_every_file_of_the_geojson_suite_is_read_or_refused_with_a_reason(real_data, bring):
    seen = {"good": 0, "bad": 0}
    with zipfile.ZipFile(real_data / "real/defects/geojsonhint_suite.zip") as suite:
        for member in suite.namelist():
            if not member.endswith(".geojson"):
                continue
            family, name = member.rsplit("/", 1)
            found = bring(name, suite.read(member), label=member, kind="buildings")
            seen[family.rsplit("/", 1)[-1]] += 1
            unreadable = found.refused == "unreadable_file"
            assert unreadable == (name.removesuffix(".geojson") in NO_GEOJSON), member
            # Their coordinates are made up, most of them near 0, 0: far from any town.
            assert found.refused in (None, "unreadable_file", "wrong_crs"), member
            assert found.status == 200 or len(found.answer["detail"]) > 40, member
    assert seen == {"good": 18, "bad": 44}
