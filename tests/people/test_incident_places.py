"""Where an incident belongs, edition by edition, and who handles it."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.people.incident_places import Stay, border_m, candidates, handler_in, stays

UNITS = gpd.GeoDataFrame(
    {"id": [1, 2], "place_id": [1, 2]},
    geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
)


@pytest.mark.parametrize(
    ("x", "places"),
    [
        (85.1, [1, 2]),  # 14.9 m from the border
        (84.9, [1]),  # 15.1 m
        (85.0, [1, 2]),
        (114.9, [2, 1]),
        (100.0, [1, 2]),  # on it: the lower code first
        (-14.9, [1]),  # outside, but near
        (-15.1, []),
    ],
)
def test_units_within_15_m_are_candidates_the_own_one_first(x, places):
    assert [c.place for c in candidates(UNITS, x, 50)] == places


def test_the_distance_to_the_other_unit_is_told_in_metres():
    assert [c.distance_m for c in candidates(UNITS, 90, 50)] == [0.0, 10.0]
    assert border_m(UNITS, 90, 50, 1) == 10.0


def test_equal_editions_share_a_row_and_the_last_goes_on():
    assert stays({1: 7, 2: 7, 5: 8}, {}) == [Stay(1, 2, 7, "point"), Stay(5, None, 8, "point")]


def test_outside_is_a_stay_without_a_unit():
    assert stays({1: -1}, {}) == [Stay(1, None, None, "point")]


def test_a_unit_chosen_by_hand_begins_a_row_of_its_own_even_where_the_point_says_the_same():
    assert stays({1: 7, 2: 7, 3: 9}, {2: 7}) == [
        Stay(1, 1, 7, "point"), Stay(2, 2, 7, "manual"), Stay(3, None, 9, "point"),
    ]  # fmt: skip


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=6), st.data())
def test_the_rows_say_for_every_edition_what_was_put_in(places, data):
    by_edition = dict(enumerate(places, start=1))
    by_hand = data.draw(st.dictionaries(st.sampled_from(list(by_edition)), st.integers(0, 2)))
    rows = stays(by_edition, by_hand)
    for number, place in by_edition.items():
        (row,) = [r for r in rows if r.first_edition <= number <= (r.last_edition or 99)]
        expected = by_hand.get(number, place)
        assert row.place_id == (None if expected == -1 else expected)
        assert row.how == ("manual" if number in by_hand else "point")
    assert all(a != b for a, b in pairwise(rows))


CHAIN, LEVELS = (31, 3, 1), ("grid", "community", "town")


@pytest.mark.parametrize(
    ("handler", "level", "expected"),
    [
        (None, None, 31),  # nobody else: its unit
        (3, "community", 3),
        (1, "town", 1),
        (4, "community", 3),  # the community it was escalated to is another one's now
        (9, "district", 31),  # a level that its chain has not
    ],
)
def test_the_handler_is_the_area_of_its_level_that_the_incident_lies_in(handler, level, expected):
    assert handler_in(CHAIN, LEVELS, handler, level) == expected


def test_outside_all_areas_nobody_handles_it():
    assert handler_in((), (), 3, "community") is None


def test_places_are_plain_numbers():
    (first, *_) = candidates(UNITS, 10, 10)
    assert type(first.place) is int
    assert np.isclose(first.distance_m, 0)
