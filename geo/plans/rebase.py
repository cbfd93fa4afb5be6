"""Putting a plan onto the highest edition: what was drawn is carried over, row by row.

Every row of a change says what it was before and after. On other ground each field is taken by
itself: one that the operation left alone stays as it is there, one that it changed is changed if
it is there as it was, and otherwise the operation and the edition want different things. Nothing
is computed anew, so outlines and ids stay those of the log.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from geo.access import Actor
from geo.boundaries import highest_edition
from geo.db import Transaction
from geo.errors import Refused
from geo.plans import store
from geo.plans.actions import tell
from geo.plans.desk import base_digest, desk_of, next_digest
from geo.plans.draft import Change, Draft, Place
from geo.plans.heads import STATES, hold_row
from geo.plans.history import deeds
from geo.plans.operations.base import Words

#: What is taken by itself; where figures come from goes with the outline and the figures.
_FIELDS = tuple(
    field.name for field in fields(Place) if field.name not in ("id", "origins", "estimated")
)


@dataclass(frozen=True)
class Conflict:
    """An operation that could not be carried over: which, whose, about what, and why."""

    revision: int
    label: Words
    actor: str
    places: frozenset[int]
    why: Words

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "revision": self.revision,
            "label": self.label._asdict(),
            "actor": self.actor,
            "places": sorted(self.places),
            "why": self.why._asdict(),
        }


@dataclass(frozen=True)
class Rebased:
    """What became of a plan: the new plan, how many operations it has, and those left out."""

    plan: int
    kept: int
    conflicts: tuple[Conflict, ...]


def rebase(tx: Transaction, plan: int, *, actor: Actor, note: str | None = None) -> Rebased:
    """Carry a plan over to the highest edition, as a new draft; the old one is withdrawn.

    What was taken back stays behind; what stands is carried over in its order, by who did it and
    when. The logs of both plans stay as they are, and their events name each other.

    Raises
    ------
    NotFound
        If there is no such plan.
    NotAllowed
        If the actor neither began the plan nor may approve plans.
    Refused
        If it starts from the highest edition already, or is published or withdrawn.
    """
    row, highest = hold_row(tx, plan), highest_edition(tx)
    if actor.name == row.created_by:
        actor.scope("plans.write")
    else:
        actor.scope("plans.approve")
    _require_open(row)
    if highest is None or highest == row.base:
        raise Refused(
            f"Plan {plan} starts from the highest edition ({row.base}) already.",
            f"方案 {plan} 已基于最新的第 {row.base} 版。",
            base=row.base,
        )
    number = store.insert_plan(
        tx, title=row.title, base=highest, actor=row.created_by, forked_from=plan, note=row.note
    )
    kept, conflicts = _carry(tx, row, number, highest)
    store.move_locks(tx, plan, number)
    store.set_state(tx, plan, "withdrawn")
    tell(tx, plan, "rebased", row.revision, actor=actor, note=note, onto=number, edition=highest)
    tell(
        tx, number, "rebased", kept, actor=actor, note=note, source=plan, base=row.base,
        upto=row.revision, conflicts=[conflict.to_json() for conflict in conflicts],
    )  # fmt: skip
    return Rebased(number, kept, tuple(conflicts))


def _carry(
    tx: Transaction, row: store.PlanRow, number: int, edition: int
) -> tuple[int, list[Conflict]]:
    """Append what stands of a log to that of a new plan; gives how many, and what could not be."""
    desk = desk_of(tx)
    was, now = desk.base(tx, row.base).draft, desk.base(tx, edition).draft
    digest, kept, conflicts = base_digest(edition), 0, list[Conflict]()
    turned = deeds(store.deeds(tx, row.id))
    told = {entry.revision: entry for entry in store.operations(tx, row.id)}
    log = store.changes(tx, row.id, after=0, upto=row.revision)
    for revision, rows in enumerate(log, start=1):
        change, deed = Change.from_json(rows, was), turned[revision]
        was = was.after(change)
        if not deed.stands or deed.last != revision:
            continue
        try:
            carried = merged(change, now)
            now = now.after(carried)
        except Refused as refused:
            conflicts.append(_conflict(told[deed.first], refused))
            continue
        if carried.rows:
            kept += 1
            data = carried.to_json()
            digest = next_digest(digest, data)
            store.carry(tx, row.id, deed.first, number, kept, change=data, digest=digest)
    return kept, conflicts


def merged(change: Change, draft: Draft) -> Change:
    """Fit a change to another draft than it was made for; rows that are so already are left out.

    Raises
    ------
    Refused
        If a place is gone, or both changed the same of it, or it would be left without a parent,
        or a part of the ground is drawn so already.
    """
    pairs = [_merged(before, after, draft) for before, after in change.rows]
    fitted = Change(tuple(pair for pair in pairs if pair[0] != pair[1]))
    _require_ground(change, fitted)
    made = {after.id for _, after in fitted.rows if after is not None}
    gone = {before.id for before, after in fitted.rows if before is not None and after is None}
    for before, after in fitted.rows:
        if after is not None and after.parent is not None:
            if after.parent in gone or not (after.parent in draft.places or after.parent in made):
                raise Refused(
                    f"The area that “{after.name}” is put into is not there any more.",
                    f"“{after.name}”要划入的区域已不存在。",
                    id=after.parent,
                )
        elif before is not None and draft.children.get(before.id, frozenset()) - fitted.places:
            raise Refused(
                f"“{before.name}” still has areas in it.",
                f"“{before.name}”仍有下级区域。",
                id=before.id,
            )
    return fitted


def _merged(
    before: Place | None, after: Place | None, draft: Draft
) -> tuple[Place | None, Place | None]:
    number = (before or after).id  # type: ignore[union-attr]
    here = draft.places.get(number)
    if before is None and here is None:
        return None, after
    if after is None:
        if here is not None and before is not None:
            _require_same(here, before)
        return here, None
    if here is None:
        raise Refused(
            f"“{after.name}” is not in the newer edition.",
            f"新版本中已没有“{after.name}”。",
            id=number,
        )
    return here, _merged_fields(before, after, here)


def _require_same(here: Place, before: Place) -> None:
    """Refuse to end what the edition has changed; what publishing itself settles aside."""
    for name in _FIELDS:
        settled = name == "code" and before.provisional
        if not settled and getattr(here, name) != getattr(before, name):
            raise _changed_too(here, name)


def _require_ground(change: Change, fitted: Change) -> None:
    """Refuse to draw on a part of the ground alone: units would overlap, or leave a gap."""
    already = _drawn_on(change).keys() - _drawn_on(fitted).keys()
    if already and _drawn_on(fitted):
        name = _drawn_on(change)[min(already)]
        raise Refused(
            f"The newer edition has drawn “{name}” so already, but not all that goes with it.",
            f"新版本中“{name}”已如此重画，但相关区域并不一致。",
            id=min(already),
        )


def _drawn_on(change: Change) -> dict[int, str]:
    """Give the names of the units that are drawn anew, come, or go, by id."""
    return {
        place.id: place.name
        for pair in change.rows
        if len({row.shape if row else None for row in pair}) > 1
        for place in pair
        if place is not None
    }


def _merged_fields(before: Place | None, after: Place, here: Place) -> Place:
    taken: dict[str, Any] = {}
    for name in _FIELDS:
        wanted, there = getattr(after, name), getattr(here, name)
        if wanted == there:
            continue
        if before is None:
            # Made by the plan and there by now: it was published, and has its real code since.
            if name != "code":
                raise _changed_too(here, name)
        elif wanted != getattr(before, name):
            if there != getattr(before, name):
                raise _changed_too(here, name)
            taken[name] = wanted
    if "shape" in taken:
        taken["origins"] = after.origins
    if not taken.keys().isdisjoint(("shape", "households", "people")):
        taken["estimated"] = after.estimated
    return replace(here, **taken)


#: What a row says about a place.
_NAMED = {
    "level": ("level", "层级"), "code": ("code", "编码"), "name": ("name", "名称"),
    "parent": ("parent", "上级"), "shape": ("outline", "边界"),
    "households": ("households", "户数"), "people": ("people", "人口"),
}  # fmt: skip


def _changed_too(here: Place, name: str) -> Refused:
    en, zh = _NAMED[name]
    return Refused(
        f"The newer edition has another {en} of “{here.name}” than this started from.",
        f"新版本中“{here.name}”的{zh}已有变动。",
        id=here.id,
    )


def _conflict(entry: store.OperationRow, refused: Refused) -> Conflict:
    return Conflict(
        entry.revision,
        Words(entry.label_zh, entry.label_en),
        entry.actor,
        frozenset(entry.touched),
        Words(refused.zh, refused.en),
    )


def _require_open(row: store.PlanRow) -> None:
    if row.state in ("published", "withdrawn"):
        en, zh = STATES[row.state]
        raise Refused(
            f"Plan {row.id} is {en} and is not rebased. Fork it instead.",
            f"方案 {row.id} 的状态为“{zh}”，不能变基。可另建副本。",
            plan=row.id,
            state=row.state,
        )
