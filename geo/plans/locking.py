"""Areas that one planner keeps for a while: others can't draw in them."""

from __future__ import annotations

from geo.access import Actor, record
from geo.db import Transaction
from geo.errors import NotFound, Refused
from geo.plans import store
from geo.plans.desk import hold_measured
from geo.plans.guards import chain_in, locked_by, require_draft
from geo.plans.heads import Lock, hold_row, locks_of


def lock_area(
    tx: Transaction, plan: int, place: int, *, actor: Actor, note: str | None = None
) -> list[Lock]:
    """Keep an area of a plan and all that lies in it for oneself; gives all locks of the plan.

    Locking again renews the note.

    Raises
    ------
    NotFound
        If there is no such plan, or no such place in it.
    NotAllowed
        If the actor may not draw there.
    Refused
        If the plan is no draft, or somebody else has locked the area, a part of it, or what it
        lies in.
    """
    actor.scope("plans.write")
    row, desk, survey = hold_measured(tx, plan)
    require_draft(row)
    draft = survey.draft
    draft.place(place)
    actor.require("plans.write", chain_in(desk.base(tx, row.base).draft, draft, place))
    chain = {above.id for above in draft.chain(place)}
    for lock in locks_of(tx, plan):
        if lock.actor == actor.name or lock.place not in draft.places:
            continue
        if lock.place in chain or place in {above.id for above in draft.chain(lock.place)}:
            raise locked_by(lock, draft.place(lock.place).name)
    store.put_lock(tx, plan, place, actor=actor.name, note=note)
    record(tx, actor=actor, action="lock area", plan=plan, place=place)
    return locks_of(tx, plan)


def unlock_area(tx: Transaction, plan: int, place: int, *, actor: Actor) -> list[Lock]:
    """Release an area: one's own, or anybody's for who may approve; gives the locks that stay.

    Raises
    ------
    NotFound
        If there is no such plan, or the place is not locked in it.
    Refused
        If somebody else has locked it.
    """
    actor.scope("plans.write")
    hold_row(tx, plan)
    lock = next((lock for lock in locks_of(tx, plan) if lock.place == place), None)
    if lock is None:
        raise NotFound(
            f"Area {place} is not locked in plan {plan}.",
            f"区域 {place} 在方案 {plan} 中未被锁定。",
            plan=plan,
            area=place,
        )
    if lock.actor != actor.name and not actor.may("plans.approve"):
        raise Refused(
            f"{lock.actor} has locked this area. Ask them to release it, or a steward.",
            f"该区域由 {lock.actor} 锁定。请联系其解锁，或请管理员解锁。",
            area=place,
            who=lock.actor,
        )
    store.delete_lock(tx, plan, place)
    record(tx, actor=actor, action="unlock area", plan=plan, place=place, of=lock.actor)
    return locks_of(tx, plan)
