"""Small counts can't be worked out: another town always fits all that is told."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.people.privacy import Protected, protect

K = 5


def spots_of(labels, value):
    return np.flatnonzero(labels == value)


@st.composite
def towns(draw):
    """Units in communities in a county, redrawn in a second edition, with hexagons across."""
    count = draw(st.integers(2, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = draw(st.integers(1, 3))
    most = draw(st.sampled_from([2, 6, 12]))
    weights = rng.integers(0, most, (count, kinds))
    weights[weights.sum(axis=1) == 0, 0] = 1
    unit = rng.integers(0, max(2, count // 2), count)
    over = {u: rng.integers(0, 3) for u in np.unique(unit)}
    community = np.array([over[u] for u in unit])
    again = {u: rng.integers(0, 3) if rng.random() < 0.4 else over[u] for u in np.unique(unit)}
    redrawn = np.array([again[u] for u in unit])
    county = np.zeros(count, dtype=int)
    areas = [
        spots_of(labels, value)
        for labels in (county, community, unit, redrawn)
        for value in np.unique(labels)
    ]
    hexes = []
    if draw(st.booleans()):
        cell = rng.integers(0, 4, count)
        hexes = [spots_of(cell, value) for value in np.unique(cell)]
    return areas, hexes, weights


def known(areas, hexes, weights, shown):
    """All that is told, as rows (coefficients per spot and kind, lowest, highest)."""
    count, kinds = weights.shape

    def row(cell, kind=None):
        out = np.zeros((count, kinds))
        out[cell, slice(None) if kind is None else kind] = 1
        return out.ravel()

    rows = []
    for number, cell in enumerate(areas):
        total = weights[cell].sum()
        if shown.totals[number]:
            rows.append((row(cell), total, total))
        elif shown.marks[number]:
            rows.append((row(cell), 0, K - 1) if total < K else (row(cell), K, np.inf))
        if shown.rows[number]:
            rows += [
                (row(cell, x), weights[cell, x].sum(), weights[cell, x].sum()) for x in range(kinds)
            ]
    for number, cell in enumerate(hexes):
        total = weights[cell].sum()
        if shown.rough[number]:
            low = total // K * K
            rows.append((row(cell), max(low, 1), low + K - 1))
        elif shown.drawn[number]:
            rows.append((row(cell), 1, np.inf))
    secrets = [row(c) for c in areas if 0 < weights[c].sum() < K]
    secrets += [row(c) for c in hexes if weights[c].sum() < K]
    secrets += [row(c, x) for c in areas for x in range(kinds) if 0 < weights[c, x].sum() < K]
    return rows, secrets


def other_towns(weights):
    """Changes of this town by one person moved, come or gone, or two who swap places."""
    size = weights.size
    one = np.eye(size, dtype=int)
    yield from one
    yield from -one
    yield from (one[a] - one[b] for a in range(size) for b in range(size) if a != b)
    count, kinds = weights.shape
    at = np.arange(size).reshape(count, kinds)
    for x, y in product(range(count), repeat=2):
        for a, b in product(range(kinds), repeat=2):
            if x != y and a != b:
                yield one[at[y, a]] - one[at[x, a]] + one[at[x, b]] - one[at[y, b]]


def towns_that_fit(rows, weights):
    """Those of them that agree with all that is told, as numbers by spot and kind."""
    towns = weights.ravel() + np.array(list(other_towns(weights)))
    towns = towns[(towns >= 0).all(axis=1)]
    for row, low, high in rows:
        sums = towns @ row
        towns = towns[(sums >= low) & (sums <= high)]
    return towns


@settings(max_examples=150, deadline=None)
@given(towns())
def test_at_least_two_numbers_fit_every_small_count(town):
    areas, hexes, weights = town
    shown = protect(areas, hexes, weights, k=K)
    rows, secrets = known(areas, hexes, weights, shown)
    fitting = towns_that_fit(rows, weights)
    for secret in secrets:
        assert (fitting @ secret != weights.ravel() @ secret).any()


# -- by hand: spots with so many people each, one kind


def told(areas, people, hexes=()):
    cells = [np.array(cell) for cell in areas]
    shown = protect(cells, [np.array(h) for h in hexes], np.array(people)[:, None], k=K)
    return shown, shown.totals.tolist()


def test_a_small_child_takes_its_smallest_large_sibling_with_it():
    _, totals = told([[0, 1, 2], [0], [1], [2]], [50, 20, 3])
    assert totals == [True, True, False, False]


def test_two_small_children_keep_each_other_company():
    _, totals = told([[0, 1, 2], [0], [1], [2]], [50, 3, 2])
    assert totals == [True, True, False, False]


def test_a_sum_that_only_the_largest_small_counts_can_make_is_not_told():
    # 8 of two counts below 5 is 4 + 4.
    _, totals = told([[0, 1], [0], [1]], [4, 4])
    assert totals == [False, False, False]


def test_redrawn_lines_hide_what_moved():
    # Edition 1: 0 and 1 together, 2 alone; edition 2: 0 alone, 1 and 2 together.
    _, totals = told([[0, 1, 2], [0, 1], [2], [0], [1, 2]], [10, 3, 10])
    assert totals == [True, True, True, False, False]


def test_the_same_cells_in_every_edition_are_told_once_and_again():
    _, totals = told([[0, 1], [0], [1], [0, 1], [0], [1]], [10, 10])
    assert totals == [True] * 6


def test_a_hexagon_that_would_tell_yields_to_the_areas():
    # The area's six and the large hexagon's five would leave one for the other hexagon.
    shown, totals = told([[0, 1]], [5, 1], hexes=[[0], [1]])
    assert totals == [True]
    assert not shown.rough.all()


def test_nobody_is_no_secret_and_nothing_is_told_of_nobody():
    shown = protect([], [], np.empty((0, 1), dtype=np.int64), k=K)
    assert len(shown.totals) == len(shown.rough) == 0


def test_telling_every_large_count_would_give_small_ones_away():
    """The proof by other towns finds what careless telling gives away."""
    areas, weights = [np.array(c) for c in ([0, 1], [0], [1])], np.array([[50], [3]])
    careless = Protected(*(np.array(x) for x in ([1, 1, 0], [1, 1, 1], [0, 0, 0], [], [])))
    rows, (secret, *_) = known(areas, [], weights, careless)
    fitting = towns_that_fit(rows, weights)
    assert not (fitting @ secret != 3).any()
