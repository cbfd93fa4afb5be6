from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries.levels import Site, read_site
from geo.boundaries.nesting import Nesting, nest
from geo.crs import GCJ02, WGS84, to_working

SITE = read_site("""
[site]
name = { zh = "测试县", en = "Test county" }
crs = "EPSG:4544"
[[level]]
key = "street"
name = { zh = "街道", en = "Street" }
[[level]]
key = "community"
name = { zh = "社区", en = "Community" }
code_pattern = '\\d{12}'
[[level]]
key = "grid"
name = { zh = "网格", en = "Grid" }
""")

STREET = "621122001000"
COMMUNITY = "621122001001"


def areas(*rows: tuple[object, ...]) -> gpd.GeoDataFrame:
    """Rows of level, code, outline and, if wanted, parent and households."""
    columns = ["level", "code", "geometry", "parent", "households"]
    full = [(*row, *[None] * (len(columns) - len(row))) for row in rows]
    frame = pd.DataFrame(full, columns=columns)
    frame = frame.astype({"households": "Int64"}).assign(row=range(1, len(full) + 1))
    return gpd.GeoDataFrame(frame, geometry="geometry")


def said(nesting: Nesting) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code, finding.codes) for finding in nesting.findings]


def parents(nesting: Nesting) -> list[tuple[str | None, str]]:
    return list(zip(nesting.parents["parent"], nesting.parents["method"], strict=True))


BOX, WEST, EAST = shapely.box(0, 0, 20, 10), shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)


def test_a_named_parent_is_taken_from_its_column() -> None:
    found = nest(
        areas(("street", "A", BOX), ("grid", "x", WEST, "A"), ("grid", "y", EAST, "A")), SITE
    )
    assert parents(found) == [(None, "top"), ("A", "column"), ("A", "column")]
    assert found.findings == ()
    assert found.parents["share"].tolist()[1:] == [1.0, 1.0]


def test_a_code_that_begins_with_another_lies_under_it() -> None:
    found = nest(areas(("community", COMMUNITY, BOX), ("grid", COMMUNITY + "007", BOX)), SITE)
    assert parents(found) == [(None, "top"), (COMMUNITY, "prefix")]


def test_the_longest_code_that_fits_is_the_parent() -> None:
    found = nest(
        areas(("street", "12", WEST), ("street", "123", EAST), ("grid", "1234", EAST)), SITE
    )
    assert parents(found)[2] == ("123", "prefix")


def test_zeros_that_fill_a_statistical_code_do_not_count() -> None:
    found = nest(areas(("street", STREET, BOX), ("community", COMMUNITY, BOX)), SITE)
    assert parents(found)[1] == (STREET, "prefix")


def test_the_level_above_is_the_nearest_one_that_has_areas() -> None:
    found = nest(areas(("street", STREET, BOX), ("grid", COMMUNITY + "001", BOX)), SITE)
    assert parents(found)[1] == (STREET, "prefix")


def test_without_a_column_or_a_prefix_the_outline_decides() -> None:
    found = nest(areas(("street", "A", WEST), ("street", "B", EAST), ("grid", "x", EAST)), SITE)
    assert parents(found)[2] == ("B", "overlap")
    assert found.parents["share"].iloc[2] == 1.0
    assert not found.parents["doubt"].any()


def test_an_area_that_lies_mostly_there_is_doubtful() -> None:
    astride = shapely.box(8, 0, 18, 10)
    found = nest(areas(("street", "A", WEST), ("street", "B", EAST), ("grid", "x", astride)), SITE)
    assert parents(found)[2] == ("B", "overlap")
    assert found.parents["share"].iloc[2] == pytest.approx(0.8)
    (doubt,) = [finding for finding in found.findings if finding.code == "doubtful_parent"]
    assert "80.0 %" in doubt.en


def test_half_and_half_is_a_tie_that_goes_to_the_first_and_is_doubtful() -> None:
    found = nest(areas(("street", "A", WEST), ("street", "B", EAST), ("grid", "x", BOX)), SITE)
    assert parents(found)[2] == ("A", "overlap")
    assert found.parents["doubt"].iloc[2]


def test_two_outlines_that_both_hold_all_of_it_are_doubtful() -> None:
    found = nest(areas(("street", "A", BOX), ("street", "B", BOX), ("grid", "x", WEST)), SITE)
    assert parents(found)[2] == ("A", "overlap")
    assert found.parents["doubt"].iloc[2]


def test_an_area_that_touches_no_outline_has_no_parent() -> None:
    found = nest(areas(("street", "A", BOX), ("grid", "x", shapely.box(20, 0, 30, 10))), SITE)
    assert parents(found)[1] == (None, "none")
    assert ("no_parent", ("x",)) in said(found)


def test_a_parent_that_does_not_exist_is_an_error() -> None:
    found = nest(areas(("street", "A", BOX), ("grid", "x", BOX, "Z")), SITE)
    assert parents(found)[1] == (None, "none")
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.row) == ("missing_parent", "error", 2)
    assert "Z" in finding.en


def test_a_parent_of_a_lower_or_the_same_level_is_an_error() -> None:
    rows = areas(("street", "A", BOX), ("grid", "x", WEST, "A"), ("grid", "y", EAST, "x"))
    assert ("parent_level", ("y",)) in said(nest(rows, SITE))


def test_an_area_that_lies_elsewhere_than_its_parent_is_an_error() -> None:
    far = shapely.box(18, 0, 28, 10)
    found = nest(areas(("street", "A", BOX), ("grid", "x", far, "A")), SITE)
    (finding,) = [f for f in found.findings if f.severity == "error"]
    assert (finding.code, finding.area_m2) == ("outside_parent", 80.0)
    assert "20.0 %" in finding.en


def test_an_area_that_reaches_beyond_its_parent_is_a_warning_with_the_area() -> None:
    wide = shapely.box(0, 0, 21, 10)
    found = nest(areas(("street", "A", BOX), ("grid", "x", wide, "A")), SITE)
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.area_m2) == ("across_parent", "warning", 10.0)


def test_a_hair_beyond_the_parent_is_no_finding() -> None:
    wide = shapely.box(0, 0, 20.0005, 10)
    assert nest(areas(("street", "A", BOX), ("grid", "x", wide, "A")), SITE).findings == ()


def test_a_parent_that_its_children_do_not_cover_is_a_warning_with_the_area() -> None:
    found = nest(areas(("street", "A", BOX), ("grid", "x", WEST, "A")), SITE)
    (finding,) = found.findings
    assert (finding.code, finding.codes, finding.area_m2) == ("uncovered_parent", ("A",), 100.0)
    assert finding.x is not None
    assert 10 < finding.x < 20


def test_a_parent_without_an_outline_is_compared_through_its_children() -> None:
    rows = areas(
        ("street", "A", BOX),
        ("community", COMMUNITY, None, "A"),
        ("grid", "x", WEST, COMMUNITY),
    )
    assert said(nest(rows, SITE)) == [("uncovered_parent", ("A",))]


def test_a_broken_outline_does_not_stop_the_others_from_being_nested() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = nest(areas(("street", "A", BOX), ("grid", "x", bow)), SITE)
    assert parents(found)[1] == ("A", "overlap")


def test_a_code_used_twice_is_an_error_with_the_second_row() -> None:
    found = nest(areas(("street", "A", WEST), ("street", "A", EAST)), SITE)
    (finding,) = found.findings
    assert (finding.code, finding.row, finding.facts["count"]) == ("duplicate_code", 2, 2)


def test_codes_are_checked_against_the_pattern_of_their_level() -> None:
    found = nest(areas(("street", "62", BOX), ("community", "62112200100", BOX)), SITE)
    assert ("malformed_code", ("62112200100",)) in said(found)


def test_a_missing_code_and_an_unknown_level_are_errors() -> None:
    found = nest(areas(("street", None, WEST), ("ward", "W", EAST)), SITE)
    assert {finding.code for finding in found.findings} >= {"no_code", "unknown_level"}


def test_the_households_of_a_parent_are_checked_against_the_sum_below() -> None:
    rows = areas(
        ("street", "A", BOX, None, 100),
        ("grid", "x", WEST, "A", 40),
        ("grid", "y", EAST, "A", 50),
    )
    (finding,) = nest(rows, SITE).findings
    assert (finding.code, finding.severity) == ("households_differ", "warning")
    assert finding.facts == {"imported": 100, "summed": 90}


def test_unknown_households_below_are_not_taken_for_none() -> None:
    rows = areas(
        ("street", "A", BOX, None, 100),
        ("grid", "x", WEST, "A", 40),
        ("grid", "y", EAST, "A", None),
    )
    assert nest(rows, SITE).findings == ()


def test_sums_pass_through_a_level_that_has_no_figures() -> None:
    rows = areas(
        ("street", "A", BOX, None, 91),
        ("community", COMMUNITY, BOX, "A"),
        ("grid", "x", WEST, COMMUNITY, 40),
        ("grid", "y", EAST, COMMUNITY, 50),
    )
    (finding,) = nest(rows, SITE).findings
    assert finding.facts == {"imported": 91, "summed": 90}


def test_no_areas_have_no_findings() -> None:
    assert nest(areas(), SITE).findings == ()


DC = read_site("""
[site]
name = { zh = "华盛顿", en = "Washington" }
crs = "EPSG:26985"
timezone = "America/New_York"
[[level]]
key = "city"
name = { zh = "市", en = "City" }
[[level]]
key = "tract"
name = { zh = "街道", en = "Tract" }
[[level]]
key = "block_group"
name = { zh = "社区", en = "Block group" }
""")


def dc_areas(folder: Path) -> gpd.GeoDataFrame:
    frames = [areas(("city", "11", None))]
    for level, layer in (("tract", "tract_2010"), ("block_group", "block_group_2010")):
        read = gpd.read_file(folder / "real/dc/dc_areas.gpkg", layer=layer)
        outlines = to_working(read.geometry.to_numpy(), WGS84, DC.epsg)
        columns = {"level": level, "code": read["GEOID"], "households": read["H0010002"]}
        frames.append(gpd.GeoDataFrame(columns, geometry=outlines))
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))


@pytest.mark.real
def test_block_groups_of_dc_nest_in_its_tracts_with_the_same_households(real_data: Path) -> None:
    rows = dc_areas(real_data)
    found = nest(rows, DC)
    level, tables = rows["level"], found.parents
    groups = tables[level == "block_group"]
    assert len(groups) == 450
    assert (groups["method"] == "prefix").all()
    assert groups["parent"].nunique() == 179
    assert (groups["share"] > 0.999).all()
    assert (tables.loc[level == "tract", "parent"] == "11").all()
    sums = rows["households"].groupby(level).sum()
    assert (sums["tract"], sums["block_group"]) == (266_707, 266_707)
    assert [f for f in found.findings if f.code == "households_differ"] == []
    assert [f for f in found.findings if f.severity == "error"] == []


@pytest.mark.real
def test_block_groups_of_dc_nest_the_same_way_by_area_alone(real_data: Path) -> None:
    rows = dc_areas(real_data)
    by_code = nest(rows, DC).parents["parent"]
    nameless = rows.assign(
        code=np.where(rows["level"] == "block_group", "x" + rows["code"], rows["code"])
    )
    found = nest(nameless, DC).parents[rows["level"] == "block_group"]
    assert (found["method"] == "overlap").all()
    assert (found["parent"] == by_code[found.index]).all()
    assert not found["doubt"].any()


def cn_site() -> Site:
    return read_site("""
[site]
name = { zh = "甘肃", en = "Gansu" }
near = [104.0, 36.0]
[[level]]
key = "province"
name = { zh = "省", en = "Province" }
[[level]]
key = "city"
name = { zh = "市", en = "City" }
[[level]]
key = "county"
name = { zh = "县", en = "County" }
""")


@pytest.mark.real
def test_counties_of_gansu_nest_by_their_parent_column_and_by_their_codes(real_data: Path) -> None:
    site, frames = cn_site(), []
    for level in site.keys:
        file = real_data / "real/cn/cn_fences_gansu_shanghai_beijing.gpkg"
        read = gpd.read_file(file, layer=level)
        read = read[read["code"].astype(str).str.startswith("62")]
        outlines = to_working(read.geometry.to_numpy(), GCJ02, site.epsg)
        columns = {"level": level, "code": read["code"].astype(str), "parent": read["parent"]}
        frames.append(gpd.GeoDataFrame(columns, geometry=outlines))
    rows = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True))
    rows.loc[rows["level"] == "province", "parent"] = None
    by_column = nest(rows, site)
    by_code = nest(rows.drop(columns="parent"), site)
    assert (by_column.parents["method"][rows["level"] != "province"] == "column").all()
    assert (by_code.parents["method"][rows["level"] != "province"] == "prefix").all()
    assert by_code.parents["parent"].equals(by_column.parents["parent"])
