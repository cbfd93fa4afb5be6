"""Proposals asked for: searched for in a plan, each kept as a fork made of ordinary operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from geo.access import Actor
from geo.boundaries import Level
from geo.db import Engine, Transaction
from geo.errors import BadInput, Refused
from geo.plans.actions import fork_plan, tell
from geo.plans.draft import Change
from geo.plans.drafting import edit, survey_of
from geo.plans.heads import PlanHead, list_plans, plan_head
from geo.plans.proposals import Emphasis, Proposal, alternatives, check_room, redraw, split
from geo.plans.proposing import Ways, limited_level, operations_for, tidying, ways_of
from geo.plans.survey import Survey
from geo.progress import Progress, quiet

SPLIT_S, REDRAW_S = 10.0, 60.0
_EVENT = "proposed"
#: As many areas are named in a title.
_NAMED = 3
_WAYS_ZH: Mapping[str, str] = {
    "balanced": "户数均衡", "compact": "形状紧凑", "streets": "沿街划分", "redraw": "最少迁动",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What to look for.

    Attributes
    ----------
    kind : 'split' or 'redraw'
        Three ways to part one area; or all areas within the limit with the fewest households
        moved.
    areas : tuple of int
        split: the one area. redraw: only these; none: all of the level that carries a limit.
    parts : int, optional
        How many areas there are to be in the end; as few as the limit allows if not said.
    way : 'balanced', 'compact' or 'streets', optional
        split: only the one in which this counts most.
    seed : int
    seconds : float, optional
        How long to look.
    locked : tuple of int
        Areas and units that stay where they are, beside those that others have locked.
    """

    kind: Literal["split", "redraw"]
    areas: tuple[int, ...] = ()
    parts: int | None = None
    way: Emphasis | None = None
    seed: int = 1
    seconds: float | None = None
    locked: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {**asdict(self), "areas": list(self.areas), "locked": list(self.locked)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build it from plain data; what is left out is as by default."""
        lists = {name: tuple(data[name]) for name in ("areas", "locked") if name in data}
        return cls(**{**data, **lists})


@dataclass(frozen=True)
class Proposed:
    """What was found: plans by what counted most in them, and what to know about them.

    `torn`: compounds that could not be kept whole. `uncounted`: units of which not all households
    are known, so that a part may have more than is told.
    """

    plans: Mapping[str, int]
    details: Mapping[str, Mapping[str, Any]]
    torn: tuple[str, ...]
    uncounted: int

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "plans": dict(self.plans),
            "details": {way: dict(detail) for way, detail in self.details.items()},
            "torn": list(self.torn),
            "uncounted": self.uncounted,
        }


def propose(
    engine: Engine, plan: int, wanted: Wanted, *, actor: Actor, progress: Progress = quiet
) -> Proposed:
    """Look for lawful lines in a plan as it stands, and keep what is found as forks of it.

    Seed, parameters and figures stand in each fork's events. What was asked of the same revision
    before, with the same seed and parameters, is not looked for again.

    Raises
    ------
    Refused
        If there is no lawful answer, or none was found in time; `reason` says why.
    BadInput, NotFound
        If it is not asked for areas above the units of one level, a split for exactly one.
    NotAllowed
        If the actor may not draw there.
    """
    actor.scope("plans.write")
    with engine.begin() as tx:
        head = plan_head(tx, plan, actor=actor)
        known = _known(tx, head, wanted, actor)
        if known:
            return _told(known)
        survey = survey_of(tx, plan, revision=head.revision, actor=actor)
    level, areas = _askable(survey, wanted)
    locked = {*wanted.locked, *(lock.place for lock in head.locks if lock.actor != actor.name)}
    task = _Task(head, survey, ways_of(survey, areas, level, locked=locked), wanted)
    found = _search(task.ways, wanted, progress)
    with engine.begin() as tx:
        kept = [_keep(tx, task, way, one, actor=actor) for way, one in found.items()]
    return _told(kept)


def require_askable(tx: Transaction, plan: int, wanted: Wanted, *, actor: Actor) -> None:
    """Let pass only what `propose` would not refuse before it begins to search.

    Raises
    ------
    NotFound, BadInput, Refused
        As `propose`.
    """
    actor.scope("plans.write")
    _askable(survey_of(tx, plan, actor=actor), wanted)


@dataclass(frozen=True, eq=False)
class _Task:
    """A question, and the plan as it stood when it was asked."""

    head: PlanHead
    survey: Survey
    ways: Ways
    wanted: Wanted


def _askable(survey: Survey, wanted: Wanted) -> tuple[Level, list[int]]:
    """Give the level whose limit counts and the areas that are asked for, if they can be."""
    draft = survey.draft
    for number in (*wanted.areas, *wanted.locked):
        draft.place(number)
    if wanted.kind == "split" and len(wanted.areas) != 1:
        raise BadInput(
            "A split is for one area: name it.", "拆分只针对一个区域，请指明。", option="areas"
        )
    for number in wanted.areas:
        if draft.is_unit(number):
            raise BadInput(
                f"“{draft.places[number].name}” is a unit, and proposals divide areas among units."
                " Name the area that it lies in, or cut it by a line.",
                f"“{draft.places[number].name}”是最小单元，方案只在区域内划分单元。"
                "请指明其所属区域，或用线切分该单元。",
                option="areas",
                id=number,
            )
    level = limited_level(draft, wanted.areas[0] if wanted.areas else None)
    others = {draft.places[n].level for n in wanted.areas} - {level.key}
    if others:
        raise BadInput(
            f"A redraw is for areas of one level, but these are of several: {level.en} and"
            f" {', '.join(draft.site.level(key).en for key in sorted(others))}. Ask for each alone.",
            f"重划只针对同一层级的区域，而这些区域还涉及"
            f"{'、'.join(draft.site.level(key).zh for key in sorted(others))}。请分层级提出。",
            option="areas",
        )
    areas = sorted(set(wanted.areas)) or draft.at_level(level.key)
    _require_room(survey, wanted, level, areas)
    return level, areas


def _require_room(survey: Survey, wanted: Wanted, level: Level, areas: list[int]) -> None:
    """Let pass only as many parts as there are units and households for."""
    units = [len(survey.draft.units(area)) for area in areas]
    least = 2 if wanted.kind == "split" else max(1, sum(map(bool, units)))
    parts = least if wanted.parts is None else wanted.parts
    if parts < least:
        raise Refused(
            f"There are at least {least} areas in the end; {parts} can't be. Ask for {least} or"
            " more, or merge areas first.",
            f"结果至少有 {least} 个区域，不能划成 {parts} 个。请至少划成 {least} 个，或先合并区域。",
            reason="too_few_parts",
        )
    if parts > sum(units):
        raise Refused(
            f"{sum(units)} units don't make {parts} areas: each needs one at least. Ask for fewer,"
            " or cut units.",
            f"{sum(units)} 个单元划不成 {parts} 个区域，每个区域至少要有一个单元。"
            "请减少数量，或先切分单元。",
            reason="too_few_units",
        )
    if wanted.parts is not None:
        total = sum(survey.of_area(area).households for area in areas)
        check_room(total, parts, cap=level.household_limit or 0, floor=level.household_floor or 1)


def _search(ways: Ways, wanted: Wanted, progress: Progress) -> Mapping[str, Proposal]:
    cap, floor = ways.level.household_limit or 0, ways.level.household_floor or 1
    if wanted.kind == "redraw":
        one = redraw(
            ways.graph, cap=cap, floor=floor, parts=wanted.parts, seed=wanted.seed,
            budget_s=wanted.seconds or REDRAW_S, progress=progress,
        )  # fmt: skip
        return {"redraw": one}
    if wanted.way is not None:
        one = split(
            ways.graph, cap=cap, floor=floor, parts=wanted.parts, emphasis=wanted.way,
            seed=wanted.seed, budget_s=wanted.seconds or SPLIT_S, progress=progress,
        )  # fmt: skip
        return {wanted.way: one}
    found = alternatives(
        ways.graph, cap=cap, floor=floor, parts=wanted.parts, seed=wanted.seed,
        budget_s=wanted.seconds or SPLIT_S, progress=progress,
    )  # fmt: skip
    return {str(way): proposal for way, proposal in found.items()}


# -- kept as forks


@dataclass(frozen=True)
class _Kept:
    """A proposal as it stands in the events of its fork."""

    plan: int
    detail: Mapping[str, Any]


def _keep(tx: Transaction, task: _Task, way: str, proposal: Proposal, *, actor: Actor) -> _Kept:
    """Make a fork with a proposal's operations, and note in its events where it comes from."""
    head, survey, ways = task.head, task.survey, task.ways
    names = "、".join(survey.draft.places[area].name for area in task.wanted.areas[:_NAMED])
    title = " · ".join(part for part in (head.title, names, _WAYS_ZH[way]) if part)
    fork = fork_plan(tx, head.id, title=title, actor=actor, at=head.revision)
    revision, now, changed = fork.revision, survey, set[int]()
    operations = operations_for(survey, ways, proposal.labels)
    while (operation := next(operations, None) or tidying(now, ways.level, changed)) is not None:
        done = edit(tx, fork.id, operation, expects_revision=revision, actor=actor)
        revision, now = done.revision, done.survey
        changed |= done.change.places | _parents(done.change)
    detail: dict[str, Any] = {
        "source": head.id, "at": head.revision, "wanted": task.wanted.to_json(), "way": way,
        "seed": proposal.seed, "parameters": dict(proposal.parameters),
        "measures": asdict(proposal.measures), "repeatable": proposal.repeatable,
        "seconds": round(proposal.seconds, 1), "bound_moved": proposal.bound_moved,
        "torn": list(ways.torn), "uncounted": ways.uncounted,
    }  # fmt: skip
    tell(tx, fork.id, _EVENT, revision, actor=actor, **detail)
    return _Kept(fork.id, detail)


def _parents(change: Change) -> set[int]:
    """Give the areas that places of a change lay in, and lie in now."""
    rows = (row for pair in change.rows for row in pair if row is not None)
    return {row.parent for row in rows if row.parent is not None}


def _known(tx: Transaction, head: PlanHead, wanted: Wanted, actor: Actor) -> list[_Kept]:
    """Find what the same question to the same revision was answered with, if it stands yet."""
    asked = {"source": head.id, "at": head.revision, "wanted": wanted.to_json()}
    return [
        _Kept(fork.id, event.detail)
        for fork in reversed(list_plans(tx, actor=actor, state="draft"))
        if fork.forked_from == head.id
        for event in fork.events
        if event.what == _EVENT
        and event.revision == fork.revision
        and {name: event.detail[name] for name in asked} == asked
    ]


def _told(kept: Iterable[_Kept]) -> Proposed:
    rows = list(kept)
    detail = rows[0].detail
    return Proposed(
        {row.detail["way"]: row.plan for row in rows},
        {row.detail["way"]: row.detail for row in rows},
        tuple(detail["torn"]),
        detail["uncounted"],
    )
