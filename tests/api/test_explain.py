"""Lists are answered by indexes: the plans of the very statements that the routes send.

A made-up county with many rows: 20,000 areas in two editions, 60,000 buildings, 20,000
facilities and 60,000 incidents in 100 × 100 grids of 100 m.
"""

import json
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

BIG = {"area_version", "area_figures", "building", "facility", "incident", "placement"}
SIDE = 100
X, Y = town.ORIGIN

_AREAS = f"""
INSERT INTO area_version
    (place_id, level, code, name, parent_id, area_m2, geom, label, first_edition, last_edition)
SELECT 100000 + n, 'grid', '62112200' || lpad((n + 10000)::text, 7, '0'), '第' || n || '网格',
       1000 + n / {SIDE}, 10000,
       ST_Multi(ST_SetSRID(ST_MakeEnvelope(x, y, x + 100, y + 100), {town.EPSG})),
       ST_SetSRID(ST_MakePoint(x + 50, y + 50), {town.EPSG}), first, last
FROM (VALUES (1, 1), (2, NULL)) AS span(first, last), LATERAL (
    SELECT n, {X} + n % {SIDE} * 100 AS x, {Y} + n / {SIDE} * 100 AS y
    FROM generate_series(0, {SIDE * SIDE - 1}) AS n) AS cell;
INSERT INTO area_version
    (place_id, level, code, name, parent_id, area_m2, geom, label, first_edition)
SELECT 1000 + n, 'community', '6211220' || (n + 10000), '第' || n || '社区', 1, 1000000,
       ST_Multi(ST_SetSRID(ST_MakeEnvelope({X}, y, {X} + 10000, y + 100), {town.EPSG})),
       ST_SetSRID(ST_MakePoint({X} + 50, y + 50), {town.EPSG}), 1
FROM (SELECT n, {Y} + n * 100 AS y FROM generate_series(0, {SIDE - 1}) AS n) AS band;
INSERT INTO area_version
    (place_id, level, code, name, area_m2, geom, label, first_edition)
SELECT 1, 'county', '621122', '县', 100000000,
       ST_Multi(ST_SetSRID(ST_MakeEnvelope({X}, {Y}, {X} + 10000, {Y} + 10000), {town.EPSG})),
       ST_SetSRID(ST_MakePoint({X}, {Y}), {town.EPSG}), 1;
INSERT INTO area_figures (edition, place_id, households, households_complete, buildings)
SELECT e, place_id, 100, true, 6 FROM generate_series(1, 2) AS e,
       (SELECT DISTINCT place_id FROM area_version) AS place
"""

_ROWS = {
    "building": (60_000, "number, name, compound, address, inner_point, geom",
                 "n % 30 || '号楼', '楼' || n, '小区' || n / 20, '街' || n, point,"
                 " ST_Multi(ST_Buffer(point, 5, 'quad_segs=1'))"),
    "facility": (20_000, "kind, name, address, geom",
                 "(ARRAY['post', 'library'])[1 + n % 2], '站' || n, '街' || n, point"),
    "incident": (60_000, "kind, title, state, reported_at, geom",
                 "(ARRAY['a', 'b'])[1 + n % 2], '件' || n, 'closed',"
                 " timestamptz '2020-01-01' + n * interval '1 hour', point"),
}  # fmt: skip


def fill(tx, table, count, columns, values):
    tx.execute(
        sa.text(f"""
        INSERT INTO {table} (id, source, key, row_hash, {columns})
        SELECT nextval('subject_ids'), 'made', n, n, {values}
        FROM (SELECT n, ST_SetSRID(ST_MakePoint({X} + n::bigint * 7919 % 1000000 / 100.0,
                     {Y} + n::bigint * 104729 % 1000000 / 100.0), {town.EPSG}) AS point
              FROM generate_series(1, {count}) AS n) AS spot;
        INSERT INTO placement (subject_kind, subject_id, first_edition, place_id, how)
        SELECT '{table}', id, 1, 100000 + floor((ST_Y(p) - {Y}) / 100) * {SIDE}
               + floor((ST_X(p) - {X}) / 100), 'point'
        FROM (SELECT id, ST_PointOnSurface(geom) AS p FROM {table}) AS placed
    """)
    )


@pytest.fixture(scope="module")
def county(serve, engine, town_folder):
    """The service over the county; its published folder has editions 1 and 2."""
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
        tx.execute(
            sa.text(
                "INSERT INTO edition (number, title, effective, published_by)"
                " VALUES (1, 'x', '2020-01-01', 't'), (2, 'y', '2024-07-01', 't')"
            )
        )
        tx.execute(sa.text(_AREAS))
        for table, (count, columns, values) in _ROWS.items():
            fill(tx, table, count, columns, values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        tx.execute(sa.text("VACUUM ANALYZE"))
    client = serve(create_app(Settings(), PublishedFolder(town_folder), engine))
    client.headers.update(bearer(engine, "admin"))
    client.worker = bearer(engine, "worker", 1050)
    return client


@contextmanager
def sent(engine):
    """Collect the selects on big tables that are sent meanwhile."""
    found = []

    def keep(_connection, _cursor, statement, parameters, _context, _many):
        if any(f"FROM {table}" in statement or f"JOIN {table}" in statement for table in BIG):
            found.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)


def nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def plans(engine, statements):
    with engine.connect() as tx:
        for statement, parameters in statements:
            cursor = tx.connection.cursor()
            cursor.execute("SET plan_cache_mode = force_custom_plan")
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            (plan,) = cursor.fetchone()[0]
            yield plan["Plan"]


def by_indexes(engine, client, path, query, headers=None):
    """Ask, and give the names of the indexes used; no big table may be read through."""
    with sent(engine) as statements:
        answer = client.get(path, params=query or None, headers=headers)
        assert answer.status_code == 200, answer.text
    assert statements
    used = set()
    for plan in plans(engine, statements):
        for node in nodes(plan):
            read_through = node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG
            assert not read_through, json.dumps(plan, indent=1)
            used.add(node.get("Index Name"))
    assert answer.json().get("features") or answer.json().get("facilities")
    return used


def box(x, y, side=150):
    west, south = town.lonlat(x, y)
    east, north = town.lonlat(x + side, y + side)
    return f"{west},{south},{east},{north}"


def ring(x, y, side=150):
    w, s, e, n = box(x, y, side).split(",")
    return f"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"


CASES = [
    ("/areas", {"bbox": box(5000, 5000)}, "ix_area_version_geom_gist"),
    ("/areas", {"within": ring(5000, 5000, 250)}, "ix_area_version_geom_gist"),
    ("/areas", {"intersects": ring(5000, 5000), "level": "grid"}, "ix_area_version_geom_gist"),
    ("/areas", {"parent": "621122010050"}, "ix_area_version_parent_id"),
    ("/areas", {"parent": "621122", "edition": "1"}, "ix_area_version_parent_id"),
    ("/areas", {"q": "6211220000150"}, "ix_area_version_code"),
    ("/areas", {"q": "第77网"}, "ix_area_version_name_beginning"),
    ("/areas", {"limit": "50"}, "ix_area_version_code"),
    ("/areas", {"at": "2023-01-01"}, "ix_area_version_code"),
    ("/buildings", {"bbox": box(5000, 5000)}, "ix_building_geom_gist"),
    ("/buildings", {"within": ring(5000, 5000)}, "ix_building_geom_gist"),
    ("/buildings", {"bbox": box(5000, 5000), "at": "2099-01-01"}, "ix_building_geom_gist"),
    ("/buildings", {"parent": "621122000015050"}, "ix_placement_place_id"),
    ("/buildings", {"parent": "621122", "limit": "1000"}, None),
    ("/buildings", {"q": "小区2777"}, "ix_building_compound_beginning"),
    ("/buildings", {}, "ix_building_id"),
    ("/facilities", {"bbox": box(5000, 5000)}, "ix_facility_geom_gist"),
    ("/facilities", {"within": ring(5000, 5000), "kind": "post"}, "ix_facility_geom_gist"),
    ("/facilities", {"parent": "621122000015050"}, "ix_placement_place_id"),
    ("/facilities", {"q": "站7777"}, "ix_facility_name_beginning"),
    ("/facilities", {"kind": "post"}, "ix_facility_id"),
    ("/incidents", {"bbox": box(5000, 5000)}, "ix_incident_geom_gist"),
    ("/incidents", {"within": ring(5000, 5000), "kind": "a"}, "ix_incident_geom_gist"),
    ("/incidents", {"parent": "621122000015050"}, "ix_placement_place_id"),
    ("/incidents", {"q": "件7777"}, "ix_incident_title_beginning"),
    ("/incidents", {"from": "2026-01-02", "to": "2026-01-03"}, "ix_incident_moment"),
    ("/incidents", {"order": "newest", "from": "2026-01-02"}, "ix_incident_moment"),
    ("/incidents", {"state": "closed"}, "ix_incident_moment"),
    ("/incidents", {"order": "newest"}, "ix_incident_moment"),
    ("/nearest", {"lon": town.lonlat(5000, 5000)[0], "lat": town.lonlat(5000, 5000)[1]},
     "ix_facility_geom_gist"),
    ("/nearest", {"lon": town.lonlat(5000, 5000)[0], "lat": town.lonlat(5000, 5000)[1],
                  "kind": "library", "limit": "20"}, "ix_facility_geom_gist"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "query", "index"), CASES)
def test_a_list_question_is_answered_by_an_index(county, engine, path, query, index):
    used = by_indexes(engine, county, path, query)
    assert index is None or index in used


@pytest.mark.parametrize("path", ["/areas", "/buildings", "/facilities", "/incidents"])
def test_the_next_page_begins_in_the_index(county, engine, path):
    following = county.get(path, params={"limit": 100}).json()["next"]
    used = by_indexes(engine, county, following, None)
    key = "ix_area_version_code" if path == "/areas" else None
    assert key is None or key in used


def test_the_next_page_of_the_newest_begins_in_the_index_too(county, engine):
    following = county.get("/incidents", params={"order": "newest"}).json()["next"]
    assert "ix_incident_moment" in by_indexes(engine, county, following, None)


def test_a_count_reads_no_whole_table_either(county, engine):
    by_indexes(engine, county, "/buildings", {"bbox": box(5000, 5000, 900), "count": "true"})


def test_a_count_of_more_than_ten_thousand_is_not_told(county):
    answer = county.get("/buildings", params={"count": "true", "limit": 1}).json()
    assert (answer["count"], answer["count_over"]) == (None, 10_000)
    few = county.get("/buildings", params={"count": "true", "bbox": box(5000, 5000, 900)}).json()
    # 60,000 buildings on 100 km²: about 486 in 0.81 km².
    assert 400 < few["count"] < 600
    assert "count_over" not in few


def test_the_own_area_of_a_worker_narrows_by_an_index(county, engine):
    used = by_indexes(engine, county, "/incidents", {}, headers=county.worker)
    assert used
