"""Statements about jobs: what was asked, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from geo.db import Engine, Transaction
from geo.db.schema import job

Row = sa.RowMapping

_NOW = sa.func.clock_timestamp()
_ENDED = ("done", "failed", "cancelled")


def insert(
    tx: Transaction, *, kind: str, arguments: Mapping[str, Any], plan: int | None, asked_by: object
) -> int:
    """Keep what was asked and give its number."""
    row = {"kind": kind, "arguments": arguments, "plan_id": plan, "asked_by": asked_by}
    return int(tx.execute(job.insert().values(row).returning(job.c.id)).scalar_one())


def set_entry(tx: Transaction, number: int, entry: int) -> None:
    """Note under which number the queue knows the job."""
    tx.execute(job.update().where(job.c.id == number).values(entry=entry))


def find(tx: Transaction, number: int, *, lock: bool = False) -> Row | None:
    """Read a job; with `lock` nobody else changes it until the end of this transaction."""
    statement = sa.select(job).where(job.c.id == number)
    return tx.execute(statement.with_for_update() if lock else statement).mappings().one_or_none()


def newest(tx: Transaction, *, plan: int | None, state: str | None, limit: int) -> Sequence[Row]:
    """List jobs, the newest first."""
    statement = sa.select(job).order_by(job.c.id.desc()).limit(limit)
    if plan is not None:
        statement = statement.where(job.c.plan_id == plan)
    if state is not None:
        statement = statement.where(job.c.state == state)
    return tx.execute(statement).mappings().all()


def ask_to_stop(tx: Transaction, number: int) -> None:
    """Let a running job see at its next step that it is to stop."""
    tx.execute(job.update().where(job.c.id == number).values(cancel=True))


def end(
    tx: Transaction,
    number: int,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    problem: Mapping[str, Any] | None = None,
) -> None:
    """Write how a job ended, unless it has ended already."""
    values = {"state": state, "ended_at": _NOW, "cancel": False}
    # Without these the column would hold JSON's null.
    values |= {"result": result} if result is not None else {}
    values |= {"problem": problem} if problem is not None else {}
    tx.execute(job.update().where(job.c.id == number, job.c.state.not_in(_ENDED)).values(values))


# -- in the hands of a worker


def watch(engine: Engine) -> Transaction:
    """Open a connection beside the work, on which every statement counts at once."""
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def hold(own: Transaction, number: int) -> bool:
    """Hold a job for as long as this connection lives; False while another worker does."""
    return bool(own.scalar(sa.select(sa.func.pg_try_advisory_lock(*_key(number)))))


def let_go(own: Transaction, number: int) -> None:
    """Let others hold the job."""
    own.execute(sa.select(sa.func.pg_advisory_unlock(*_key(number))))


def begin(own: Transaction, number: int) -> Row | None:
    """Let a job run, for the first time or again; None when it has ended meanwhile."""
    statement = (
        job.update()
        .where(job.c.id == number, job.c.state.not_in(_ENDED))
        .values(state="running", started_at=sa.func.coalesce(job.c.started_at, _NOW))
        .returning(job)
    )
    return own.execute(statement).mappings().one_or_none()


def wait_again(own: Transaction, number: int) -> None:
    """Let a job wait until a worker takes it up again."""
    values = {"state": "waiting", "step": None, "done": None, "total": None}
    own.execute(job.update().where(job.c.id == number).values(values))


def tell(own: Transaction, number: int, *, step: str, done: int, total: int) -> bool:
    """Store how far a job is; tells whether it is to stop."""
    statement = (
        job.update()
        .where(job.c.id == number)
        .values(step=step, done=done, total=total)
        .returning(job.c.cancel)
    )
    return bool(own.scalar(statement))


def forgotten(tx: Transaction) -> list[int]:
    """List the jobs that wait or run of which the queue knows nothing, as in a restored database."""
    known = sa.table("procrastinate_jobs", sa.column("id"), sa.column("status"))
    alive = sa.select(known.c.id).where(
        known.c.id == job.c.entry, sa.cast(known.c.status, sa.Text).in_(("todo", "doing"))
    )
    statement = sa.select(job.c.id).where(job.c.state.not_in(_ENDED), ~alive.exists())
    return list(tx.scalars(statement))


def _key(number: int) -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    return sa.func.hashtext("wangge job"), sa.cast(number, sa.Integer)
