"""Importing rows into a real database: dry runs, repetition, changes, placements."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo import registers
from geo.access import operator
from geo.boundaries import Placer, read_site
from geo.crs import WGS84, SourceCrs, convert
from geo.db.schema import audit, building, edition, facility, placement
from geo.errors import Busy, Refused, UnknownOption
from geo.exchange import Table, conform
from geo.frames import CONTRACTS

EPSG = 4544
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


def at(x, y):
    """A place `x` metres east and `y` metres north of the trial town's corner."""
    return ORIGIN + np.array([x, y])


def box(x0, y0, x1, y1):
    return shapely.box(*at(x0, y0), *at(x1, y1))


def units(*squares):
    """Units of 100 m from west to east with place ids 1, 2, …"""
    shapes = squares or (box(0, 0, 100, 100), box(100, 0, 200, 100))
    numbers = range(1, len(shapes) + 1)
    return gpd.GeoDataFrame(
        {
            "id": list(numbers),
            "place_id": list(numbers),
            "code": [f"00{n}" for n in numbers],
        },
        geometry=list(shapes),
        crs=EPSG,
    )


def table(rows, shapes, crs=EPSG):
    frame = pd.DataFrame(rows).astype(object)
    frame["geometry"] = np.array(shapes, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return Table(path="trial.gpkg", layer=None, frame=frame, source_crs=SourceCrs("epsg", crs))


def run(tx, kind, rows, shapes, *, place=None, commit=True, skip=False, crs=EPSG):
    conformed = conform(table(rows, shapes, crs), CONTRACTS[kind], timezone="Asia/Shanghai")
    return registers.import_rows(
        tx, conformed, kind=kind, source="trial", site=SITE, place=place or Placer({}),
        actor=operator("tester"), commit=commit, skip_rejected=skip,
    )  # fmt: skip


def publish(tx, number):
    tx.execute(
        edition.insert().values(
            number=number, title=str(number), effective="2026-01-01", published_by="tester"
        )
    )


def placements(tx, subject):
    p = placement.c
    rows = tx.execute(
        sa.select(p.first_edition, p.last_edition, p.place_id)
        .where(p.subject_kind == subject)
        .order_by(p.subject_id, p.first_edition)
    )
    return [tuple(row) for row in rows]


def count(tx, table):
    return tx.scalar(sa.select(sa.func.count()).select_from(table))


STATION = {"id": "7", "kind": "党群服务站", "name": "一站"}


def test_a_dry_run_writes_nothing(transaction):
    report = run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))], commit=False)
    assert (report.rows_read, report.new, report.committed) == (1, 1, False)
    assert count(transaction, facility) == 0
    assert count(transaction, audit) == 0


def test_a_committed_import_is_stored_and_audited(transaction):
    report = run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))])
    assert (report.new, report.committed) == (1, True)
    assert transaction.scalar(sa.select(facility.c.name)) == "一站"
    assert transaction.scalar(sa.select(audit.c.action)) == "import facilities"


def test_without_an_edition_nothing_is_placed_and_the_report_says_so(transaction):
    report = run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))])
    assert report.placed is None
    assert report.outside is None
    assert placements(transaction, "facility") == []


def test_the_same_file_again_changes_nothing(transaction):
    shapes = [shapely.Point(at(5, 5))]
    run(transaction, "facilities", [STATION], shapes)
    again = run(transaction, "facilities", [STATION], shapes)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)
    assert count(transaction, facility) == 1


def test_true_duplicates_without_ids_stay_two_and_are_not_doubled(transaction):
    rows = [{"kind": "AED"}, {"kind": "AED"}]
    shapes = [shapely.Point(at(5, 5))] * 2
    assert run(transaction, "facilities", rows, shapes).new == 2
    assert run(transaction, "facilities", rows, shapes).unchanged == 2
    assert count(transaction, facility) == 2


def test_a_changed_row_closes_and_the_next_one_opens_with_the_same_id(transaction):
    shapes = [shapely.Point(at(5, 5))]
    run(transaction, "facilities", [STATION], shapes)
    report = run(transaction, "facilities", [{**STATION, "name": "二站"}], shapes)
    assert (report.new, report.updated, report.unchanged) == (0, 1, 0)
    f = facility.c
    rows = transaction.execute(sa.select(f.id, f.name, f.valid_to).order_by(f.row_id)).all()
    assert [row.name for row in rows] == ["一站", "二站"]
    assert rows[0].id == rows[1].id
    assert rows[0].valid_to is not None
    assert rows[1].valid_to is None


def test_the_same_numbers_in_another_system_are_a_change(transaction):
    lonlat = convert(np.array([shapely.Point(at(5, 5))]), SourceCrs("epsg", EPSG), WGS84)
    run(transaction, "facilities", [STATION], lonlat, crs=4326)
    report = run(transaction, "facilities", [STATION], lonlat, crs=4490)
    assert report.updated == 1


def test_a_point_is_placed_in_every_edition_and_equal_units_share_a_row(transaction):
    for number in (1, 2, 3):
        publish(transaction, number)
    west_first = units()
    swapped = units(box(100, 0, 200, 100), box(0, 0, 100, 100)).assign(id=[3, 4])
    place = Placer({1: west_first, 2: west_first, 3: swapped})
    report = run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))], place=place)
    assert (report.placed, report.outside) == (1, 0)
    assert placements(transaction, "facility") == [(1, 2, 1), (3, None, 2)]


def test_outside_is_stored_and_counted(transaction):
    publish(transaction, 1)
    far = [shapely.Point(at(500, 5))]
    report = run(transaction, "facilities", [STATION], far, place=Placer({1: units()}))
    assert (report.placed, report.outside) == (0, 1)
    assert placements(transaction, "facility") == [(1, None, None)]


def test_a_moved_facility_is_placed_anew(transaction):
    publish(transaction, 1)
    place = Placer({1: units()})
    run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))], place=place)
    run(transaction, "facilities", [STATION], [shapely.Point(at(150, 5))], place=place)
    assert placements(transaction, "facility") == [(1, None, 2)]


def test_publishing_places_what_was_imported_before_the_first_edition(transaction):
    run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))])
    publish(transaction, 1)
    registers.replace(transaction, edition=1, place=Placer({1: units()}))
    assert placements(transaction, "facility") == [(1, None, 1)]


def test_a_new_edition_closes_placements_only_where_the_unit_changes(transaction):
    publish(transaction, 1)
    rows = [STATION, {**STATION, "id": "8"}, {**STATION, "id": "9"}]
    shapes = [shapely.Point(at(x, 5)) for x in (5, 150, 250)]
    run(transaction, "facilities", rows, shapes, place=Placer({1: units()}))
    publish(transaction, 2)
    wider = units(box(0, 0, 100, 100), box(100, 0, 140, 100), box(140, 0, 300, 100))
    registers.replace(transaction, edition=2, place=Placer({2: wider}))
    assert placements(transaction, "facility") == [
        (1, None, 1),
        (1, 1, 2), (2, None, 3),
        (1, 1, None), (2, None, 3),
    ]  # fmt: skip


def test_rejected_rows_keep_the_file_out_until_they_are_skipped(transaction):
    rows = [STATION, {**STATION, "id": "8"}]
    shapes = [shapely.Point(at(5, 5)), None]
    with pytest.raises(Refused, match="1 of 2 rows"):
        run(transaction, "facilities", rows, shapes)
    assert count(transaction, facility) == 0
    report = run(transaction, "facilities", rows, shapes, skip=True)
    assert (report.reject_count, report.new) == (1, 1)


def test_an_import_is_refused_when_an_edition_came_in_between(transaction):
    publish(transaction, 1)
    with pytest.raises(Busy, match="again"):
        run(transaction, "facilities", [STATION], [shapely.Point(at(5, 5))])


def test_a_building_belongs_to_the_unit_of_its_inner_point_and_straddling_is_said(transaction):
    publish(transaction, 1)
    rows = [{"id": "a", "use": "住宅", "households": "12"}, {"id": "b", "use": "住宅"}]
    shapes = [box(60, 10, 110, 20), box(10, 10, 20, 20)]
    report = run(transaction, "buildings", rows, shapes, place=Placer({1: units()}))
    (found,) = report.findings
    assert (found.code, found.row) == ("straddles", 1)
    assert found.area_m2 == pytest.approx(100.0)  # 10 m × 10 m of 50 m × 10 m
    assert found.facts["share_away"] == pytest.approx(0.2)
    households = transaction.scalars(sa.select(building.c.households).order_by(building.c.key))
    assert list(households) == [12, None]


def test_a_point_is_no_building(transaction):
    report = run(transaction, "buildings", [{"id": "a"}], [shapely.Point(at(5, 5))], commit=False)
    assert [reject.code for reject in report.rejects] == ["wrong_kind"]


def test_a_building_of_300_floors_is_rejected(transaction):
    rows = [{"id": "a", "层数": "300"}]
    report = run(transaction, "buildings", rows, [box(0, 0, 5, 5)], commit=False)
    assert [(r.row, r.field, r.code) for r in report.rejects] == [(1, "floors", "too_large")]


def test_households_in_a_building_under_construction_are_pointed_at(transaction):
    rows = [
        {"id": "a", "status": "在建", "households": "4"},
        {"id": "b", "status": "在建", "规划户数": "90"},
    ]
    shapes = [box(0, 0, 5, 5), box(10, 0, 15, 5)]
    report = run(transaction, "buildings", rows, shapes, commit=False)
    assert [(f.code, f.row) for f in report.findings] == [("households_too_early", 1)]
    assert report.new == 2


def test_a_compound_keeps_what_is_known_of_it(transaction):
    rows = [
        {"id": "1", "小区名称": "和苑", "封闭": "是", "建成年份": "2004"},
        {"id": "2", "小区名称": "东院"},
    ]
    run(transaction, "compounds", rows, [box(0, 0, 50, 50), box(60, 0, 90, 50)])
    frame = registers.public_frames(transaction, EPSG)["compounds"]
    assert frame["walled"].tolist() == [True, pd.NA]
    assert frame["built_year"].tolist() == [2004, pd.NA]


def test_a_file_without_ids_says_that_changes_count_as_new_rows(transaction):
    report = run(
        transaction, "facilities", [{"kind": "AED"}], [shapely.Point(at(5, 5))], commit=False
    )
    assert "no_ids" in [note.code for note in report.notes]


def test_a_building_that_snapping_spoils_is_rejected(transaction):
    (x, y) = at(0, 0)
    hair = shapely.Polygon([(x, y), (x + 10, y + 0.0004), (x + 20, y), (x + 10, y + 0.0001)])
    report = run(transaction, "buildings", [{"id": "a"}], [hair], commit=False)
    assert [reject.code for reject in report.rejects] == ["invalid_shape"]


def test_streets_and_features_with_equal_ids_stay_apart(transaction):
    line = [shapely.LineString([at(0, 0), at(50, 0)])]
    run(transaction, "features", [{"id": "1", "kind": "wall"}], line)
    report = run(transaction, "streets", [{"id": "1", "等级": "巷"}], line)
    assert report.new == 1
    frames = registers.public_frames(transaction, EPSG)
    assert list(frames["features"]["kind"]) == ["wall", "street"]
    assert list(frames["features"]["class"]) == [None, "lane"]


def test_public_frames_have_no_households(transaction):
    run(transaction, "buildings", [{"id": "a", "households": "3"}], [box(0, 0, 5, 5)])
    frames = registers.public_frames(transaction, EPSG)
    assert set(frames) == {"buildings", "compounds", "facilities", "features"}
    assert not any("household" in column for f in frames.values() for column in f.columns)


def test_areas_are_no_register(transaction):
    conformed = conform(table([STATION], [shapely.Point(0, 0)]), CONTRACTS["facilities"],
                        timezone="Asia/Shanghai")  # fmt: skip
    with pytest.raises(UnknownOption, match="not a register"):
        registers.import_rows(
            transaction, conformed, kind="areas", source="x", site=SITE, place=Placer({}),
            actor=operator("tester"), commit=False,
        )  # fmt: skip
