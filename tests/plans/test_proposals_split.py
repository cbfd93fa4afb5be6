"""Splitting a community: small towns with answers by reasoning, and the law on any town."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geo.errors import Refused, UnknownOption
from geo.plans.proposals import EMPHASES, alternatives, lawful, measure, split
from tests.plans.proposal_towns import town


def quick(graph, **asked):
    return split(graph, **{"rounds": 2, "budget_s": None, "cap": 500} | asked)


def test_a_ladder_is_cut_across_its_middle():
    found = quick(town(4))
    assert found.labels.tolist() in ([7, 7, 8, 8] * 2, [8, 8, 7, 7] * 2)
    assert found.measures.households == (400, 400)
    assert found.measures.worst_deviation == 0
    # Each half is a square of 200 m: 4π · 40,000 / 800².
    assert found.measures.mean_compactness == pytest.approx(np.pi / 4)


def test_as_few_parts_as_the_limit_allows():
    assert quick(town(4), cap=800, parts=3).measures.parts == 3
    assert quick(town(5), cap=400).measures.parts == 3  # 1,000 households


def test_new_borders_run_along_the_street():
    # Empty blocks in the middle: three cuts balance; the middle one is the most compact.
    households = np.tile([100, 100, 0, 0, 100, 100], 2)
    graph = town(6, households=households, streets=(4,))
    found = quick(graph, emphasis="streets")
    assert found.measures.street_share == 1.0
    assert found.measures.households == (400, 400)


def test_grids_stay_whole_where_that_is_lawful():
    found = quick(town(6), cap=700, emphasis="streets")
    assert found.measures.grids_cut == 0


def test_a_compound_stays_whole():
    # The two middle columns are one compound: 100 : 700 is all that remains of balance.
    compound = np.where(np.arange(8) % 4 > 0, 3, -1)
    found = quick(town(4, compound=compound), cap=700)
    assert sorted(found.measures.households) == [200, 600]


def test_locked_units_stay_in_the_part_that_keeps_the_label():
    fixed = np.arange(8) % 4 == 3
    found = quick(town(4, fixed=fixed))
    assert found.labels.tolist() == [8, 8, 7, 7] * 2


def test_the_part_with_most_households_keeps_the_label():
    households = np.where(np.arange(10) % 5 == 0, 400, 100)
    found = quick(town(5, households=households), cap=1_000)  # 800 + 800, or 900 + 700
    kept = households[found.labels == 7].sum()
    assert kept >= households.sum() / 2


def test_a_declared_link_holds_two_banks_together():
    # Two rows with a river between: only the link at the west joins them.
    graph = town(4)
    river = graph.edges[:, 1] - graph.edges[:, 0] == 4
    edges = np.concatenate([graph.edges, [[0, 4]]])
    bank = np.concatenate([~river, [True]])
    linked = town(
        4,
        edges=edges,
        shared_m=np.append(graph.shared_m, 0.0),
        street_m=np.append(graph.street_m, 0.0),
        passable=bank,
    )
    found = quick(linked)
    assert found.measures.broken == 0
    east = found.labels[[2, 3, 6, 7]]
    assert found.labels[3] == found.labels[2] != found.labels[7] == found.labels[6], east


def test_a_community_in_pieces_is_refused_and_the_pieces_named():
    graph = town(4)
    river = graph.edges[:, 1] - graph.edges[:, 0] == 4
    with pytest.raises(Refused) as refused:
        quick(town(4, passable=~river))
    assert refused.value.facts["reason"] == "not_contiguous"
    assert [piece["first_unit"] for piece in refused.value.facts["pieces"]] == [0, 4]


@pytest.mark.parametrize(
    ("changed", "asked", "reason"),
    [
        ({"compound": np.full(8, 2)}, {}, "atom_over_cap"),
        ({"households": 600}, {}, "atom_over_cap"),
        ({"compound": np.array([1, -1, -1, 1, -1, -1, -1, -1])}, {}, "compound_in_pieces"),
        ({"fixed": np.arange(8) < 6}, {}, "locked_over_cap"),
        ({}, {"parts": 1}, "too_many_households"),
        ({}, {"floor": 450}, "too_few_households"),
        ({}, {"parts": 9}, "too_few_units"),
        ({"today": np.arange(8) % 2}, {}, "several_communities"),
        ({"households": 300}, {"cap": 500, "parts": 7}, "none_found"),
    ],
)
def test_what_can_not_be_lawful_is_refused_with_the_reason(changed, asked, reason):
    with pytest.raises(Refused) as refused:
        quick(town(4, **changed), **asked)
    assert refused.value.facts["reason"] == reason


def test_an_unknown_emphasis_is_refused():
    with pytest.raises(UnknownOption, match="balanced, compact, streets"):
        quick(town(4), emphasis="round")


def test_raising_from_progress_cancels():
    def stop(step, done, total):
        raise InterruptedError(step, done, total)

    with pytest.raises(InterruptedError, match="split"):
        quick(town(4), progress=stop)


def test_alternatives_differ_in_more_than_names():
    found = alternatives(town(8, 4), cap=2_000, rounds=6, budget_s=None)
    assert tuple(found) == EMPHASES
    patterns = {
        tuple(np.unique(one.labels, return_inverse=True)[1] ^ int(one.labels[0] != 7))
        for one in found.values()
    }
    assert len(patterns) == 3


def test_two_units_have_one_alternative_only():
    assert list(alternatives(town(2, 1), cap=100, rounds=2, budget_s=None)) == ["balanced"]


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.data())
def test_every_answer_is_lawful_and_the_same_again(data):
    columns, rows = data.draw(st.integers(3, 6)), data.draw(st.integers(2, 4))
    n = columns * rows
    drawn = data.draw(st.lists(st.integers(0, 90), min_size=n, max_size=n))
    households = np.array(drawn, dtype=np.int64)
    compound = np.full(n, -1)
    compound[:2] = 5
    fixed = np.zeros(n, dtype=bool)
    fixed[data.draw(st.integers(0, n - 1))] = data.draw(st.booleans())
    graph = town(columns, rows, compound=compound, fixed=fixed, households=households)
    cap = max(1, int(households.sum() * 0.6))
    asked = {"cap": cap, "floor": 0, "seed": data.draw(st.integers(0, 9)), "parts": 2}
    try:
        found = quick(graph, **asked)
    except Refused:
        return
    assert lawful(graph, found.labels, cap=cap, floor=0) == []
    assert measure(graph, found.labels) == found.measures
    assert np.array_equal(found.labels, quick(graph, **asked).labels)
