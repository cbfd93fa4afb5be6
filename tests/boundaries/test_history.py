"""Shares carried through editions."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries import Share
from geo.boundaries.history import passed_on


def rows(*moves):
    columns = ["from_place", "to_place", "share_area", "share_households"]
    return pd.DataFrame(moves, columns=columns).astype({"share_households": "Float64"})


WHOLE = {1: Share(1.0, 1.0)}


def test_a_place_without_a_row_keeps_what_it_has():
    assert passed_on(WHOLE, rows()) == WHOLE


def test_a_split_divides_and_a_merge_adds():
    split = passed_on(WHOLE, rows((1, 1, 0.25, 0.5), (1, 2, 0.75, 0.5)))
    assert split == {1: Share(0.25, 0.5), 2: Share(0.75, 0.5)}
    assert passed_on(split, rows((1, 9, 1.0, 1.0), (2, 9, 1.0, 1.0))) == {9: Share(1.0, 1.0)}


def test_who_gets_half_of_what_got_half_holds_a_quarter():
    half = passed_on(WHOLE, rows((1, 2, 0.5, 0.5), (1, 3, 0.5, 0.5)))
    assert passed_on(half, rows((2, 4, 0.5, 0.5), (2, 2, 0.5, 0.5)))[4] == Share(0.25, 0.25)


def test_unknown_households_stay_unknown_and_the_area_is_still_told():
    split = passed_on(WHOLE, rows((1, 2, 0.5, None), (1, 3, 0.5, None)))
    assert split == {2: Share(0.5, None), 3: Share(0.5, None)}
    merged = passed_on(split, rows((2, 4, 1.0, 1.0), (3, 4, 1.0, 1.0)))
    assert merged == {4: Share(1.0, None)}


def test_ground_that_is_given_up_is_held_by_nobody():
    assert passed_on(WHOLE, rows((1, 2, 0.4, 0.4))) == {2: Share(0.4, 0.4)}


@st.composite
def editions(draw):
    """Some editions; in each, some of five places are divided among some others without loss."""
    steps = []
    for _ in range(draw(st.integers(1, 5))):
        moves = []
        for place in draw(st.sets(st.integers(1, 5))):
            heirs = sorted(draw(st.sets(st.integers(1, 5), min_size=1)))
            weights = [draw(st.integers(1, 9)) for _ in heirs]
            moves += [
                (place, heir, weight / sum(weights), weight / sum(weights))
                for heir, weight in zip(heirs, weights, strict=True)
            ]
        steps.append(rows(*moves))
    return steps


@given(editions())
def test_nothing_is_lost_nor_made_on_the_way(steps):
    shares = WHOLE
    for step in steps:
        held = step[step["from_place"].isin(list(shares))]
        shares = passed_on(shares, held)
    assert sum(share.area for share in shares.values()) == pytest.approx(1)
    assert sum(share.households for share in shares.values()) == pytest.approx(1)
