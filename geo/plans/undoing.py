"""Taking back and doing again: an operation of a log is turned over by a further one."""

from __future__ import annotations

from typing import Literal

from geo.access import Actor
from geo.db import Transaction
from geo.errors import Refused
from geo.plans import store
from geo.plans.desk import hold_measured
from geo.plans.draft import Change, Draft
from geo.plans.drafting import Done, Drawn, keep
from geo.plans.guards import (
    moved_on,
    require_draft,
    require_revision,
    require_seen,
    require_undisturbed,
)
from geo.plans.history import Deed, deeds, net
from geo.plans.operations.base import Words
from geo.plans.survey import Survey

Turn = Literal["undo", "redo"]

_SAID = {"undo": Words("撤销：", "Undo: "), "redo": Words("恢复：", "Redo: ")}


def undo(
    tx: Transaction,
    plan: int,
    *,
    revision: int | None = None,
    expects_revision: int,
    actor: Actor,
    note: str | None = None,
) -> Done:
    """Take back an operation, anybody's: the one of a revision, else the last that stands.

    The last one is that of the plan as the caller saw it, at `expects_revision`.

    Raises
    ------
    NotFound
        If there is no such revision.
    Refused
        If there is nothing to take back, or it is taken back already; else as `edit` refuses.
    MovedOn
        If a later operation touched the same places, or needs what this one made; `by` says who,
        when, and what.
    """
    return _turn(tx, plan, "undo", revision, expects_revision, actor=actor, note=note)


def redo(
    tx: Transaction,
    plan: int,
    *,
    revision: int | None = None,
    expects_revision: int,
    actor: Actor,
    note: str | None = None,
) -> Done:
    """Do again what was taken back: the operation of a revision, else the last taken back.

    Refused as `undo` is.
    """
    return _turn(tx, plan, "redo", revision, expects_revision, actor=actor, note=note)


def _turn(
    tx: Transaction,
    plan: int,
    turn: Turn,
    revision: int | None,
    expects_revision: int,
    *,
    actor: Actor,
    note: str | None,
) -> Done:
    actor.scope("plans.write")
    row, desk, survey = hold_measured(tx, plan)
    require_draft(row)
    require_seen(row, expects_revision)
    log = store.deeds(tx, plan)
    if revision is None:
        deed = _last_seen(turn, log, expects_revision)
    else:
        require_revision(row, revision, first=1)
        deed = deeds(log)[revision]
    first = store.operation(tx, plan, deed.first)
    touched = frozenset(first.touched)
    require_undisturbed(tx, row, touched, expects_revision, survey.draft.site)
    if deed.stands != (turn == "undo"):
        raise _so_already(turn, deed)
    change = _turned(tx, plan, deed, survey.draft)
    _require_unneeded(tx, plan, deed, touched | _leaned_on(change, survey.draft), survey)
    said = _SAID[turn]
    drawn = Drawn(
        kind=turn,
        label=Words(said.zh + first.label_zh, said.en + first.label_en),
        wanted={"kind": turn, "revision": deed.first},
        change=change,
        before=survey,
        after=survey.after(change),
        touched=touched,
        undoes=deed.last,
    )
    return keep(tx, desk, row, drawn, actor=actor, note=note)


def _last_seen(turn: Turn, log: list[tuple[int, int | None]], expects_revision: int) -> Deed:
    seen = deeds((r, undoes) for r, undoes in log if r <= expects_revision)
    wanted = [deed for deed in seen.values() if deed.stands == (turn == "undo")]
    if not wanted:
        raise (
            Refused("There is nothing to undo in this plan.", "该方案没有可撤销的操作。")
            if turn == "undo"
            else Refused("There is nothing to redo in this plan.", "该方案没有可恢复的操作。")
        )
    return deeds(log)[max(deed.last for deed in wanted)]


def _turned(tx: Transaction, plan: int, deed: Deed, draft: Draft) -> Change:
    """Give the change that turns a deed over once more."""
    (rows,) = store.changes(tx, plan, after=deed.last - 1, upto=deed.last)
    return Change.from_json(rows, draft).inverse()


def _leaned_on(change: Change, draft: Draft) -> set[int]:
    """Give the places left without a parent or in a unit, and parents that are none any more."""
    bare = [
        before.id
        for before, after in change.rows
        if before is not None and (after is None or after.shape is not None)
    ]
    orphans = {child for number in bare for child in draft.children.get(number, ())}
    wanted = {after.parent for _, after in change.rows if after is not None}
    lost = {parent for parent in wanted if parent is not None and not draft.is_above(parent)}
    return (orphans | lost) - change.places


def _require_unneeded(
    tx: Transaction, plan: int, deed: Deed, places: frozenset[int], survey: Survey
) -> None:
    later = net(store.touching(tx, plan, places, after=deed.last))
    if later:
        raise moved_on(later, survey.draft.site.timezone, needed=True)


def _so_already(turn: Turn, deed: Deed) -> Refused:
    if turn == "undo":
        return Refused(
            f"Revision {deed.first} is taken back already. Redo it, if it is meant to stand.",
            f"第 {deed.first} 次修订已撤销。如需保留，请恢复。",
            revision=deed.first,
        )
    return Refused(
        f"Revision {deed.first} stands: there is nothing to redo.",
        f"第 {deed.first} 次修订有效，无需恢复。",
        revision=deed.first,
    )
