"""`/locate`: one point by GET, many by POST, as JSON and as CSV."""

import csv
import io
import json

import pytest

from geo.crs import GCJ02, WGS84, SourceCrs, convert_xy
from tests import town

EDITION_2 = {"number": 2, "effective": "2024-07-01"}


def ask(client, x, y, **more):
    lon, lat = town.lonlat(x, y)
    return client.get("/locate", params={"lon": lon, "lat": lat, **more})


def ids(answer):
    return [link["id"] for link in answer["chain"]]


def test_a_point_in_a_building_gets_its_areas_top_first_the_building_and_the_border(view):
    answer = ask(view, 20, 15).json()
    assert answer["edition"] == EDITION_2
    assert (answer["status"], answer["reason"]) == ("placed", None)
    assert ids(answer) == [town.COUNTY, town.EAST, town.grid_id(1)]
    assert answer["chain"][1] == {
        "level": "community", "id": town.EAST, "code": "621122001001", "name": "东街社区",
    }  # fmt: skip
    assert answer["building"] == {
        "id": 101, "number": "3号楼", "name": None, "compound": "锦绣家园", "address": "东街 1 号",
    }  # fmt: skip
    assert answer["border_m"] == pytest.approx(15.0, abs=0.001)


@pytest.mark.parametrize(
    ("x", "y", "grid"),
    [(100, 50, 1), (50, 100, 1), (200, 100, 2), (400, 200, 8)],
    ids=["edge of 1 and 2", "edge of 1 and 5", "corner of four", "outer corner"],
)
def test_a_point_on_a_shared_border_belongs_to_the_lowest_code(view, x, y, grid):
    answer = ask(view, x, y).json()
    assert ids(answer)[-1] == town.grid_id(grid)
    assert answer["border_m"] == 0.0


def test_a_point_outside_has_no_chain_and_says_how_far_it_is(view):
    answer = ask(view, -30, 50).json()
    assert (answer["status"], answer["chain"], answer["building"]) == ("outside", [], None)
    assert answer["border_m"] == pytest.approx(30.0, abs=0.001)


def test_a_day_or_a_number_chooses_the_edition(view):
    old = ask(view, 150, 50, at="2024-06-30").json()
    assert old["edition"] == {"number": 1, "effective": "2020-01-01"}
    assert ids(old)[1] == town.EAST
    assert ask(view, 150, 50, edition=1).json() == old
    assert ids(ask(view, 150, 50, at="2024-07-01").json())[1] == town.WEST


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "4490", "EPSG:4544", "4549"])
def test_the_same_point_in_another_system_gets_the_same_answer(view, crs):
    from geo.crs import parse_crs

    x, y = (([v]) for v in town.lonlat(150, 50))
    lon, lat = (float(v[0]) for v in convert_xy(x, y, WGS84, parse_crs(crs)))
    answer = view.get("/locate", params={"lon": lon, "lat": lat, "crs": crs}).json()
    assert ids(answer) == [town.COUNTY, town.WEST, town.grid_id(2)]
    assert answer["border_m"] == pytest.approx(50.0, abs=0.002)


@pytest.mark.parametrize(
    ("lon", "lat", "word"),
    [
        ("nan", "35", "not numbers"),
        ("104", "inf", "not numbers"),
        ("500", "91", "out of the range"),
    ],
)
def test_a_pair_that_is_no_place_on_earth_is_invalid_and_says_why(view, lon, lat, word):
    answer = view.get("/locate", params={"lon": lon, "lat": lat}).json()
    assert (answer["status"], answer["chain"], answer["border_m"]) == ("invalid", [], None)
    assert word in answer["reason"]


def test_a_swapped_pair_is_not_turned_round_but_told(view):
    lon, lat = town.lonlat(150, 50)
    answer = view.get("/locate", params={"lon": lat, "lat": lon}).json()
    assert answer["status"] == "invalid"
    assert "swapped" in answer["reason"]
    chinese = view.get(
        "/locate", params={"lon": lat, "lat": lon}, headers={"Accept-Language": "zh-CN,en;q=0.5"}
    )
    assert "对调" in chinese.json()["reason"]


def rows_of_the_town():
    points = [(20, 15), (150, 50), (-30, 50), (100, 50)]
    rows = [
        dict(zip(("lon", "lat"), town.lonlat(x, y), strict=True), id=f"p{n}")
        for n, (x, y) in enumerate(points)
    ]
    return [*rows, {"id": "none", "lon": None, "lat": 35.0}, {"id": 7, "lon": "x", "lat": True}]


def test_rows_by_post_get_the_same_answers_as_points_by_get(view):
    rows = rows_of_the_town()
    answer = view.post("/locate", json={"rows": rows}).json()
    assert answer["edition"] == EDITION_2
    assert answer["counts"] == {"placed": 3, "outside": 1, "invalid": 2}
    assert [row["id"] for row in answer["rows"]] == ["p0", "p1", "p2", "p3", "none", 7]
    for row, got in zip(rows[:4], answer["rows"], strict=False):
        one = view.get("/locate", params={"lon": row["lon"], "lat": row["lat"]}).json()
        assert {**got, "edition": EDITION_2} == {**one, "id": row["id"]}
    assert {row["status"] for row in answer["rows"][4:]} == {"invalid"}


def test_rows_take_their_crs_from_the_body_or_the_address_but_not_two_different_ones(view):
    lon, lat = (float(v[0]) for v in convert_xy(*([v] for v in town.lonlat(150, 50)), WGS84, GCJ02))
    body = {"crs": "gcj02", "rows": [{"lon": lon, "lat": lat}]}
    by_body = view.post("/locate", json=body)
    assert ids(by_body.json()["rows"][0])[-1] == town.grid_id(2)
    by_address = view.post("/locate?crs=gcj02", json={"rows": body["rows"]})
    assert by_address.json() == by_body.json()
    assert view.post("/locate?crs=GCJ-02", json=body).json() == by_body.json()
    assert view.post("/locate?crs=bd09", json=body).status_code == 400


def test_no_rows_are_answered_with_no_rows(view):
    answer = view.post("/locate", json={"rows": []}).json()
    assert answer["rows"] == []
    empty = view.post("/locate", content="lon,lat\n", headers={"Content-Type": "text/csv"})
    assert len(empty.text.splitlines()) == 1


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("gbk", ""),
        ("gbk", "; charset=GBK"),
        ("big5", "; charset=big5"),
    ],
)
def test_csv_in_common_encodings_is_answered_in_csv(view, encoding, declared):
    lon, lat = town.lonlat(20, 15)
    text = f'編號甲,{lon},{lat}\r\n"乙,1",,\r\n'
    heading = "id,经度,纬度" if encoding != "big5" else "id,lon,lat"
    response = view.post(
        "/locate",
        content=f"{heading}\r\n{text}".encode(encoding),
        headers={"Content-Type": f"text/csv{declared}"},
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    first, second = csv.DictReader(io.StringIO(response.text))
    assert (first["id"], first["status"], first["edition"]) == ("編號甲", "placed", "2")
    assert (first["community_code"], first["community_name"]) == ("621122001001", "东街社区")
    assert (first["grid_code"], first["building_id"]) == ("621122001001001", "101")
    assert float(first["border_m"]) == pytest.approx(15.0, abs=0.001)
    assert (second["id"], second["status"], second["grid_code"]) == ("乙,1", "invalid", "")


def test_the_answer_comes_in_the_type_that_accept_names(view):
    rows = {"rows": rows_of_the_town()}
    as_csv = view.post("/locate", json=rows, headers={"Accept": "text/csv"})
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert [r["status"] for r in csv.DictReader(io.StringIO(as_csv.text))] == [
        r["status"] for r in view.post("/locate", json=rows).json()["rows"]
    ]
    lon, lat = town.lonlat(20, 15)
    as_json = view.post(
        "/locate",
        content=f"lon,lat\n{lon},{lat}\n",
        headers={"Content-Type": "text/csv", "Accept": "application/json"},
    )
    assert as_json.json()["counts"]["placed"] == 1


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("{", "not JSON"),
        ("[]", "must look like"),
        ('{"rows": [1]}', "must look like"),
        ('{"points": []}', "must look like"),
        ('{"rows": [], "CRS": "4326"}', "“CRS” is not understood"),
        ('{"rows": [{"lng": 1, "lat": 2}]}', "“lng” is not understood"),
        ('{"rows": [{"id": [1], "lon": 1, "lat": 2}]}', "text or a number"),
        ('{"rows": [], "crs": "4327x"}', "not a coordinate system"),
    ],
)
def test_a_body_that_is_not_understood_is_refused_with_what_to_do(view, body, word):
    response = view.post("/locate", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert word in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "first line"),
        (b"a,b\n1,2\n", "first line"),
        (b"lon,lat,x\n1,2,3\n", "each once"),
        (b"lon,lat,note\n1,2,x\n", "“note” is not understood"),
        (b"lon,lat\n1,2\n1,2,3\n", r"row 3"),
        (b"lon,lat\n\xff\xff\xff,1\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_csv_that_is_not_understood_is_refused_with_what_to_do(view, body, word):
    response = view.post("/locate", content=body, headers={"Content-Type": "text/csv"})
    assert response.status_code == 400
    assert word in response.json()["detail"]


def test_an_unknown_encoding_or_body_type_is_refused(view):
    headers = {"Content-Type": "text/csv; charset=klingon"}
    unknown = view.post("/locate", content="lon,lat\n经,1\n".encode(), headers=headers)
    assert unknown.status_code == 400
    assert unknown.json()["code"] == "unknown_option"
    xml = view.post("/locate", content="<a/>", headers={"Content-Type": "text/xml"})
    assert xml.status_code == 400
    assert "text/csv" in xml.json()["detail"]


def test_more_rows_than_allowed_are_refused_with_the_limit(view):
    rows = [{"lon": 1, "lat": 2}] * 100_001
    response = view.post("/locate", json={"rows": rows})
    assert response.status_code == 413
    assert response.json()["limit"] == 100_000
    text = "lon,lat\n" + "1,2\n" * 100_001
    assert view.post(
        "/locate", content=text, headers={"Content-Type": "text/csv"}
    ).status_code == 413  # fmt: skip


def test_a_body_beyond_the_size_limit_is_refused_before_it_is_read(view):
    response = view.post(
        "/locate", content=b" " * (33 << 20), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 413
    assert "in parts" in response.json()["detail"]


def test_a_hundred_thousand_rows_are_answered_at_once(view):
    inside, outside = town.lonlat(150, 50), town.lonlat(-500, 50)
    rows = [{"id": n, "lon": p[0], "lat": p[1]} for n, p in enumerate([inside, outside] * 50_000)]
    response = view.post("/locate", json={"rows": rows})
    answer = json.loads(response.content)
    assert answer["counts"] == {"placed": 50_000, "outside": 50_000, "invalid": 0}
    assert answer["rows"][-1]["id"] == 99_999
    assert ids(answer["rows"][99_998])[-1] == town.grid_id(2)


def test_projected_coordinates_are_taken_in_their_own_metres(view):
    x, y = town.metres(150, 50)
    answer = view.get("/locate", params={"lon": x, "lat": y, "crs": town.EPSG}).json()
    assert answer["border_m"] == 50.0
    assert SourceCrs("epsg", town.EPSG).is_lonlat is False
