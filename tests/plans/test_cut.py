"""A unit is cut along a line: through the unit alone, to the millimetre, nothing lost."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadInput, NotFound, Refused
from geo.plans import Ground, Survey
from geo.plans.operations import Cut
from tests.plans import hamlet
from tests.plans.buildings import houses
from tests.plans.coverages import (
    LINES,
    assert_only_gained,
    redrawn,
    town,
    tried,
    vertices,
)
from tests.plans.hamlet import at, done, line

#: Unit 103: x from 200 to 300, y from 0 to 100; 203 above it, 102 and 104 beside it.
UPWARD = line((240, -10), (240, 110))


@pytest.fixture(scope="module")
def bare():
    return hamlet.survey()


def cut(survey, unit, drawn):
    change = Cut(unit, drawn).apply(survey, hamlet.ids())
    return survey.after(change), change


def imported(survey, *numbers):
    return [survey.draft.places[n].households for n in numbers]


# -- the cut


def test_a_line_across_makes_a_new_unit_of_the_same_parent(bare):
    after, _ = cut(bare, 103, UPWARD)
    kept, new = after.draft.places[103], after.draft.places[1001]
    assert (kept.shape.area, new.shape.area) == (6_000, 4_000)
    assert (new.level, new.code, new.name, new.parent) == ("microgrid", "~1001", "103号（新）", 22)
    assert kept.origins == new.origins == (103,)


def test_units_beside_gain_the_vertex_where_the_line_ends_and_nobody_else_changes(bare):
    after, change = cut(bare, 103, UPWARD)
    assert redrawn(change) == {103, 203}
    assert_only_gained(bare, after, {203})
    assert at(240, 100) in vertices(after.draft.places[203].shape)
    assert after.draft.places[203].origins == (203,)


def test_a_line_from_corner_to_corner_changes_nobody_else(bare):
    _, change = cut(bare, 103, line((200, 0), (300, 100)))
    assert redrawn(change) == {103}


def test_only_what_lies_in_the_unit_cuts(bare):
    after, _ = cut(bare, 103, line((140, -10), (140, 40), (360, 40)))
    assert {p.id for p in after.draft.places.values()} - set(bare.draft.places) == {1001}
    assert after.draft.places[1001].shape.area == 4_000


@pytest.mark.parametrize(
    ("drawn", "says"),
    [
        (line((240, -10), (240, 50)), "does not part"),
        (line((500, -10), (500, 110)), "does not part"),
        (line((200, 0), (200, 100)), "does not part"),
        (line((190, 100), (310, 100)), "does not part"),
        (line((190, 100.0004), (310, 99.9996)), "does not part"),
        (line((220, -10), (220, 110), (240, 110), (240, -10)), "in 3"),
        (line((190, 10), (310, 90), (310, 10), (190, 90)), "in 4"),
    ],
)
def test_lines_that_do_not_part_it_in_two_are_refused(bare, drawn, says):
    with pytest.raises(Refused, match=says):
        Cut(103, drawn).apply(bare, hamlet.ids())


def test_a_ring_drawn_inside_cuts_out_what_it_encloses(bare):
    ring = line((220, 20), (280, 20), (280, 80), (220, 80), (220, 20))
    after, change = cut(bare, 103, ring)
    assert redrawn(change) == {103}
    assert [after.draft.places[n].shape.area for n in (103, 1001)] == [6_400, 3_600]


def test_areas_above_the_units_are_not_cut(bare):
    with pytest.raises(BadInput):
        Cut(22, UPWARD).apply(bare, hamlet.ids())
    with pytest.raises(NotFound):
        Cut(999, UPWARD).apply(bare, hamlet.ids())


def test_an_island_off_the_line_stays_with_the_nearer_part():
    near = shapely.box(*at(0, 0), *at(100, 100))
    islet = shapely.box(*at(130, 40), *at(150, 60))
    before = town(hamlet.draft(), [shapely.MultiPolygon([near, islet])], Ground.empty(4544))
    after, _ = cut(before, 501, line((50, -10), (50, 110)))
    assert sorted(after.draft.places[n].shape.area for n in (501, 1001)) == [5_000, 5_400]


def test_a_line_across_two_islands_parts_left_from_right():
    islands = [shapely.box(*at(x, 0), *at(x + 100, 100)) for x in (0, 200)]
    before = town(hamlet.draft(), [shapely.MultiPolygon(islands)], Ground.empty(4544))
    after, _ = cut(before, 501, line((-10, 30), (310, 30)))
    parts = [after.draft.places[n].shape for n in (501, 1001)]
    assert [part.area for part in parts] == [14_000, 6_000]
    assert [part.bounds[1::2] for part in parts] == [
        (at(0, 30)[1], at(0, 100)[1]), (at(0, 0)[1], at(0, 30)[1]),
    ]  # fmt: skip


# -- figures


def test_an_imported_figure_is_divided_by_area_as_an_estimate(bare):
    after, _ = cut(bare, 103, UPWARD)  # 30 households and 90 people on 6,000 and 4,000 m²
    kept, new = after.draft.places[103], after.draft.places[1001]
    assert [(p.households, p.people, p.estimated) for p in (kept, new)] == [
        (18, 54, True), (12, 36, True),
    ]  # fmt: skip


def test_the_part_with_most_households_keeps_the_id():
    before = Survey.of(hamlet.draft(), houses((205, 5, 20), (270, 5, 8)))
    after, _ = cut(before, 103, UPWARD)
    assert after.draft.places[103].shape.area == 4_000
    assert [after.households(n) for n in (103, 1001)] == [20, 8]


def test_where_all_buildings_are_known_they_decide_and_no_import_is_kept():
    before = Survey.of(hamlet.draft(), houses((205, 5, 20), (270, 5, 8)))
    after, _ = cut(before, 103, UPWARD)
    assert imported(after, 103, 1001) == [None, None]


def test_a_part_without_buildings_has_none_when_all_the_others_were_known():
    before = Survey.of(hamlet.draft(), houses((205, 5, 20), (215, 5, 8)))
    after, _ = cut(before, 103, UPWARD)
    assert [after.households(n) for n in (103, 1001)] == [28, 0]
    assert after.complete(1001)


def test_what_buildings_do_not_tell_of_an_import_goes_to_the_other_part():
    # 30 imported; the west has 20 in known buildings, the east a building that nobody counted.
    before = Survey.of(hamlet.draft(), houses((205, 5, 20), (270, 5, None)))
    assert before.households(103) == 30
    after, _ = cut(before, 103, UPWARD)
    assert [after.households(n) for n in (103, 1001)] == [20, 10]
    assert imported(after, 103, 1001) == [None, 10]
    assert after.draft.places[1001].estimated


def test_an_import_smaller_than_its_buildings_is_refused_with_the_remedy():
    before = Survey.of(hamlet.draft(), houses((205, 5, 40), (270, 5, None)))
    assert before.households(103) == 30
    with pytest.raises(Refused, match="Correct the figure"):
        Cut(103, UPWARD).apply(before, hamlet.ids())


# -- buildings


def test_a_building_across_the_line_is_named():
    ground = houses((205, 5, 2), (235, 5, 2))
    ground.buildings["compound"] = ["竹苑", "梅苑"]
    before = Survey.of(hamlet.draft(), ground)
    with pytest.raises(Refused, match=r"building 2 \(梅苑\)") as refused:
        Cut(103, UPWARD).apply(before, hamlet.ids())
    assert refused.value.facts["buildings"] == [2]


def test_a_line_may_follow_a_wall_and_demolished_buildings_do_not_count():
    walled = Survey.of(hamlet.draft(), houses((230, 5, 2), (240, 25, 3)))
    after, _ = cut(walled, 103, UPWARD)
    assert {after.households(n) for n in (103, 1001)} == {2, 3}
    gone = houses((235, 5, 2))
    gone.buildings["status"] = "demolished"
    cut(Survey.of(hamlet.draft(), gone), 103, UPWARD)


# -- any line


@settings(max_examples=150, deadline=None)
@given(
    unit=st.sampled_from([101, 102, 103, 201, 202, 203]),
    drawn=LINES,
)
def test_any_line_parts_cleanly_or_is_refused(bare, unit, drawn):
    after = tried(Cut(unit, drawn), bare)
    if after is not None:
        assert len(after.draft.units()) == 17


RING = shapely.box(*at(0, 0), *at(300, 300)) - shapely.box(*at(100, 100), *at(200, 200))
ODD = [
    RING - shapely.box(*at(250, 0), *at(300, 50)),  # a ring about the second
    shapely.box(*at(100, 100), *at(200, 200)),
    shapely.MultiPolygon(
        [shapely.box(*at(250, 0), *at(300, 50)), shapely.box(*at(0, 300), *at(300, 400))]
    ),
]


@settings(max_examples=150, deadline=None)
@given(unit=st.sampled_from([501, 502, 503]), drawn=LINES)
def test_units_with_holes_and_islands_part_as_cleanly(unit, drawn):
    before = town(hamlet.draft(), ODD, Ground.empty(4544))
    tried(Cut(unit, drawn), before)


@settings(max_examples=40, deadline=None)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 30), st.floats(0, 3.14159), st.floats(-0.4, 0.4)), max_size=6
    )
)
def test_cuts_of_cuts_stay_clean_and_are_taken_back_to_the_byte(bare, cuts):
    survey = bare
    for pick, angle, off in cuts:
        units = survey.draft.units()
        unit = units[pick % len(units)]
        shape = survey.draft.places[unit].shape
        middle = np.array(shapely.get_coordinates(shapely.point_on_surface(shape))[0])
        ahead = np.array([np.cos(angle), np.sin(angle)])
        aside = np.array([-ahead[1], ahead[0]]) * off * 50
        ends = [middle + aside + ahead * reach for reach in (-200, 0, 200)]
        survey = tried(Cut(unit, shapely.LineString(ends)), survey) or survey


def test_cutting_again_and_again_keeps_every_household(bare):
    survey = done(
        bare, Cut(103, UPWARD), Cut(103, line((200, 33.3333), (300, 33.3333))),
        Cut(203, line((199, 151.2345), (301, 150))),
        numbers=itertools.count(1001),
    )  # fmt: skip
    assert sum(survey.households(n) or 0 for n in survey.draft.units()) == 720
