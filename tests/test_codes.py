from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import byte_order, next_serials, parse_code, repeated, serial_order, stem
from geo.errors import BadInput, Refused


@pytest.mark.parametrize(
    ("code", "part", "kind", "parent"),
    [
        ("620000000000", "province", "province", None),
        ("621100000000", "city", "city", "620000000000"),
        ("621122000000", "county", "county", "621100000000"),
        ("620105001000", "street", "subdistrict", "620105000000"),
        ("620105099000", "street", "subdistrict", "620105000000"),
        ("621122100000", "street", "town", "621122000000"),
        ("621122200000", "street", "township", "621122000000"),
        ("621122399000", "street", "township", "621122000000"),
        ("621122400000", "street", "other", "621122000000"),
        ("621122100001", "community", "residents", "621122100000"),
        ("621122100200", "community", "villagers", "621122100000"),
        ("441900003000", "street", "subdistrict", "441900000000"),
    ],
)
def test_a_statistical_code_says_what_it_names(
    code: str, part: str, kind: str, parent: str | None
) -> None:
    parsed = parse_code(code)
    assert (parsed.part, parsed.kind, parsed.parent) == (part, kind, parent)


@pytest.mark.parametrize(
    "code",
    [
        "62112210000", "6211221000001", "62112210000x", "６２１１２２１０００００", "",
        "000000000000", "620022000000", "621122000001", "001122000000",
    ],
)  # fmt: skip
def test_what_is_no_statistical_code_is_refused_with_a_reason(code: str) -> None:
    with pytest.raises(BadInput, match="12-digit"):
        parse_code(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("620000000000", "62"),
        ("621122000000", "621122"),
        ("621122010000", "621122010"),
        ("621122001010", "621122001010"),
        ("621122001001007", "621122001001007"),
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


def test_serials_go_on_after_the_highest_ever_used() -> None:
    used = ["621122001001001", "621122001001005", "621122001002099", "621122001001", "other"]
    assert next_serials("621122001001", used, 2) == ["621122001001006", "621122001001007"]
    assert next_serials("621122001003", used, 1) == ["621122001003001"]
    assert next_serials("621122001001001", used, 1, digits=2) == ["62112200100100101"]


def test_an_abolished_number_is_never_given_again() -> None:
    assert next_serials("62", ["62003"], 1) == ["62004"]


def test_serials_that_run_out_are_refused() -> None:
    assert next_serials("62", ["62998"], 1) == ["62999"]
    with pytest.raises(Refused):
        next_serials("62", ["62998"], 2)


def test_repeated_codes_are_counted() -> None:
    assert repeated(["a", "b", "a", "c", "a"]) == {"a": 3}


@pytest.mark.real
def test_the_tree_of_five_levels_parses_and_its_parents_agree(real_data: Path) -> None:
    tree = pd.read_parquet(real_data / "real/cn/cn_five_level_tree.parquet")
    tree = tree[tree["level"].isin(["city", "county", "town", "village"])]
    part = {"city": "city", "county": "county", "town": "street", "village": "community"}
    odd = [
        code
        for code, parent, level in zip(tree["code"], tree["parent"], tree["level"], strict=True)
        if (parsed := parse_code(code)).part != part[level] or parsed.parent != parent
    ]
    # A town that was published under the code of a village, and the village inside it.
    assert odd == ["653130103001", "653130103498"]
