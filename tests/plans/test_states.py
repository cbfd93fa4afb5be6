"""From draft to published: every step that there is, by whom; all others are refused."""

import itertools
from typing import get_args

import pytest
import sqlalchemy as sa

from geo import plans
from geo.access import Actor, Grant, operator
from geo.db.schema import audit
from geo.errors import BadInput, NoEdition, NotAllowed, NotFound, Refused
from geo.plans import STATES, TRANSITIONS, undo
from geo.plans.operations import Move
from geo.plans.review import Step
from tests.plans.desks import STEWARD, Table

PLANNER = Actor("zhao", (Grant("planner"),))
LEADS = {  # every step, and where it leads from each state
    "submit": {"draft": "in_review"},
    "return": {"in_review": "draft", "approved": "draft"},
    "approve": {"in_review": "approved"},
    "withdraw": dict.fromkeys(("draft", "in_review", "approved"), "withdrawn"),
    "publish": {"approved": "published"},
}
TO = {  # how to get into each state
    "draft": [], "in_review": ["submit"], "approved": ["submit", "approve"],
    "published": ["submit", "approve", "publish"], "withdrawn": ["withdraw"],
}  # fmt: skip


def takes(table: Table, step: str, actor=STEWARD, **more) -> plans.PlanHead:
    with table.engine.begin() as tx:
        return plans.advance(tx, table.plan, step, actor=actor, **more)


def brought_to(table: Table, state: str) -> Table:
    for step in TO[state]:
        takes(table, step)
    return table


def test_the_table_names_every_step_and_state():
    assert set(TRANSITIONS) == set(get_args(Step)) == set(LEADS)
    assert set(STATES) == set(get_args(plans.State)) == set(TO)


@pytest.mark.parametrize(("state", "step"), list(itertools.product(TO, LEADS)))
def test_a_step_leads_where_the_table_says_or_is_refused(table, state, step):
    brought_to(table, state)
    if state in LEADS[step]:
        assert takes(table, step).state == LEADS[step][state]
    else:
        with pytest.raises(Refused) as refused:
            takes(table, step)
        assert refused.value.facts["state"] == state
        assert table.head.state == state


def test_every_step_is_told_with_who_and_why_and_audited(table):
    table.renames("01", "甲")
    takes(table, "submit", note="请审核")
    takes(table, "approve", operator("wang"))
    events = [(e.what, e.actor, e.revision, e.note) for e in table.head.events]
    assert events == [
        ("created", "steward", 0, None),
        ("submitted", "steward", 1, "请审核"),
        ("approved", "wang", 1, None),
    ]
    with table.engine.begin() as tx:
        mine = audit.c.detail["plan"].as_integer() == table.plan
        actions = list(tx.scalars(sa.select(audit.c.action).where(mine).order_by(audit.c.id)))
    assert actions == ["plan created", "edit plan", "plan submitted", "plan approved"]


def test_submitting_runs_the_checks_and_tells_how_much_they_found(town):
    table = Table.new(town.engine)
    table.does(Move(units=(table.place("01"),), to=table.place("02")))  # 01 is empty now
    with town.engine.begin() as tx:
        head = plans.submit(tx, table.plan, actor=PLANNER)
        found = plans.check(table.survey(), base=table.survey(0), context=plans.check_context(tx))
    counted = head.events[-1].detail
    assert set(counted) == {"errors", "warnings", "infos"}
    assert sum(counted.values()) == len(found) > 0


@pytest.mark.parametrize("state", [state for state in TO if state != "draft"])
def test_only_a_draft_is_drawn_in(table, state):
    table.renames("01", "甲")
    brought_to(table, state)
    for act in (
        lambda: table.renames("01", "乙"),
        lambda: table.turns(undo),
        lambda: _lock(table),
        lambda: _preview(table),
    ):
        with pytest.raises(Refused, match="can't be changed"):
            act()
    assert table.survey().draft.place(table.place("01")).name == "甲"


def _lock(table):
    with table.engine.begin() as tx:
        plans.lock_area(tx, table.plan, table.place("01"), actor=STEWARD)


def _preview(table):
    rename = plans.operations.Rename(table.place("01"), "乙")
    with table.engine.begin() as tx:
        plans.preview(tx, table.plan, rename, actor=STEWARD)


def test_a_planner_submits_and_takes_back_what_is_the_own(town):
    with town.engine.begin() as tx:
        own = Table(town.engine, plans.create_plan(tx, title="我的", actor=PLANNER).id)
    takes(own, "submit", PLANNER)
    with pytest.raises(NotAllowed):
        takes(own, "approve", PLANNER)
    assert takes(own, "return", PLANNER).state == "draft"
    assert takes(own, "withdraw", PLANNER).state == "withdrawn"


def test_a_planner_does_not_return_or_withdraw_the_plan_of_another(table):
    takes(table, "submit", PLANNER)
    for step in ("return", "approve", "withdraw"):
        with pytest.raises(NotAllowed):
            takes(table, step, PLANNER)


def test_plans_are_listed_newest_first_and_by_state(town):
    first, second = Table.new(town.engine, "甲"), Table.new(town.engine, "乙")
    takes(first, "submit")
    with town.engine.begin() as tx:
        listed = [head.id for head in plans.list_plans(tx, actor=PLANNER)]
        waiting = plans.list_plans(tx, actor=PLANNER, state="in_review")
    assert listed[:2] == [second.plan, first.plan]
    assert first.plan in [head.id for head in waiting]
    assert {head.state for head in waiting} == {"in_review"}


def test_a_plan_needs_a_title_and_an_edition_to_start_from(town):
    with town.engine.begin() as tx:
        with pytest.raises(BadInput, match="title"):
            plans.create_plan(tx, title=" ", actor=STEWARD)
        with pytest.raises(NoEdition, match="no edition 7"):
            plans.create_plan(tx, title="x", base=7, actor=STEWARD)


def test_a_fork_goes_its_own_way_from_where_it_was_taken(table):
    table.renames("01", "甲")
    table.renames("02", "乙")
    once = table.bytes(1)
    with table.engine.begin() as tx:
        head = plans.fork_plan(tx, table.plan, title="副本", at=1, actor=PLANNER)
        with pytest.raises(NotFound, match="no revision 3"):
            plans.fork_plan(tx, table.plan, title="x", at=3, actor=PLANNER)
    fork = Table(table.engine, head.id)
    assert (head.forked_from, head.revision, fork.bytes()) == (table.plan, 1, once)
    assert fork.log[0] == table.log[0]
    fork.turns(undo)
    assert (fork.bytes(), table.bytes(1)) == (fork.bytes(0), once)
    assert fork.fresh_bytes() == fork.bytes()
