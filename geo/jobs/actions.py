"""Ask for long work, see how far it is, stop it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from geo.access import Actor, Grant, record
from geo.db import Transaction
from geo.errors import NotAllowed, NotFound, Refused, UnknownOption
from geo.jobs import queue, store
from geo.jobs.kinds import KINDS, Kind

State = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Job:
    """What was asked, how far it is, what came of it.

    `step`, `done` and `total` tell how far a job is that has begun. `cancel`: it is to stop at
    its next step. `result` is there once it is done; `problem` (code, en, zh, facts) once it
    failed.
    """

    id: int
    kind: str
    arguments: Mapping[str, Any]
    plan: int | None
    asked_by: str
    state: State
    step: str | None
    done: int | None
    total: int | None
    cancel: bool
    result: Mapping[str, Any] | None
    problem: Mapping[str, Any] | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None

    @classmethod
    def of(cls, row: store.Row) -> Self:
        """Read a stored row."""
        same = (
            "id", "kind", "arguments", "state", "step", "done", "total", "cancel", "result",
            "problem", "created_at", "started_at", "ended_at",
        )  # fmt: skip
        return cls(
            plan=row["plan_id"],
            asked_by=row["asked_by"]["name"],
            **{name: row[name] for name in same},
        )


def ask_job(
    tx: Transaction,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    actor: Actor,
    plan: int | None = None,
) -> int:
    """Ask for work; it begins when this transaction is kept and a worker is free.

    Parameters
    ----------
    kind
        One of `KINDS`.
    arguments
        Plain data, as the kind wants them; the plan's id is passed to it as well.
    plan
        The plan that the work is about.

    Returns
    -------
    int
        The number of the job.

    Raises
    ------
    UnknownOption
        If there is no such kind.
    """
    wanted = _kind(kind)
    actor.scope(wanted.right)
    asked_by = {"name": actor.name, "grants": [[g.role, g.place] for g in actor.grants]}
    number = store.insert(tx, kind=kind, arguments=arguments, plan=plan, asked_by=asked_by)
    store.set_entry(tx, number, queue.put(tx, number, lock=wanted.lock))
    record(tx, actor=actor, action=f"ask {kind.replace('_', ' ')}", job=number, plan=plan)
    return number


def asker(row: store.Row) -> Actor:
    """Give who asked for a job, with the roles held then."""
    asked_by = row["asked_by"]
    return Actor(asked_by["name"], tuple(Grant(role, place) for role, place in asked_by["grants"]))


def job(tx: Transaction, number: int, *, actor: Actor) -> Job:
    """Give a job.

    Raises
    ------
    NotFound
        If there is none of this number.
    """
    actor.scope("plans.read")
    return Job.of(_found(store.find(tx, number), number))


def list_jobs(
    tx: Transaction,
    *,
    actor: Actor,
    plan: int | None = None,
    state: State | None = None,
    limit: int = 100,
) -> list[Job]:
    """List jobs, the newest first."""
    actor.scope("plans.read")
    return [Job.of(row) for row in store.newest(tx, plan=plan, state=state, limit=limit)]


def cancel_job(tx: Transaction, number: int, *, actor: Actor) -> Job:
    """Stop a job: at once while it waits, else at its next step; nothing half-done stays.

    What is decided already, as an edition that is published, is not undone: such a job ends as
    done. Whoever asked for a job may stop it, and whoever might publish.

    Raises
    ------
    NotFound
        If there is none of this number.
    Refused
        If it has ended.
    """
    row = _found(store.find(tx, number, lock=True), number)
    actor.scope(_kind(row["kind"]).right)
    if actor.name != row["asked_by"]["name"] and not actor.may("publish"):
        raise NotAllowed(
            "Somebody else asked for this job. Ask them, or a steward, to stop it.",
            "该任务由他人提交，请联系提交人或管理员取消。",
        )
    if row["ended_at"] is not None:
        raise Refused(
            f"Job {number} has ended already; there is nothing to stop.",
            f"任务 {number} 已经结束，无需取消。",
            state=row["state"],
        )
    if row["state"] == "waiting" and queue.take_out(tx, row["entry"]):
        store.end(tx, number, "cancelled")
    else:
        store.ask_to_stop(tx, number)
    record(tx, actor=actor, action="cancel job", job=number)
    return Job.of(_found(store.find(tx, number), number))


def _kind(name: str) -> Kind:
    if name not in KINDS:
        known = ", ".join(KINDS)
        raise UnknownOption(
            f"There is no work “{name}”. Known are: {known}.",
            f"没有“{name}”这种任务。可用：{known}。",
            kind=name,
        )
    return KINDS[name]


def _found(row: store.Row | None, number: int) -> store.Row:
    if row is None:
        raise NotFound(
            f"There is no job {number}. See the list of jobs.",
            f"没有编号为 {number} 的任务，请查看任务列表。",
            id=number,
        )
    return row
