"""The live service over a real PostGIS: before the first edition, coverage, hexagons."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def empty(serve, engine, settings):
    """The service over a migrated database before `wangge init`."""
    app = create_app(settings, PublishedFolder(published_folder(settings)), engine)
    return serve(app)


def import_rows(engine, settings, kind, frame):
    path = settings.home / f"{kind}.parquet"
    frame.to_parquet(path)
    order = ImportOrder(kind, source="test", commit=True)
    report = import_file(engine, settings, order, path, actor=operator("test"))
    assert report.committed, report


def imported_areas():
    """The town of edition 1 as a file has it: parents by code, households of the grids."""
    frame = town.areas()
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


def imported_buildings():
    frame = town.registers()["buildings"].rename(columns={"id": "key"})
    return frame.assign(households=[12, 24, None, None], use="residential", status="in_use")


def imported_incidents():
    # Six disputes in one spot of grid 1, one noise complaint far from them.
    points = [shapely.Point(*town.metres(20, 15))] * 6 + [shapely.Point(*town.metres(390, 190))]
    return gpd.GeoDataFrame(
        pd.DataFrame(
            {
                "key": [f"i{n}" for n in range(7)],
                "kind": ["纠纷"] * 6 + ["噪音"],
                "state": ["已办结"] * 3 + ["办理中"] * 4,
                "reported_at": [f"2026-03-0{n + 1}T09:00:00" for n in range(7)],
            }
        ),
        geometry=points,
        crs=town.EPSG,
    )


@pytest.fixture(scope="module")
def waiting(empty, engine):
    """The same service after `wangge init`, before the first edition."""
    before = empty.get("/health/ready")
    assert before.status_code == 503
    assert "wangge init" in before.json()["detail"]
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    return empty


@pytest.fixture(scope="module")
def live(waiting, engine, settings):
    """The same service after imports and the first edition."""
    before = waiting.get("/health/ready").json()
    assert before == {"status": "ready", "edition": None, "mode": "live"}
    config = waiting.get("/config.json").json()
    assert config["site"]["name"]["zh"] == "小城"
    assert config["site"]["bounds"] is None
    assert [level["key"] for level in config["levels"]] == ["county", "community", "grid"]
    assert waiting.get("/locate?lon=1&lat=2").status_code == 409
    import_rows(engine, settings, "areas", imported_areas())
    import_rows(engine, settings, "buildings", imported_buildings())
    facilities = town.registers()["facilities"].rename(columns={"id": "key"})
    import_rows(engine, settings, "facilities", facilities)
    import_rows(engine, settings, "incidents", imported_incidents())
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    return waiting


def place(client, code):
    (hit,) = [
        h for h in client.get("/search", params={"q": code}).json()["results"] if h["code"] == code
    ]
    return hit["id"]


def test_a_service_that_waited_for_its_first_edition_answers_once_it_is_published(live):
    assert live.get("/health/ready").json() == {"status": "ready", "edition": 1, "mode": "live"}
    config = live.get("/config.json").json()
    assert (config["mode"], config["hexes"]) == ("live", True)
    assert config["site"]["bounds"] is not None
    lon, lat = town.lonlat(150, 50)
    chain = live.get("/locate", params={"lon": lon, "lat": lat}).json()["chain"]
    assert [link["code"] for link in chain] == ["621122", "621122001001", "621122001001002"]


def test_the_card_counts_covered_households_of_the_known_ones(live):
    # Both slabs of grid 1 (12 + 24 households) lie within 100 m of the station in use.
    answer = live.get(f"/areas/{place(live, '621122001001001')}").json()
    assert answer["coverage"] == [
        {"minutes": minutes, "households": 36, "share": 1.0, "method": "disc"}
        for minutes in (5, 10, 15)
    ]


def test_the_share_is_unknown_where_no_household_is_known(live):
    answer = live.get(f"/areas/{place(live, '621122001001008')}").json()
    assert {row["share"] for row in answer["coverage"]} == {None}


def test_incidents_come_as_counts_and_small_counts_are_not_told(live):
    low, hexes = (live.get(f"/hexes/incidents?zoom={zoom}").json() for zoom in (6, 16))
    assert low == hexes
    assert hexes["type"] == "FeatureCollection"
    assert hexes["k"] == 5
    counts = [f["properties"]["count"] for f in hexes["features"]]
    # Six of seven are on one cell: told as five at least.
    assert set(counts) <= {5, None}
    assert 1 not in counts


def test_exact_and_filtered_counts_of_incidents_are_for_who_may_read_them(live, engine):
    exact = live.get("/hexes/incidents?zoom=16", headers=bearer(engine, "planner")).json()
    assert sorted(f["properties"]["count"] for f in exact["features"]) == [1, 6]
    assert exact["k"] == 1
    for query in ("kind=纠纷", "state=closed", "from=2026-03-07", "to=2026-03-06"):
        assert live.get(f"/hexes/incidents?zoom=16&{query}").status_code == 401


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("kind=纠纷", 1),
        ("state=办理中", 2),
        ("from=2026-03-07", 1),
        ("to=2026-03-06", 1),
        ("from=2026-03-02&to=2026-03-06", 1),
        ("from=2027-01-01", 0),
        ("kind=没有", 0),
    ],
)
def test_incidents_are_filtered_by_kind_state_and_days_with_both_ends(live, engine, query, cells):
    reader = bearer(engine, "system")
    hexes = live.get(f"/hexes/incidents?zoom=16&{query}", headers=reader).json()
    assert len(hexes["features"]) == cells


def test_what_incidents_can_be_filtered_by_is_named(live):
    kinds = live.get("/incidents/kinds").json()
    assert sorted(kinds["kinds"]) == sorted(["纠纷", "噪音"])
    assert sorted(kinds["states"]) == ["closed", "handling"]


def test_a_span_of_days_that_ends_before_it_begins_is_refused(live):
    response = live.get("/hexes/incidents?zoom=12&from=2026-02-01&to=2026-01-01")
    assert response.status_code == 400
    assert "Swap them" in response.json()["detail"]
    assert live.get("/hexes/incidents").status_code == 400
    assert live.get("/hexes/incidents?zoom=99").status_code == 400


def test_members_come_as_hexagons_of_one_size(live):
    low, high = (live.get(f"/hexes/members?zoom={zoom}").json() for zoom in (6, 18))
    assert low == high
    assert low["features"] == []


def test_no_answer_names_households_of_a_building(live):
    (building,) = [
        hit
        for hit in live.get("/search", params={"q": "锦绣家园 3"}).json()["results"]
        if hit["name"] == "锦绣家园 3号楼"
    ]
    card = live.get(f"/buildings/{building['id']}")
    assert card.status_code == 200
    assert "households" not in card.text


def test_many_points_at_once_are_for_those_who_may_ask(live, engine):
    lon, lat = town.lonlat(150, 50)
    body = {"rows": [{"id": "1", "lon": lon, "lat": lat}]}
    refused = live.post("/locate", json=body)
    assert refused.status_code == 401
    assert "Sign in" in refused.json()["detail"]
    assert live.post("/locate", json=body, headers=bearer(engine, "viewer")).status_code == 403
    answer = live.post("/locate", json=body, headers=bearer(engine, "system")).json()
    assert answer["rows"][0]["status"] == "placed"
    stranger = {"Authorization": "Bearer wgt_unknown"}
    assert live.get("/editions", headers=stranger).status_code == 401
