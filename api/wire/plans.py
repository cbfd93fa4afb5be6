"""Plans, as the OpenAPI document describes them. Every answer names plan, revision and base."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.wire import AreaHead, Wire
from api.wire.incidents import Line, Note, Number, Prose
from api.wire.operations import OperationIn
from api.wire.questions import Geometry

PlanState = Literal["draft", "in_review", "approved", "published", "withdrawn"]
Revision = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The revision that you saw.", examples=[0])
]


def _example(**row: object) -> ConfigDict:
    extra: dict[str, Any] = {"examples": [row]}
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra=extra)


# -- what is sent


class PlanIn(Wire):
    """A new plan."""

    model_config = _example(title="2027 年社区调整")

    title: Line
    base: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="The edition it starts from; the highest if not given."
    )
    note: Prose | None = None


class ForkIn(Wire):
    """A plan that starts where another one is."""

    model_config = _example(title="方案乙")

    title: Line
    revision: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(
        default=None, description="As it was at this revision; as it is now if not given."
    )


class NoteIn(Wire):
    """A step, and why."""

    model_config = _example(note="请审核")

    note: Prose | None = None


class EditIn(Wire):
    """An operation, and the revision it was thought out on."""

    expects_revision: Revision
    operation: OperationIn = Field(
        examples=[{"kind": "rename", "area": 2, "name": "金阳第一社区"}],
    )
    note: Note = None
    preview: bool = Field(default=False, description="Only show what it would do.")


class UndoIn(Wire):
    """Which operation to take back: the last one if none is named."""

    model_config = _example(expects_revision=1)

    expects_revision: Revision
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class RedoIn(UndoIn):
    """Which operation to do again: the one taken back last if none is named."""

    model_config = _example(expects_revision=2)


class ProposalIn(Wire):
    """What to look for."""

    model_config = _example(kind="split", areas=[2], seed=1, seconds=5)

    kind: Literal["split", "redraw"] = Field(
        description="`split`: three ways to part one area; `redraw`: all areas of the level within"
        " its limit, with the fewest households moved."
    )
    areas: list[Number] = Field(
        default_factory=list, max_length=10_000,
        description="split: the one area; redraw: only these, all if none is named.",
    )  # fmt: skip
    parts: Annotated[int, Field(ge=2, le=10_000)] | None = Field(
        default=None,
        description="How many areas to end with; as few as the limit allows if unsaid.",
    )
    way: Literal["balanced", "compact", "streets"] | None = Field(
        default=None, description="split: only the one in which this counts most."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    seconds: Annotated[float, Field(gt=0, le=600)] | None = Field(
        default=None, description="How long to look."
    )
    locked: list[Number] = Field(
        default_factory=list, max_length=10_000, description="Areas that stay as they are."
    )


class PublishIn(Wire):
    """The edition to come."""

    model_config = _example(title="第二版", reasons={"over_limit": "新建小区交付后再调整"})

    title: Line
    effective: dt.date | None = Field(default=None, description="In force from then; else today.")
    reasons: dict[str, Prose] = Field(
        default_factory=dict, description="Why a warning is accepted, by its code."
    )


class WithdrawIn(Wire):
    """The edition that puts the former lines back."""

    model_config = _example(title="恢复原区划", reason="社区合并暂缓")

    title: Line
    effective: dt.date | None = Field(default=None, description="In force from then; else today.")
    reason: Prose


# -- what is answered


class PlanRef(Wire):
    """Which plan answered, as of which revision, on which edition."""

    id: int
    revision: int
    base: int = Field(description="The edition it starts from.")


class Words(Wire):
    """A sentence in both languages."""

    zh: str
    en: str


class LockOut(Wire):
    """An area that one planner keeps to themselves."""

    area: int
    actor: str
    at: dt.datetime
    note: str | None


class PlanEvent(Wire):
    """A step in the life of a plan."""

    at: dt.datetime
    actor: str
    what: str = Field(examples=["created"])
    revision: int
    note: str | None
    detail: dict[str, Any]


class PlanRow(PlanRef):
    """A plan in a list."""

    title: str
    state: PlanState
    forked_from: int | None
    stale: bool = Field(description="Its base is no longer the highest edition: rebase it.")
    note: str | None
    created_at: dt.datetime
    created_by: str


class PlanOut(PlanRow):
    """One plan with its locks and its life."""

    locks: list[LockOut]
    events: list[PlanEvent]


class PlansAnswer(Wire):
    """Plans, the newest first."""

    plans: list[PlanRow]


class PlanAnswer(Wire):
    """One plan."""

    plan: PlanOut


class PlanArea(Wire):
    """An area of a plan with what is measured in it."""

    id: int
    level: str = Field(examples=["community"])
    code: str = Field(examples=["621122099001"])
    name: str
    provisional: bool = Field(description="Made in this plan: the code comes on publishing.")
    parent: int | None
    unit: bool = Field(description="Nothing lies below it: it has an outline of its own.")
    estimated: bool = Field(description="Its households were divided by area.")
    metrics: dict[str, float | int | bool | None] = Field(
        description="By key of the registry of metrics. Members and incidents are null where you"
        " may not read them; other nulls are unknown, which is not 0."
    )


class PlanAreas(Wire):
    """Areas of a plan, by level and code."""

    plan: PlanRef
    metrics: dict[str, int] = Field(description="Version of each metric by its key.")
    areas: list[PlanArea]


class PlanFinding(Wire):
    """Something to look at, with its place and what to do."""

    code: str
    severity: Literal["error", "warning", "info"]
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    areas: list[AreaHead]
    lon: float | None
    lat: float | None


class AreaOutline(Wire):
    """The outline of an area as a GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Geometry
    properties: dict[str, Any]


class PlanAreaAnswer(Wire):
    """One area of a plan."""

    plan: PlanRef
    area: PlanArea
    chain: list[AreaHead] = Field(description="Top first, itself last.")
    findings: list[PlanFinding]
    outline: AreaOutline | None = Field(description="null for an area without units.")


class PlanUnit(Wire):
    """A unit of a plan."""

    level: str
    code: str
    name: str
    chain: list[int] = Field(description="Ids, top first, itself last.")
    households: int | None = Field(description="null: unknown, which is not 0.")
    complete: bool
    people: int | None
    buildings: int
    estimated: bool


class PlanUnitFeature(Wire):
    """A unit as a GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Geometry
    properties: PlanUnit


class PlanUnits(Wire):
    """A page of units."""

    type: Literal["FeatureCollection"]
    plan: PlanRef
    features: list[PlanUnitFeature]
    next: str | None = Field(description="Address of the next page, of the same revision.")


class LoggedOperation(Wire):
    """An operation in the log."""

    revision: int
    at: dt.datetime
    actor: str
    kind: str
    label: Words
    note: str | None
    undoes: int | None = Field(description="The revision that it takes back, or does again.")
    stands: bool = Field(description="What it did holds now.")
    areas: list[int] = Field(description="Ids of the areas whose rows it changed.")


class PlanLog(Wire):
    """Operations in the order they were done."""

    plan: PlanRef
    operations: list[LoggedOperation]
    next: int | None = Field(description="Send it as `after` for the next page.")


class OperationDone(Wire):
    """What was done, or would be."""

    kind: str
    label: Words
    kept: bool = Field(description="False: a preview, nothing was stored.")


class EditAnswer(Wire):
    """What an operation changed."""

    plan: PlanRef
    operation: OperationDone
    changed: list[PlanArea] = Field(description="All areas whose figures may have changed.")
    gone: list[int]
    findings: list[PlanFinding] = Field(description="Of the areas that changed.")


class FindingsAnswer(Wire):
    """What the checks found in a plan."""

    plan: PlanRef
    counts: dict[Literal["error", "warning", "info"], int]
    findings: list[PlanFinding]


class ConflictOut(Wire):
    """An operation that the new lines don't allow."""

    revision: int
    label: Words
    actor: str
    areas: list[int]
    why: Words


class RebaseAnswer(Wire):
    """What of a plan was brought onto the highest edition."""

    plan: PlanRef = Field(description="The new plan; the old one is withdrawn.")
    kept: int = Field(description="Operations that it has.")
    conflicts: list[ConflictOut]
