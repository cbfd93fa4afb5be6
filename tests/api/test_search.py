"""Search: what comes first, and what is understood."""

import pytest

from tests import town


def found(client, q, **more):
    return client.get("/search", params={"q": q, **more}).json()["results"]


def keys(results):
    return [(hit["type"], hit["id"]) for hit in results]


def test_an_exact_code_comes_before_the_codes_that_begin_with_it(view):
    results = found(view, "621122001001")
    assert results[0]["id"] == town.EAST
    assert [hit["level"] for hit in results[1:]] == ["grid"] * 8
    assert [hit["code"] for hit in results[1:]] == sorted(hit["code"] for hit in results[1:])


def test_the_beginning_of_a_code_finds_the_upper_levels_first(view):
    assert [hit["level"] for hit in found(view, "6211")[:4]] == [
        "county",
        "community",
        "community",
        "grid",
    ]


def test_part_of_a_name_finds_areas_before_facilities_before_buildings(view):
    assert keys(found(view, "东街")) == [
        ("area", town.EAST),
        ("facility", 301),
        ("building", 101),
        ("building", 102),
    ]


@pytest.mark.parametrize(
    "q",
    ["锦绣家园3号楼", "锦绣家园 3", "锦绣家园３幢", "锦绣家园3#", "锦绣 3号楼", "3号楼 锦绣家园"],
)
def test_a_building_is_found_by_compound_and_number_however_written(view, q):
    assert keys(found(view, q))[0] == ("building", 101)


def test_a_compound_comes_before_its_buildings_and_the_lower_number_first(view):
    assert keys(found(view, "锦绣家园")) == [
        ("compound", 201),
        ("building", 101),
        ("building", 102),
    ]


def test_a_building_without_compound_is_found_by_its_name(view):
    (hit,) = found(view, "老粮站")
    assert (hit["type"], hit["id"], hit["name"]) == ("building", 103, "老粮站")
    assert hit["where"] == "小城县 · 西街社区 · 第3网格"
    assert (hit["lon"], hit["lat"]) == pytest.approx(town.lonlat(255, 55), abs=1e-6)


def test_a_facility_without_a_name_is_called_by_its_address_and_found_by_its_kind(view):
    (hit,) = found(view, "library")
    assert (hit["type"], hit["id"], hit["name"]) == ("facility", 304, "北街 8 号")
    assert keys(found(view, "北街8号")) == [("facility", 304)]


def test_where_names_the_areas_above_an_area_and_in_the_edition_asked(view):
    assert found(view, "第2网格")[0]["where"] == "小城县 · 西街社区"
    assert found(view, "第2网格", edition=1)[0]["where"] == "小城县 · 东街社区"
    assert found(view, "小城县")[0]["where"] == ""


def test_an_area_comes_with_its_box_and_others_without(view):
    area, facility = found(view, "东街")[:2]
    assert area["bbox"] == view.get(f"/areas/{town.EAST}").json()["area"]["bbox"]
    assert facility["bbox"] is None


@pytest.mark.parametrize(
    "text", ["{lon},{lat}", "{lon}，{lat}", " {lon}  {lat} ", "({lon}, {lat})"]
)
def test_typed_coordinates_give_the_point_itself(view, text):
    lon, lat = (round(v, 6) for v in town.lonlat(150, 50))
    (hit,) = found(view, text.format(lon=lon, lat=lat))
    assert (hit["type"], hit["id"], hit["lon"], hit["lat"]) == ("point", None, lon, lat)
    assert hit["where"] == "小城县 · 西街社区 · 第2网格"


def test_full_width_digits_are_digits(view):
    (hit,) = found(view, "１０４．６，３５")
    assert (hit["lon"], hit["lat"]) == (104.6, 35.0)
    assert found(view, "６２１１２２")[0]["id"] == town.COUNTY


def test_latitude_first_is_understood_where_it_can_be_nothing_else(view):
    (hit,) = found(view, "35.0,104.6")
    assert (hit["lon"], hit["lat"], hit["name"]) == (104.6, 35.0, "104.6, 35.0")


def test_what_is_not_there_finds_nothing_and_signs_are_only_signs(view):
    for q in ("没有这个地方", ".*", "%", "_", "'; --", "   "):
        assert found(view, q) == []


def test_the_limit_limits(view):
    assert len(found(view, "6211", limit=3)) == 3
    for limit in (0, 101):
        assert view.get("/search", params={"q": "a", "limit": limit}).status_code == 400


def test_an_empty_or_endless_query_is_refused(view):
    assert view.get("/search?q=").status_code == 400
    assert view.get("/search", params={"q": "长" * 101}).status_code == 400
