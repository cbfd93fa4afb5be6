"""小区 (“residential compound”) is said or left out as people like; it never makes two places one."""

import pandas as pd
import pytest

from geo.people.homes import AddressBook

AREAS = pd.DataFrame({"name": ["示例县", "金阳社区"], "top": [True, False]})


def book(*compounds):
    rows = [
        (n, f"B{n}", compound, number, None, None)
        for n, (compound, number) in enumerate(compounds, 1)
    ]
    columns = ["id", "key", "compound", "number", "name", "address"]
    return AddressBook(pd.DataFrame(rows, columns=columns), AREAS, {})


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("凤治苑", "凤治苑小区6座"),
        ("凤治苑", "示例县金阳社区凤治苑小区６号楼2单元301"),
        ("凤治苑小区", "凤治苑6号楼"),
        ("凤治苑小区", "凤治苑小区六幢"),
    ],
)
def test_the_word_may_be_added_or_left_out(known, said):
    assert book((known, "6"), (known, "7")).match(said).home == 0


def test_a_compound_that_is_known_as_it_is_written_is_not_taken_for_another():
    both = book(("凤治苑", "6"), ("凤治苑小区", "7"))
    assert both.match("凤治苑6号楼").home == 0
    assert both.match("凤治苑小区7号楼").home == 1
    for said in ("凤治苑小区6号楼", "凤治苑7号楼"):
        assert (both.match(said).home, both.match(said).reason) == (-1, "unknown_number")


def test_an_unknown_compound_stays_unknown():
    assert book(("凤治苑", "6")).match("龙泉小区6号楼").reason == "unknown_compound"
