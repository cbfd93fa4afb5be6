"""The log: taken back, done again, told; nothing in it is ever lost."""

import random

import pytest

from geo.access import operator
from geo.errors import MovedOn, NotFound, Refused
from geo.plans import redo, undo
from geo.plans.history import Deed, deeds, net
from geo.plans.operations import Create, Move, Rename, Retire
from tests.plans.desks import Table

LI, WANG = operator("li"), operator("wang")


def test_undone_the_plan_is_the_base_to_the_byte(table):
    base = table.bytes()
    table.moves("0101", "02")
    table.turns(undo)
    assert table.bytes() == base == table.fresh_bytes()
    assert [entry.kind for entry in table.log] == ["move", "undo"]
    assert [entry.stands for entry in table.log] == [False, False]


def test_done_again_it_is_what_it_was_to_the_byte(table):
    table.moves("0101", "02")
    once = table.bytes()
    table.turns(undo)
    done = table.turns(redo)
    assert table.bytes() == once == table.fresh_bytes()
    assert done.label.zh.startswith("恢复：")
    assert [(e.kind, e.undoes, e.stands) for e in table.log] == [
        ("move", None, True), ("undo", 1, True), ("redo", 2, True)
    ]  # fmt: skip


def test_one_undoes_and_redoes_as_far_as_one_likes(table):
    base = table.bytes()
    names = ["甲", "乙", "丙"]
    for name in names:
        table.renames("01", name)
    end = table.bytes()
    for _ in names:
        table.turns(undo)
    assert table.bytes() == base
    with pytest.raises(Refused, match="nothing to undo"):
        table.turns(undo)
    for name in names:
        table.turns(redo)
        assert table.survey().draft.place(table.place("01")).name == name
    assert table.bytes() == end == table.fresh_bytes()
    with pytest.raises(Refused, match="nothing to redo"):
        table.turns(redo)


def test_undoing_everything_in_any_order_that_is_let_gives_the_base(table):
    base = table.bytes()
    rng = random.Random(5)  # noqa: S311
    grids = [f"01{n:02}" for n in (1, 2, 5, 6)] + [f"02{n:02}" for n in (3, 4, 7, 8)]
    for n in range(20):
        if rng.random() < 0.3:
            table.renames(rng.choice(["01", "02", "0"]), f"名{n}")
            continue
        grid = rng.choice(grids)
        table.moves(grid, "02" if table.parent_code(grid) == "01" else "01")
    while standing := [e.revision for e in table.log if e.stands and e.undoes is None]:
        try:
            table.turns(undo, rng.choice(standing))
        except MovedOn as blocked:
            table.turns(undo, blocked.facts["by"][-1]["revision"])
    assert table.bytes() == base == table.fresh_bytes()


def test_an_earlier_operation_elsewhere_can_be_taken_back(table):
    table.moves("0101", "02", actor=LI)
    table.moves("0203", "01", actor=WANG)
    table.turns(undo, 1, actor=WANG)
    assert (table.parent_code("0101"), table.parent_code("0203")) == ("01", "01")


def test_what_was_touched_later_is_not_taken_back_and_who_did_is_said(table):
    table.moves("0101", "02", actor=LI)
    table.moves("0101", "01", actor=WANG)
    with pytest.raises(MovedOn, match="wang went on from here") as refused:
        table.turns(undo, 1)
    (by,) = refused.value.facts["by"]
    assert (by["revision"], by["actor"]) == (2, "wang")
    table.turns(undo, 2)
    table.turns(undo, 1)
    assert table.parent_code("0101") == "01"


def test_what_was_moved_into_a_new_area_keeps_that_from_being_taken_back(table):
    created = table.does(
        Create(
            level="community", parent=table.place("0"), units=(table.place("0101"),), name="新社区"
        )
    )
    (new,) = created.change.places - {table.place("0101")}
    table.does(Move(units=(table.place("0102"),), to=new), actor=LI)
    with pytest.raises(MovedOn, match="li went on from here"):
        table.turns(undo, 1)


def test_what_was_moved_out_of_a_retired_area_does_not_come_back_before_the_area(table):
    for unit in ("0101", "0102", "0105", "0106"):
        table.moves(unit, "02")
    table.does(Retire(area=table.place("01")), actor=LI)
    with pytest.raises(MovedOn, match="li went on from here"):
        table.turns(undo, 1)
    table.turns(undo, 5)
    table.turns(undo, 1)
    assert table.parent_code("0101") == "01"


def test_undo_means_the_last_operation_that_was_seen(table):
    table.renames("01", "甲", actor=LI)
    table.renames("02", "乙", actor=WANG)
    table.turns(undo, seen=1, actor=LI)
    draft = table.survey().draft
    assert draft.place(table.place("01")).name == "西社区"
    assert draft.place(table.place("02")).name == "乙"


def test_two_who_undo_the_same_learn_who_was_first(table):
    table.renames("01", "甲")
    table.turns(undo, seen=1, actor=LI)
    with pytest.raises(MovedOn, match="li changed the same places"):
        table.turns(undo, seen=1, actor=WANG)
    with pytest.raises(Refused, match="taken back already"):
        table.turns(undo, 1)
    with pytest.raises(NotFound, match="no revision 9"):
        table.turns(undo, 9)


def test_what_was_done_and_taken_back_is_in_nobodys_way(table):
    table.renames("01", "甲", actor=LI)
    table.turns(undo, actor=LI)
    table.renames("01", "乙", seen=0, actor=WANG)
    assert table.survey().draft.place(table.place("01")).name == "乙"


def test_a_chain_of_turns_counts_by_how_often_it_was_turned():
    log = [(1, None), (2, None), (3, 1), (4, 3), (5, 2)]
    assert deeds(log) == {
        1: Deed(1, 4, stands=True), 3: Deed(1, 4, stands=True), 4: Deed(1, 4, stands=True),
        2: Deed(2, 5, stands=False), 5: Deed(2, 5, stands=False),
    }  # fmt: skip


class Row:
    def __init__(self, revision, undoes=None):
        self.revision, self.undoes = revision, undoes


def test_pairs_that_take_each_other_back_are_left_out():
    left = net([Row(3), Row(4, 3), Row(5, 1), Row(6, 4), Row(7)])
    assert [row.revision for row in left] == [5, 6, 7]


def test_a_rename_to_the_same_name_is_refused_and_leaves_no_trace(table):
    with pytest.raises(Refused):
        table.does(Rename(area=table.place("01"), name="西社区"))
    assert Table(table.engine, table.plan).log == []
