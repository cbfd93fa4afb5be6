import numpy as np
import pytest
import sqlalchemy as sa

from geo.db import fetch_arrays, insert_arrays


def numbers(tx):
    table = sa.Table(
        "trial_numbers", sa.MetaData(), sa.Column("n", sa.BigInteger), sa.Column("x", sa.Double),
        prefixes=["TEMPORARY"],
    )  # fmt: skip
    table.create(tx)
    return table


def test_what_goes_in_comes_out_bit_for_bit(transaction):
    table = numbers(transaction)
    n = np.array([-1, 0, 2**62], dtype=np.int64)
    x = np.array([0.1, -1e300, np.inf])
    assert insert_arrays(transaction, "trial_numbers", {"n": n, "x": x}) == 3
    found = fetch_arrays(transaction, sa.select(table.c.n, table.c.x).order_by(table.c.n))
    assert np.array_equal(found["n"], n)
    assert np.array_equal(found["x"], x)


def test_values_of_the_condition_are_bound(transaction):
    table = numbers(transaction)
    insert_arrays(transaction, "trial_numbers", {"n": np.arange(5), "x": np.arange(5.0)})
    found = fetch_arrays(transaction, sa.select(table.c.n).where(table.c.x >= 3))
    assert sorted(found["n"]) == [3, 4]


def test_no_rows_are_empty_arrays(transaction):
    table = numbers(transaction)
    none = {"n": np.empty(0, dtype=np.int64)}
    assert insert_arrays(transaction, "trial_numbers", none) == 0
    assert len(fetch_arrays(transaction, sa.select(table.c.n))["n"]) == 0


def test_a_null_is_an_error_and_no_number(transaction):
    table = numbers(transaction)
    insert_arrays(transaction, "trial_numbers", {"n": np.arange(19)})
    with pytest.raises(ValueError, match="NULL"):
        fetch_arrays(transaction, sa.select(table.c.n, table.c.x))
