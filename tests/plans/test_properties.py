"""What holds for any sequence of operations."""

from __future__ import annotations

import json
from functools import cache
from itertools import count

import geopandas as gpd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geo.boundaries import check_coverage
from geo.crs import GRID_M
from geo.plans import Change, Survey
from geo.plans.operations import OPERATIONS, Move, operation_from_json
from tests.plans.desks import state_bytes
from tests.plans.strategies import LABELS, STRATEGIES, attempt, proposal, world

FIRST_NEW = 500_000
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def base() -> Survey:
    """Forty-eight units in eight grids and two communities; no argument, so it isn't printed."""
    return world(12, 4)


def run(survey, draw, *, first=FIRST_NEW, most=8, **limits):
    """Draw operations and do those that can be done: (operation, change, survey after it)."""
    steps = []
    for _ in range(draw(st.integers(1, most))):
        operation = proposal(draw, survey, **limits)
        found = attempt(survey, operation, count(first))
        if found is not None:
            steps.append((operation, *found))
            first, survey = max(first, *(n + 1 for n in found[0].places)), found[1]
    return steps


def last(start, steps):
    """The survey at the end."""
    return steps[-1][2] if steps else start


def sums(survey):
    """Households and people of all units, and how many units are not fully known."""
    figures = [survey.figures(n) for n in survey.draft.units()]
    return sum(f.households for f in figures), sum(f.people for f in figures)


def held(survey, unit):
    """What is in a unit, its ground left out: neighbours gain vertices."""
    return survey.figures(unit)[1:-4]


def test_every_kind_of_operation_takes_part() -> None:
    assert set(STRATEGIES) == set(OPERATIONS)


@EXAMPLES
@given(data=st.data())
def test_the_units_stay_a_clean_coverage_of_the_same_ground(data) -> None:
    start = base()
    after = last(start, run(start, data.draw)).draft
    units = after.units()
    frame = gpd.GeoDataFrame(
        {"code": [after.places[n].code for n in units]},
        geometry=[after.places[n].shape for n in units],
        crs=after.site.epsg,
    )
    outline = start.draft.outline(1)
    assert check_coverage(frame, outline=outline).findings == ()
    moved_m2 = abs(frame.geometry.area.sum() - outline.area)
    assert moved_m2 <= GRID_M * frame.geometry.length.sum()


@EXAMPLES
@given(data=st.data())
def test_households_people_and_units_are_neither_made_nor_lost(data) -> None:
    start = base()
    after = last(start, run(start, data.draw))
    assert sums(after) == sums(start)
    ground = {n for u in after.draft.units() for n in after.draft.places[u].origins or (u,)}
    assert ground == set(start.draft.units())


@EXAMPLES
@given(data=st.data())
def test_an_operation_leaves_all_that_is_not_its_own_what_it_had(data) -> None:
    before = base()
    for operation, _, after in run(before, data.draw):
        others = set(before.draft.units()) - operation.about(before.draft)
        assert [held(after, n) for n in others] == [held(before, n) for n in others]
        before = after


@EXAMPLES
@given(data=st.data())
def test_operations_on_labels_leave_every_outline_to_the_byte(data) -> None:
    start = base()
    after = last(start, run(start, data.draw, kinds=LABELS)).draft
    assert {n: after.places[n].shape for n in after.units()} == {
        n: start.draft.places[n].shape for n in start.draft.units()
    }


@EXAMPLES
@given(data=st.data())
def test_every_place_lies_in_one_of_a_higher_level_up_to_the_top(data) -> None:
    start = base()
    after = last(start, run(start, data.draw)).draft
    for n in after.places:
        ranks = [after.site.level(place.level).rank for place in after.chain(n)]
        assert ranks == sorted(set(ranks), reverse=True)
        assert after.chain(n)[-1].level == after.site.keys[0]


@EXAMPLES
@given(data=st.data())
def test_taking_everything_back_gives_the_bytes_of_the_base(data) -> None:
    start = base()
    steps = run(start, data.draw)
    draft = last(start, steps).draft
    for _, change, _ in reversed(steps):
        draft = draft.after(change.inverse())
    assert state_bytes(draft) == state_bytes(start.draft)


@EXAMPLES
@given(data=st.data())
def test_the_log_gives_the_same_bytes_again(data) -> None:
    start = base()
    steps = run(start, data.draw)
    draft = start.draft
    for _, change, _ in steps:
        rows = json.loads(json.dumps(change.to_json()))
        draft = draft.after(Change.from_json(rows, draft))
    assert state_bytes(draft) == state_bytes(last(start, steps).draft)


@EXAMPLES
@given(data=st.data())
def test_an_operation_read_back_from_the_log_does_the_same(data) -> None:
    start = base()
    survey, ids = start, count(FIRST_NEW)
    steps = run(start, data.draw)
    for operation, _, _ in steps:
        again = operation_from_json(json.loads(json.dumps(operation.to_json())))
        tried = attempt(survey, again, ids)
        assert tried is not None
        survey = tried[1]
    assert state_bytes(survey.draft) == state_bytes(last(start, steps).draft)


@EXAMPLES
@given(data=st.data())
def test_figures_carried_along_are_those_of_a_survey_made_anew(data) -> None:
    start = base()
    after = last(start, run(start, data.draw))
    anew = Survey.of(after.draft, after.ground)
    assert after.by_unit == anew.by_unit
    assert after.totals == anew.totals
    assert after.fabric.borders == anew.fabric.borders


@EXAMPLES
@given(data=st.data())
def test_what_an_operation_is_about_or_changes_is_in_the_plan_before_or_after(data) -> None:
    before = start = base()
    for operation, change, after in run(start, data.draw):
        known = before.draft.places.keys() | after.draft.places.keys()
        assert change.places | operation.about(before.draft) <= known
        assert operation.label(before.draft).zh != operation.label(before.draft).en
        before = after


@EXAMPLES
@given(data=st.data())
def test_planners_who_paint_different_units_end_alike_in_any_order(data) -> None:
    start = base()
    units = data.draw(st.permutations(start.draft.units()))
    grids = st.sampled_from(start.draft.at_level("grid"))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    strokes, begin = [], 0
    for size in sizes:
        strokes.append(Move(tuple(units[begin : begin + size]), data.draw(grids)))
        begin += size
    ends = set()
    for order in (strokes, data.draw(st.permutations(strokes))):
        survey = start
        for stroke in order:
            done = attempt(survey, stroke, count(FIRST_NEW))
            survey = done[1] if done else survey
        ends.add(state_bytes(survey.draft))
    assert len(ends) == 1


@EXAMPLES
@given(data=st.data())
def test_planners_in_different_communities_end_alike_in_any_order(data) -> None:
    start = base()
    one, other = start.draft.at_level("community")[:2]
    by_li = run(start, data.draw, most=4, within=one)
    by_wang = run(start, data.draw, most=4, first=FIRST_NEW + 1_000, within=other)
    li, wang = ({n for _, change, _ in by for n in change.places} for by in (by_li, by_wang))
    assume(not li & wang)
    ends = set()
    for order in ((by_li, by_wang), (by_wang, by_li)):
        survey = start
        for by in order:
            ids = count(FIRST_NEW if by is by_li else FIRST_NEW + 1_000)
            for operation, _, _ in by:
                survey = survey.after(operation.apply(survey, ids))
        ends.add(state_bytes(survey.draft))
    assert len(ends) == 1
