"""Areas without units are cut into blocks: a clean coverage, every building in one block."""

import dataclasses
import itertools
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.boundaries import area_and_width
from geo.crs import GRID_M
from geo.errors import BadInput, NotFound, Refused
from geo.plans import Draft, Ground, Survey, units_to_make
from geo.plans.blocks import blocks
from geo.plans.operations import Divide
from tests.plans import hamlet, sample_county
from tests.plans.buildings import houses
from tests.plans.coverages import assert_only_gained, assert_same_outline, redrawn, tried
from tests.plans.hamlet import EPSG, at, line

SQUARE = {7: shapely.box(*at(0, 0), *at(200, 100)), 8: shapely.box(*at(0, 100), *at(200, 200))}


def ground(*features, buildings=()):
    """Ground with features (kind, geometry) and houses."""
    kinds = [kind for kind, _ in features]
    frame = gpd.GeoDataFrame(
        {"kind": kinds, "class": None, "name": None, "bridge": pd.array([None] * len(kinds), "boolean")},
        geometry=[shape for _, shape in features], crs=EPSG,
    )  # fmt: skip
    with_houses = houses(*buildings) if buildings else Ground.empty(EPSG)
    return dataclasses.replace(with_houses, features=frame)


def sizes(found):
    return {area: sorted(round(shape.area) for shape in shapes) for area, shapes in found.items()}


# -- blocks


@pytest.mark.parametrize("kind", ["street", "wall", "water", "rail"])
def test_streets_walls_water_and_railways_part_areas_at_once(kind):
    found = blocks(SQUARE, ground((kind, line((80, -10), (80, 210)))))
    assert sizes(found) == {7: [8_000, 12_000], 8: [8_000, 12_000]}
    assert shapely.coverage_is_valid([*found[7], *found[8]])


def test_parks_and_gates_part_nothing_nor_do_dead_ends():
    features = [("green", line((80, -10), (80, 210))), ("street", line((120, -10), (120, 60)))]
    found = blocks(SQUARE, ground(*features))
    assert sizes(found) == {7: [20_000], 8: [20_000]}
    assert shapely.get_num_coordinates(found[7][0]) == 5


def test_two_streets_part_together_what_neither_parts_alone():
    corner = [("street", line((80, -10), (80, 60))), ("street", line((-10, 50), (90, 50)))]
    assert sizes(blocks(SQUARE, ground(*corner)))[7] == [4_000, 16_000]


def test_the_rim_of_a_lake_is_a_line():
    lake = shapely.box(*at(150, 50), *at(200, 150))
    assert sizes(blocks(SQUARE, ground(("water", lake)))) == {
        7: [2_500, 17_500],
        8: [2_500, 17_500],
    }


def test_a_building_across_a_street_keeps_both_sides_together():
    streets = [("street", line((x, -10), (x, 210))) for x in (80, 140)]
    found = blocks(SQUARE, ground(*streets, buildings=[(75, 20, 4)]))
    assert sizes(found) == {7: [6_000, 14_000], 8: [6_000, 6_000, 8_000]}


def test_small_blocks_without_buildings_go_where_the_common_border_is_longest():
    # 5 m between two carriageways is 500 m²: too small alone; both neighbours share 100 m with it.
    streets = [("street", line((x, -10), (x, 110))) for x in (80, 85)]
    assert sizes(blocks(SQUARE, ground(*streets)))[7] == [8_500, 11_500]
    triangle = [("street", line((0, 30), (30, 0))), ("street", line((0, 31), (200, 31)))]
    found = blocks(SQUARE, ground(*triangle), sliver_m2=1_000)
    assert sizes(found)[7] == [6_200, 13_800]


def test_small_blocks_with_a_building_stay():
    streets = [("street", line((x, -10), (x, 110))) for x in (80, 95)]
    found = blocks(SQUARE, ground(*streets, buildings=[(82, 20, 4)]), sliver_m2=2_000)
    assert sizes(found)[7] == [1_500, 8_000, 10_500]


# -- made in a plan


@pytest.fixture(scope="module")
def county():
    """The sample county with communities as its units."""
    whole, standing = sample_county.county(0.1)
    kept = {n: p for n, p in whole.places.items() if p.level in ("county", "community")}
    for number in whole.at_level("community"):
        kept[number] = replace(kept[number], shape=whole.outline(number))
    kids = {n: inner for n, inner in whole.children.items() if whole.places[n].level == "county"}
    return Survey.of(Draft(whole.site, kept, kids), standing)


@pytest.fixture(scope="module")
def made(county):
    return units_to_make(county)


def test_the_county_is_cut_cleanly_and_keeps_every_household(county, made):
    after = tried(made, county)
    units = [after.draft.places[n] for n in after.draft.units()]
    assert {unit.level for unit in units} == {"grid"}
    assert len(units) == sum(map(len, made.areas.values())) > 50
    for community in made.areas:
        assert_same_outline(county.draft.places[community].shape, after.draft.outline(community))


def test_no_building_is_parted_and_each_is_in_one_block(county, made):
    shapes = np.array([shape for shapes in made.areas.values() for shape in shapes], dtype=object)
    footprints = county.ground.buildings.geometry.to_numpy()
    building, block = shapely.STRtree(shapes).query(footprints, predicate="intersects")
    width_m = area_and_width(shapely.intersection(footprints[building], shapes[block]))[1]
    assert np.bincount(building[width_m > GRID_M]).tolist() == [1] * len(footprints)


def test_no_small_block_is_without_buildings(county, made):
    shapes = np.array([shape for shapes in made.areas.values() for shape in shapes], dtype=object)
    points = shapely.points(county.ground.homes_xy)
    built = np.unique(shapely.STRtree(shapes).query(points, predicate="intersects")[1])
    empty = np.setdiff1d(np.arange(len(shapes)), built)
    assert (shapely.area(shapes[empty]) >= 1_000).all()


def test_dividing_one_area_gives_its_neighbours_the_vertices_and_nothing_else(county, made):
    one = min(made.areas)
    change = Divide({one: made.areas[one]}, "grid").apply(county, itertools.count(10**6))
    after = county.after(change)
    assert after.draft.places[one].shape is None
    beside = redrawn(change) - {one}
    assert beside
    assert_only_gained(county, after, beside)


def test_units_are_named_after_their_area_in_the_standard_order(county, made):
    one = min(made.areas)
    after = tried(Divide({one: made.areas[one]}, "microgrid"), county)
    units = [after.draft.places[n] for n in sorted(after.draft.children[one])]
    name = county.draft.places[one].name
    assert [unit.name for unit in units[:2]] == [f"{name}微网格1", f"{name}微网格2"]
    assert {unit.level for unit in units} == {"microgrid"}


def test_levels_and_areas_that_do_not_fit_are_refused(county):
    with pytest.raises(NotFound):
        units_to_make(county, level="block")
    with pytest.raises(BadInput):
        units_to_make(county, areas=[min(county.draft.at_level("county"))])
    with pytest.raises(Refused, match="wangge init"):
        units_to_make(hamlet.survey())


def test_outlines_that_do_not_fill_the_unit_are_refused(county, made):
    one = min(made.areas)
    with pytest.raises(Refused):
        Divide({one: made.areas[one][1:]}, "grid").apply(county, itertools.count(10**6))
    with pytest.raises(BadInput):
        Divide({one: made.areas[one]}, "community").apply(county, itertools.count(10**6))
