"""Washington, DC, end to end: the command imports and publishes, every face answers alike."""

import csv
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
import sqlalchemy as sa

from geo.crs import WGS84
from geo.db.schema import area_figures, area_version, incident, placement
from geo.publish import repair
from tests.publish.restoring import dump, files, restored

pytestmark = pytest.mark.real

EPSG = 26985
BATCH = 100_000


def level(dc, key):
    """The areas of a level with their parents' codes and households, by code."""
    v, parent, f = area_version.alias(), area_version.alias(), area_figures
    rows = dc.rows(
        sa.select(v.c.code, parent.c.code.label("parent"), f.c.households, v.c.area_m2)
        .select_from(v)
        .join(f, (f.c.place_id == v.c.place_id) & (f.c.edition == 1))
        .outerjoin(parent, parent.c.place_id == v.c.parent_id)
        .where(v.c.level == key)
        .order_by(v.c.code)
    )
    return pd.DataFrame(rows, columns=["code", "parent", "households", "area_m2"]).set_index("code")


@pytest.fixture(scope="module")
def exact_units(dc_data):
    """Codes and outlines of the block groups on the 1 mm grid, by shapely and PROJ alone."""
    frame = gpd.read_file(dc_data / "dc_areas.gpkg", layer="block_group_2010")
    frame = frame.sort_values("GEOID")
    return frame["GEOID"].to_numpy(), snapped(frame.geometry.to_numpy())


def snapped(shapes):
    to_metres = pyproj.Transformer.from_crs(4326, EPSG, always_xy=True)
    metres = shapely.transform(shapes, lambda xy: np.column_stack(to_metres.transform(*xy.T)))
    return shapely.set_precision(metres, 0.001, mode="pointwise")


def by_brute_force(exact_units, lonlat):
    """The smallest code whose closed outline covers each point; empty where there is none."""
    codes, shapes = exact_units
    points = snapped(shapely.points(lonlat))
    point, unit = shapely.STRtree(shapes).query(points, predicate="covered_by")
    best = np.full(len(points), len(codes))
    np.minimum.at(best, point, unit)  # units are in the order of their codes
    return np.append(codes, "")[best]


def crimes(dc_data):
    frame = gpd.read_parquet(dc_data / "dc_crime_2016_30days.parquet")
    return frame.set_index(frame["OBJECTID"].astype(str))


# -- publishing


def test_450_block_groups_nest_in_179_tracts_and_one_city(dc):
    city, tracts, groups = (level(dc, key) for key in ("city", "tract", "block_group"))
    assert (len(city), len(tracts), len(groups)) == (1, 179, 450)
    assert set(groups["parent"]) == set(tracts.index)
    assert all(code.startswith(parent) for code, parent in groups["parent"].items())
    assert set(tracts["parent"]) == {"11001"}


def test_households_are_266707_at_every_level(dc):
    for key in ("city", "tract", "block_group"):
        assert level(dc, key)["households"].sum() == 266_707


def test_the_outline_of_the_city_is_the_union_of_its_units(dc, exact_units):
    assert level(dc, "city")["area_m2"].iloc[0] == pytest.approx(
        shapely.area(shapely.union_all(exact_units[1])), abs=0.01
    )


def test_the_lines_are_published_without_any_finding(dc):
    with dc.engine.connect() as tx:
        assert tx.scalar(sa.text("SELECT checks FROM edition")) == []


# -- incidents in their areas


def stored(dc, source):
    """The code of the unit of every incident of a source by key; None outside."""
    v = area_version
    rows = dc.rows(
        sa.select(incident.c.key, v.c.code)
        .join_from(incident, placement, placement.c.subject_id == incident.c.id)
        .outerjoin(v, v.c.place_id == placement.c.place_id)
        .where(incident.c.source == source, placement.c.subject_kind == "incident")
    )
    return dict(rows)


def test_the_2895_crimes_with_an_official_code_all_agree_and_3_lie_outside(dc, dc_data):
    placed, official = stored(dc, "crime"), crimes(dc_data)
    assert len(placed) == 2898
    known = official.dropna(subset=["BLOCK_GROUP", "CENSUS_TRACT"])
    assert len(known) == 2895
    for key, row in known.iterrows():
        assert placed[key].removeprefix("11001") == row["BLOCK_GROUP"].replace(" ", "")
        assert placed[key].removeprefix("11001")[:6] == f"{int(row['CENSUS_TRACT']):06d}"
    assert sum(code is None for code in placed.values()) == 3


def test_the_3_crimes_outside_lie_a_hand_or_two_beyond_the_border(dc, dc_data, exact_units):
    outside = [key for key, code in stored(dc, "crime").items() if code is None]
    points = snapped(crimes(dc_data).loc[outside].geometry.to_numpy())
    away = shapely.distance(shapely.union_all(exact_units[1]), points)
    assert away.min() > 0.05
    assert away.max() < 0.35


def test_17_requests_lie_outside_and_the_one_without_a_place_was_rejected(dc, dc_data):
    placed = stored(dc, "311")
    assert len(placed) == 22_576
    assert sum(code is None for code in placed.values()) == 17
    again = dc.run(
        "import", "incidents", dc_data / "dc_311_2016_30days.parquet", "--source", "311",
        "--column", "key=SERVICEREQUESTID", "--column", "state=STATUS_CODE", "--json",
    )  # fmt: skip
    report = again.json
    assert (report["rows_read"], report["unchanged"], report["outside"]) == (22_577, 22_576, 17)
    assert {(r["row"], r["field"]) for r in report["rejects"]} >= {(20_756, "geometry")}
    assert report["reject_count"] == 1


# -- the same answer at every door


@pytest.fixture(scope="module")
def crime_points(dc_data):
    return shapely.get_coordinates(crimes(dc_data).geometry.to_numpy())


@pytest.fixture(scope="module")
def expected(exact_units, crime_points):
    return by_brute_force(exact_units, crime_points).tolist()


def chain_codes(chain):
    codes = {link["level"]: link["code"] for link in chain}
    return codes.get("city", ""), codes.get("tract", ""), codes.get("block_group", "")


def nested(code):
    return ("11001", code[:11], code) if code else ("", "", "")


def test_python_answers_by_the_rule(dc, crime_points, expected):
    folder = dc.folder
    located = folder.locate(folder.edition_for(), *crime_points.T, WGS84)
    answers = [located[row] for row in range(len(located))]
    told = [chain_codes([link._asdict() for link in answer.chain]) for answer in answers]
    assert told == [nested(code) for code in expected]
    assert located.counts() == {"placed": 2895, "outside": 3, "invalid": 0}


def test_the_command_answers_the_same_for_a_file_of_points(dc, dc_data, tmp_path, expected):
    out = tmp_path / "located.csv"
    said = dc.does("locate", "--points", dc_data / "dc_crime_2016_30days.parquet", "--out", out)
    assert "placed 2,895" in said.out
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = ("city_code", "tract_code", "block_group_code")
    assert [tuple(row[name] for name in levels) for row in rows] == [nested(c) for c in expected]


def test_a_post_of_json_answers_the_same(dc_http, crime_points, expected):
    rows = [{"id": str(k), "lon": x, "lat": y} for k, (x, y) in enumerate(crime_points.tolist())]
    answer = dc_http.post("/locate", json={"crs": "4326", "rows": rows})
    assert answer.status_code == 200, answer.text
    assert [chain_codes(row["chain"]) for row in answer.json()["rows"]] == [
        nested(code) for code in expected
    ]


def test_a_get_and_the_command_for_one_point_answer_the_same(dc, dc_http, crime_points, expected):
    outside = [k for k, code in enumerate(expected) if not code]
    for k in [*outside, *range(0, len(expected), 97)]:
        lon, lat = crime_points[k].tolist()
        answer = dc_http.get("/locate", params={"lon": repr(lon), "lat": repr(lat)}).json()
        assert chain_codes(answer["chain"]) == nested(expected[k])
        assert answer["status"] == ("placed" if expected[k] else "outside")
        assert answer["edition"] == {"number": 1, "effective": "2016-01-01"}
    for k in [*outside, 0, 1]:
        said = dc.does("locate", "--", *map(repr, crime_points[k].tolist())).out
        assert all(code in said for code in nested(expected[k]))
        assert ("outside" in said) == (not expected[k])


def test_every_vertex_of_the_city_asked_over_http_equals_brute_force(dc_http, dc_data, exact_units):
    # Vertices lie on borders, where a wrong rule doubles or loses points. With `repr` the
    # degrees arrive bit by bit.
    layers = ("block_group_2010", "tract_2010")
    shapes = [gpd.read_file(dc_data / "dc_areas.gpkg", layer=layer).geometry for layer in layers]
    lonlat = np.unique(shapely.get_coordinates(np.concatenate(shapes)), axis=0)
    assert len(lonlat) > 20_000
    expected = by_brute_force(exact_units, lonlat)
    assert (expected != "").all()
    told = []
    for start in range(0, len(lonlat), BATCH):
        lines = [f"{x!r},{y!r}" for x, y in lonlat[start : start + BATCH].tolist()]
        answer = dc_http.post(
            "/locate?crs=4326",
            content="\n".join(["lon,lat", *lines]),
            headers={"content-type": "text/csv"},
        )
        assert answer.status_code == 200, answer.text
        rows = csv.DictReader(answer.text.removeprefix("\ufeff").splitlines())
        told += [row["block_group_code"] for row in rows]
    assert told == expected.tolist()


# -- publishing again


def test_publishing_again_gives_the_same_files(dc):
    before, sizes = json.loads((dc.published / "current.json").read_text("utf-8")), dc.sizes()
    dc.does("publish", "--title", "again", "--effective", "2016-01-01")
    after = json.loads((dc.published / "current.json").read_text("utf-8"))
    assert [row["number"] for row in after["editions"]] == [1, 2]
    assert after["editions"][1]["sealed"] == before["editions"][0]["sealed"]
    assert after["registers"] == before["registers"]
    assert len(list((dc.published / "sealed").iterdir())) == 1
    # Places and placements that stay the same go on: only the edition and its figures are new.
    grown = {name: n - sizes[name] for name, n in dc.sizes().items() if n != sizes[name]}
    assert grown == {"edition": 1, "area_figures": 630, "audit": 1}


def test_the_city_restored_elsewhere_gets_the_same_files(dc, cluster, tmp_path):
    dump(dc, tmp_path / "dump")
    with restored(tmp_path / "dump", cluster, "dc_restored", tmp_path / "home") as copy:
        copy.home.mkdir()
        repair(copy.engine, copy.settings)
        assert files(copy) == files(dc)
