"""Who touches whom and how far, what borders run along, and what holds together."""

import numpy as np
import pytest
import shapely

from geo.plans import Survey
from geo.plans.segments import doubled_areas, segments
from tests.plans.lattice import town
from tests.plans.pictures import draft, grid, ground, line, survey

METRE = 1_000_000
SIDE = 100 * METRE


def on(*features, picture=("AB", "AB")):
    """A town of 100 m squares with features on the ground, given as (kind, line)."""
    rows = [{"kind": kind, "geometry": shape} for kind, shape in features]
    return Survey.of(draft(*picture), ground(features=rows)).fabric


WEST, EAST = grid(0, 0), grid(0, 1)
BELOW, ACROSS = grid(1, 0), grid(1, 1)
BETWEEN = line((100, 0), (100, 200))  # the border between the columns


def test_squares_side_by_side_share_a_side():
    assert on().neighbours(WEST)[EAST].length_um == SIDE
    assert on().neighbours(WEST).keys() == {EAST, BELOW}


def test_squares_that_touch_at_a_corner_are_no_neighbours_and_do_not_hold_together():
    fabric = on()
    assert ACROSS not in fabric.neighbours(WEST)
    assert fabric.contiguous_pieces([WEST, ACROSS]) == [{WEST}, {ACROSS}]


def test_the_outer_border_is_what_is_shared_with_nobody():
    assert on().outer_um(WEST) == 2 * SIDE
    assert on().rim(WEST).length_um == 4 * SIDE


def test_both_sides_of_a_border_are_one():
    fabric = on()
    assert all(
        fabric.neighbours(other)[unit] is border
        for unit in fabric.rims
        for other, border in fabric.neighbours(unit).items()
    )


@pytest.mark.parametrize("aside_m", [0, 10, 14])
def test_a_border_within_15_m_of_a_parallel_street_runs_along_it(aside_m):
    fabric = on(("street", line((100 + aside_m, 0), (100 + aside_m, 200))))
    assert fabric.neighbours(WEST)[EAST].street_um == SIDE


@pytest.mark.parametrize(
    "street",
    [line((116, 0), (116, 200)), line((0, 50), (200, 50))],
    ids=["too far away", "straight across"],
)
def test_a_border_does_not_run_along_a_street_that_is(street):
    assert on(("street", street)).neighbours(WEST)[EAST].street_um == 0


def test_a_street_that_ends_half_way_counts_for_half():
    # Stretches have their middles at 5, 15, … m: five lie within 15 m of the street, the next 18.
    fabric = on(("street", line((110, -20), (110, 40))))
    assert fabric.neighbours(WEST)[EAST].street_um == SIDE / 2


@pytest.mark.parametrize("kind", ["water", "rail", "wall"])
def test_a_river_a_railway_or_a_wall_along_the_whole_border_parts(kind):
    fabric = on((kind, BETWEEN))
    assert fabric.neighbours(WEST)[EAST].barrier_um == SIDE
    assert not fabric.neighbours(WEST)[EAST].passable
    assert fabric.contiguous_pieces([WEST, EAST]) == [{WEST}, {EAST}]


def test_a_river_drawn_as_its_water_parts():
    fabric = on(("water", BETWEEN.buffer(20)))
    assert fabric.contiguous_pieces([WEST, EAST]) == [{WEST}, {EAST}]


def test_a_wall_along_half_of_the_border_does_not_part():
    fabric = on(("wall", line((100, 0), (100, 50))))
    assert fabric.neighbours(WEST)[EAST].barrier_um == SIDE / 2
    assert fabric.contiguous_pieces([WEST, EAST]) == [{WEST, EAST}]


def test_a_gate_opens_a_wall():
    gate = shapely.Point(shapely.get_coordinates(line((100, 45), (100, 46)))[0])
    fabric = on(("wall", BETWEEN), ("gate", gate))
    assert fabric.joined(WEST, EAST)


def test_a_wall_beside_a_street_parts_nobody_who_meets_on_the_street():
    fabric = on(("street", BETWEEN), ("wall", line((102, 0), (102, 200))))
    assert fabric.neighbours(WEST)[EAST].barrier_um == 0


def test_a_wall_4_m_away_is_not_the_border():
    assert on(("wall", line((104, 0), (104, 200)))).neighbours(WEST)[EAST].passable


@pytest.mark.parametrize("kind", ["bridge", "street"])
def test_a_bridge_joins_across_the_river(kind):
    row = {"kind": kind, "geometry": line((70, 50), (130, 50)), "bridge": True}
    river = {"kind": "water", "geometry": BETWEEN.buffer(20)}
    fabric = Survey.of(draft("AB", "AB"), ground(features=[row, river])).fabric
    assert fabric.linked(WEST, EAST)
    assert fabric.contiguous_pieces([WEST, EAST]) == [{WEST, EAST}]
    assert not fabric.linked(BELOW, ACROSS)


def test_a_street_over_the_river_that_nobody_declared_a_bridge_does_not_join():
    fabric = on(("water", BETWEEN.buffer(20)), ("street", line((0, 50), (200, 50))))
    assert not fabric.joined(WEST, EAST)


def test_a_street_that_crosses_a_railway_joins():
    fabric = on(("rail", BETWEEN), ("street", line((0, 50), (200, 50))))
    assert fabric.linked(WEST, EAST)
    assert not fabric.linked(BELOW, ACROSS)


def test_the_piece_with_most_households_comes_first():
    found = survey("AAA.A", households={grid(0, 4): 31})
    pieces = found.fabric.contiguous_pieces(found.draft.units())
    assert pieces == [{grid(0, 4)}, {grid(0, 0), grid(0, 1), grid(0, 2)}]


@pytest.fixture(scope="module")
def crooked():
    return Survey.of(*town(12, 9, seed=5))


def test_outlines_and_borders_are_as_long_as_shapely_says(crooked):
    places = crooked.draft.places
    for unit in crooked.draft.units():
        shape = places[unit].shape
        edges = len(shapely.get_coordinates(shape)) - 1
        rim_um = crooked.fabric.rim(unit).length_um
        assert rim_um == pytest.approx(shape.length * METRE, abs=edges / 2 + 0.01)
        for other, border in crooked.fabric.neighbours(unit).items():
            shared = shapely.intersection(shape.boundary, places[other].shape.boundary)
            assert border.length_um == pytest.approx(shared.length * METRE, abs=edges / 2 + 0.01)


def test_neighbours_are_those_that_share_a_line(crooked):
    units = crooked.draft.units()
    shapes = np.array([crooked.draft.places[n].shape for n in units])
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    lines = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    pairs = {(units[i], units[j]) for i, j in zip(one[lines > 0], other[lines > 0], strict=True)}
    fabric = crooked.fabric
    assert {(n, m) for n in units for m in fabric.neighbours(n)} == {
        (n, m) for n, m in pairs if n != m
    }


def test_the_outline_of_an_area_is_that_of_the_union_of_its_units(crooked):
    for area in crooked.draft.at_level("community"):
        outline = crooked.draft.outline(area)
        found = crooked.of_area(area)
        edges = len(shapely.get_coordinates(outline))
        assert found.perimeter_um == pytest.approx(outline.length * METRE, abs=edges)
        assert found.area_mm2x2 == pytest.approx(outline.area * 2e6, rel=1e-9)


def test_areas_are_whole_numbers_and_holes_are_left_out():
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 4, 4))
    assert doubled_areas(np.array([ring, shapely.Polygon()])).tolist() == [2 * 96_000_000, 0]


def test_an_edge_is_as_long_from_either_end():
    thin = shapely.Polygon([(0, 0), (1.234, 5.678), (7.001, 0.003)])
    there, back = segments(np.array([thin])), segments(np.array([shapely.reverse(thin)]))
    assert sorted(there.length_um.tolist()) == sorted(back.length_um.tolist())
