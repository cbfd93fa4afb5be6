"""Redrawing a town: small towns with answers by reasoning, and the law on any town."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geo.errors import Refused
from geo.plans.proposals import lawful, redraw
from tests.plans.proposal_towns import town


def quick(graph, **asked):
    return redraw(graph, **{"cap": 500, "floor": 100, "budget_s": None} | asked)


def three(**changed):
    """Nine columns of two blocks: community 0 has two columns, 1 has five, 2 has two."""
    return town(9, today=np.tile([0, 0, 1, 1, 1, 1, 1, 2, 2], 2), **changed)


def test_a_lawful_town_stays_as_it_is():
    graph = three()
    found = quick(graph, cap=1_000)
    assert np.array_equal(found.labels, graph.today)
    assert found.measures.moved == found.bound_moved == 0


def test_what_is_above_the_limit_moves_to_a_neighbour_with_room():
    # 400, 1,000 and 400 households in three communities of at most 700: 300 must move; grids of
    # 200 stay whole, so 400 do, 200 to each side.
    found = quick(three(), cap=700, parts=3, allowance=0.0)
    assert found.bound_moved == 300
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2] * 2
    assert found.measures.moved == 400


def test_without_a_number_as_many_new_ones_as_hold_what_is_above():
    found = quick(three(), cap=600)  # 400 above the limit: one new community
    assert found.measures.parts == 4
    assert set(found.labels.tolist()) == {0, 1, 2, 3}
    assert max(found.measures.households) <= 600


def test_a_community_under_the_floor_is_filled_up():
    found = quick(three(), cap=1_000, floor=500, parts=3, allowance=0.0)
    # 100 are lacking at either end; blocks have 100, grids 200.
    assert found.bound_moved == 200
    assert min(found.measures.households) >= 500


def test_locked_units_stay():
    fixed = np.tile(np.arange(9) < 3, 2)  # community 0, and the first column of 1
    graph = three(fixed=fixed)
    found = quick(graph, cap=800, parts=3)
    assert (found.labels[fixed] == graph.today[fixed]).all()
    assert found.measures.households[1] <= 800


def test_a_compound_across_today_s_border_becomes_whole():
    compound = np.full(18, -1)
    compound[[1, 2]] = 4
    found = quick(three(compound=compound), cap=1_000)
    assert found.labels[1] == found.labels[2]


def test_labels_are_those_of_today_and_the_next():
    graph = three()
    found = quick(town(9, today=graph.today * 10 + 5), cap=600)
    assert set(found.labels.tolist()) == {5, 15, 25, 26}


def test_two_banks_with_one_bridge():
    # The north bank is too large; only the link at the west leads to the south bank.
    graph = town(6, today=np.repeat([0, 1], 6), households=[50] * 6 + [100] * 6)
    river = graph.edges[:, 1] - graph.edges[:, 0] == 6
    linked = town(
        6,
        today=graph.today,
        households=graph.households,
        edges=np.concatenate([graph.edges, [[0, 6]]]),
        shared_m=np.append(graph.shared_m, 0.0),
        street_m=np.append(graph.street_m, 0.0),
        passable=np.append(~river, True),
    )
    found = quick(linked, parts=2, allowance=0.0, floor=0)
    assert found.labels.tolist() == [0] * 6 + [0, 1, 1, 1, 1, 1]
    assert found.measures.moved == found.bound_moved == 100


@pytest.mark.parametrize(
    ("changed", "asked", "reason"),
    [
        ({}, {"cap": 500, "parts": 3}, "too_many_households"),
        ({}, {"cap": 2_000, "parts": 2}, "fewer_than_today"),
        ({}, {"cap": 700, "parts": 3, "floor": 650}, "too_few_households"),
        ({"fixed": np.ones(18, dtype=bool)}, {"cap": 900}, "locked_over_cap"),
        ({"compound": np.full(18, 1)}, {"cap": 900}, "atom_over_cap"),
        ({"fixed": np.tile(np.arange(9) != 4, 2)}, {"cap": 900, "parts": 6}, "too_few_units"),
        # 400 | 1,000 | 400: the locked blocks part the middle from what has room.
        (
            {"fixed": np.tile(np.isin(np.arange(9), [2, 6]), 2)},
            {"cap": 700, "parts": 3},
            "none_found",
        ),
    ],
)
def test_what_can_not_be_lawful_is_refused_with_the_reason(changed, asked, reason):
    with pytest.raises(Refused) as refused:
        quick(three(**changed), **asked)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize("stage", ["draw", "solve", "refine"])
def test_raising_from_progress_cancels(stage):
    seen = []

    def stop(step, done, total):
        seen.append(step)
        if step == stage and seen.count(step) > 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        quick(three(), cap=600, progress=stop)
    assert seen[-1] == stage


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_every_answer_is_lawful_and_the_same_again(data):
    columns, rows = data.draw(st.integers(4, 7)), data.draw(st.integers(2, 4))
    n = columns * rows
    drawn = data.draw(st.lists(st.integers(0, 90), min_size=n, max_size=n))
    west = np.tile(np.arange(columns) < data.draw(st.integers(1, columns - 1)), rows)
    fixed = np.zeros(n, dtype=bool)
    fixed[data.draw(st.integers(0, n - 1))] = data.draw(st.booleans())
    graph = town(columns, rows, households=drawn, today=(~west).astype(np.int64), fixed=fixed)
    limits = {"cap": max(1, int(sum(drawn) * 0.6)), "floor": int(sum(drawn) * 0.1)}
    try:
        found = quick(graph, **limits)
    except Refused:
        return
    assert lawful(graph, found.labels, **limits) == []
    assert found.repeatable
    assert np.array_equal(found.labels, quick(graph, **limits).labels)


def test_no_town_is_refused():
    nothing = three().within(np.zeros(0, dtype=np.int64))
    with pytest.raises(Refused, match="0 communities"):
        quick(nothing)
