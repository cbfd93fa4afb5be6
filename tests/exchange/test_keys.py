"""The import key: the row's id, else its hash and a running number."""

import time

import numpy as np
import pandas as pd
import shapely

from geo.exchange import source_key

ROWS = pd.DataFrame(
    {
        "key": ["A1", None, None],
        "name": ["甲", "乙", "乙"],
        "floors": pd.array([1, None, None], dtype="Int64"),
        "geometry": [shapely.Point(1, 2), shapely.Point(3, 4), shapely.Point(3, 4)],
    },
    index=[1, 2, 5],
)


def keys(frame, key_column=None):
    return source_key(frame, source="街道办", key_column=key_column)["key"].tolist()


def test_the_id_is_the_key_and_rows_without_one_have_a_hash_and_a_number():
    own, first, second = keys(ROWS, "key")
    assert own == "A1"
    assert first.startswith("#")
    assert second == f"{first}-2"


def test_hashes_are_the_same_for_ever():
    # blake2b over the WKB, then name=value of each known cell in the order of names
    assert keys(ROWS.iloc[[1]].drop(columns="key")) == ["#" + expected_hash()]


def expected_hash():
    from hashlib import blake2b

    wkb = shapely.to_wkb(shapely.Point(3, 4), byte_order=1)
    return blake2b(wkb + "\x1fname=乙".encode(), digest_size=12).hexdigest()


def test_order_of_columns_and_empty_columns_do_not_matter():
    bare = ROWS.drop(columns="key")
    assert keys(bare) == keys(bare[["geometry", "floors", "name"]].assign(later=None))


def test_a_changed_value_or_place_changes_the_hash_but_not_the_id():
    changed = ROWS.assign(name=["甲", "丙", "乙"])
    moved = ROWS.assign(geometry=[shapely.Point(1, 2), shapely.Point(3, 5), shapely.Point(3, 4)])
    before = source_key(ROWS, source="a", key_column="key")
    for after in (changed, moved):
        found = source_key(after, source="a", key_column="key")
        assert list(found["row_hash"] == before["row_hash"]) == [True, False, True]
        assert found["key"][1] == "A1"


def test_values_can_not_slip_from_one_column_into_another():
    one = pd.DataFrame({"a": ["x"], "b": [None]})
    two = pd.DataFrame({"a": [None], "b": ["x"]})
    assert keys(one) != keys(two)


def test_a_hundred_thousand_rows_take_about_a_second():
    n = 100_000
    frame = pd.DataFrame(
        {"name": np.arange(n).astype(str), "n": np.arange(n), "t": pd.Timestamp("2026-01-01T00Z"),
         "geometry": shapely.points(np.arange(n), np.arange(n))}
    )  # fmt: skip
    start = time.process_time()
    assert source_key(frame, source="a", key_column=None)["key"].is_unique
    assert time.process_time() - start < 5.0  # measured 0.9 s; the rest is for slow machines
