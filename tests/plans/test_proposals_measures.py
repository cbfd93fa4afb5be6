"""Measures and the law of labellings, on towns of square blocks of 100 m."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plans.proposals import lawful, measure, pieces
from geo.plans.proposals.anneal import Best, Pace, anneal
from geo.plans.proposals.board import Board, Drawing, Prices, Wish
from geo.plans.proposals.groups import blocks_of
from geo.plans.proposals.rounds import Ground
from tests.plans.proposal_towns import town

HALVES = np.array([0, 0, 1, 1] * 2)


def test_two_squares():
    found = measure(town(4, today=np.zeros(8, dtype=np.int64), streets=(2,)), HALVES)
    assert (found.parts, found.households, found.worst_deviation) == (2, (400, 400), 0.0)
    assert found.mean_compactness == pytest.approx(np.pi / 4)
    assert (found.new_border_m, found.street_share, found.grids_cut) == (200.0, 1.0, 0)
    assert (found.broken, found.moved) == (0, 400)


def test_a_row_taken_from_a_column_cuts_its_grid():
    labels = HALVES.copy()
    labels[5] = 1
    found = measure(town(4, streets=(2,)), labels)
    assert (found.new_border_m, found.grids_cut) == (300.0, 1)
    assert found.street_share == pytest.approx(1 / 3)
    assert found.worst_deviation == pytest.approx(0.25)  # 300 and 500 households


def test_old_borders_are_neither_new_nor_cut_grids():
    found = measure(town(4, today=HALVES, streets=(2,)), HALVES)
    assert (found.new_border_m, found.street_share, found.grids_cut, found.moved) == (0, 1.0, 0, 0)


def test_a_river_counts_as_outline_but_parts():
    graph = town(4)
    river = graph.edges[:, 1] - graph.edges[:, 0] == 4
    assert measure(town(4, passable=~river), HALVES).broken == 2
    assert pieces(town(4, passable=~river), HALVES).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    banks = np.array([0] * 4 + [1] * 4)
    assert measure(town(4, passable=~river), banks) == measure(graph, banks)


def test_names_do_not_move_anybody():
    graph = town(4, today=HALVES)
    assert measure(graph, 9 - HALVES).moved == 0


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_moved_is_the_least_over_all_matchings(data):
    households = data.draw(st.lists(st.integers(0, 50), min_size=12, max_size=12))
    today = data.draw(st.lists(st.integers(0, 2), min_size=12, max_size=12))
    labels = data.draw(st.lists(st.integers(0, 3), min_size=12, max_size=12))
    graph = town(6, households=households, today=np.array(today))
    least = min(
        sum(h for h, t, q in zip(households, today, labels, strict=True) if names[q] != t)
        for names in itertools.permutations(range(4))
    )
    assert measure(graph, np.array(labels)).moved == least


def test_units_alone_have_their_borders_with_others_outside():
    graph = town(4)
    west = graph.within(np.flatnonzero(HALVES == 0))
    assert west.outer_m.tolist() == [200.0, 200.0, 200.0, 200.0]
    assert len(west.edges) == 4


@pytest.mark.parametrize(
    ("labels", "changed", "reason", "where"),
    [
        ([0, 1, 1, 0, 0, 1, 1, 0], {}, "not_contiguous", (0,)),
        ([0, 0, 0, 1, 0, 0, 0, 1], {}, "over_cap", (0,)),
        ([0, 0, 0, 1, 0, 0, 0, 0], {"households": 60}, "under_floor", (1,)),
        (HALVES, {"fixed": np.arange(8) == 3, "today": np.zeros(8)}, "locked_moved", (3,)),
        (HALVES, {"compound": np.array([-1, 5, 5, -1] + [-1] * 4)}, "compound_cut", (1, 2)),
    ],
)
def test_each_breach_is_named_with_its_place(labels, changed, reason, where):
    (breach,) = lawful(town(4, **changed), np.array(labels), cap=500, floor=100)
    assert (breach.reason, breach.where) == (reason, where)
    assert all(str(place) in text for place in where for text in (breach.en, breach.zh))


def test_blocks_are_grids_within_a_community_and_its_locks():
    graph = town(4, today=HALVES, grid=np.zeros(8, dtype=np.int64), fixed=np.arange(8) == 7)
    blocks = blocks_of(graph, np.arange(8), cap=1_000)
    assert blocks.tolist() == [0, 0, 1, 1, 0, 0, 1, 2]
    alone = blocks_of(graph, np.arange(8), cap=300)  # the western block has 400
    assert alone.tolist() == [0, 1, 2, 2, 3, 4, 2, 5]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(2, 4))
def test_figures_kept_up_to_date_equal_a_full_recount(seed, parts):
    rng = np.random.default_rng(seed)
    graph = town(6, 4, households=rng.integers(0, 90, 24), streets=(2, 4))
    board = Board.of(graph, np.arange(24))
    wish = Wish(400, 50, Prices(streets=0.3, grids=0.02, balance=3, tolerance=0.1, moves=1e-4))
    dice = random.Random(seed)  # noqa: S311 (a search, no secret)
    drawing = Ground(board, parts).drawn(wish, dice)
    anneal(drawing, Best(lambda _: True), pace=Pace(600, hot=0.5), rng=dice, go_on=lambda _: True)
    again = Drawing(board, drawing.labels, parts, wish)
    assert drawing.cost == pytest.approx(again.cost)
    assert drawing.households == again.households
    assert drawing.outline_m == pytest.approx(again.outline_m)
    assert (drawing.grids_cut, drawing.moved) == (again.grids_cut, again.moved)
    found = measure(graph, np.array(drawing.labels))
    assert found.broken == 0
    assert found.grids_cut == drawing.grids_cut
    assert found.new_border_m == pytest.approx(drawing.new_m)
