"""From plans to the shapes of their answers."""

from __future__ import annotations

from typing import Any

from api.wire.plans import LockOut, PlanEvent, PlanOut, PlanRef, PlanRow
from geo.plans import PlanHead


def plan_ref(head: PlanHead) -> PlanRef:
    """Name a plan as it is now."""
    return PlanRef(id=head.id, base=head.base, revision=head.revision)


def plan_row(head: PlanHead) -> PlanRow:
    """Put a plan on the wire, as a list has it."""
    return PlanRow(**_row(head))


def plan_out(head: PlanHead) -> PlanOut:
    """Put a plan on the wire, with its locks and its life."""
    return PlanOut(
        **_row(head),
        locks=[
            LockOut(area=lock.place, actor=lock.actor, at=lock.at, note=lock.note)
            for lock in head.locks
        ],
        events=[
            PlanEvent(
                at=event.at,
                actor=event.actor,
                what=event.what,
                revision=event.revision,
                note=event.note,
                detail=dict(event.detail),
            )
            for event in head.events
        ],
    )


def _row(head: PlanHead) -> dict[str, Any]:
    names = (
        "id", "revision", "base", "title", "state", "forked_from", "stale", "note", "created_at",
        "created_by",
    )  # fmt: skip
    return {name: getattr(head, name) for name in names}
