"""Statements about plans: their rows, their logs, their events and locks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert

from geo.db import Transaction
from geo.db.schema import area_code, place_ids, plan, plan_event, plan_lock, plan_operation

#: A plan with `digest`, that of its last operation (None while the log is empty).
PlanRow: TypeAlias = sa.Row[Any]
#: An operation of a log; which columns, the statement says.
OperationRow: TypeAlias = sa.Row[Any]

_MOST_IDS_AT_ONCE = 1024


def _ids(places: Collection[int]) -> sa.Cast[Any]:
    return sa.cast(list(places), sa.ARRAY(sa.BigInteger))


# -- plans


def insert_plan(
    tx: Transaction, *, title: str, base: int, actor: str, forked_from: int | None, note: str | None
) -> int:
    """Add a plan with an empty log and give its id."""
    row = {
        "title": title, "base": base, "forked_from": forked_from, "note": note,
        "created_by": actor,
    }  # fmt: skip
    return int(tx.execute(plan.insert().values(row).returning(plan.c.id)).scalar_one())


def _plan_rows() -> sa.Select[Any]:
    o = plan_operation.c
    last = sa.select(o.digest).where(o.plan_id == plan.c.id, o.revision == plan.c.revision)
    return sa.select(*plan.c, last.scalar_subquery().label("digest"))


def find_plan(tx: Transaction, number: int) -> PlanRow | None:
    """Read a plan as it stands."""
    return tx.execute(_plan_rows().where(plan.c.id == number)).one_or_none()


def hold_plan(tx: Transaction, number: int) -> PlanRow | None:
    """Keep others from changing a plan until the transaction ends, and read it then."""
    held = sa.select(plan.c.id).where(plan.c.id == number).with_for_update(key_share=True)
    tx.execute(held)
    return find_plan(tx, number)


def plans(tx: Transaction, state: str | None) -> list[PlanRow]:
    """List plans, the newest first; all or those of a state."""
    statement = _plan_rows().order_by(plan.c.id.desc())
    if state is not None:
        statement = statement.where(plan.c.state == state)
    return list(tx.execute(statement))


def set_state(tx: Transaction, number: int, state: str) -> None:
    """Put a plan into a state."""
    tx.execute(plan.update().where(plan.c.id == number).values(state=state))


# -- the log


def append(tx: Transaction, number: int, revision: int, row: Mapping[str, Any]) -> None:
    """Add the next operation to a log that is held; the row's names are the table's columns."""
    tx.execute(plan_operation.insert().values(plan_id=number, revision=revision, **row))
    tx.execute(plan.update().where(plan.c.id == number).values(revision=revision))


def copy_log(tx: Transaction, source: int, target: int, *, upto: int) -> None:
    """Give a new plan the log of another one up to a revision, who and when included."""
    o = plan_operation.c
    names = [c.name for c in o if c.name != "plan_id"]
    rows = sa.select(sa.literal(target), *(o[name] for name in names)).where(
        o.plan_id == source, o.revision <= upto
    )
    tx.execute(plan_operation.insert().from_select(["plan_id", *names], rows))
    tx.execute(plan.update().where(plan.c.id == target).values(revision=upto))


def carry(
    tx: Transaction,
    source: int,
    first: int,
    target: int,
    revision: int,
    *,
    change: list[dict[str, Any]],
    digest: str,
) -> None:
    """Append an operation of one log to another, who and when included, with its change there."""
    o = plan_operation.c
    values: dict[str, Any] = {
        **{c.name: c for c in o},
        "plan_id": sa.literal(target),
        "revision": sa.literal(revision),
        "change": sa.literal(change, o.change.type),
        "undoes": sa.null(),
        "digest": sa.literal(digest),
    }
    row = sa.select(*values.values()).where(o.plan_id == source, o.revision == first)
    tx.execute(plan_operation.insert().from_select(list(values), row))
    tx.execute(plan.update().where(plan.c.id == target).values(revision=revision))


_TOLD = ("revision", "at", "actor", "kind", "label_zh", "label_en", "note", "undoes", "touched")


def operations(
    tx: Transaction, number: int, *, after: int = 0, limit: int | None = None
) -> list[OperationRow]:
    """Read a log in order, without what was wanted and the rows.

    Columns: revision, at, actor, kind, label_zh, label_en, note, undoes, touched.
    """
    o = plan_operation.c
    statement = (
        sa.select(*(o[name] for name in _TOLD))
        .where(o.plan_id == number, o.revision > after)
        .order_by(o.revision)
        .limit(limit)
    )
    return list(tx.execute(statement))


def operation(tx: Transaction, number: int, revision: int) -> OperationRow:
    """Read one operation of a log; as `operations`."""
    (row,) = operations(tx, number, after=revision - 1, limit=1)
    return row


def touching(
    tx: Transaction, number: int, places: Collection[int], *, after: int
) -> list[OperationRow]:
    """Read the operations after a revision that touched one of the places; as `operations`."""
    o = plan_operation.c
    meets: sa.ColumnElement[bool] = o.touched.op("&&", return_type=sa.Boolean())(_ids(places))
    statement = (
        sa.select(*(o[name] for name in _TOLD))
        .where(o.plan_id == number, o.revision > after, meets)
        .order_by(o.revision)
    )
    return list(tx.execute(statement))


def deeds(tx: Transaction, number: int) -> list[tuple[int, int | None]]:
    """Read which operation takes back which: revision, undoes; in order."""
    o = plan_operation.c
    statement = sa.select(o.revision, o.undoes).where(o.plan_id == number).order_by(o.revision)
    return [(revision, undoes) for revision, undoes in tx.execute(statement)]


def digests(tx: Transaction, number: int, *, upto: int) -> list[tuple[int, str]]:
    """Read the digests of a log, the last first: revision, digest."""
    o = plan_operation.c
    statement = (
        sa.select(o.revision, o.digest)
        .where(o.plan_id == number, o.revision <= upto)
        .order_by(o.revision.desc())
    )
    return [(revision, digest) for revision, digest in tx.execute(statement)]


def changes(tx: Transaction, number: int, *, after: int, upto: int) -> list[list[dict[str, Any]]]:
    """Read the changes of a log in order, as plain data."""
    o = plan_operation.c
    statement = (
        sa.select(o.change)
        .where(o.plan_id == number, o.revision > after, o.revision <= upto)
        .order_by(o.revision)
    )
    return list(tx.scalars(statement))


def new_ids(tx: Transaction) -> Iterator[int]:
    """Draw place ids as they are asked for, ever more of them at once."""
    count = 1
    while True:
        series = sa.func.generate_series(1, count).table_valued("n")
        yield from tx.scalars(sa.select(place_ids.next_value()).select_from(series)).all()
        count = min(2 * count, _MOST_IDS_AT_ONCE)


def owners_of(tx: Transaction, codes: Collection[str]) -> dict[str, int]:
    """Give the places that codes belong to; codes that no edition ever had are left out."""
    c = area_code.c
    asked = sa.cast(list(codes), sa.ARRAY(sa.Text))
    rows = tx.execute(sa.select(c.code, c.place_id).where(c.code == sa.any_(asked)))
    return {row.code: row.place_id for row in rows}


# -- events and locks


def insert_event(tx: Transaction, number: int, row: Mapping[str, Any]) -> None:
    """Note what happened to a plan; the row's names are the table's columns."""
    tx.execute(plan_event.insert().values(plan_id=number, **row))


def events(tx: Transaction, numbers: Collection[int]) -> list[sa.Row[Any]]:
    """Read the events of plans in order: plan_id, at, actor, what, revision, note, detail."""
    e = plan_event.c
    columns = (e.plan_id, e.at, e.actor, e.what, e.revision, e.note, e.detail)
    statement = sa.select(*columns).where(e.plan_id == sa.any_(_ids(numbers))).order_by(e.id)
    return list(tx.execute(statement))


def locks(tx: Transaction, numbers: Collection[int]) -> list[sa.Row[Any]]:
    """Read the locks of plans by place: plan_id, place_id, actor, at, note."""
    k = plan_lock.c
    statement = sa.select(*k).where(k.plan_id == sa.any_(_ids(numbers)))
    return list(tx.execute(statement.order_by(k.plan_id, k.place_id)))


def put_lock(tx: Transaction, number: int, place: int, *, actor: str, note: str | None) -> None:
    """Lock a place, or renew the lock."""
    row = {"plan_id": number, "place_id": place, "actor": actor, "note": note}
    statement = pg_insert(plan_lock).values(row)
    keys = [plan_lock.c.plan_id, plan_lock.c.place_id]
    changed = {"actor": actor, "note": note, "at": sa.func.now()}
    tx.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def delete_lock(tx: Transaction, number: int, place: int) -> None:
    """Release a place."""
    k = plan_lock.c
    tx.execute(plan_lock.delete().where(k.plan_id == number, k.place_id == place))


def move_locks(tx: Transaction, source: int, target: int) -> None:
    """Hand the locks of one plan over to another."""
    k = plan_lock.c
    tx.execute(plan_lock.update().where(k.plan_id == source).values(plan_id=target))
