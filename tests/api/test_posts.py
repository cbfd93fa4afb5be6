"""Posts, vacancies and blind spots over the little town."""

import pandas as pd
import pytest
import sqlalchemy as sa

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.db.schema import audit
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

EAST, WEST = "621122001001", "621122001002"


def bring(engine, settings, kind, frame):
    path = settings.home / (f"{kind}.parquet" if "geometry" in frame else f"{kind}.csv")
    frame.to_parquet(path) if "geometry" in frame else frame.to_csv(path, index=False)
    order = ImportOrder(kind, source="test", commit=True)
    assert import_file(engine, settings, order, path, actor=operator("test")).committed


def areas(*, moved=False):
    frame = town.areas(moved=moved)
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


@pytest.fixture(scope="module")
def live(serve, engine, tmp_path_factory):
    """Two posts in grid 1 (one vacant), one in East itself, a vacant one in grid 8; one branch."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    bring(engine, settings, "areas", areas())
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    positions = pd.DataFrame(
        [
            ("w1", f"{EAST}001", "网格长", "孙欣", "10000000001"),
            ("w2", f"{EAST}001", "网格员", None, None),
            ("w3", EAST, "书记", "李明", "10000000003"),
            ("w4", f"{EAST}008", "网格长", None, None),
        ],
        columns=["key", "area", "title", "holder", "phone"],
    )
    bring(engine, settings, "positions", positions)
    branches = pd.DataFrame([("z1", "东街一支部", f"{EAST}002")], columns=["key", "name", "area"])
    bring(engine, settings, "branches", branches)
    return serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))


def rows(live, **query):
    answer = live.get("/vacancies", params=query)
    assert answer.status_code == 200, answer.text
    return {row["area"]["code"]: row for row in answer.json()["rows"]}


def place(live, code):
    return next(r["area"]["id"] for r in (*rows(live, level="community").values(), *rows(live, level="grid").values()) if r["area"]["code"] == code)  # fmt: skip


def test_an_area_counts_its_own_posts_and_those_below_it(live):
    found = rows(live, level="community")
    assert list(found) == [EAST, WEST]
    assert (found[EAST]["posts"], found[EAST]["vacant"]) == (3, {"网格员": 1})
    assert (found[WEST]["posts"], found[WEST]["vacant"]) == (1, {"网格长": 1})


def test_an_area_without_a_branch_in_it_is_a_blind_spot(live):
    assert {code: row["blind"] for code, row in rows(live, level="community").items()} == {
        EAST: False,
        WEST: True,
    }
    grids = rows(live, level="grid")
    assert [code for code, row in grids.items() if not row["blind"]] == [f"{EAST}002"]
    assert len(grids) == 8


def test_a_parent_narrows_the_list_to_what_lies_in_it(live):
    west = rows(live, level="grid", parent=place(live, WEST))
    assert set(west) == {f"{EAST}00{number}" for number in (3, 4, 7, 8)}


def test_an_unknown_level_or_parent_is_named(live):
    assert live.get("/vacancies?level=village").status_code == 404
    assert live.get("/vacancies?level=grid&parent=999").status_code == 404


def test_the_layer_has_a_point_in_each_area_with_the_same_counts(live):
    layer = live.get("/layers/posts?level=community").json()
    assert [f["properties"]["vacant"] for f in layer["features"]] == [1, 1]
    for feature in layer["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        chain = live.get("/locate", params={"lon": lon, "lat": lat}).json()["chain"]
        assert feature["id"] in [link["id"] for link in chain]


def test_names_of_holders_are_for_those_in_charge_and_each_reading_is_logged(live, engine):
    assert live.get("/positions").status_code == 401
    planner = bearer(engine, "planner")
    assert live.get("/positions", headers=planner).status_code == 403
    worker = bearer(engine, "worker", place(live, EAST))
    listed = live.get("/positions", headers=worker).json()["positions"]
    assert [p["key"] for p in listed] == ["w3", "w2", "w1"]
    assert [p["holder"] for p in listed] == ["李明", None, "孙欣"]
    west = live.get(f"/positions?area={place(live, WEST)}", headers=worker)
    assert west.status_code == 403
    with engine.connect() as tx:
        trail = tx.execute(sa.select(audit).where(audit.c.action == "read positions")).all()
    assert [line.detail for line in trail] == [{"area": None, "rows": 3}]
    assert trail[0].actor.startswith("worker-")


def test_no_other_edition_widens_whose_posts_are_seen(live, engine):
    worker = bearer(engine, "worker", place(live, EAST))
    for lines in ("edition=1", "at=2024-01-01"):
        assert live.get(f"/positions?{lines}", headers=worker).status_code == 400


def test_a_worker_of_no_living_area_sees_no_post(live, engine):
    nobody = bearer(engine, "worker", 999)
    assert live.get("/positions", headers=nobody).json()["positions"] == []


def test_counts_name_nobody(live):
    for path in ("/vacancies?level=grid", "/layers/posts?level=grid"):
        text = live.get(path).text
        assert "孙欣" not in text
        assert "1000000000" not in text
