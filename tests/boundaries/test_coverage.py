from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries.coverage import CoverageReport, check_coverage, repair_hairs
from geo.crs import GCJ02, WGS84, SourceCrs, to_working
from geo.errors import ChecksFailed


def frame(**shapes: object) -> gpd.GeoDataFrame:
    rows = {"code": list(shapes), "row": range(1, len(shapes) + 1)}
    return gpd.GeoDataFrame(rows, geometry=list(shapes.values()))


def codes_of(report: CoverageReport) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code, finding.codes) for finding in report.findings]


A = shapely.box(0, 0, 100, 100)
B = shapely.box(100, 0, 200, 100)


def test_units_that_share_their_edges_are_clean() -> None:
    report = check_coverage(frame(a=A, b=B), outline=shapely.box(0, 0, 200, 100))
    assert report.clean
    assert report.findings == ()


def test_no_units_are_clean() -> None:
    assert check_coverage(frame()).clean


def test_an_overlap_names_both_units_its_area_and_its_place() -> None:
    report = check_coverage(frame(a=A, b=shapely.box(95, 0, 200, 100)))
    (overlap,) = report.findings
    assert (overlap.code, overlap.codes, overlap.area_m2) == ("overlap", ("a", "b"), 500.0)
    assert overlap.x is not None
    assert 95 < overlap.x < 100
    assert "500 m²" in overlap.en
    assert "500 平方米" in overlap.zh
    assert not report.clean


def test_a_unit_wholly_inside_another_is_an_overlap() -> None:
    report = check_coverage(frame(a=A, b=shapely.box(40, 40, 60, 60)))
    assert codes_of(report) == [("overlap", ("a", "b"))]
    assert report.findings[0].area_m2 == 400.0


def test_an_invalid_outline_is_named_with_its_row_and_place() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    report = check_coverage(frame(a=bow, b=B))
    (invalid,) = report.findings
    assert (invalid.code, invalid.codes, invalid.row) == ("invalid", ("a",), 1)
    assert (invalid.x, invalid.y) == (5.0, 5.0)
    assert "Self-intersection" in invalid.en


def test_a_finding_names_no_row_when_nobody_knows_it() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    (invalid,) = check_coverage(frame(a=bow).drop(columns="row")).findings
    assert invalid.row is None


def test_a_unit_without_an_outline_is_an_error() -> None:
    assert codes_of(check_coverage(frame(a=A, b=None, c=shapely.Polygon()))) == [
        ("no_outline", ("b",)),
        ("no_outline", ("c",)),
    ]


def test_the_same_outline_twice_is_said_once_and_not_as_an_overlap() -> None:
    report = check_coverage(frame(a=A, b=B, c=shapely.normalize(shapely.reverse(A))))
    assert codes_of(report) == [("same_outline", ("a", "c"))]


def ring(hole: shapely.Geometry) -> gpd.GeoDataFrame:
    """Two halves of a square around a hole between them."""
    west, east = shapely.box(0, 0, 100, 200), shapely.box(100, 0, 200, 200)
    return frame(west=west - hole, east=east - hole)


def test_a_wide_enclosed_hole_is_a_warning_and_blocks_nothing() -> None:
    report = check_coverage(ring(shapely.box(80, 80, 120, 120)))
    (hole,) = report.findings
    assert (hole.code, hole.severity, hole.area_m2) == ("hole", "warning", 1600.0)
    assert set(hole.codes) == {"west", "east"}
    assert report.clean


def test_a_narrow_enclosed_gap_is_an_error() -> None:
    report = check_coverage(ring(shapely.box(99, 50, 101, 150)))
    (gap,) = report.findings
    assert (gap.code, gap.severity, gap.area_m2) == ("gap", "error", 200.0)


def test_a_declared_hole_is_not_a_finding() -> None:
    hole = shapely.box(80, 80, 120, 120)
    assert check_coverage(ring(hole), holes=np.array([hole])).findings == ()


def test_a_hole_of_the_outline_is_not_a_finding() -> None:
    hole = shapely.box(80, 80, 120, 120)
    outline = shapely.box(0, 0, 200, 200) - hole
    assert check_coverage(ring(hole), outline=outline).findings == ()


def test_an_open_gap_is_seen_against_the_outline() -> None:
    units = frame(a=A, b=shapely.box(102, 0, 200, 100))
    report = check_coverage(units, outline=shapely.box(0, 0, 200, 100))
    assert codes_of(report) == [("gap", ("a", "b"))]
    assert report.findings[0].area_m2 == 200.0


def test_a_unit_beyond_the_outline_is_an_error() -> None:
    report = check_coverage(frame(a=A, b=B), outline=shapely.box(0, 0, 190, 100))
    assert codes_of(report) == [("beyond_outline", ("b",))]
    assert report.findings[0].area_m2 == 1000.0


def hairy() -> gpd.GeoDataFrame:
    """A shared edge that only one side bends, by half a millimetre, at each of nine vertices."""
    bent = [(100 + 0.0005 * (k % 2), 10 * k) for k in range(1, 10)]
    west = shapely.Polygon([(0, 0), (100, 0), *bent, (100, 100), (0, 100)])
    return frame(a=west, b=B)


def test_hairs_are_said_once_with_a_count() -> None:
    report = check_coverage(hairy())
    (hairs,) = report.findings
    assert (hairs.code, hairs.codes, hairs.facts["count"]) == ("hairs", ("a", "b"), 2)


def test_mending_hairs_tells_what_moved_and_how_far() -> None:
    units = hairy()
    repair = repair_hairs(units)
    assert check_coverage(repair.units).findings == ()
    assert set(repair.changes["code"]) <= {"a", "b"}
    assert 0 < repair.changes["shift_m"].max() <= 0.0015
    assert repair.changes["area_m2"].abs().max() < 0.1
    assert not check_coverage(units).clean  # the input stays as it was


def test_mending_leaves_clean_units_untouched() -> None:
    repair = repair_hairs(frame(a=A, b=B))
    assert repair.changes.empty
    assert (repair.units.geometry.to_numpy() == np.array([A, B])).all()


def test_mending_refuses_to_decide_a_real_overlap() -> None:
    with pytest.raises(ChecksFailed, match="more than"):
        repair_hairs(frame(a=A, b=shapely.box(95, 0, 200, 100)))


def test_mending_refuses_a_bow_tie() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 90)])
    with pytest.raises(ChecksFailed):
        repair_hairs(frame(a=bow))


def test_mending_frees_a_ring_that_touches_itself() -> None:
    # One ring that runs round a triangular hole and touches it at (50, 100).
    touching = shapely.Polygon(
        [(0, 0), (100, 0), (100, 100), (50, 100), (60, 50), (40, 50), (50, 100), (0, 100)]
    )
    assert not touching.is_valid
    repair = repair_hairs(frame(a=touching))
    assert repair.units.geometry[0].is_valid
    assert repair.changes.loc[0, "shift_m"] == 0.0
    assert repair.changes.loc[0, "area_m2"] == pytest.approx(0.0)


def test_mending_never_swallows_a_unit() -> None:
    sliver = shapely.box(100, 0, 100.001, 100)
    east = shapely.box(100.001, 0, 200, 100)
    wavy = shapely.Polygon([(0, 0), (100, 0), (100.001, 50), (100, 100), (0, 100)])
    with pytest.raises(ChecksFailed):
        repair_hairs(frame(a=wavy, b=sliver, c=east))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 1), st.integers(-1, 1)), min_size=16, max_size=16),
    st.integers(2, 4),
)
def test_edges_shaken_by_a_millimetre_are_mended_within_the_limit(
    shake: list[tuple[int, int]], n: int
) -> None:
    shift = iter(shake * 16)
    cells = []
    for i in range(n):
        for j in range(n):
            corners = np.array([(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]) * 50.0
            noise = np.array([next(shift) for _ in corners]) * 0.001
            cells.append(shapely.Polygon(np.round(corners + noise, 3)))
    units = frame(**{f"u{k}": cell for k, cell in enumerate(cells)})
    repair = repair_hairs(units)
    assert shapely.coverage_is_valid(repair.units.geometry.to_numpy())
    assert (repair.changes["shift_m"] <= 0.01).all()


def real(folder: Path, file: str, layer: str, code: str, epsg: int) -> gpd.GeoDataFrame:
    read = gpd.read_file(folder / "real" / file, layer=layer)
    source: SourceCrs = GCJ02 if file.startswith("cn") else WGS84
    outlines = to_working(read.geometry.to_numpy(), source, epsg)
    return gpd.GeoDataFrame({"code": read[code]}, geometry=outlines)


@pytest.mark.real
def test_block_groups_of_dc_are_clean(real_data: Path) -> None:
    units = real(real_data, "dc/dc_areas.gpkg", "block_group_2010", "GEOID", 26985)
    assert check_coverage(units).findings == ()


@pytest.mark.real
def test_the_hole_of_lanzhou_is_a_warning_of_two_square_kilometres(real_data: Path) -> None:
    file = "cn/cn_fences_gansu_shanghai_beijing.gpkg"
    units = real(real_data, file, "county", "adcode", 4544)
    report = check_coverage(units[units["code"].astype(str).str.startswith("6201")])
    (hole,) = report.findings
    assert (hole.code, hole.severity) == ("hole", "warning")
    assert hole.area_m2 == pytest.approx(2.1e6, rel=0.01)


@pytest.mark.real
def test_float_noise_of_the_british_lsoas_vanishes_on_the_grid(real_data: Path) -> None:
    units = real(real_data, "uk/uk_areas.gpkg", "lsoa", "LSOA11CD", 27700)
    kinds = [finding.code for finding in check_coverage(units).findings]
    assert (kinds.count("invalid"), kinds.count("hairs"), kinds.count("overlap")) == (10, 0, 0)
    repair = repair_hairs(units)
    assert len(repair.changes) == 10
    assert repair.changes["shift_m"].max() == 0.0
    assert check_coverage(repair.units).clean
