"""A survey that was carried from change to change says what a survey made anew says."""

import dataclasses
from itertools import count

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans import Change, Survey
from geo.plans.drift import drift
from tests.plans.lattice import town

FIRST_NEW = 500_000


@pytest.fixture(scope="module")
def start():
    return Survey.of(*town(6, 5, seed=3))


def same(one, other):
    assert one.by_unit == other.by_unit
    assert one.totals == other.totals
    assert one.sums.levels == other.sums.levels
    assert one.fabric.rims == other.fabric.rims
    assert one.fabric.borders == other.fabric.borders
    assert one.fabric.reached == other.fabric.reached
    assert set(one.fabric.whole) == set(other.fabric.whole)
    assert one.fabric.ways == other.fabric.ways
    assert one.fabric.households == other.fabric.households
    for kind in ("buildings", "members", "incidents", "facilities"):
        assert np.array_equal(getattr(one.located, kind), getattr(other.located, kind)), kind


def moved(survey, draw, ids):
    units = draw(st.lists(st.sampled_from(survey.draft.units()), min_size=1, max_size=6))
    to = draw(st.sampled_from(survey.draft.at_level("grid")))
    return [dataclasses.replace(survey.draft.places[n], parent=to) for n in set(units)], []


def regrouped(survey, draw, ids):
    grid = survey.draft.places[draw(st.sampled_from(survey.draft.at_level("grid")))]
    to = draw(st.sampled_from(survey.draft.at_level("community")))
    return [dataclasses.replace(grid, parent=to)], []


def recoded(survey, draw, ids):
    one, other = (survey.draft.places[draw(st.sampled_from(survey.draft.units()))] for _ in "ab")
    return [] if one is other else [
        dataclasses.replace(one, code=other.code), dataclasses.replace(other, code=one.code)
    ], []  # fmt: skip


def united(survey, draw, ids):
    unit = survey.draft.places[draw(st.sampled_from(survey.draft.units()))]
    beside = sorted(survey.fabric.neighbours(unit.id))
    if not beside:
        return [], []
    other = survey.draft.places[draw(st.sampled_from(beside))]
    shape = shapely.normalize(shapely.coverage_union_all([unit.shape, other.shape]))
    origins = tuple(sorted({*(unit.origins or [unit.id]), *(other.origins or [other.id])}))
    return [dataclasses.replace(unit, shape=shape, origins=origins)], [other.id]


def cut(survey, draw, ids):
    """Cut between two of a unit's corners, so that no neighbour gets a new one."""
    unit = survey.draft.places[draw(st.sampled_from(survey.draft.units()))]
    corners = shapely.get_coordinates(unit.shape)[:-1]
    i, j = sorted(draw(st.lists(st.integers(0, len(corners) - 1), min_size=2, max_size=2)))
    halves = [
        shapely.Polygon(ring)
        for ring in (corners[i : j + 1], np.append(corners[j:], corners[: i + 1], axis=0))
        if len(ring) > 2
    ]
    areas = [half.area for half in halves if half.is_valid]
    if len(areas) < 2 or abs(sum(areas) - unit.shape.area) > 1e-6:
        return [], []  # the line would leave the unit
    origins = unit.origins or (unit.id,)
    fresh = next(ids)
    return [
        dataclasses.replace(unit, shape=shapely.normalize(halves[0]), origins=origins),
        dataclasses.replace(
            unit, id=fresh, code=f"~{fresh}", shape=shapely.normalize(halves[1]), origins=origins
        ),
    ], []


def refigured(survey, draw, ids):
    unit = survey.draft.places[draw(st.sampled_from(survey.draft.units()))]
    figure = draw(st.none() | st.integers(0, 50))
    return [dataclasses.replace(unit, households=figure, people=figure)], []


def divided(survey, draw, ids):
    """Make an area of a unit, with a unit of the same outline in it."""
    unit = survey.draft.places[draw(st.sampled_from(survey.draft.units()))]
    fresh = next(ids)
    origins = unit.origins or (unit.id,)
    return [
        dataclasses.replace(unit, shape=None, households=None, people=None, origins=()),
        dataclasses.replace(unit, id=fresh, code=f"~{fresh}", parent=unit.id, origins=origins),
    ], []


WAYS = (moved, regrouped, recoded, united, cut, refigured, divided)


@st.composite
def walks(draw, start, *, ways=WAYS):
    """Surveys from change to change, with the changes."""
    ids, steps = count(FIRST_NEW), [(start, None)]
    assert not any(start.drift(start))  # from here on it is carried
    for way in draw(st.lists(st.sampled_from(ways), min_size=1, max_size=8)):
        survey = steps[-1][0]
        rows, gone = way(survey, draw, ids)
        change = Change.of(survey.draft, rows, gone=gone)
        for area in survey.draft.places:
            survey.draft.units(area)  # listed once; the lists go on where nothing changed
        steps.append((survey.after(change), change))
    return steps


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changes_leave_what_a_survey_made_anew_says(start, data):
    steps = data.draw(walks(start))
    end = steps[-1][0]
    anew = dataclasses.replace(end.draft)
    assert all(end.draft.units(n) == anew.units(n) for n in [None, *end.draft.places])
    same(end, Survey.of(end.draft, end.ground))
    assert end.drift(start) == drift(end, start)
    whole = end.of_area(1)
    assert whole.area_mm2x2 == start.of_area(1).area_mm2x2
    assert whole.perimeter_um == start.of_area(1).perimeter_um


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_taking_everything_back_leaves_what_was(start, data):
    steps = data.draw(walks(start))
    survey = steps[-1][0]
    for _, change in reversed(steps[1:]):
        survey = survey.after(change.inverse())
    same(survey, start)
    assert not any(survey.drift(start))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_areas_of_a_level_sum_to_the_whole(start, data):
    survey = data.draw(walks(start))[-1][0]
    inner = len(survey.of_area(1)) - 3  # borders between areas are no border of the whole
    for level in ("community", "grid"):
        rows = [survey.of_area(n)[:inner] for n in survey.draft.at_level(level)]
        assert tuple(map(sum, zip(*rows, strict=True))) == survey.of_area(1)[:inner]


def test_everything_on_the_ground_is_in_the_unit_with_the_smallest_code_that_covers_it(start):
    draft, ground = start.draft, start.ground
    units = sorted(draft.units(), key=lambda n: draft.places[n].code.encode())
    for xy, found in zip(ground.incidents, start.located.incidents, strict=True):
        covering = (n for n in units if draft.places[n].shape.covers(shapely.Point(xy)))
        assert found == next(covering, -1)


def test_what_was_placed_by_hand_counts_there_while_that_unit_is_drawn(start):
    ground = start.ground
    row = int(np.flatnonzero(ground.members_placed >= 0)[0])
    unit = int(ground.members_placed[row])
    assert start.located.members[row] == unit
    beside = next(iter(start.fabric.neighbours(unit)))
    kept = start.draft.places[beside]
    shape = shapely.normalize(
        shapely.coverage_union_all([kept.shape, start.draft.places[unit].shape])
    )
    after = start.after(
        Change.of(start.draft, [dataclasses.replace(kept, shape=shape)], gone=[unit])
    )
    assert after.located.members[row] != unit
