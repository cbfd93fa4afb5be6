"""Where lines meet borders: vertices of the 1 mm grid, the same on both sides."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans import arcs

_MM = st.integers(0, 40)
_POINT = st.tuples(_MM, _MM)


def line(*mm):
    return shapely.LineString([(x / 1000, y / 1000) for x, y in mm])


def box(west, south, east, north):
    return shapely.box(*(mm / 1000 for mm in (west, south, east, north)))


def in_mm(shapes):
    return [sorted(arcs.points(shape.exterior)[:-1]) for shape in shapes]


def test_an_outline_parts_along_a_line_that_crosses_it():
    found = arcs.parted([box(0, 0, 10, 10)], arcs.segments([line((4, -5), (4, 15))]))
    assert sorted(in_mm(found.faces)) == [
        [(0, 0), (0, 10), (4, 0), (4, 10)],
        [(4, 0), (4, 10), (10, 0), (10, 10)],
    ]
    assert found.cuts.tolist() == [[4, 0, 4, 10]]
    assert found.nodes == {(0, 0, 10, 0): [(4, 0)], (0, 10, 10, 10): [(4, 10)]}


def test_crossings_off_the_grid_go_to_the_nearest_millimetre():
    found = arcs.parted([box(0, 0, 10, 10)], arcs.segments([line((3, -1), (4, 11))]))
    assert found.nodes == {(0, 0, 10, 0): [(3, 0)], (0, 10, 10, 10): [(4, 10)]}


def test_what_parts_nothing_leaves_no_trace():
    dangling = [line((4, -5), (4, 5)), line((-5, 0), (15, 0)), line((20, 0), (30, 9))]
    found = arcs.parted([box(0, 0, 10, 10)], arcs.segments(dangling))
    assert (len(found.faces), found.nodes, len(found.cuts)) == (1, {}, 0)


def test_both_sides_of_a_border_get_the_same_vertices():
    two = [box(0, 0, 10, 10), box(0, 10, 10, 20)]
    found = arcs.parted(two[:1], arcs.segments([line((3, -5), (6, 30))]))
    beside = arcs.with_nodes(two[1], found.nodes)
    assert shapely.coverage_is_valid([*found.faces, beside])
    assert len(arcs.points(beside.exterior)) == 6


def test_several_outlines_part_at_once_and_keep_their_border():
    two = [box(0, 0, 10, 10), box(0, 10, 10, 20)]
    found = arcs.parted(two, arcs.segments([line((3, -5), (6, 30))]))
    assert sorted(found.owner.tolist()) == [0, 0, 1, 1]
    assert shapely.coverage_is_valid(found.faces)


def test_holes_and_islands_keep_their_rings():
    shape = shapely.MultiPolygon([box(0, 0, 10, 10) - box(4, 4, 6, 6), box(20, 0, 30, 10)])
    found = arcs.parted([shape], arcs.segments([line((5, -1), (5, 11))]))
    assert sorted(shapely.area(found.faces) * 1e6) == pytest.approx([48, 48, 100])


def test_segments_are_the_same_from_either_side():
    assert arcs.segments([line((5, 5), (0, 9))]).tolist() == [[0, 9, 5, 5]]
    assert arcs.segments([line((0, 9), (5, 5)), line((5, 5), (0, 9))]).tolist() == [[0, 9, 5, 5]]


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(st.lists(_POINT, min_size=2, max_size=5), min_size=1, max_size=4))
def test_noded_lines_meet_in_vertices_only(lines):
    drawn = arcs.segments([line(*points) for points in lines if len(set(points)) > 1])
    if not len(drawn):
        return
    _, pieces = arcs.node(np.zeros((0, 4), dtype=np.int64), drawn)
    made = arcs.lines_of(pieces)
    crossing = shapely.STRtree(made).query(made, predicate="crosses")
    assert not crossing.size
    ends = set(map(tuple, pieces.reshape(-1, 2).tolist()))
    assert set(map(tuple, drawn.reshape(-1, 2).tolist())) <= ends


@settings(max_examples=300, deadline=None)
@given(points=st.lists(_POINT, min_size=2, max_size=8), split=st.integers(1, 39))
def test_even_millimetre_scribbles_part_two_neighbours_exactly(points, split):
    two = [box(0, 0, split, 40), box(split, 0, 40, 40)]
    found = arcs.parted(two, arcs.segments([line(*points)]))
    whole = [arcs.with_nodes(shape, found.nodes) for shape in two]
    for k, shape in enumerate(whole):
        assert shapely.union_all(found.faces[found.owner == k]).equals(shape)
    assert shapely.coverage_is_valid(found.faces)
