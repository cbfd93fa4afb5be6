"""Areas, buildings and facilities one by one, and the areas of a level."""

import pytest

from tests import town


def test_the_card_of_a_community_over_its_limit(view):
    answer = view.get(f"/areas/{town.WEST}").json()
    area = answer["area"]
    # In edition 2 five grids of 100 households belong to it; 350 are allowed.
    assert (area["households"], area["limit"], area["over_by"]) == (500, 350, 150)
    assert area["area_m2"] == 50_000
    assert area["buildings"] == 5
    assert area["parent"]["id"] == town.COUNTY
    assert area["children"] == {"level": "grid", "count": 5}
    assert [link["id"] for link in area["chain"]] == [town.COUNTY, town.WEST]
    assert answer["facilities"] == [
        {"kind": "library", "count": 1},
        {"kind": "post", "count": 1},
        {"kind": "service_station", "count": 1},
    ]
    assert answer["coverage"] == []


def test_the_box_of_an_area_holds_its_corners_and_its_label_point(view):
    area = view.get(f"/areas/{town.COUNTY}").json()["area"]
    west, south, east, north = area["bbox"]
    for x, y in ((0, 0), (400, 0), (400, 200), (0, 200)):
        lon, lat = town.lonlat(x, y)
        assert west - 1e-8 <= lon <= east + 1e-8
        assert south - 1e-8 <= lat <= north + 1e-8
    assert west < area["lon"] < east
    assert south < area["lat"] < north


def test_the_nearest_facility_counts_from_the_label_point_in_a_straight_line(view):
    # The label point of grid 1 is its middle (50, 50); the station stands at (50, 80).
    nearest = view.get(f"/areas/{town.grid_id(1)}").json()["nearest_facility"]
    assert nearest == {
        "id": 301, "kind": "service_station", "name": "东街党群服务站", "distance_m": 30.0,
    }  # fmt: skip


def test_the_nearest_facility_may_have_no_name(view):
    # The middle of grid 7 is (250, 150); the library at (250, 190) is nearer than the stations.
    nearest = view.get(f"/areas/{town.grid_id(7)}").json()["nearest_facility"]
    assert (nearest["id"], nearest["name"]) == (304, None)


def test_within_the_limit_nothing_is_over_and_a_grid_has_no_limit_and_no_children(view):
    east = view.get(f"/areas/{town.EAST}").json()["area"]
    assert (east["households"], east["over_by"]) == (300, None)
    grid = view.get(f"/areas/{town.grid_id(1)}").json()["area"]
    assert (grid["limit"], grid["over_by"], grid["children"]) == (None, None, None)
    county = view.get(f"/areas/{town.COUNTY}").json()["area"]
    assert county["parent"] is None
    assert county["households_complete"] is False


def test_the_areas_of_a_level_come_by_code_and_as_in_the_edition_asked(view):
    old = view.get("/levels/community/areas?edition=1").json()
    assert [(a["id"], a["households"]) for a in old["areas"]] == [
        (town.EAST, 400),
        (town.WEST, 400),
    ]
    new = view.get("/levels/community/areas").json()
    assert [(a["id"], a["households"]) for a in new["areas"]] == [
        (town.EAST, 300),
        (town.WEST, 500),
    ]
    one = view.get(f"/areas/{town.EAST}").json()["area"]
    assert new["areas"][0] == {key: value for key, value in one.items() if key != "chain"}
    grids = view.get("/levels/grid/areas").json()["areas"]
    assert [a["code"][-1] for a in grids] == list("12345678")


def test_a_level_that_does_not_exist_is_refused_with_those_that_do(view):
    response = view.get("/levels/village/areas")
    assert response.status_code == 404
    assert "county, community, grid" in response.json()["detail"]


def test_a_building_of_the_register_without_its_households(view):
    building = view.get("/buildings/101").json()
    lon, lat = building.pop("lon"), building.pop("lat")
    assert (lon, lat) == pytest.approx(town.lonlat(25, 15), abs=1e-6)
    assert building == {
        "id": 101, "number": "3号楼", "name": None, "compound": "锦绣家园", "address": "东街 1 号",
        "use": "residential", "status": "in_use", "floors": 6,
    }  # fmt: skip


def test_what_is_unknown_of_a_building_or_facility_is_null(view):
    house = view.get("/buildings/103").json()
    assert (house["name"], house["use"], house["floors"]) == ("老粮站", None, None)
    station = view.get("/facilities/302").json()
    assert (station["address"], station["floor_area_m2"]) == (None, None)


def test_a_facility_of_the_register(view):
    facility = view.get("/facilities/303").json()
    assert (facility["kind"], facility["state"], facility["floor_area_m2"]) == (
        "post",
        "unused",
        20,
    )
    assert (facility["lon"], facility["lat"]) == pytest.approx(town.lonlat(360, 150), abs=1e-8)


@pytest.mark.parametrize("path", ["/areas/999", "/buildings/999", "/facilities/101", "/areas/-1"])
def test_an_id_that_does_not_exist_is_not_found(view, path):
    response = view.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/areas/abc", "/areas/1.5", "/buildings/99999999999999999999"])
def test_an_id_that_is_no_whole_number_is_refused(view, path):
    response = view.get(path)
    assert response.status_code in (400, 404)
    assert response.headers["content-type"] == "application/problem+json"
