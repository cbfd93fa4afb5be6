"""Who holds what was bound to places that an edition retired."""

import itertools

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries.heirs import handed_on, heirs


def passed_on(*rows):
    """Lineage of (from, to, share of households or None, share of area)."""
    frame = pd.DataFrame(rows, columns=["from_place", "to_place", "share_households", "share_area"])
    return frame.astype({"share_households": "Float64"})


def test_who_got_most_households_is_the_heir():
    rows = passed_on((1, 5, 0.4, 0.9), (1, 6, 0.6, 0.1), (2, 6, 1.0, 1.0))
    assert heirs(rows, [1]) == {1: 6}


def test_where_households_are_unknown_the_area_decides():
    assert heirs(passed_on((1, 5, None, 0.3), (1, 6, None, 0.7)), [1]) == {1: 6}


def test_equal_shares_go_to_the_smaller_id():
    assert heirs(passed_on((1, 6, 0.5, 0.5), (1, 5, 0.5, 0.5)), [1]) == {1: 5}


def test_who_left_no_ground_has_no_heir():
    assert heirs(passed_on((2, 5, 1.0, 1.0)), [1]) == {}


def test_when_an_heir_is_retired_its_own_heir_follows():
    # 1 went to 5 before; now 5 goes to 7.
    assert handed_on({1: 5}, {5: 7}, {7, 8}) == ({1}, {1: 7, 5: 7})


def test_an_heir_that_leaves_nobody_leaves_what_it_held_to_nobody():
    assert handed_on({1: 5}, {}, {7}) == ({1}, {})


def test_who_comes_back_has_its_own_again():
    assert handed_on({1: 5}, {}, {1, 5}) == ({1}, {})


def test_what_stays_is_not_touched():
    assert handed_on({1: 5}, {2: 5}, {5}) == (set(), {2: 5})


EDITIONS = st.lists(st.sets(st.integers(1, 6), min_size=1, max_size=6), min_size=2, max_size=6)


@given(EDITIONS)
def test_heirs_are_always_alive_and_never_of_the_living(editions):
    known: dict[int, int] = {}
    for before, alive in itertools.pairwise(editions):
        # Everything that is retired goes to the smallest that lives.
        now = {place: min(alive) for place in before - alive}
        ended, begun = handed_on(known, now, alive)
        known = {k: v for k, v in known.items() if k not in ended} | begun
        assert set(known.values()) <= alive
        assert alive.isdisjoint(known)
