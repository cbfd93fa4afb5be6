"""Several planners at one plan: in each other's way only where they draw on the same ground."""

import itertools
import random

import pytest

from geo import plans
from geo.access import VISITOR, Actor, Grant, operator
from geo.errors import BadInput, MovedOn, NotAllowed, NotFound, NotSignedIn, Refused
from geo.plans import undo
from geo.plans.operations import Create, Move, Recode, Rename, Retire
from tests.plans.desks import STEWARD, Table

LI, WANG = operator("li"), operator("wang")


def planner(table: Table, code: str) -> Actor:
    """Someone who may draw in one area only."""
    return Actor("zhao", (Grant("planner", table.place(code)),))


# -- what was seen


def test_two_who_draw_elsewhere_both_succeed_and_order_does_not_matter(town):
    ends = []
    for first, second in itertools.permutations([("0101", "02"), ("0208", "01")]):
        table = Table.new(town.engine)
        table.moves(*first, seen=0, actor=LI)
        table.moves(*second, seen=0, actor=WANG)
        ends.append(table.bytes())
    assert ends[0] == ends[1]


@pytest.mark.parametrize("seed", range(3))
def test_however_two_take_turns_on_different_grids_they_end_alike(town, seed):
    """Each knows the plan as of the own last operation, and nothing of the other's."""
    steps = {
        LI: [("0101", "甲"), ("0102", "02"), ("0101", "02"), ("0102", "01"), ("0101", "丙")],
        WANG: [("0203", "01"), ("0204", "乙"), ("0203", "丁"), ("0204", "01"), ("0203", "02")],
    }
    turns = [LI] * 5 + [WANG] * 5
    ends = []
    for order in (turns, random.Random(seed).sample(turns, 10)):  # noqa: S311
        table, seen = Table.new(town.engine), {LI: 0, WANG: 0}
        left = {who: iter(todo) for who, todo in steps.items()}
        for who in order:
            grid, what = next(left[who])
            act = table.moves if what.startswith("0") else table.renames
            seen[who] = act(grid, what, seen=seen[who], actor=who).revision
        ends.append(table.fresh_bytes())
    assert ends[0] == ends[1]


def test_the_second_on_the_same_ground_learns_who_was_first_and_overwrites_nothing(table):
    table.moves("0101", "02", seen=0, actor=LI)
    kept = table.bytes()
    with pytest.raises(MovedOn) as refused:
        table.moves("0101", "02", seen=0, actor=WANG)
    (by,) = refused.value.facts["by"]
    assert (by["actor"], by["revision"]) == ("li", 1)
    assert "li" in refused.value.zh
    assert (table.bytes(), table.head.revision) == (kept, 1)


def test_who_has_seen_it_may_change_it_again(table):
    table.moves("0101", "02", actor=LI)
    table.moves("0101", "01", seen=1, actor=WANG)
    assert table.parent_code("0101") == "01"


def test_what_was_retired_since_is_said_to_be_somebodys_doing(table):
    for unit in ("0101", "0102", "0105", "0106"):
        table.moves(unit, "02")
    table.does(Retire(area=table.place("01")), actor=LI)
    with pytest.raises(MovedOn, match="li changed the same places"):
        table.renames("01", "名", seen=4, actor=WANG)


def test_a_grid_that_left_the_community_since_is_no_part_of_what_was_seen(table):
    table.moves("0101", "02", seen=0, actor=LI)
    whole = Move(units=(table.place("01"),), to=table.place("02"))
    with pytest.raises(MovedOn, match="li changed the same places"):
        table.does(whole, seen=0, actor=WANG)


def test_two_may_move_grids_into_the_same_community(table):
    table.moves("0101", "02", seen=0, actor=LI)
    table.moves("0102", "02", seen=0, actor=WANG)
    assert table.parent_code("0101") == table.parent_code("0102") == "02"


def test_nobody_can_have_seen_a_revision_that_is_not_there(table):
    with pytest.raises(BadInput, match="at revision 0"):
        table.moves("0101", "02", seen=1)


def test_an_operation_that_does_nothing_is_refused(table):
    with pytest.raises(Refused):
        table.moves("0101", "01")
    assert table.log == []


def test_a_code_that_another_area_once_had_is_not_given_again(table):
    grid = table.place("0101")
    table.does(Recode(area=grid, code="0199"))
    with pytest.raises(Refused, match="belonged to another area"):
        table.does(Recode(area=table.place("0102"), code="0101"))
    table.does(Recode(area=grid, code="0101"))


# -- locks


def test_nobody_else_draws_in_a_locked_area(table):
    with table.engine.begin() as tx:
        locks = plans.lock_area(tx, table.plan, table.place("01"), actor=LI, note="在改")
    assert [(lock.actor, lock.note) for lock in locks] == [("li", "在改")]
    for unit, to in (("0101", "02"), ("0203", "01")):  # out of it, into it
        with pytest.raises(Refused, match="li has locked 西社区"):
            table.moves(unit, to, actor=WANG)
    with pytest.raises(Refused, match="li has locked"):
        table.renames("0102", "名", actor=WANG)
    table.renames("02", "东边", actor=WANG)
    table.moves("0101", "02", actor=LI)
    with pytest.raises(Refused, match="li has locked"):
        table.turns(undo, 2, actor=WANG)


def test_a_lock_is_released_by_its_owner_or_a_steward_only(table):
    place, other = table.place("01"), Actor("zhao", (Grant("planner"),))
    with table.engine.begin() as tx:
        plans.lock_area(tx, table.plan, place, actor=LI)
        with pytest.raises(Refused, match="li has locked"):
            plans.unlock_area(tx, table.plan, place, actor=other)
        assert plans.unlock_area(tx, table.plan, place, actor=STEWARD) == []
        plans.lock_area(tx, table.plan, place, actor=other)
        assert plans.unlock_area(tx, table.plan, place, actor=other) == []
        with pytest.raises(NotFound, match="is not locked"):
            plans.unlock_area(tx, table.plan, place, actor=LI)
    table.moves("0101", "02", actor=WANG)


def test_locks_of_two_planners_do_not_overlap(table):
    with table.engine.begin() as tx:
        plans.lock_area(tx, table.plan, table.place("0101"), actor=LI)
        for code in ("01", "0", "0101"):
            with pytest.raises(Refused, match="li has locked"):
                plans.lock_area(tx, table.plan, table.place(code), actor=WANG)
        plans.lock_area(tx, table.plan, table.place("0102"), actor=WANG)
        plans.lock_area(tx, table.plan, table.place("0101"), actor=LI, note="还在改")
        with pytest.raises(NotFound):
            plans.lock_area(tx, table.plan, 999_999, actor=LI)


# -- areas of roles


def test_a_planner_of_one_community_draws_there_and_nowhere_else(table):
    zhao = planner(table, "01")
    table.renames("0101", "新名", actor=zhao)
    for refused in (
        lambda: table.renames("0203", "名", actor=zhao),
        lambda: table.moves("0101", "02", actor=zhao),
        lambda: table.moves("0203", "01", actor=zhao),
        lambda: table.renames("0", "名", actor=zhao),
    ):
        with pytest.raises(NotAllowed, match="outside the areas"):
            refused()


def test_what_was_made_since_belongs_to_where_it_was_made(table):
    units = (table.place("0203"),)
    done = table.does(Create("community", table.place("0"), units, "新社区"), actor=LI)
    (new,) = done.change.places - set(units)
    with pytest.raises(NotAllowed):
        table.does(Rename(new, "名"), actor=planner(table, "02"))
    table.does(Rename(new, "名"), actor=planner(table, "0"))
    # The grid was East's in the edition and still counts as such, the new community does not.
    with pytest.raises(NotAllowed):
        table.does(Move(units, table.place("02")), actor=planner(table, "01"))


def test_a_planner_undoes_only_in_the_own_area(table):
    table.renames("0203", "名", actor=LI)
    with pytest.raises(NotAllowed):
        table.turns(undo, 1, actor=planner(table, "01"))
    table.turns(undo, 1, actor=planner(table, "02"))


def test_a_worker_and_a_visitor_do_not_see_plans(table):
    worker = Actor("hong", (Grant("worker"),))
    with table.engine.begin() as tx:
        for actor, error in ((worker, NotAllowed), (VISITOR, NotSignedIn)):
            for act in (
                lambda actor: plans.list_plans(tx, actor=actor),
                lambda actor: plans.plan_head(tx, table.plan, actor=actor),
                lambda actor: plans.survey_of(tx, table.plan, actor=actor),
                lambda actor: plans.log(tx, table.plan, actor=actor),
                lambda actor: plans.create_plan(tx, title="x", actor=actor),
                lambda actor: plans.fork_plan(tx, table.plan, title="x", actor=actor),
                lambda actor: plans.submit(tx, table.plan, actor=actor),
            ):
                with pytest.raises(error):
                    act(actor)
