from __future__ import annotations

import json

import pytest

from geo.errors import BadInput, NotFound, Refused, UnknownOption
from geo.plans import Change
from geo.plans.operations import (
    Create,
    Merge,
    Move,
    Recode,
    Rename,
    Retire,
    operation_from_json,
)
from tests.plans.hamlet import COUNTY, EAST, WEST, done, ids, survey

NOBODY = 999


def inner(after, area):
    """Ids of what lies directly in an area."""
    return sorted(after.draft.children.get(area, ()))


def test_a_unit_moves_to_another_grid_and_only_its_own_row_changes() -> None:
    before = survey()
    change = Move((103,), 21).apply(before, ids())
    assert change.places == {103}
    after = before.after(change)
    assert inner(after, 21) == [101, 102, 103, 201, 202]
    assert inner(after, 22) == [104, 203, 204]


def test_an_area_stands_for_its_units() -> None:
    after = done(survey(), Move((22,), 21))
    assert inner(after, 21) == [101, 102, 103, 104, 201, 202, 203, 204]
    assert inner(after, 22) == []


def test_units_of_several_grids_that_move_to_a_community_make_a_new_grid_there_for_each() -> None:
    after = done(survey(), Move((102, 103, 104), WEST))
    made = [after.draft.place(n) for n in (1001, 1002)]
    assert [(p.level, p.parent, p.name, p.code) for p in made] == [
        ("grid", WEST, "第1网格（新）", "~1001"),
        ("grid", WEST, "第2网格（新）", "~1002"),
    ]
    assert inner(after, 1001) == [102]
    assert inner(after, 1002) == [103, 104]
    assert inner(after, 21) == [101, 201, 202]
    assert inner(after, WEST) == [31, 32, 1001, 1002]


def test_a_grid_whose_units_all_move_goes_as_a_whole_and_keeps_its_id() -> None:
    before = survey()
    change = Move((103, 104, 203, 204), WEST).apply(before, ids())
    assert change.places == {22}
    assert before.after(change).draft.place(22).parent == WEST


def test_a_new_grid_takes_the_name_that_was_chosen_for_it() -> None:
    after = done(survey(), Move((102, 103), WEST, {21: "河西网格"}))
    assert [after.draft.place(n).name for n in (1001, 1002)] == ["河西网格", "第2网格（新）"]


def test_units_that_are_there_already_stay_as_they_are() -> None:
    before = survey()
    assert Move((101, 105), 31).apply(before, ids()).places == {101}
    with pytest.raises(Refused, match="already"):
        Move((105, 106), 31).apply(before, ids())
    with pytest.raises(Refused, match="already"):
        Move((105,), WEST).apply(before, ids())


def test_an_emptied_grid_can_be_moved_as_it_is() -> None:
    after = done(survey(), Move((22,), 21), Move((22,), WEST))
    assert after.draft.place(22).parent == WEST


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (Move((), 21), BadInput),
        (Move((NOBODY,), 21), NotFound),
        (Move((101,), NOBODY), NotFound),
        (Move((101,), 102), Refused),  # a unit holds nothing
        (Create("grid", EAST, (), "新网格"), BadInput),
        (Create("grid", EAST, (101,), " "), BadInput),
        (Create("grid", 22, (101,), "新网格"), BadInput),  # a grid in a grid
        (Create("grid", 102, (101,), "新网格"), Refused),
        (Create("microgrid", 21, (101,), "新网格"), BadInput),  # a unit in a micro-grid
        (Create("village", EAST, (101,), "新网格"), NotFound),
        (Create("grid", NOBODY, (101,), "新网格"), NotFound),
        (Create("grid", EAST, (NOBODY,), "新网格"), NotFound),
        (Merge((), EAST), BadInput),
        (Merge((EAST,), EAST), BadInput),
        (Merge((21,), EAST), BadInput),
        (Merge((101,), 102), Refused),
        (Merge((NOBODY,), EAST), NotFound),
        (Merge((EAST,), NOBODY), NotFound),
        (Rename(NOBODY, "甲"), NotFound),
        (Rename(21, " "), BadInput),
        (Rename(21, "第1网格"), Refused),
        (Recode(NOBODY, "621122001001009"), NotFound),
        (Recode(21, "621122001001002"), Refused),  # that of grid 22
        (Recode(21, "621122001001001"), Refused),  # its own
        (Recode(21, ""), BadInput),
        (Recode(21, "~21"), BadInput),
        (Recode(21, "62112200100109"), BadInput),  # 14 digits
        (Retire(NOBODY), NotFound),
        (Retire(21), Refused),
        (Retire(101), Refused),
    ],
)
def test_what_can_not_be_done_is_refused_in_both_languages(operation, error) -> None:
    with pytest.raises(error) as refused:
        operation.apply(survey(), ids())
    assert refused.value.en != refused.value.zh


def test_a_new_community_takes_whole_grids_and_parts_of_others() -> None:
    after = done(survey(), Create("community", COUNTY, (22, 105), "中街社区"))
    made = after.draft.place(1001)
    assert (made.level, made.name, made.parent, made.code) == (
        "community", "中街社区", COUNTY, "~1001",
    )  # fmt: skip
    assert inner(after, 1001) == [22, 1002]
    assert (after.draft.place(1002).level, inner(after, 1002)) == ("grid", [105])
    assert inner(after, EAST) == [21]


def test_a_new_grid_is_made_from_units() -> None:
    after = done(survey(), Create("grid", EAST, (102, 103), "新网格"))
    assert inner(after, 1001) == [102, 103]
    assert inner(after, EAST) == [21, 22, 1001]


def test_merging_keeps_the_target_and_retires_the_others() -> None:
    after = done(survey(), Merge((EAST, WEST), WEST))
    assert inner(after, WEST) == [21, 22, 31, 32]
    assert EAST not in after.draft.places
    assert after.draft.place(WEST).code == "621122001002"


def test_grids_of_two_communities_merge_under_the_parent_of_the_target() -> None:
    after = done(survey(), Merge((22,), 31))
    assert inner(after, 31) == [103, 104, 105, 106, 203, 204, 205, 206]
    assert inner(after, EAST) == [21]


def test_names_and_codes_change_by_hand() -> None:
    after = done(survey(), Rename(21, " 河东网格 "), Recode(21, "621122001001009"))
    assert after.draft.place(21).name == "河东网格"
    assert after.draft.place(21).code == "621122001001009"


def test_an_emptied_area_can_be_retired() -> None:
    after = done(survey(), Move((22,), 21), Retire(22))
    assert 22 not in after.draft.places
    assert inner(after, EAST) == [21]


EVERY = [
    Move((102, 103), WEST, {21: "河西网格"}),
    Create("community", COUNTY, (22, 105), "中街社区"),
    Merge((EAST, WEST), WEST),
    Rename(21, "河东网格"),
    Recode(21, "621122001001009"),
]


@pytest.mark.parametrize("operation", EVERY, ids=lambda operation: operation.kind)
def test_an_operation_is_the_same_after_a_way_through_json(operation) -> None:
    text = json.dumps(operation.to_json())
    assert operation_from_json(json.loads(text)) == operation


@pytest.mark.parametrize("operation", EVERY, ids=lambda operation: operation.kind)
def test_the_inverse_of_a_change_and_its_way_through_json_are_exact(operation) -> None:
    before = survey()
    change = operation.apply(before, ids())
    after = before.after(change)
    assert after.after(change.inverse()).draft.places == before.draft.places
    assert Change.from_json(json.loads(json.dumps(change.to_json())), before.draft) == change


def test_labels_name_the_places_in_both_languages() -> None:
    before = survey().draft
    assert Move((101, 102, 103), 31).label(before) == (
        "把“101号”等 3 个区域移入“第3网格”", "Move “101号” and 2 more to “第3网格”",
    )  # fmt: skip
    assert Merge((EAST, WEST), WEST).label(before) == (
        "把“东街社区”并入“西街社区”", "Merge “东街社区” into “西街社区”",
    )  # fmt: skip


def test_a_move_is_about_what_moves_and_not_about_where_to() -> None:
    before = survey().draft
    assert Move((22,), 31).about(before) == {22, 103, 104, 203, 204}
    assert Merge((21, 22), 22).about(before) == {21, 101, 102, 201, 202}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, UnknownOption),
        ({"kind": "explode"}, UnknownOption),
        ({"kind": "move", "units": [1], "to": 2, "force": True}, UnknownOption),
        ({"kind": "move", "units": [1]}, BadInput),
        ({"kind": "move", "units": ["1"], "to": 2}, BadInput),
        ({"kind": "move", "units": 1, "to": 2}, BadInput),
        ({"kind": "move", "units": [1], "to": True}, BadInput),
        ({"kind": "move", "units": [1], "to": 2, "names": {"a": "b"}}, BadInput),
        ({"kind": "rename", "area": 1, "name": 5}, BadInput),
    ],
)
def test_plain_data_that_is_no_operation_is_refused(data, error) -> None:
    with pytest.raises(error):
        operation_from_json(data)
