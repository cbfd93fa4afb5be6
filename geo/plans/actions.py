"""Plans as a whole: begun, forked, and their logs read."""

from __future__ import annotations

from geo.access import Actor, record
from geo.boundaries import highest_edition
from geo.db import Transaction
from geo.errors import BadInput, NoEdition
from geo.plans import store
from geo.plans.guards import require_edition, require_revision
from geo.plans.heads import LogEntry, PlanHead, find_row, heads
from geo.plans.history import deeds
from geo.plans.operations.base import Words


def create_plan(
    tx: Transaction, *, title: str, base: int | None = None, actor: Actor, note: str | None = None
) -> PlanHead:
    """Begin a plan on an edition; None: the highest.

    Raises
    ------
    NoEdition
        If there is no such edition.
    BadInput
        If the title is empty.
    """
    actor.scope("plans.write")
    start = highest_edition(tx) if base is None else base
    if start is None:
        raise NoEdition(
            "There is no edition to start from. Import and publish the areas first.",
            "还没有可作为起点的版本。请先导入并发布区划。",
        )
    require_edition(tx, start)
    number = store.insert_plan(
        tx, title=_titled(title), base=start, actor=actor.name, forked_from=None,
        note=note,
    )  # fmt: skip
    tell(tx, number, "created", 0, actor=actor, note=note)
    return heads(tx, [find_row(tx, number)])[0]


def fork_plan(
    tx: Transaction,
    plan: int,
    *,
    title: str,
    actor: Actor,
    at: int | None = None,
    note: str | None = None,
) -> PlanHead:
    """Begin a plan with the log of another one, whole or up to a revision; the other stays.

    Raises
    ------
    NotFound
        If there is no such plan or revision.
    """
    actor.scope("plans.write")
    row = find_row(tx, plan)
    upto = row.revision if at is None else at
    require_revision(row, upto)
    number = store.insert_plan(
        tx, title=_titled(title), base=row.base, actor=actor.name, forked_from=plan, note=note
    )
    store.copy_log(tx, plan, number, upto=upto)
    tell(tx, number, "forked", upto, actor=actor, note=note, source=plan)
    return heads(tx, [find_row(tx, number)])[0]


def log(
    tx: Transaction, plan: int, *, after: int = 0, limit: int | None = None, actor: Actor
) -> list[LogEntry]:
    """List what was done in a plan after a revision, in order; NotFound if there is no plan."""
    actor.scope("plans.read")
    find_row(tx, plan)
    turned = deeds(store.deeds(tx, plan))
    return [
        LogEntry(
            row.revision, row.at, row.actor, row.kind, Words(row.label_zh, row.label_en), row.note,
            row.undoes, turned[row.revision].stands, frozenset(row.touched),
        )
        for row in store.operations(tx, plan, after=after, limit=limit)
    ]  # fmt: skip


def tell(
    tx: Transaction,
    plan: int,
    what: str,
    revision: int,
    *,
    actor: Actor,
    note: str | None = None,
    **detail: object,
) -> None:
    """Note what happened to a plan as a whole, in its events and in the audit trail."""
    store.insert_event(
        tx,
        plan,
        {
            "actor": actor.name, "what": what, "revision": revision, "note": note,
            "detail": detail,
        },
    )  # fmt: skip
    record(tx, actor=actor, action=f"plan {what}", plan=plan, **detail)


def _titled(title: str) -> str:
    if not title.strip():
        raise BadInput("A plan needs a title.", "方案需要标题。")
    return title.strip()
