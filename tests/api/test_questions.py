"""Lists in pages over a real PostGIS: what they find, how they go on, what they refuse."""

import datetime as dt
import json
import math
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from api.app import create_app
from api.paging import sealed
from geo.access import operator
from geo.boundaries import MOST_VERTICES, init_site, read_region
from geo.db.schema import area_version, building, incident
from geo.errors import BadInput
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

EAST, WEST = "621122001001", "621122001002"


def bring(engine, settings, kind, frame, **order):
    path = settings.home / f"{kind}.parquet"
    frame.to_parquet(path)
    wanted = ImportOrder(**{"kind": kind, "source": "test", "commit": True, **order})
    report = import_file(engine, settings, wanted, path, actor=operator("test"))
    assert report.committed, report


def areas(*, moved):
    frame = town.areas(moved=moved)
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


def incidents():
    """One in the middle of each grid 1–8, on the first eight days of March 2026; one outside."""
    spots = [(50 + (n - 1) % 4 * 100, 50 + (n - 1) // 4 * 100) for n in range(1, 9)]
    points = [shapely.Point(*town.metres(*xy)) for xy in [*spots, (-50, 50)]]
    frame = pd.DataFrame(
        {
            "key": [f"i{n}" for n in range(1, 10)],
            "kind": ["纠纷", "噪音"] * 4 + ["纠纷"],
            "title": [f"第{n}件" for n in range(1, 10)],
            "state": ["受理"] * 5 + ["办结"] * 4,
            "reported_at": [f"2026-03-0{n}T09:00:00" for n in range(1, 10)],
        }
    )
    return gpd.GeoDataFrame(frame, geometry=points, crs=town.EPSG)


@pytest.fixture(scope="module")
def live(serve, engine, tmp_path_factory):
    """The town with its two editions, 2020 and July 2024; an operator's token."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    bring(engine, settings, "areas", areas(moved=False))
    registers = town.registers()
    for kind in ("buildings", "facilities"):
        rows = registers[kind].rename(columns={"id": "key"})
        if kind == "buildings":
            rows = rows.assign(households=[12, 24, None, None])
        bring(engine, settings, kind, rows)
    bring(engine, settings, "incidents", incidents())
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    bring(engine, settings, "areas", areas(moved=True))
    publish(engine, settings, title="第二版", actor=operator("test"), effective="2024-07-01")
    client = serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))
    client.headers.update(bearer(engine, "admin"))
    return client


def ask(client, path, **query):
    answer = client.get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


def codes(page):
    return [f["properties"]["code"] for f in page["features"]]


def keys(page):
    return [f["properties"]["key"] for f in page["features"]]


def names(page):
    """Compound and number, or the name, of buildings."""
    rows = [f["properties"] for f in page["features"]]
    return [" ".join(p for p in (r["compound"], r["number"]) if p) or r["name"] for r in rows]


def grids(*numbers):
    return [f"62112200100100{n}" for n in numbers]


def place(client, code):
    return client.get(f"/areas/by-code/{code}").json()["area"]["id"]


def box(x0, y0, x1, y1):
    """A box in degrees around one in metres of the town, a little smaller on all sides."""
    corners = [town.lonlat(x, y) for x in (x0, x1) for y in (y0, y1)]
    lon, lat = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
    return ",".join(f"{v:.9f}" for v in (lon[1], lat[1], lon[2], lat[2]))


def ring(*xy):
    return "POLYGON((" + ",".join("{:.9f} {:.9f}".format(*town.lonlat(*p)) for p in xy) + "))"


SQUARE = ((100, 0), (200, 0), (200, 100), (100, 100), (100, 0))


# -- what is found


def test_areas_come_by_code_with_outline_figures_and_parent(live):
    page = ask(live, "/areas", level="grid")
    assert codes(page) == grids(*range(1, 9))
    assert page["edition"] == {"number": 2, "effective": "2024-07-01"}
    assert (page["next"], page["count"]) == (None, None)
    second = page["features"][1]["properties"]
    # Grid 2 moved to West in edition 2.
    assert second["parent"]["code"] == WEST
    assert (second["households"], second["area_m2"]) == (100, 10_000)
    shape = shapely.geometry.shape(page["features"][1]["geometry"])
    corners = np.array([town.lonlat(*xy) for xy in SQUARE[:4]])
    assert np.allclose(np.sort(shapely.get_coordinates(shape)[:4], axis=0),
                       np.sort(corners, axis=0), atol=1e-8)  # fmt: skip


def test_a_coordinate_has_at_most_nine_decimals(live):
    text = live.get("/areas", params={"level": "grid"}).text
    coordinates = json.loads(text, parse_float=str)["features"][0]["geometry"]["coordinates"][0]
    assert max(len(v.partition(".")[2]) for xy in coordinates for v in xy) == 9


def test_a_past_day_is_answered_from_the_lines_of_that_day(live):
    old = ask(live, "/areas", parent=EAST, at="2023-05-01")
    assert codes(old) == grids(1, 2, 5, 6)
    assert old["edition"]["number"] == 1
    assert codes(ask(live, "/areas", parent=EAST)) == grids(1, 5, 6)
    assert codes(ask(live, "/areas", parent=WEST, edition=1)) == grids(3, 4, 7, 8)


def test_a_parent_holds_all_levels_below_it_and_not_itself(live):
    page = ask(live, "/areas", parent="621122")
    assert codes(page) == [*sorted([EAST, WEST, *grids(*range(1, 9))])]
    by_id = ask(live, "/areas", parent=place(live, "621122"))
    assert codes(by_id) == codes(page)


def test_a_box_finds_what_it_meets_edges_included(live):
    assert codes(ask(live, "/areas", level="grid", bbox=box(10, 10, 90, 90))) == grids(1)
    assert codes(ask(live, "/areas", level="grid", bbox=box(90, 90, 110, 110))) == grids(1, 2, 5, 6)


def test_what_lies_on_the_edge_is_within(live):
    assert codes(ask(live, "/areas", within=ring(*SQUARE))) == grids(2)
    # Everything that shares an edge or a corner with grid 2 has points in common with it.
    touching = ask(live, "/areas", level="grid", intersects=ring(*SQUARE))
    assert codes(touching) == grids(1, 2, 3, 5, 6, 7)


def test_a_shape_may_be_geojson_a_feature_a_line_or_a_point(live):
    middle = town.lonlat(250, 50)
    point = {"type": "Point", "coordinates": middle}
    for shape in (point, {"type": "Feature", "properties": {}, "geometry": point}):
        page = ask(live, "/areas", level="grid", intersects=json.dumps(shape))
        assert codes(page) == grids(3)
    (a, b), (c, d) = town.lonlat(50, 50), town.lonlat(250, 50)
    line = ask(live, "/areas", level="grid", intersects=f"LINESTRING({a} {b},{c} {d})")
    assert codes(line) == grids(1, 2, 3)


def test_regions_narrow_one_another(live):
    both = ask(live, "/areas", level="grid", bbox=box(0, 0, 400, 90), intersects=ring(*SQUARE))
    assert codes(both) == grids(1, 2, 3)
    assert codes(ask(live, "/areas", bbox="0,0,1,1")) == []
    assert len(ask(live, "/areas", bbox="-180,-90,180,90")["features"]) == 11


def test_a_search_text_is_a_beginning_letter_by_letter(live):
    assert codes(ask(live, "/areas", q="6211220010010", level="grid")) == grids(*range(1, 9))
    assert codes(ask(live, "/areas", q="东街")) == [EAST]
    assert codes(ask(live, "/areas", q="社区")) == []
    for wild in ("%", "_", "\\", "62%"):
        assert codes(ask(live, "/areas", q=wild)) == []


def test_buildings_come_with_their_unit_and_never_with_households(live):
    page = ask(live, "/buildings", parent=EAST)
    assert names(page) == ["锦绣家园 3号楼", "锦绣家园 13号楼"]
    assert page["features"][0]["properties"]["unit"]["code"] == grids(1)[0]
    assert page["features"][0]["geometry"]["type"] == "Polygon"
    assert "households" not in live.get("/buildings").text
    assert names(ask(live, "/buildings", q="老粮")) == ["老粮站"]
    assert names(ask(live, "/buildings", q="锦绣", bbox=box(5, 25, 45, 45))) == ["锦绣家园 13号楼"]


def test_facilities_are_chosen_by_kind_and_area(live):
    stations = ask(live, "/facilities", kind="service_station")
    assert [f["properties"]["name"] for f in stations["features"]] == [
        "东街党群服务站",
        "西街党群服务站",
    ]
    assert (
        ask(live, "/facilities", kind="service_station", parent=WEST)["features"][0]["properties"][
            "unit"
        ]["code"]
        == grids(8)[0]
    )


def test_incidents_are_placed_by_the_lines_of_the_day_asked(live):
    assert keys(ask(live, "/incidents", parent=EAST, at="2023-01-01")) == ["i1", "i2", "i5", "i6"]
    assert keys(ask(live, "/incidents", parent=EAST)) == ["i1", "i5", "i6"]
    outside = ask(live, "/incidents", q="i9")["features"][0]["properties"]
    assert (outside["unit"], outside["handler"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "噪音"}, ["i2", "i4", "i6", "i8"]),
        ({"state": "受理", "kind": "噪音"}, ["i2", "i4"]),
        ({"state": "open"}, ["i1", "i2", "i3", "i4", "i5"]),
        ({"state": "open", "order": "newest", "kind": "噪音"}, ["i4", "i2"]),
        ({"from": "2026-03-08"}, ["i8", "i9"]),
        ({"from": "2026-03-08", "order": "newest"}, ["i9", "i8"]),
        ({"from": "2026-03-02", "to": "2026-03-03"}, ["i2", "i3"]),
        ({"to": "9999-12-31", "from": "2026-03-09"}, ["i9"]),
        ({"q": "第3"}, ["i3"]),
        ({"within": ring((0, 0), (200, 0), (200, 100), (0, 100), (0, 0))}, ["i1", "i2"]),
    ],
)
def test_incidents_are_chosen_by_kind_state_days_text_and_shape(live, query, found):
    assert keys(ask(live, "/incidents", **query)) == found


# -- pages


def all_pages(client, path, **query):
    page = ask(client, path, **query)
    pages = [page]
    while page["next"]:
        page = ask(client, page["next"])
        pages.append(page)
    return pages


@pytest.fixture
def timeless(engine):
    """An incident without a time or a state, which became known on 4 March 2026 at noon."""
    columns = [
        c
        for c in incident.c
        if c.name not in ("row_id", "id", "key", "valid_from", "reported_at", "state")
    ]
    row = sa.select(
        *columns, sa.literal("t"), sa.cast("2026-03-04T12:00:00+08:00", sa.DateTime(timezone=True))
    ).limit(1)
    names = [*(c.name for c in columns), "key", "valid_from"]
    with engine.begin() as tx:
        tx.execute(incident.insert().from_select(names, row))
    yield
    with engine.begin() as tx:
        tx.execute(incident.delete().where(incident.c.key == "t"))


@pytest.mark.usefixtures("timeless")
def test_incidents_come_by_time_from_either_end_page_by_page(live):
    in_time = ["i1", "i2", "i3", "i4", "t", "i5", "i6", "i7", "i8", "i9"]
    for order, expected in (("oldest", in_time), ("newest", in_time[::-1])):
        pages = all_pages(live, "/incidents", order=order, limit=3)
        assert [key for page in pages for key in keys(page)] == expected
    assert keys(ask(live, "/incidents", state="open"))[-2:] == ["t", "i5"]


def test_pages_hold_every_row_once_and_keep_the_question(live):
    pages = all_pages(live, "/areas", level="grid", parent="621122", limit=3)
    assert [len(p["features"]) for p in pages] == [3, 3, 2]
    assert [c for p in pages for c in codes(p)] == grids(*range(1, 9))
    buildings = all_pages(live, "/buildings", limit=1, q="锦")
    assert [names(p) for p in buildings] == [["锦绣家园 3号楼"], ["锦绣家园 13号楼"]]


def test_a_last_page_that_is_just_full_has_no_next(live):
    assert [len(p["features"]) for p in all_pages(live, "/areas", level="grid", limit=4)] == [4, 4]


def test_the_next_page_is_of_the_same_edition_without_being_told(live):
    page = ask(live, "/areas", level="grid", limit=4)
    assert "edition=2" in page["next"]
    bare = page["next"].replace("&edition=2", "")
    assert codes(ask(live, bare)) == grids(5, 6, 7, 8)
    day = ask(live, "/areas", level="community", limit=1, at="2023-05-01")
    assert "at=2023-05-01" in day["next"]
    assert ask(live, day["next"])["edition"]["number"] == 1


def test_a_count_is_exact_and_of_the_whole_question(live):
    page = ask(live, "/areas", level="grid", limit=3, count="true")
    assert page["count"] == 8
    assert ask(live, page["next"])["count"] == 8
    assert ask(live, "/incidents", kind="噪音", count="true", limit=1)["count"] == 4


def test_pages_answer_for_the_moment_of_the_first_one(live, engine):
    page = ask(live, "/buildings", limit=1)
    columns = [c for c in building.c if c.name not in ("row_id", "id", "key", "valid_from")]
    late = sa.select(*columns, sa.literal("late").label("key")).limit(1)
    with engine.begin() as tx:
        tx.execute(building.insert().from_select([*(c.name for c in columns), "key"], late))
    try:
        assert len(ask(live, page["next"].replace("limit=1", "limit=9"))["features"]) == 3
        assert len(ask(live, "/buildings")["features"]) == 5
    finally:
        with engine.begin() as tx:
            tx.execute(building.delete().where(building.c.key == "late"))


# -- what is refused


def refused(client, path, status=400, **query):
    answer = client.get(path, params=query)
    assert answer.status_code == status, answer.text
    return answer.json()["detail"]


def test_a_cursor_that_was_changed_or_is_of_another_question_is_refused(live):
    following = ask(live, "/areas", level="grid", limit=3)["next"]
    cursor = following.partition("after=")[2].partition("&")[0]
    for bad in ("x", "", cursor[:-1], cursor + "A", cursor[:20] + "A" + cursor[21:], "é"):
        assert "no cursor" in refused(live, "/areas", level="grid", after=bad)
    assert "no cursor" in refused(live, "/areas", level="community", after=cursor)
    assert "no cursor" in refused(live, "/facilities", after=cursor)
    assert "edition" in refused(live, "/areas", level="grid", after=cursor, edition=1)
    # How many on a page may change on the way.
    assert len(ask(live, "/areas", level="grid", after=cursor, limit=2)["features"]) == 2


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ({"bbox": "1,2,3"}, "four numbers"),
        ({"bbox": "1,2,x,4"}, "four numbers"),
        ({"bbox": "nan,2,3,4"}, "degrees"),
        ({"bbox": "35,104,36,105"}, "exchanged"),
        ({"bbox": "179,34,-179,35"}, "180°"),
        ({"bbox": "104,36,105,35"}, "south"),
        ({"within": "POLYGON((0 0,1 1,0 1,1 0,0 0))"}, "Self-intersection"),
        ({"within": "POLYGON((0 0,1 1"}, "WKT"),
        ({"within": "GEOMETRYCOLLECTION(POINT(1 1))"}, "WKT"),
        ({"within": "POLYGON EMPTY"}, "empty"),
        ({"within": "POINT(465000 3875000)"}, "metres"),
        ({"within": '{"type": "Polygon"}'}, "GeoJSON"),
        ({"within": '{"type": "FeatureCollection", "features": []}'}, "GeoJSON"),
        ({"within": "{" * 5000}, "GeoJSON"),
        ({"intersects": "LINESTRING(-179 10,179 10)"}, "half the earth"),
        ({"within": ""}, "WKT"),
        ({"within": "POINT(1e400 1)"}, "degrees"),
        ({"within": "POLYGON((0 0,1 1,nan 1,0 0))"}, "degrees"),
        ({"q": "a\0"}, "not allowed"),
        ({"parent": "\0"}, "not allowed"),
        ({"parent": "999"}, "no area"),
        ({"level": "village"}, "village"),
        ({"limit": "1001"}, "1000"),
        ({"limit": "0"}, "at least 1"),
        ({"q": ""}, "empty"),
        ({"count": "perhaps"}, "true or false"),
        ({"colour": "red"}, "no parameter"),
        ({"at": "2023-05-01", "edition": "1"}, "one of them"),
    ],
)
def test_what_can_not_be_understood_is_refused_with_a_remedy(live, query, remedy):
    status = 404 if {"parent", "level"} & set(query) else 400
    answer = live.get("/areas", params=query)
    assert answer.status_code in (400, status)
    assert remedy in answer.json()["detail"]


def test_a_shape_of_too_many_vertices_is_refused():
    turn = np.linspace(0, 2 * math.pi, MOST_VERTICES + 1)
    circle = shapely.Polygon(np.column_stack([104 + np.cos(turn), 35 + np.sin(turn)]))
    with pytest.raises(BadInput, match="Simplify"):
        read_region(circle.wkt)


def test_a_visitor_sees_areas_and_facilities_but_no_lists_of_buildings_or_incidents(live):
    with live.__class__(base_url=live.base_url) as visitor:
        assert visitor.get("/areas").status_code == 200
        assert visitor.get("/facilities").status_code == 200
        assert visitor.get("/buildings").status_code == 401
        assert visitor.get("/incidents").status_code == 401


def test_a_worker_reads_the_incidents_of_the_own_area_by_todays_lines(live, engine):
    worker = bearer(engine, "worker", place(live, EAST))
    page = live.get("/incidents", headers=worker).json()
    assert keys(page) == ["i1", "i5", "i6"]
    # By the lines of 2023 grid 2 was East's, yet what happens in it is West's to read today.
    old = live.get("/incidents?at=2023-01-01", headers=worker).json()
    assert keys(old) == ["i1", "i5", "i6"]
    buildings = live.get("/buildings", headers=worker).json()
    assert names(buildings) == ["锦绣家园 3号楼", "锦绣家园 13号楼"]


def test_the_read_only_view_says_where_lists_are_answered(view):
    for path in ("/areas", "/buildings", "/facilities", "/incidents", "/nearest?lon=104&lat=35",
                 "/coverage", "/areas/1/history"):  # fmt: skip
        answer = view.get(path)
        assert answer.status_code == 404, path
        assert "wangge serve" in answer.json()["detail"]


# -- rows of a day


def test_buildings_of_a_day_are_those_that_were_known_on_it(live, engine):
    today = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()
    assert len(ask(live, "/buildings", at=today.isoformat())["features"]) == 4
    assert ask(live, "/buildings", at="2023-05-01")["features"] == []
    b = building.c
    old = dt.datetime(2023, 5, 1, 12, tzinfo=dt.UTC)
    with engine.begin() as tx:
        tx.execute(building.update().where(b.name == "老粮站").values(valid_from=old))
    try:
        # In Shanghai it is 20 o'clock: the first of May knows it, the thirtieth of April not.
        assert names(ask(live, "/buildings", at="2023-05-01")) == ["老粮站"]
        assert names(ask(live, "/buildings", at="2023-04-30")) == []
    finally:
        with engine.begin() as tx:
            tx.execute(building.update().where(b.name == "老粮站").values(valid_from=sa.func.now()))


def test_an_area_is_one_row_per_edition(live, engine):
    with engine.begin() as tx:
        versions = tx.scalar(sa.select(sa.func.count()).select_from(area_version))
    # Grid 2 and the two communities changed: eleven and three more.
    assert versions == 14
    assert len(ask(live, "/areas")["features"]) == 11
    assert len(ask(live, "/areas", edition=1)["features"]) == 11


# -- coverage and the nearest


def test_coverage_counts_known_households_by_area(live):
    answer = live.get("/coverage", params={"level": "grid", "minutes": 10}).json()
    assert [row["area"]["code"] for row in answer["rows"]] == grids(*range(1, 9))
    first = answer["rows"][0]
    assert (first["households"], first["share"], first["method"]) == (36, 1.0, "disc")
    assert answer["rows"][7]["share"] is None
    assert first["known_households"] == 36
    below = live.get("/coverage", params={"parent": place(live, EAST)}).json()["rows"]
    assert [row["area"]["code"] for row in below] == [EAST, *grids(1, 5, 6)]
    assert {row["minutes"] for row in below} == {10}


def test_the_nearest_facilities_are_in_service_and_measured_in_a_straight_line(live):
    lon, lat = town.lonlat(50, 50)
    answer = live.get("/nearest", params={"lon": lon, "lat": lat}).json()
    assert answer["method"] == "disc"
    (station,) = answer["facilities"]
    assert station["name"] == "东街党群服务站"
    assert station["distance_m"] == pytest.approx(30, abs=0.002)
    assert (station["lon"], station["lat"]) == pytest.approx(town.lonlat(50, 80), abs=1e-8)
    many = live.get("/nearest", params={"lon": lon, "lat": lat, "limit": 9}).json()["facilities"]
    # The post is unused; the library (250, 190) is nearer than the station (350, 150).
    assert [f["kind"] for f in many] == ["service_station", "library", "service_station"]
    library = live.get("/nearest", params={"lon": lon, "lat": lat, "kind": "library"}).json()
    assert [f["address"] for f in library["facilities"]] == ["北街 8 号"]
    for nowhere in ({"lon": 500}, {"lon": "nan"}, {"lon": "1e308", "crs": town.EPSG}):
        assert live.get("/nearest", params={"lat": 1, **nowhere}).status_code == 400


NOW = "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "values",
    [
        [], 5, None, {"a": 1}, [1], ["x", NOW, 1], [1, "2026-01-01T00:00:00", 1],
        [1, "0001-01-01T00:00:00+00:00", 1], [1, NOW], [1, NOW, 10**30], [1, NOW, [1]],
        [1, NOW, None], [1, NOW, "\0", 3], [1, NOW, 1, 2, 3], [1, NOW, 1, 1], [10**20, NOW, 1],
    ],
)  # fmt: skip
def test_a_cursor_that_somebody_sealed_with_anything_in_it_is_refused(live, values):
    for path in ("/areas", "/facilities"):
        bad = sealed(f"{path}?", values)
        assert "no cursor" in refused(live, path, after=bad)
