"""What is told about plans and their logs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from geo.access import Actor
from geo.boundaries import highest_edition
from geo.db import Transaction
from geo.errors import NotFound
from geo.plans import store
from geo.plans.operations.base import Words

State = Literal["draft", "in_review", "approved", "published", "withdrawn"]

#: How a state is called in a sentence.
STATES: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        "draft": ("a draft", "草稿"),
        "in_review": ("in review", "审核中"),
        "approved": ("approved", "已批准"),
        "published": ("published", "已发布"),
        "withdrawn": ("withdrawn", "已撤回"),
    }
)


@dataclass(frozen=True)
class Lock:
    """An area that only one planner changes for now."""

    place: int
    actor: str
    at: dt.datetime
    note: str | None


@dataclass(frozen=True)
class PlanEvent:
    """What happened to a plan as a whole: who, when, at which revision, why."""

    at: dt.datetime
    actor: str
    what: str
    revision: int
    note: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class PlanHead:
    """A plan without its places.

    `base` is the edition it starts from; `stale`: that is no longer the highest one, so the plan
    must be rebased before it can be published.
    """

    id: int
    title: str
    base: int
    forked_from: int | None
    state: State
    revision: int
    note: str | None
    created_at: dt.datetime
    created_by: str
    locks: tuple[Lock, ...]
    events: tuple[PlanEvent, ...]
    stale: bool


@dataclass(frozen=True)
class LogEntry:
    """One operation of a log; `stands`: what it did holds now, by itself or redone."""

    revision: int
    at: dt.datetime
    actor: str
    kind: str
    label: Words
    note: str | None
    undoes: int | None
    stands: bool
    touched: frozenset[int]


def find_row(tx: Transaction, plan: int) -> store.PlanRow:
    """Read a plan; NotFound if there is none."""
    return _there(store.find_plan(tx, plan), plan)


def hold_row(tx: Transaction, plan: int) -> store.PlanRow:
    """Keep others from changing a plan and read it; NotFound if there is none."""
    return _there(store.hold_plan(tx, plan), plan)


def _there(row: store.PlanRow | None, plan: int) -> store.PlanRow:
    if row is None:
        raise NotFound(
            f"There is no plan {plan}. `wangge plan list` and GET /plans list them.",
            f"没有编号为 {plan} 的方案。可用 wangge plan list 或 GET /plans 查看。",
            plan=plan,
        )
    return row


def list_plans(tx: Transaction, *, actor: Actor, state: State | None = None) -> list[PlanHead]:
    """List plans, the newest first; all or those of a state."""
    actor.scope("plans.read")
    return heads(tx, store.plans(tx, state))


def plan_head(tx: Transaction, plan: int, *, actor: Actor) -> PlanHead:
    """Give one plan; NotFound if there is none."""
    actor.scope("plans.read")
    return heads(tx, [find_row(tx, plan)])[0]


def hold_plan(tx: Transaction, plan: int, *, actor: Actor) -> PlanHead:
    """Give one plan, and keep others from changing it until the transaction ends."""
    actor.scope("plans.read")
    return heads(tx, [hold_row(tx, plan)])[0]


def heads(tx: Transaction, rows: Sequence[store.PlanRow]) -> list[PlanHead]:
    """Complete rows of plans by their locks and events."""
    numbers = [row.id for row in rows]
    locks = _locks(tx, numbers)
    events: dict[int, list[PlanEvent]] = {number: [] for number in numbers}
    for e in store.events(tx, numbers):
        told = PlanEvent(e.at, e.actor, e.what, e.revision, e.note, e.detail)
        events[e.plan_id].append(told)
    highest = highest_edition(tx)
    return [
        PlanHead(
            row.id, row.title, row.base, row.forked_from, row.state, row.revision, row.note,
            row.created_at, row.created_by, tuple(locks[row.id]), tuple(events[row.id]),
            stale=row.base != highest,
        )
        for row in rows
    ]  # fmt: skip


def locks_of(tx: Transaction, plan: int) -> list[Lock]:
    """List the locks of a plan by place."""
    return _locks(tx, [plan])[plan]


def _locks(tx: Transaction, plans: Collection[int]) -> dict[int, list[Lock]]:
    found: dict[int, list[Lock]] = {plan: [] for plan in plans}
    for row in store.locks(tx, plans):
        found[row.plan_id].append(Lock(row.place_id, row.actor, row.at, row.note))
    return found
