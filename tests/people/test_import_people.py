"""Importing people and incidents into a real database."""

import datetime as dt
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo import people, registers
from geo.access import VISITOR, operator
from geo.boundaries import Placer, init_site, read_site
from geo.crs import GCJ02, SourceCrs, convert, to_working
from geo.db.schema import area_version, branch, edition, incident, member, placement, position
from geo.errors import Refused
from geo.exchange import Table, conform
from geo.frames import CONTRACTS

EPSG = 4544
ALL = operator("tester")
WORKING = SourceCrs("epsg", EPSG)
SITE = read_site(
    """
    [site]
    name = { zh = "试验", en = "Trial" }
    crs = "EPSG:4544"
    [[level]]
    key = "grid"
    name = { zh = "网格", en = "Grid" }
    """
)
ORIGIN = np.array([466_000.0, 3_874_000.0])
WEST, EAST = "62112200100101", "62112200100102"


def point(x, y):
    return shapely.Point(ORIGIN + np.array([x, y]))


def square(x):
    return shapely.box(*(ORIGIN + np.array([x, 0])), *(ORIGIN + np.array([x + 100, 100])))


UNITS = gpd.GeoDataFrame(
    {"id": [1, 2], "place_id": [1, 2], "code": [WEST, EAST]},
    geometry=[square(0), square(100)],
    crs=EPSG,
)
PLACE = Placer({1: UNITS})


@pytest.fixture
def town(transaction):
    """A site with one edition of two units of 100 m, place ids 1 (west) and 2 (east)."""
    init_site(transaction, SITE, actor=operator("tester"))
    transaction.execute(
        edition.insert().values(
            number=1, title="1", effective=dt.date(2026, 1, 1), published_by="tester"
        )
    )
    for unit in UNITS.itertuples():
        transaction.execute(
            area_version.insert().values(
                place_id=unit.place_id, level="grid", code=unit.code, name=unit.code,
                area_m2=10_000, first_edition=1,
                geom=f"SRID={EPSG};{shapely.MultiPolygon([unit.geometry]).wkt}",
                label=f"SRID={EPSG};{unit.geometry.centroid.wkt}",
            )
        )  # fmt: skip
    return transaction


def run(tx, kind, rows, shapes=None, *, crs=WORKING, commit=True, skip=False, place=PLACE):
    frame = pd.DataFrame(rows).astype(object)
    if shapes is not None:
        frame["geometry"] = np.array(shapes, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    table = Table(path="trial.csv", layer=None, frame=frame, source_crs=crs)
    conformed = conform(table, CONTRACTS[kind], timezone="Asia/Shanghai")
    folder = registers if kind == "buildings" else people
    return folder.import_rows(
        tx, conformed, kind=kind, source=kind, site=SITE, place=place, actor=operator("tester"),
        commit=commit, skip_rejected=skip,
    )  # fmt: skip


def placements(tx, subject):
    p = placement.c
    rows = tx.execute(
        sa.select(p.place_id, p.how).where(p.subject_kind == subject).order_by(p.subject_id)
    )
    return [tuple(row) for row in rows]


# -- incidents


def test_an_incident_keeps_the_coordinate_it_came_with_and_its_system(town):
    place = point(50, 50)
    (given,) = convert(np.array([place]), WORKING, GCJ02)
    run(town, "incidents", [{"id": "1", "事件类型": "噪音"}], [given], crs=GCJ02)
    row = town.execute(sa.select(incident)).one()
    assert (row.original_x, row.original_y, row.original_crs) == (given.x, given.y, "gcj02")
    stored = shapely.from_wkb(bytes(row.geom.data))
    assert stored.equals(to_working(np.array([given]), GCJ02, EPSG)[0])
    assert stored.distance(place) < 0.001
    assert placements(town, "incident") == [(1, "point")]


def test_an_incident_without_a_coordinate_is_a_rejected_row(town):
    rows = [{"id": "1", "kind": "噪音"}, {"id": "2", "kind": "噪音"}]
    report = run(town, "incidents", rows, [point(5, 5), None], commit=False)
    assert [reject.row for reject in report.rejects] == [2]
    assert (report.new, report.placed) == (1, 1)


def test_incidents_closed_before_they_were_reported_are_said_once(town):
    rows = [
        {"id": "1", "kind": "a", "上报时间": "2026-03-05", "办结时间": "2026-03-04"},
        {"id": "2", "kind": "a", "上报时间": "2026-03-05", "办结时间": "2026-03-06"},
    ]
    report = run(town, "incidents", rows, [point(5, 5)] * 2, commit=False)
    (note,) = [n for n in report.notes if n.code == "closed_before_reported"]
    assert note.en.startswith("1 incidents")
    assert report.new == 2


def test_incidents_are_counted_on_cells_by_kind_state_and_day(town):
    rows = [
        {
            "id": str(n),
            "kind": "噪音" if n < 6 else "积水",
            "状态": "办结",
            "上报时间": "2026-03-05 23:30",
        }
        for n in range(9)
    ]
    run(town, "incidents", rows, [point(5, 5)] * 9)

    def counts(**filters):
        told = people.incident_hexes(town, zoom=12, actor=ALL, **filters)
        return [f["properties"]["count"] for f in told["features"]]

    assert counts() == [9]
    assert counts(kind="噪音") == [6]
    assert counts(kind="积水") == [3]
    assert counts(state="受理") == []
    # half past eleven at night in China is another day in Greenwich
    assert counts(start=dt.date(2026, 3, 5), end=dt.date(2026, 3, 5)) == [9]
    assert counts(start=dt.date(2026, 3, 6)) == []
    assert people.incident_filters(town) == {"kinds": ["噪音", "积水"], "states": ["closed"]}


def test_the_cells_of_every_zoom_hold_all_incidents(town):
    rows = [{"id": str(n), "kind": "a"} for n in range(40)]
    run(town, "incidents", rows, [point(2500 * (n % 5), 0) for n in range(40)])
    for zoom in (8, 12, 14, 16):
        told = people.incident_hexes(town, zoom=zoom, actor=ALL)
        assert sum(f["properties"]["count"] for f in told["features"]) == 40


# -- members


def house(tx, key="B1", x=10, shape=None):
    return run(tx, "buildings", [{"id": key}], [shape or square(x).buffer(-40)])


def test_a_member_follows_the_building_and_not_the_own_point(town):
    house(town)  # in the west
    rows = [{"id": "1", "姓名": "王一", "居住楼栋": "B1"}]
    run(town, "members", rows, [point(150, 50)])
    assert placements(town, "member") == [(1, "building")]


def test_a_member_without_a_building_is_placed_by_point(town):
    run(town, "members", [{"id": "1", "姓名": "王一"}], [point(150, 50)])
    assert placements(town, "member") == [(2, "point")]


def test_a_member_needs_no_coordinates_when_the_building_is_known(town):
    house(town)
    run(town, "members", [{"id": "1", "姓名": "王一", "居住楼栋": "B1"}])
    assert placements(town, "member") == [(1, "building")]
    assert town.scalar(sa.select(member.c.geom)) is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"姓名": "王一"}, "no_home"),
        ({"姓名": "王一", "居住楼栋": "B9"}, "home_unknown"),
        ({"姓名": "王一", "居住楼栋": "B1", "报到网格": "62112200100199"}, "unknown_area"),
    ],
)
def test_a_member_without_a_home_or_with_an_unknown_duty_is_rejected(town, row, code):
    house(town)
    report = run(town, "members", [{"id": "1", **row}], commit=False)
    assert [reject.code for reject in report.rejects] == [code]
    assert (report.new, report.placed) == (0, 0)


def test_the_area_of_duty_is_not_the_area_of_the_home(town):
    house(town)
    rows = [{"id": "1", "姓名": "王一", "居住楼栋": "B1", "报到网格": EAST, "人员类型": "在职党员"}]
    run(town, "members", rows)
    assert town.execute(sa.select(member.c.duty_area, member.c.kind)).one() == (EAST, "in_service")
    assert placements(town, "member") == [(1, "building")]


def test_members_are_tied_to_a_building_that_comes_after_them(town):
    rows = [{"id": "1", "姓名": "王一", "居住楼栋": "B1"}]
    report = run(town, "members", rows, [point(150, 50)])
    assert [n.code for n in report.notes if n.severity == "warning"] == ["home_by_point"]
    assert placements(town, "member") == [(2, "point")]
    house(town)
    people.follow_buildings(town, place=PLACE)
    assert placements(town, "member") == [(1, "building")]


def test_members_move_with_their_building(town):
    house(town)
    run(town, "members", [{"id": "1", "姓名": "王一", "居住楼栋": "B1"}])
    house(town, x=110)
    people.follow_buildings(town, place=PLACE)
    assert placements(town, "member") == [(2, "building")]


def test_a_new_edition_places_members_by_their_building(town):
    house(town)
    run(town, "members", [{"id": "1", "姓名": "王一", "居住楼栋": "B1"}])
    town.execute(
        edition.insert().values(
            number=2, title="2", effective=dt.date(2026, 2, 1), published_by="tester"
        )
    )
    exchanged = UNITS.assign(id=[3, 4], place_id=[2, 1])
    people.replace(town, edition=2, place=Placer({2: exchanged}))
    p = placement.c
    rows = town.execute(
        sa.select(p.first_edition, p.last_edition, p.place_id, p.how)
        .where(p.subject_kind == "member")
        .order_by(p.first_edition)
    )
    assert [tuple(r) for r in rows] == [(1, 1, 1, "building"), (2, None, 2, "building")]


def test_nothing_personal_stands_in_a_report(town):
    rows = [
        {"id": "1", "姓名": "王秘密", "手机号": "1.38E+10", "居住地址": "隐私路 5 号"},
        {"id": "2", "姓名": "王秘密", "手机号": "13812345678"},
        {"id": "3", "姓名": "王秘密"},
    ]
    shapes = [point(5, 5), shapely.Point(99_000_000, 5), point(5, 5)]
    report = run(town, "members", rows, shapes, commit=False)
    text = json.dumps(report.to_json(), ensure_ascii=False, default=str)
    assert report.reject_count == 2
    for secret in ("王秘密", "1.38E+10", "13812345678", "隐私路", "99000000"):
        assert secret not in text


def test_members_are_counted_in_cells_of_one_size_only(town):
    rows = [{"id": str(n), "姓名": "王一"} for n in range(6)]
    run(town, "members", rows, [point(5, 5)] * 6)
    told = people.member_hexes(town, actor=VISITOR)
    assert told["resolution"] == 9
    assert [f["properties"]["count"] for f in told["features"]] == [5]  # down to a multiple of 5
    few = people.member_hexes(town, actor=VISITOR, suppress_below=7)
    assert few["features"][0]["properties"] == {
        "count": None, "suppressed": True, "low": "<7",
    }  # fmt: skip


# -- positions and branches


def test_a_post_belongs_to_the_place_behind_its_code_and_may_be_vacant(town):
    rows = [
        {"id": "1", "网格编码": WEST, "岗位": "网格长", "姓名": "李四"},
        {"id": "2", "网格编码": EAST, "岗位": "民警"},
    ]
    run(town, "positions", rows)
    p = position.c
    stored = town.execute(sa.select(p.place_id, p.title, p.holder).order_by(p.key)).all()
    assert [tuple(row) for row in stored] == [(1, "网格长", "李四"), (2, "民警", None)]


def test_a_branch_of_an_unknown_area_is_rejected_with_the_code(town):
    rows = [
        {"id": "1", "支部名称": "一支部", "所属网格": WEST},
        {"id": "2", "支部名称": "二支部", "所属网格": "620000000000"},
    ]
    with pytest.raises(Refused):
        run(town, "branches", rows)
    report = run(town, "branches", rows, skip=True)
    assert [(r.row, r.code, r.value) for r in report.rejects] == [
        (2, "unknown_area", "620000000000")
    ]
    assert list(town.scalars(sa.select(branch.c.name))) == ["一支部"]
