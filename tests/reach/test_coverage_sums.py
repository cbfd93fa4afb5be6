import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadInput
from geo.reach import coverage, summed_upward


def areas(**parent):
    """Areas by name of one letter; place ids count from 1."""
    ids = {name: n for n, name in enumerate(parent, start=1)}
    up = [ids.get(p) for p in parent.values()]
    return pd.DataFrame(
        {"parent_id": pd.array(up, dtype="Int64")}, index=pd.Index(ids.values(), name="place_id")
    )


def buildings(*rows):
    frame = pd.DataFrame(rows, columns=["place_id", "households", "minutes"])
    return frame.astype("Int64")


TOWN = areas(a=None, b="a", c="a")  # 1 over 2 and 3


def figures(rows, minutes, place):
    row = rows[(rows["minutes"] == minutes) & (rows["place_id"] == place)]
    return tuple(row[["households", "known_households", "unknown_buildings"]].iloc[0])


def test_households_are_summed_up_the_parent_links():
    rows = coverage(buildings((2, 10, 5), (3, 30, 10), (3, 60, None)), TOWN, budgets=(5, 10))
    assert figures(rows, 5, 2) == (10, 10, 0)
    assert figures(rows, 5, 3) == (0, 90, 0)
    assert figures(rows, 10, 3) == (30, 90, 0)
    assert figures(rows, 10, 1) == (40, 100, 0)


def test_unknown_households_are_counted_as_unknown_and_not_as_none():
    rows = coverage(buildings((2, None, 5)), TOWN, budgets=(5,))
    assert figures(rows, 5, 2) == (0, 0, 1)
    assert figures(rows, 5, 1) == (0, 0, 1)


def test_areas_without_buildings_are_there_with_nothing():
    rows = coverage(buildings((2, 10, 5)), TOWN, budgets=(5,))
    assert figures(rows, 5, 3) == (0, 0, 0)


def test_buildings_outside_all_areas_count_nowhere():
    rows = coverage(buildings((None, 10, 5), (77, 10, 5)), TOWN, budgets=(5,))
    assert figures(rows, 5, 1) == (0, 0, 0)


def test_without_circles_there_is_no_coverage():
    assert coverage(buildings((2, 10, None)), TOWN, budgets=()).empty


def test_parents_in_a_circle_are_refused():
    with pytest.raises(BadInput, match="circle"):
        coverage(buildings((1, 10, 5)), areas(a="b", b="a"), budgets=(5,))


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.data())
def test_a_top_area_has_the_sum_of_everything_below_it(households, data):
    count = len(households)
    up = [None] + [data.draw(st.integers(0, n - 1)) for n in range(1, count)]
    parent = pd.Series(pd.array(up, dtype="Int64"))
    total = summed_upward(pd.DataFrame({"households": households}), parent)
    assert total["households"].iloc[0] == sum(households)
    assert np.array_equal(total.index, parent.index)
