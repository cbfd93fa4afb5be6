from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from geo.errors import BadInput, NotFound, Refused
from geo.plans import Survey
from geo.plans.operations import Side, Split, SplitPreview, operation_from_json
from geo.plans.sides import left_of, mostly_in
from tests.plans.hamlet import COUNTY, EAST, WEST, done, ids, line, survey
from tests.plans.sample_county import county

SQUARE = shapely.box(0, 0, 100, 100)
# Column 3 reaches from 200 m to 300 m: 70 of its 100 m are east of this line.
NORTHWARD = line((230, -10), (230, 210))


def drawn(*xy):
    return shapely.LineString(xy)


@pytest.mark.parametrize(
    ("path", "left_m2", "faces"),
    [
        ([(30, -10), (30, 110)], 3_000, 2),
        ([(30, 110), (30, -10)], 7_000, 2),  # drawn the other way round
        # In at the bottom, out at the top, back again: the middle is right of both stretches.
        ([(10, -10), (10, 110), (50, 110), (50, -10)], 6_000, 3),
        ([(20, 20), (40, 20), (40, 40), (20, 40), (20, 20)], 400, 2),  # a loop, anticlockwise
        ([(20, 20), (20, 40), (40, 40), (40, 20), (20, 20)], 9_600, 2),  # clockwise
        ([(30, -10), (30, 60)], 0, 1),  # ends inside: nothing is extended
        ([(-10, 50), (110, 50), (110, 60), (80, 60)], 5_000, 2),  # a loose end inside
        ([(0, 0), (100, 100)], 5_000, 2),  # corner to corner
        ([(0, -10), (0, 110)], 0, 1),  # along the edge
    ],
)
def test_the_sides_are_those_of_the_direction_of_drawing(path, left_m2, faces) -> None:
    left, count = left_of(SQUARE, drawn(*path))
    assert count == faces
    if faces > 1:
        assert left.area == pytest.approx(left_m2)


def test_a_separate_part_lies_on_the_side_that_it_is_seen_from() -> None:
    both = shapely.MultiPolygon([SQUARE, shapely.box(200, 0, 300, 100)])
    left, faces = left_of(both, drawn((50, -10), (50, 110)))
    assert (left.area, faces) == (5_000, 3)


def test_half_of_a_unit_is_enough_for_the_left() -> None:
    shapes = np.array([shapely.box(0, 0, 2, 1), shapely.box(0.5, 0, 2.5, 1)], dtype=object)
    assert mostly_in(shapes, shapely.box(0, 0, 1, 1)).tolist() == [True, False]


def test_the_preview_gives_both_parts_with_their_households() -> None:
    assert Split(EAST, NORTHWARD).preview(survey()) == SplitPreview(
        kept=Side((103, 104, 203, 204), 2 * (30 + 40)),
        made=Side((101, 102, 201, 202), 2 * (10 + 20)),
    )


def test_the_part_with_most_households_keeps_the_id_and_whole_grids_go_along() -> None:
    before = survey()
    change = Split(EAST, NORTHWARD).apply(before, ids())
    after = before.after(change).draft
    assert change.places == {21, 1001}
    made = after.place(1001)
    assert (made.level, made.parent, made.name, made.code) == (
        "community", COUNTY, "东街社区（新）", "~1001",
    )  # fmt: skip
    assert after.children[1001] == {21}
    assert after.children[EAST] == {22}


def test_a_grid_that_the_line_crosses_is_parted_too() -> None:
    after = done(survey(), Split(EAST, line((130, -10), (130, 210)))).draft
    assert after.children[1001] == {1002}
    assert (after.place(1002).name, after.children[1002]) == ("第1网格（新）", {101, 201})
    assert after.children[EAST] == {21, 22}
    assert after.children[21] == {102, 202}


def test_of_equal_parts_the_left_one_keeps_the_id() -> None:
    # Drawn eastward: north, with 103's and 104's neighbours above, is to the left.
    after = done(survey(), Split(22, line((190, 100), (410, 100)), ("北", "南"))).draft
    assert (after.place(22).name, after.children[22]) == ("北", {203, 204})
    assert (after.place(1001).name, after.children[1001]) == ("南", {103, 104})
    assert after.children[EAST] == {21, 22, 1001}


def test_both_parts_get_the_names_that_were_chosen() -> None:
    after = done(survey(), Split(EAST, NORTHWARD, ("东街一社区", "东街二社区"))).draft
    assert [after.place(n).name for n in (EAST, 1001)] == ["东街一社区", "东街二社区"]
    after = done(survey(), Split(EAST, NORTHWARD, ("", "东街二社区"))).draft
    assert [after.place(n).name for n in (EAST, 1001)] == ["东街社区", "东街二社区"]


def test_an_island_is_handed_over_to_the_side_that_surrounds_it() -> None:
    # East of the line lie column 8 and, by a corridor through 107, most of unit 106.
    path = [(510, -10), (510, 95), (595, 95), (595, 20), (690, 20), (690, 210)]
    parts = Split(WEST, line(*path)).preview(survey())
    assert parts.made.units == (108, 208)
    assert parts.kept.units == (105, 106, 107, 205, 206, 207)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (Split(999, NORTHWARD), NotFound),
        (Split(103, NORTHWARD), Refused),  # a unit is cut
        (Split(WEST, NORTHWARD), Refused),  # runs elsewhere
        (Split(EAST, line((230, -10), (230, 150))), Refused),  # ends inside
        (Split(EAST, line((10, -10), (10, 210))), Refused),  # all units mostly to the east
        (Split(EAST, line((230, -10), (230, 210), (100, 210), (300, 50))), BadInput),  # crosses
        (Split(EAST, NORTHWARD, ("一", "二", "三")), BadInput),
    ],
)
def test_a_line_that_does_not_part_the_area_is_refused(operation, error) -> None:
    with pytest.raises(error) as refused:
        operation.apply(survey(), ids())
    assert refused.value.en != refused.value.zh


def test_a_split_is_the_same_after_a_way_through_json() -> None:
    operation = Split(EAST, NORTHWARD, ("一", "二"))
    assert operation_from_json(json.loads(json.dumps(operation.to_json()))) == operation


@pytest.mark.parametrize("wkb", ["", "00", shapely.to_wkb(shapely.Point(1, 2), hex=True)])
def test_what_is_no_line_is_refused(wkb) -> None:
    with pytest.raises(BadInput):
        operation_from_json({"kind": "split", "area": EAST, "line": wkb})


@pytest.fixture(scope="module")
def county_town() -> Survey:
    return Survey.of(*county(0.1))


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 120, 150])
def test_real_communities_are_split_into_parts_that_hold_together(county_town, degrees) -> None:
    draft, way = (
        county_town.draft,
        np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]),
    )
    for community in draft.at_level("community"):
        middle = np.array(draft.outline(community).centroid.coords[0])
        path = shapely.LineString([middle - 9_000 * way, middle + 9_000 * way])
        parts = Split(community, path).preview(county_town)
        assert sorted(parts.kept.units + parts.made.units) == draft.units(community)
        assert parts.kept.households >= parts.made.households
        whole = county_town.fabric.contiguous_pieces(draft.units(community))
        apart = [county_town.fabric.contiguous_pieces(side.units) for side in parts]
        assert len(whole) > 1 or [len(pieces) for pieces in apart] == [1, 1]
