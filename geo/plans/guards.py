"""What keeps planners out of each other's way: areas of roles, locks, later changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

from geo.access import Actor
from geo.boundaries import Site, highest_edition
from geo.db import Transaction
from geo.errors import BadInput, MovedOn, NoEdition, NotFound, Refused
from geo.plans import store
from geo.plans.draft import Change, Draft
from geo.plans.heads import STATES, Lock
from geo.plans.history import net

_SHOWN = 20


def require_draft(plan: store.PlanRow) -> None:
    """Let pass only a plan that may be drawn in; Refused otherwise."""
    if plan.state != "draft":
        state_en, state_zh = STATES[plan.state]
        raise Refused(
            f"Plan {plan.id} is {state_en}: it can't be changed. Have it returned to draft, or fork"
            " it.",
            f"方案 {plan.id} 的状态为“{state_zh}”，不能修改。请先退回草稿，或另建副本。",
            plan=plan.id,
            state=plan.state,
        )


def require_edition(tx: Transaction, number: int) -> None:
    """Let pass only an edition that there is; NoEdition otherwise."""
    highest = highest_edition(tx)
    if highest is None or not 1 <= number <= highest:
        raise NoEdition(
            f"There is no edition {number}; the last one is {highest or 'still to come'}.",
            f"没有第 {number} 版；最新版本：{highest or '尚无'}。",
            edition=number,
        )


def require_revision(plan: store.PlanRow, revision: int, *, first: int = 0) -> None:
    """Let pass only a revision that a plan has; NotFound otherwise."""
    if not first <= revision <= plan.revision:
        raise NotFound(
            f"Plan {plan.id} has {plan.revision} revisions and no revision {revision}.",
            f"方案 {plan.id} 共有 {plan.revision} 个修订，没有第 {revision} 个。",
            revision=revision,
        )


def require_seen(plan: store.PlanRow, expects_revision: int) -> None:
    """Let pass only a revision that the plan has had."""
    if not 0 <= expects_revision <= plan.revision:
        raise BadInput(
            f"Plan {plan.id} is at revision {plan.revision}; nobody can have seen"
            f" {expects_revision}. Load the plan anew.",
            f"方案 {plan.id} 目前为第 {plan.revision} 次修订，不存在第 {expects_revision} 次。请重新载入。",
            revision=plan.revision,
        )


def require_fresh_codes(tx: Transaction, change: Change, after: Draft) -> None:
    """Let pass only codes that no other place has ever had, or has in the plan; Refused otherwise."""
    given = {
        now.code: now
        for before, now in change.rows
        if now is not None and not now.provisional
        and (before is None or before.code != now.code)
    }  # fmt: skip
    if not given:
        return
    # What is undone or redone may bring back a code that was given to another place since.
    for place in after.places.values():
        if place.code in given and place.id != given[place.code].id:
            raise Refused(
                f"“{place.name}” has the code {place.code} by now. Give it another one first.",
                f"编码 {place.code} 现属于“{place.name}”。请先为其改用其他编码。",
                code=place.code,
                id=place.id,
            )
    for code, owner in store.owners_of(tx, given).items():
        if owner != given[code].id:
            raise Refused(
                f"The code {code} belonged to another area once and never goes to a new one. Give"
                f" “{given[code].name}” a code that was never used.",
                f"编码 {code} 曾属于其他区域，不得再用。请为“{given[code].name}”选用从未用过的编码。",
                code=code,
                id=given[code].id,
            )


def require_areas(actor: Actor, base: Draft, before: Draft, after: Draft, change: Change) -> None:
    """Let pass only a change within the areas where the actor may draw.

    What counts is where places lie in the edition that the plan starts from; places made since
    lie where their parents do. Where something is put counts as well as where it was.

    Raises
    ------
    NotSignedIn, NotAllowed
        If the actor may not draw, or not there.
    """
    for draft in (before, after):
        for place in _ends(change, draft):
            actor.require("plans.write", chain_in(base, draft, place))


def _ends(change: Change, draft: Draft) -> set[int]:
    ends = {n for n in change.places if n in draft.places}
    parents = {draft.places[n].parent for n in ends}
    # The top has no parent: who changes that row needs the right to the top itself.
    return ends | {n for n in parents if n is not None}


def chain_in(base: Draft, draft: Draft, place: int) -> list[int]:
    """Give the chain that a place has in the base: its own, else that of who it was made under."""
    here: int | None = place
    while here is not None and here not in base.places:
        here = draft.place(here).parent
    return [] if here is None else [above.id for above in base.chain(here)]


def require_unlocked(
    actor: Actor, locks: Iterable[Lock], places: Collection[int], *drafts: Draft
) -> None:
    """Let pass only what lies in no area that somebody else has locked, before or after.

    Raises
    ------
    Refused
        With who has locked which area.
    """
    foreign = {lock.place: lock for lock in locks if lock.actor != actor.name}
    if not foreign:
        return
    for draft in drafts:
        for place in places:
            if place not in draft.places:
                continue
            for above in draft.chain(place):
                if above.id in foreign:
                    raise locked_by(foreign[above.id], above.name)


def locked_by(lock: Lock, name: str) -> Refused:
    """Say who has locked an area."""
    return Refused(
        f"{lock.actor} has locked {name}. Ask them to release it, or a steward.",
        f"{lock.actor} 已锁定{name}。请联系其解锁，或请管理员解锁。",
        area=lock.place,
        who=lock.actor,
        at=lock.at.isoformat(),
    )


def require_undisturbed(
    tx: Transaction,
    plan: store.PlanRow,
    touched: Collection[int],
    expects_revision: int,
    site: Site,
) -> None:
    """Let pass only what no operation after the expected revision touched; MovedOn otherwise.

    What was done and taken back since makes no difference.
    """
    if expects_revision < plan.revision:
        later = net(store.touching(tx, plan.id, touched, after=expects_revision))
        if later:
            raise moved_on(later, site.timezone)


def moved_on(by: Sequence[store.OperationRow], timezone: str, *, needed: bool = False) -> MovedOn:
    """Say who changed the same places since; nothing was overwritten.

    `needed`: nobody was first here, but later work stands on what is to be taken back.
    """
    last = by[-1]
    when = f"{last.at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M:%S}"
    what_en = last.label_en + (f", and {len(by) - 1} more" if len(by) > 1 else "")
    what_zh = last.label_zh + (f"（共 {len(by)} 项）" if len(by) > 1 else "")
    en, zh = (
        (
            f"{last.actor} went on from here at {when}: {what_en}. Take that back first.",
            f"{last.actor} 已于 {when} 在此基础上操作：{what_zh}。请先撤销该操作。",
        )
        if needed
        else (
            f"{last.actor} changed the same places at {when}: {what_en}. Load the plan anew, then"
            " decide.",
            f"{last.actor} 已于 {when} 改动相同区域：{what_zh}。请重新载入方案后再操作。",
        )
    )
    told = [
        {
            "revision": row.revision,
            "actor": row.actor,
            "at": row.at.isoformat(),
            "label": {"zh": row.label_zh, "en": row.label_en},
        }
        for row in by[-_SHOWN:]
    ]
    return MovedOn(en, zh, by=told)
