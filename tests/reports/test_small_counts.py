"""No small count is told, and none can be had from the others and the total."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.reports.small import tallies, told

BELOW = 5
counts = st.lists(st.integers(0, 40), min_size=1, max_size=6)


def named(numbers):
    return [(f"n{row}", number) for row, number in enumerate(numbers)]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_a_count_below_five_is_not_told_but_nothing_is(count, shown):
    assert told("x", count, below=BELOW).count == shown


def test_several_small_ones_are_each_told_as_fewer():
    assert [t.count for t in tallies(named([20, 3, 2, 1]), below=BELOW)] == [20, None, None, None]


def test_one_small_one_is_counted_together_with_the_least_of_the_others():
    told_ = tallies(named([50, 9, 3]), below=BELOW)
    assert [(t.names, t.count) for t in told_] == [(("n0",), 50), (("n1", "n2"), 12)]


def test_small_ones_that_must_all_be_one_are_counted_together():
    # Two hidden ones that sum to 2 can only be 1 and 1.
    assert [t.count for t in tallies(named([9, 1, 1]), below=BELOW)] == [11]


@given(counts)
def test_nothing_is_lost_or_counted_twice(numbers):
    told_ = tallies(named(numbers), below=BELOW)
    assert sorted(name for t in told_ for name in t.names) == sorted(n for n, _ in named(numbers))
    by_name = dict(named(numbers))
    for t in told_:
        assert t.count in (None, sum(by_name[name] for name in t.names))


@given(counts)
def test_no_small_count_follows_from_what_is_told_and_the_total(numbers):
    told_ = tallies(named(numbers), below=BELOW)
    total = sum(numbers)
    # Only small ones: then the page tells their total only if it is not small itself.
    assume(any(n >= BELOW for n in numbers))
    hidden = [t for t in told_ if t.count is None]
    rest = total - sum(t.count for t in told_ if t.count is not None)
    possible = [one for one in product(range(1, BELOW), repeat=len(hidden)) if sum(one) == rest]
    for column in range(len(hidden)):
        assert len({one[column] for one in possible}) > 1
