"""The sample county redrawn at random, with its buildings: cuts, reshaped borders, united units."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans import Ground, Survey
from geo.plans.operations import Cut, Reshape, Unite
from tests.plans import sample_county
from tests.plans.coverages import frozen, tried

SHARE = st.floats(0.02, 0.98)
ASIDE = st.floats(-0.4, 0.4)
PICK = st.integers(0, 10**6)
STEPS = st.lists(
    st.tuples(st.sampled_from(["cut", "reshape", "unite"]), PICK, PICK, SHARE, SHARE, ASIDE),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def county():
    return sample_county.county(0.1)


@pytest.fixture(scope="module")
def bare(county):
    return Survey.of(county[0], Ground.empty(sample_county.EPSG))


@pytest.fixture(scope="module")
def built(county):
    return Survey.of(*county)


def operation(survey, kind, pick, other, *where):
    """An operation on a unit and one beside it, as a planner would draw it."""
    units = survey.draft.units()
    one = units[pick % len(units)]
    near = sorted(survey.fabric.neighbours(one))
    two = near[other % len(near)]
    shapes = [survey.draft.places[n].shape for n in (one, two)]
    if kind == "unite":
        return Unite((one, two), one)
    if kind == "cut":
        return Cut(one, across(shapes[0], *where))
    return Reshape(one, two, along(shapely.intersection(*shapely.boundary(shapes)), *where))


def across(shape, start, end, aside):
    """From beyond one place of the rim through the middle to beyond another."""
    rim = shapely.get_exterior_ring(shapely.get_parts(shape)[0])
    middle = np.array(shape.point_on_surface().coords[0])
    ends = [np.array(rim.interpolate(at, normalized=True).coords[0]) for at in (start, end)]
    out = [middle + (end - middle) * 1.2 for end in ends]
    bend = middle + aside * (ends[1] - ends[0])[::-1] * (1, -1) * 0.1
    return shapely.LineString([out[0], bend, out[1]])


def along(border, start, end, aside):
    """From one place of a border to another, with a corner in the middle."""
    merged = shapely.line_merge(border)
    lines = [line for line in shapely.get_parts(merged) if line.length]
    line = max(lines, key=shapely.length)
    ends = [np.array(line.interpolate(at, normalized=True).coords[0]) for at in (start, end)]
    way = ends[1] - ends[0]
    corner = (ends[0] + ends[1]) / 2 + aside * way[::-1] * (1, -1)
    return shapely.LineString([ends[0], corner, ends[1]])


def redrawn(survey, steps):
    """Do what can be done of some steps, each held to the rules."""
    for step in steps:
        survey = tried(operation(survey, *step), survey) or survey
    return survey


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_any_redraw_of_real_outlines_stays_clean_and_loses_nobody(bare, steps):
    redrawn(bare, steps)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_buildings_stay_whole_and_keep_their_households(built, steps):
    after = redrawn(built, steps)
    assert after.ground is built.ground
    assert sum(after.figures(n).buildings for n in after.draft.units()) == sum(
        built.figures(n).buildings for n in built.draft.units()
    )


@settings(max_examples=10, deadline=None)
@given(steps=STEPS)
def test_a_measured_redraw_equals_one_measured_anew(built, steps):
    after = redrawn(built, steps)
    anew = Survey.of(after.draft, built.ground)
    assert frozen(after.draft) == frozen(anew.draft)
    assert [after.figures(n) for n in after.draft.units()] == [
        anew.figures(n) for n in anew.draft.units()
    ]
