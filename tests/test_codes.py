from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import byte_order, repeated, serial_order, stem


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("620000000000", "62"),
        ("621122000000", "621122"),
        ("621122010000", "621122010"),
        ("621122001010", "621122001010"),
        ("621122001001007", "621122001001007"),
        ("620000", "62"),
        ("620100", "6201"),
        ("620105", "620105"),
        ("11001000100", "11001000100"),
        ("A", "A"),
    ],
)
def test_the_stem_is_what_codes_below_begin_with(code: str, expected: str) -> None:
    assert stem(code) == expected


@given(st.lists(st.text()))
def test_codes_are_ordered_by_their_bytes(codes: list[str]) -> None:
    codes = [code.encode("utf-8", "ignore").decode() for code in codes]
    assert [codes[k] for k in byte_order(codes)] == sorted(codes, key=str.encode)


def test_numbers_run_from_north_to_south_and_from_west_to_east_within_a_band() -> None:
    # Four squares of 100 m; the eastern ones stand a little lower, yet in the same band.
    label_xy = np.array([[150.0, 20.0], [50.0, 150.0], [50.0, 50.0], [150.0, 120.0]])
    assert serial_order(label_xy, np.full(4, 10_000.0)).tolist() == [1, 3, 2, 0]


def test_no_places_need_no_order() -> None:
    assert serial_order(np.zeros((0, 2)), np.zeros(0)).tolist() == []


def test_repeated_codes_are_counted() -> None:
    assert repeated(["a", "b", "a", "c", "a"]) == {"a": 3}
