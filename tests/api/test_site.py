"""What the page asks first: the place, its editions, its tiles."""

from importlib.metadata import version

import pytest

from api.app import create_app
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town


def test_the_config_names_the_place_its_levels_and_what_is_offered(view):
    config = view.get("/config.json").json()
    assert (config["version"], config["mode"], config["hexes"]) == (
        version("wangge"),
        "view",
        False,
    )
    site = config["site"]
    assert site["name"] == {"zh": "小城", "en": "Little Town"}
    assert (site["crs"], site["timezone"]) == (4544, "Asia/Shanghai")
    west, south, east, north = site["bounds"]
    lon, lat = town.lonlat(200, 100)
    assert west < lon < east
    assert south < lat < north
    assert site["center"] == pytest.approx([lon, lat], abs=1e-4)
    assert [level["key"] for level in config["levels"]] == ["county", "community", "grid"]
    assert [level["rank"] for level in config["levels"]] == [0, 1, 2]
    assert config["levels"][1]["household_limit"] == 350
    zooms = [level["min_zoom"] for level in config["levels"]]
    assert zooms == sorted(zooms)
    assert config["basemap"] is None
    assert config["circles"] == [
        {
            "minutes": 10,
            "method": "disc",
            "profile": "10 min × 5 km/h ÷ 1.3",
            "radius_m": 641.026,
        }
    ]
    assert config["facility_kinds"] == [
        {"kind": "service_station", "count": 2},
        {"kind": "library", "count": 1},
        {"kind": "post", "count": 1},
    ]


def test_the_settings_reach_the_page(serve, town_folder):
    settings = Settings(
        basemap_url="https://tiles.example.org/{z}/{x}/{y}.png",
        basemap_attribution="© Example",
        basemap_max_zoom=18,
        review_number="甘S(2026)001号",
    )
    config = serve(create_app(settings, PublishedFolder(town_folder))).get("/config.json").json()
    assert config["basemap"] == {
        "url": "https://tiles.example.org/{z}/{x}/{y}.png",
        "attribution": "© Example",
        "max_zoom": 18,
    }
    assert config["review_number"] == "甘S(2026)001号"


def test_all_editions_are_listed_and_the_one_in_force_is_named(view):
    listed = view.get("/editions").json()
    assert listed["current"] == 2
    assert [(e["number"], e["effective"]) for e in listed["editions"]] == [
        (1, "2020-01-01"),
        (2, "2024-07-01"),
    ]
    assert listed["editions"][0]["title"] == "第 1 版"


@pytest.mark.parametrize(
    ("query", "number"), [("", 2), ("?edition=1", 1), ("?at=2024-06-30", 1), ("?at=2024-07-01", 2)]
)
def test_the_tile_description_names_the_archive_of_the_edition_asked(view, query, number):
    tiles = view.get(f"/tiles/areas.json{query}").json()
    sealed = {e["number"]: e["sealed"] for e in view.get("/editions").json()["editions"]}
    assert tiles["tilejson"] == "3.0.0"
    assert tiles["edition"] == number
    assert tiles["tiles"] == [f"/tiles/{sealed[number]}/{{z}}/{{x}}/{{y}}.mvt"]
    assert [layer["id"] for layer in tiles["vector_layers"]] == [
        "county",
        "community",
        "grid",
        "labels",
    ]


def test_the_tiles_that_are_described_are_served(view):
    for path in ("/tiles/areas.json", "/tiles/registers.json"):
        about = view.get(path).json()
        z = about["maxzoom"]
        lon, lat = town.lonlat(20, 15)
        x, y = slippy(lon, lat, z)
        url = about["tiles"][0].format(z=z, x=x, y=y)
        tile = view.get(url)
        assert tile.status_code == 200
        assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert "immutable" in tile.headers["cache-control"]
        assert "immutable" not in view.get(path).headers["cache-control"]


def slippy(lon, lat, z):
    import math

    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


def test_an_empty_folder_lists_no_edition_and_questions_answer_409(serve, tmp_path):
    empty = serve(create_app(Settings(), PublishedFolder(tmp_path)))
    assert empty.get("/editions").json() == {"current": None, "editions": []}
    for path in (
        "/tiles/areas.json",
        "/tiles/registers.json",
        "/locate?lon=1&lat=2",
        "/levels/grid/areas",
        "/areas/1",
        "/search?q=a",
        "/facilities/1",
        "/buildings/1",
    ):
        response = empty.get(path)
        assert response.status_code == 409, path
        assert response.json()["code"] == "no_edition"
    posted = empty.post("/locate", json={"rows": []})
    assert posted.status_code == 409


def test_an_edition_that_begins_later_is_listed_but_not_in_force(serve, tmp_path):
    town.publish(tmp_path, town.seal_edition(tmp_path, 1, "2999-01-01", moved=False))
    client = serve(create_app(Settings(), PublishedFolder(tmp_path)))
    assert client.get("/editions").json()["current"] is None
    assert client.get("/config.json").json()["site"]["name"]["en"] == "Little Town"
    assert client.get("/areas/1?edition=1").status_code == 200
    response = client.get("/areas/1")
    assert response.status_code == 404
    assert response.json()["editions"] == [{"number": 1, "effective": "2999-01-01"}]


def test_health_says_live_and_ready(view):
    assert view.get("/health/live").json() == {"status": "live"}
    assert view.get("/health/ready").json() == {"status": "ready", "edition": 2, "mode": "view"}


def test_a_view_of_an_empty_or_broken_folder_is_live_but_not_ready(serve, tmp_path):
    client = serve(create_app(Settings(), PublishedFolder(tmp_path)))
    assert client.get("/health/live").status_code == 200
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "current.json" in response.json()["detail"]
    town.publish_two(tmp_path)
    assert client.get("/health/ready").status_code == 200
    (tmp_path / "current.json").write_text("{}")
    assert client.get("/health/ready").status_code == 503


def test_tiles_that_are_listed_but_lost_are_a_fault_of_the_service(serve, tmp_path):
    town.publish_two(tmp_path)
    folder = PublishedFolder(tmp_path)
    sealed = folder.edition_for(1).sealed
    (tmp_path / "sealed" / sealed / "tiles.pmtiles").unlink()
    response = serve(create_app(Settings(), folder)).get("/tiles/areas.json?edition=1")
    assert response.status_code == 503
    assert response.json()["sealed"] == sealed
