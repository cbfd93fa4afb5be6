"""Staged lines over current ones: what stays, what is derived, what is mended."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries import blocking
from geo.boundaries.levels import Level, Site
from geo.boundaries.lines import changed, current_lines, mend, overlay, settle, staged_lines

EPSG = 4544
SITE = Site(
    "小镇",
    "Small town",
    EPSG,
    "Asia/Shanghai",
    (Level("town", "镇", "Town", 0), Level("grid", "网格", "Grid", 1)),
)
HAIR_M = 0.0004  # thinner than the 1 mm grid: as another program's rounding leaves it


def square(column: int, row: int = 0) -> shapely.Polygon:
    return shapely.box(100 * column, 100 * row, 100 * column + 100, 100 * row + 100)


def staged(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Rows of a file: code and what else is given; grids unless a level is said."""
    blank = {
        "level": "grid", "name": None, "parent_code": None, "households": None, "people": None,
        "row": None, "geometry": None,
    }  # fmt: skip
    frame = pd.DataFrame([{**blank, **row} for row in rows])
    frame = frame.astype({"households": "Int64", "people": "Int64", "row": "Int64"})
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=EPSG)


def town(**more: object) -> dict[str, object]:
    return {"code": "1", "level": "town", "name": "镇", **more}


def grids(*squares: shapely.Polygon) -> list[dict[str, object]]:
    return [
        {"code": f"10{k}", "name": f"网格{k}", "households": 10 * k, "row": k, "geometry": shape}
        for k, shape in enumerate(squares, start=1)
    ]


def published(*squares: shapely.Polygon) -> gpd.GeoDataFrame:
    """An edition of one town, as the store reads it."""
    rows = [(1, "town", "1", "镇", None, shapely.union_all(squares), None)]
    rows += [
        (10 + k, "grid", f"10{k}", f"网格{k}", 1, shape, 10 * k)
        for k, shape in enumerate(squares, start=1)
    ]
    columns = [
        "place_id", "level", "code", "name", "parent_id", "geometry", "imported_households",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).set_index("place_id")
    whole = {"parent_id": "Int64", "imported_households": "Int64"}
    frame = frame.astype(whole).assign(imported_people=pd.array([pd.NA] * len(frame), "Int64"))
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=EPSG)


def codes_of(findings):
    return [finding.code for finding in findings]


def test_areas_that_a_file_does_not_name_stay():
    now = current_lines(published(square(0), square(1)))
    lines = overlay(now, staged_lines(staged({"code": "101", "name": "新名"})))
    assert sorted(lines.index) == ["1", "101", "102"]
    assert lines.loc["101", "name"] == "新名"
    assert lines.loc["102", "name"] == "网格2"
    assert lines["staged"].to_dict() == {"1": False, "101": True, "102": False}


def test_a_row_without_outline_parent_and_figures_keeps_those_of_the_place():
    now = current_lines(published(square(0), square(1)))
    row = overlay(now, staged_lines(staged({"code": "101", "name": "新名"}))).loc["101"]
    assert (row["parent"], row["households"], row["place_id"]) == ("1", 10, 11)
    assert row.geometry.equals(square(0))


def test_with_complete_what_the_file_does_not_name_of_that_level_is_gone():
    now = current_lines(published(square(0), square(1)))
    rows = staged_lines(staged({"code": "101", "name": "网格1", "geometry": square(0)}))
    assert sorted(overlay(now, rows, complete=["grid"]).index) == ["1", "101"]


def test_before_the_first_edition_the_lines_are_the_staged_ones():
    rows = staged_lines(staged(town(), *grids(square(0))))
    assert overlay(None, rows) is rows


def test_outlines_above_the_units_are_unions_and_need_no_import():
    settled = settle(staged_lines(staged(town(), *grids(square(0), square(1)))), SITE)
    assert settled.whole
    assert settled.findings == ()
    assert settled.units.to_dict() == {"1": False, "101": True, "102": True}
    outline = settled.lines.loc["1"]
    assert outline.geometry.equals(shapely.box(0, 0, 200, 100))
    assert outline["area_m2"] == 20_000
    assert outline["label"].within(outline.geometry)


def test_an_imported_outline_above_is_compared_and_then_replaced_by_the_union():
    larger = town(geometry=shapely.box(0, 0, 250, 100))
    settled = settle(staged_lines(staged(larger, *grids(square(0), square(1)))), SITE)
    assert codes_of(settled.findings) == ["uncovered_parent"]
    assert not blocking(settled.findings)
    assert settled.lines.loc["1"].geometry.equals(shapely.box(0, 0, 200, 100))


def test_a_derived_outline_is_no_reason_for_findings_when_units_change():
    now = current_lines(published(square(0), square(1)))
    wider = {"code": "102", "name": "网格2", "geometry": shapely.box(100, 0, 300, 100)}
    settled = settle(overlay(now, staged_lines(staged(wider))), SITE)
    assert settled.findings == ()
    assert settled.lines.loc["1", "area_m2"] == 30_000


def test_findings_name_the_rows_of_this_file_and_of_no_other():
    now = current_lines(published(square(0), square(1)))
    lost = {"code": "103", "parent_code": "9", "name": "x", "row": 7, "geometry": square(2)}
    (finding,) = settle(overlay(now, staged_lines(staged(lost))), SITE).findings
    assert (finding.code, finding.row) == ("missing_parent", 7)
    (finding,) = settle(overlay(now, staged_lines(staged(lost).drop(columns="row"))), SITE).findings
    assert finding.row is None


def test_overlapping_units_block_and_leave_the_lines_without_outlines():
    wide = shapely.box(0, 0, 110, 100)
    settled = settle(staged_lines(staged(town(), *grids(wide, square(1)))), SITE)
    assert codes_of(blocking(settled.findings)) == ["overlap"]
    assert not settled.whole


# -- slits


def slit_grids():
    """Two grids with a slit of 1 m between them, open to the north and the south."""
    return grids(shapely.box(0, 0, 100, 100), shapely.box(101, 0, 200, 100))


def test_an_open_slit_is_seen_when_the_outline_above_comes_with_the_same_plan():
    outline = town(geometry=shapely.box(0, 0, 200, 100))
    findings = settle(staged_lines(staged(outline, *slit_grids())), SITE).findings
    (gap,) = blocking(findings)
    assert (gap.code, gap.codes, gap.area_m2) == ("gap", ("101", "102"), 100.0)


def test_without_an_outline_above_an_open_slit_is_a_bay_in_the_rim():
    assert settle(staged_lines(staged(town(), *slit_grids())), SITE).findings == ()


def test_an_outline_drawn_at_another_scale_is_not_full_of_gaps():
    # A rim 1 m further out all around, seen along both grids and across their junction.
    outline = town(geometry=shapely.box(-1, -1, 201, 101))
    findings = settle(staged_lines(staged(outline, *grids(square(0), square(1)))), SITE).findings
    assert codes_of(findings) == ["uncovered_parent"]


def test_an_enclosed_gap_is_told_once():
    outline = town(geometry=shapely.box(0, 0, 200, 100))
    notched = shapely.difference(square(0), shapely.box(99, 40, 100, 60))
    noded = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 60), (100, 40)])
    findings = settle(staged_lines(staged(outline, *grids(notched, noded))), SITE).findings
    assert [(f.code, f.area_m2) for f in blocking(findings)] == [("gap", 20.0)]


# -- mending


def hairy():
    """Two grids whose shared edge differs by a vertex that lies 0.4 mm off the edge."""
    bent = shapely.Polygon([(0, 0), (100, 0), (100 + HAIR_M, 50), (100, 100), (0, 100)])
    return staged(town(), *grids(bent, square(1)))


def test_hairs_are_mended_and_the_finding_says_how_much_moves():
    lines, told = mend(staged_lines(hairy()), SITE)
    assert settle(lines, SITE).whole
    assert told.code == "mended"
    assert told.severity == "info"
    assert told.facts["count"] == len(told.codes) >= 1
    # Where the vertex joins its neighbour's edge, nothing moves by more than a grid step.
    assert told.facts["shift_m"] <= 0.001
    assert told.area_m2 <= HAIR_M * 100


def test_a_mended_neighbour_that_the_file_does_not_name_becomes_a_staged_row():
    now = current_lines(published(square(0), square(1)))
    bent = shapely.Polygon(
        [(0, 0), (100, 0), (100.002, 50), (100, 100), (0, 100)]
    )  # 2 mm into the neighbour, on the 1 mm grid
    over = staged({"code": "101", "name": "网格1", "geometry": bent})
    lines, told = mend(overlay(now, staged_lines(over)), SITE)
    assert settle(lines, SITE).whole
    assert set(told.codes) <= {"101", "102"}
    assert lines.loc[list(told.codes), "staged"].all()


def test_clean_lines_are_left_alone():
    before = staged_lines(staged(town(), *grids(square(0), square(1))))
    lines, told = mend(before, SITE)
    assert told is None
    assert not changed(before, lines.loc[before.index]).any()


def test_where_borders_would_move_too_far_nothing_is_mended_and_it_is_said():
    before = staged_lines(staged(town(), *grids(shapely.box(0, 0, 103, 100), square(1))))
    lines, told = mend(before, SITE)
    assert (told.code, told.severity) == ("not_mended", "warning")
    assert not changed(before, lines.loc[before.index]).any()
    assert codes_of(blocking(settle(lines, SITE).findings)) == ["overlap"]


@pytest.mark.parametrize(
    ("column", "value"), [("name", "x"), ("parent", "9"), ("households", 11), ("level", "town")]
)
def test_lines_differ_when_anything_that_is_kept_differs(column, value):
    before = current_lines(published(square(0), square(1)))
    after = before.copy()
    after.loc["101", column] = value
    assert changed(before, after).to_dict() == {"1": False, "101": True, "102": False}


def test_an_unknown_figure_equals_an_unknown_figure_but_no_zero():
    before = current_lines(published(square(0)))
    assert not changed(before, before.copy()).any()
    after = before.copy()
    after.loc["1", "households"] = 0
    assert changed(before, after)["1"]


def test_an_outline_differs_by_its_last_bit():
    before = current_lines(published(square(0)))
    x = np.nextafter(100.0, 200.0)
    shapes = [before.geometry["1"], shapely.box(0, 0, x, 100)]
    after = before.set_geometry(gpd.GeoSeries(shapes, index=before.index, crs=EPSG))
    assert changed(before, after).to_dict() == {"1": False, "101": True}
