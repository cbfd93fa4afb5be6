"""The feed of changes: everything once, in order, nothing missed by who reads while others write."""

import time

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from api.app import create_app
from api.paging import sealed
from geo.access import Actor, Grant, operator
from geo.boundaries import init_site
from geo.db import BEGINNING, horizon
from geo.db.schema import compound, facility, incident, member
from geo.errors import NotAllowed
from geo.publish import (
    ImportOrder,
    PublishedFolder,
    import_file,
    list_changes,
    publish,
    published_folder,
)
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

EAST, WEST = "621122001001", "621122001002"
NOON = "2026-01-01T12:00:00+00:00"


def bring(engine, settings, kind, frame):
    path = settings.home / f"{kind}.parquet"
    frame.to_parquet(path)
    order = ImportOrder(kind, source="test", commit=True)
    assert import_file(engine, settings, order, path, actor=operator("test")).committed


def areas(*, moved):
    frame = town.areas(moved=moved)
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


def facilities(**changed):
    return town.registers()["facilities"].rename(columns={"id": "key"}).assign(**changed)


def points(kind, *xy):
    spots = [shapely.Point(*town.metres(*at)) for at in xy]
    frame = pd.DataFrame({"key": [f"k{n}" for n in range(len(xy))], kind: "x"})
    return gpd.GeoDataFrame(frame, geometry=spots, crs=town.EPSG)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def live(serve, engine, settings):
    """Two editions, four facilities of which one was changed, incidents in grids 1 and 4, a member."""
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    bring(engine, settings, "areas", areas(moved=False))
    bring(engine, settings, "facilities", facilities())
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    bring(engine, settings, "facilities", facilities(name=["新名", "西街党群服务站", "驿站", None]))
    bring(engine, settings, "incidents", points("kind", (50, 50), (350, 50)))
    bring(engine, settings, "members", points("name", (50, 50)))
    bring(engine, settings, "areas", areas(moved=True))
    publish(engine, settings, title="第二版", actor=operator("test"), effective="2024-07-01")
    client = serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))
    client.headers.update(bearer(engine, "admin"))
    time.sleep(1.1)
    return client


def ask(client, **query):
    answer = client.get("/changes", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client, **query):
    found, page = [], ask(client, **query)
    while page["changes"]:
        found += page["changes"]
        page = ask(client, **{**query, "since": page["next"]})
    return found, page["next"]


def told(changes):
    return [(c["kind"], c["what"]) for c in changes]


def arrived(client, since, count):
    """Wait for so many changes; they come a second late."""
    deadline = time.monotonic() + 10
    while len(page := ask(client, since=since)["changes"]) < count:
        assert time.monotonic() < deadline, page
        time.sleep(0.1)
    return page


def test_the_feed_tells_everything_in_order_and_nothing_personal(live):
    changes, _ = everything(live)
    assert changes == sorted(changes, key=lambda c: c["at"])
    assert told(changes) == [
        *[("facility", "new")] * 4,
        ("edition", "published"),
        *[("area", "new")] * 11,
        ("facility", "changed"),
        *[("incident", "new")] * 2,
        ("edition", "published"),
        # Grid 2 moved, so East, West and itself are others than before.
        *[("area", "changed")] * 3,
    ]
    assert [c["edition"] for c in changes if c["kind"] == "edition"] == [1, 2]
    renamed = next(c for c in changes if c["what"] == "changed")
    assert live.get(f"/facilities/{renamed['id']}").json()["name"] == "新名"


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_pages_of_any_size_tell_the_same(live, limit):
    assert everything(live, limit=limit)[0] == everything(live)[0]


def test_while_nothing_happens_the_cursor_stays(live):
    _, cursor = everything(live)
    assert ask(live, since=cursor) == {"changes": [], "next": cursor}


def test_a_cursor_that_was_changed_is_refused(live):
    _, cursor = everything(live)
    for bad in ("x", cursor[:-2] + "AA", cursor + "A"):
        answer = live.get("/changes", params={"since": bad})
        assert answer.status_code == 400
        assert "no cursor" in answer.json()["detail"]


def test_what_ends_is_told_and_members_never(live, engine):
    _, cursor = everything(live)
    with engine.begin() as tx:
        for table in (facility, member):
            first = sa.select(sa.func.min(table.c.row_id)).where(table.c.valid_to.is_(None))
            tx.execute(
                table.update()
                .where(table.c.row_id == first.scalar_subquery())
                .values(valid_to=sa.func.now())
            )
    assert told(arrived(live, cursor, 1)) == [("facility", "ended")]


def test_incidents_come_to_those_who_may_read_them_from_their_own_area(live, engine):
    changes, _ = everything(live)
    code = {EAST: None, WEST: None}
    for name in code:
        code[name] = live.get(f"/areas/by-code/{name}").json()["area"]["id"]
    with engine.begin() as tx:
        first, second = tx.scalars(sa.select(incident.c.id).order_by(incident.c.id))
    for name, own in ((EAST, first), (WEST, second)):
        worker = bearer(engine, "worker", code[name])
        page = live.get("/changes?limit=1000", headers=worker).json()["changes"]
        assert [c["id"] for c in page if c["kind"] == "incident"] == [own]
        assert len(page) == len(changes) - 1
    assert live.get("/changes", headers=bearer(engine, "viewer")).status_code == 403


def test_a_row_that_is_committed_late_is_not_missed(live, engine):
    """Two transactions: the first to begin is the last to commit."""
    _, cursor = everything(live)
    with engine.connect() as early, engine.connect() as late, early.begin() as slow:
        early.execute(sa.select(1))
        with late.begin():
            late.execute(new_compound("second"))
        # The second one has committed, yet the first one could still write something older.
        time.sleep(1.2)
        assert ask(live, since=cursor)["changes"] == []
        early.execute(new_compound("first"))
        slow.commit()
    page = arrived(live, cursor, 2)
    with engine.begin() as tx:
        named = {row.id: row.name for row in tx.execute(sa.select(compound.c.id, compound.c.name))}
    assert [named[c["id"]] for c in page] == ["first", "second"]


def test_whoever_keeps_asking_while_many_write_hears_of_each_once(live, engine):
    """Forty overlapping transactions; the reader follows the cursor all the time."""
    _, cursor = everything(live)
    heard = []
    open_ones = []
    for number in range(40):
        connection = engine.connect()
        transaction = connection.begin()
        connection.execute(new_compound(f"n{number}"))
        open_ones.append((connection, transaction))
        if len(open_ones) > 5:
            # The middle one ends first: neither the oldest nor the youngest.
            connection, transaction = open_ones.pop(3)
            transaction.commit()
            connection.close()
        if number % 4 == 0:
            page = ask(live, since=cursor)
            heard += page["changes"]
            cursor = page["next"]
    for connection, transaction in open_ones:
        transaction.commit()
        connection.close()
    heard += arrived(live, cursor, 40 - len(heard))
    assert len({c["id"] for c in heard}) == len(heard) == 40


def test_the_horizon_is_older_than_every_running_transaction(engine):
    with engine.connect() as running, running.begin():
        began = running.scalar(sa.select(sa.func.now()))
        with engine.begin() as tx:
            assert horizon(tx) < began


def test_only_who_may_ask_gets_the_feed(engine, live):
    actor = Actor("v", (Grant("viewer"),))
    with engine.begin() as tx, pytest.raises(NotAllowed):
        list_changes(tx, town.SITE, after=BEGINNING, limit=1, actor=actor)


def new_compound(name):
    shape = shapely.to_wkb(
        shapely.set_srid(shapely.MultiPolygon([town._box(0, 0, 9, 9)]), town.EPSG),
        hex=True,
        include_srid=True,
    )
    return compound.insert().values(
        source="t", key=name, row_hash="h", name=name,
        geom=sa.func.ST_GeomFromEWKB(sa.func.decode(shape, "hex")),
    )  # fmt: skip


@pytest.mark.parametrize(
    "values", [[], 5, ["x", 0, 0], [1, 2], [NOON, "a", 0], [NOON, 0, 10**30], [NOON, 0, "a"]]
)
def test_a_cursor_that_somebody_sealed_with_anything_in_it_is_refused(live, engine, values):
    headers = bearer(engine, "system")
    answer = live.get("/changes", params={"since": sealed("/changes", values)}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
