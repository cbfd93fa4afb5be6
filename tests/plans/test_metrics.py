"""What areas are measured by, on towns of 100 m squares with ten households each."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans import METRICS, Change, Place, Survey, metrics
from geo.plans.drift import drift
from tests.plans import pictures
from tests.plans.lattice import town
from tests.plans.pictures import community, grid, ground, line, survey
from tests.plans.test_survey import WAYS, refigured, walks

A, B, COUNTY = community("A"), community("B"), pictures.COUNTY


def one(found, area, base=None):
    return metrics(found, [area], base).loc[area]


def moved(before, to, *units):
    rows = [dataclasses.replace(before.draft.places[n], parent=to) for n in units]
    return before.after(Change.of(before.draft, rows))


def test_every_metric_is_a_column_in_the_order_asked():
    found = metrics(survey("AABB"), [B, A])
    assert list(found.columns) == [metric.key for metric in METRICS]
    assert found.index.tolist() == [B, A]


def test_the_registry_names_each_metric_once_and_counts_versions_from_1():
    keys = [metric.key for metric in METRICS]
    assert len(set(keys)) == len(keys)
    assert all(metric.version >= 1 for metric in METRICS)


def test_households_sum_and_the_limit_leaves_headroom():
    found = one(survey("AAAB"), A)
    assert (found.households, found.limit, found.headroom) == (30, 100, 70)
    assert found.units == 3


def test_households_to_come_take_headroom():
    site = {"x": 50, "y": 50, "status": "under_construction", "planned_households": 40}
    found = one(survey("A", ground=ground(built=[site])), A)
    assert (found.planned, found.headroom) == (40, 50)


def test_planned_households_of_a_finished_building_are_not_to_come():
    done = {"x": 50, "y": 50, "households": 3, "planned_households": 40}
    assert one(survey("A", ground=ground(built=[done])), A).planned == 0


def test_unknown_is_not_0():
    found = survey("AB", households={grid(0, 0): None})
    known = metrics(found, [A, B, COUNTY])
    assert known["households"].isna().tolist() == [True, False, False]
    assert known["complete"].tolist() == [False, True, False]
    assert known["headroom"].isna().tolist() == [True, False, True]


def test_a_building_counts_before_the_imported_figure():
    built = {"x": 50, "y": 50, "households": 4}
    assert one(survey("A", ground=ground(built=[built])), A).households == 4


def test_coverage_is_a_share_of_the_households_counted_by_building():
    near = {"x": 20, "y": 50, "households": 6}
    far = {"x": 80, "y": 50, "households": 2, "covered": False}
    assert one(survey("A", ground=ground(built=[near, far])), A).coverage == 0.75
    assert math.isnan(one(survey("A"), A).coverage)


def test_a_square_is_as_compact_as_a_square():
    found = one(survey("A"), A)
    assert found.area_m2 == 10_000
    assert found.polsby_popper == pytest.approx(math.pi / 4)


def test_two_squares_together_are_measured_by_their_outline():
    found = one(survey("AA"), A)
    assert found.polsby_popper == pytest.approx(4 * math.pi * 20_000 / 600**2)


def test_the_street_share_is_of_the_outline_of_the_area():
    street = {"kind": "street", "geometry": line((200, 0), (200, 100))}
    found = metrics(survey("AAB", ground=ground(features=[street])), [A, B])
    assert found["street_share"].tolist() == pytest.approx([1 / 6, 1 / 4])


def test_deviation_is_against_the_mean_of_the_level():
    found = metrics(survey("AAAB"), [A, B, COUNTY])
    assert found["deviation"].tolist() == [0.5, -0.5, 0.0]


def test_an_area_without_units_has_no_households_and_no_shape_to_measure():
    empty = moved(survey("AB"), A, grid(0, 1))
    found = one(empty, B)
    assert found.units == 0
    assert pd.isna(found.households)
    assert math.isnan(found.polsby_popper)


def test_without_a_base_nothing_is_compared():
    found = one(survey("AB"), A)
    assert pd.isna(found.households_moved)
    assert pd.isna(found.share_staying)
    assert pd.isna(found.touched)


def test_households_move_with_their_unit():
    base = survey("AAB")
    after = moved(base, B, grid(0, 1))
    found = metrics(after, [A, B, COUNTY, grid(0, 1)], base)
    assert found["households_moved"].tolist() == [0, 10, 10, 10]
    assert found["share_staying"].tolist() == [0.5, 1.0, 1.0, 1.0]
    assert found["touched"].tolist() == [1, 1, 2, 0]


def test_what_moves_there_and_back_has_not_moved():
    base = survey("AAB")
    back = moved(moved(base, B, grid(0, 1)), A, grid(0, 1))
    found = metrics(back, [A, B, COUNTY], base)
    assert found["households_moved"].tolist() == [0, 0, 0]
    assert found["touched"].tolist() == [0, 0, 0]


def redrawn(base, *parts):
    """Redraw the first two squares as other shapes: (id, shape) in metres from the top left."""
    rows = []
    for number, shape in parts:
        was = base.draft.places[number]
        there = shapely.transform(shape, lambda xy: xy * [1, -1] + [pictures.X, pictures.Y])
        origins = (grid(0, 0), grid(0, 1))
        rows.append(dataclasses.replace(was, shape=shapely.normalize(there), origins=origins))
    return base.after(Change.of(base.draft, rows))


def test_households_of_a_redrawn_unit_follow_their_buildings():
    built = [{"x": x, "y": 50, "households": n} for x, n in ((20, 1), (70, 2), (150, 4))]
    base = survey("AB", ground=ground(built=built))
    # The border goes 50 m to the west: the building with two households changes sides.
    after = redrawn(
        base, (grid(0, 0), shapely.box(0, 0, 50, 100)), (grid(0, 1), shapely.box(50, 0, 200, 100))
    )
    found = metrics(after, [A, B], base)
    assert found["households"].tolist() == [1, 6]
    assert found["households_moved"].tolist() == [0, 2]
    assert found["share_staying"].tolist() == [pytest.approx(1 / 3), 1.0]
    assert found["touched"].tolist() == [1, 1]


def test_imported_households_of_a_redrawn_unit_are_divided_by_area():
    base = survey("AB")
    after = redrawn(
        base, (grid(0, 0), shapely.box(0, 0, 50, 100)), (grid(0, 1), shapely.box(50, 0, 200, 100))
    )
    # The eastern unit still says ten, of which a third of its ground was in A.
    found = metrics(after, [B], base).loc[B]
    assert found.households_moved == 3


def test_a_new_area_has_nobody_who_stays():
    base = survey("AA")
    new = Place(7, "community", "~7", "新", COUNTY)
    made = base.after(Change.of(base.draft, [new]))
    found = one(moved(made, 7, grid(0, 1)), 7, base)
    assert math.isnan(found.share_staying)
    assert (found.households_moved, found.touched) == (10, 1)


def test_members_incidents_and_facilities_are_counted_where_they_are():
    there = np.array([pictures.middle(0, 0)])
    found = survey("AB", ground=ground(members=there.repeat(3, axis=0), incidents=there))
    rows = metrics(found, [A, B])
    assert rows["members"].tolist() == [3, 0]
    assert rows["incidents"].tolist() == [1, 0]


@pytest.fixture(scope="module")
def built_town():
    """A town where every household is known by its building."""
    plan, found = town(6, 5, seed=4)
    houses = found.buildings.assign(households=found.buildings["households"].fillna(1))
    bare = [dataclasses.replace(place, households=None) for place in plan.places.values()]
    plan = plan.after(Change.of(plan, bare))
    return Survey.of(plan, dataclasses.replace(found, buildings=houses))


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_drift_is_what_every_building_says(built_town, data):
    """Each building by itself: where it counts now, and where it counted."""
    ways = [way for way in WAYS if way is not refigured]
    after = data.draw(walks(built_town, ways=ways))[-1][0]
    came, moved = {}, {}
    rows = zip(
        after.located.buildings.tolist(), built_town.located.buildings.tolist(),
        after.ground.counts[:, 3].tolist(), strict=True,
    )  # fmt: skip
    for now, was, households in rows:
        if now < 0:
            continue
        there = [place.id for place in built_town.draft.chain(was)] if was >= 0 else []
        stays = was >= 0 and built_town.draft.above(was, "community") == after.draft.above(
            now, "community"
        )
        for place in after.draft.chain(now):
            came[place.id] = came.get(place.id, 0) + households * (place.id not in there)
            moved[place.id] = moved.get(place.id, 0) + households * (not stays)
    found = drift(after, built_town)
    assert {n: h for n, h in found.came.items() if h} == {n: h for n, h in came.items() if h}
    assert {n: h for n, h in found.moved.items() if h} == {n: h for n, h in moved.items() if h}
