from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.registers import compare, spans

editions = st.lists(st.integers(1, 30), min_size=1, max_size=5, unique=True).map(sorted)


@st.composite
def placed(draw):
    numbers = draw(editions)
    count = draw(st.integers(0, 8))
    units = st.lists(st.integers(-1, 3), min_size=count, max_size=count)
    return {n: np.array(draw(units), dtype=np.int64) for n in numbers}


@settings(deadline=None)
@given(placed())
def test_every_subject_has_exactly_one_place_in_every_edition(table):
    numbers = sorted(table)
    ids = np.arange(len(table[numbers[0]])) + 100
    rows = spans(ids, table)
    for number in numbers:
        here = rows[
            (rows["first_edition"] <= number)
            & (rows["last_edition"].isna() | (rows["last_edition"] >= number))
        ]
        assert list(here["subject_id"]) == list(ids)
        assert list(here["place_id"].fillna(-1)) == list(table[number])


@settings(deadline=None)
@given(placed())
def test_neighbouring_rows_of_a_subject_differ_and_the_last_goes_on(table):
    numbers = sorted(table)
    ids = np.arange(len(table[numbers[0]]))
    for _, rows in spans(ids, table).groupby("subject_id"):
        places = list(rows["place_id"].fillna(-1))
        assert all(one != next_ for one, next_ in pairwise(places))
        assert list(rows["last_edition"].isna()) == [False] * (len(rows) - 1) + [True]


def test_without_editions_nothing_is_placed():
    assert spans(np.array([1, 2]), {}).empty


keys = st.dictionaries(st.text("abc", max_size=2), st.sampled_from("xyz"), max_size=8)


def frame(rows):
    return pd.DataFrame(
        {"key": list(rows), "row_hash": list(rows.values()), "id": range(10, 10 + len(rows))}
    ).astype({"key": object, "row_hash": object, "id": "Int64"})


@settings(deadline=None)
@given(keys, keys)
def test_every_row_is_new_changed_or_the_same_and_keeps_its_id(incoming, live):
    known = frame(live)
    diff = compare(frame(incoming), known)
    ids = dict(zip(live, known["id"], strict=True))
    for n, (key, row_hash) in enumerate(incoming.items()):
        assert diff.new[n] == (key not in live)
        assert diff.same[n] == (live.get(key) == row_hash)
        assert diff.changed[n] == (key in live and live[key] != row_hash)
        assert diff.ids[n] == ids.get(key, -1)


@settings(deadline=None)
@given(keys)
def test_the_same_rows_again_are_all_the_same(rows):
    assert compare(frame(rows), frame(rows)).same.all()
