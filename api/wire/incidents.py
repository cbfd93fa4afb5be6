"""Incidents, as the OpenAPI document describes them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.paging import CLEAN
from api.wire import AreaHead, EditionHead, Wire
from geo.people import State

Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=CLEAN)]
Prose = Annotated[str, StringConstraints(max_length=2000, pattern=CLEAN)]
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]
Version = Annotated[
    int, Field(ge=0, le=2**63 - 1, description="The version that you saw.", examples=[1])
]
Note = Annotated[Prose | None, Field(description="Why; needed to go back to an earlier state.")]


def _example(**row: object) -> ConfigDict:
    extra: dict[str, Any] = {"examples": [row]}
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra=extra)


class IncidentIn(Wire):
    """An incident to be reported."""

    model_config = _example(kind="路灯", title="路灯不亮", lon=104.63, lat=35.0, crs="gcj02")

    kind: Line
    lon: Degrees = Field(description="Longitude, or easting.")
    lat: Degrees = Field(description="Latitude, or northing.")
    crs: Line | None = Field(default=None, description="An EPSG code, gcj02 or bd09; else 4326.")
    title: Prose | None = None
    address: Prose | None = None
    reported_at: Line | None = Field(
        default=None,
        description="ISO time; without a zone in that of the town; now if not given.",
        examples=["2026-11-21T09:30:00+08:00"],
    )
    state: Line | None = Field(default=None, description="`collected` if not given.")
    source: Line | None = Field(default=None, description="Whose key it is; `map` if not given.")
    key: Line | None = Field(
        default=None, description="Its id there: the same one again is the same incident."
    )


class BatchRow(Wire):
    """One incident of a batch."""

    key: str | int | None = None
    kind: str
    lon: float | str
    lat: float | str
    title: str | None = None
    state: str | None = None
    reported_at: str | None = None
    closed_at: str | None = None
    address: str | None = None


class BatchIn(Wire):
    """Incidents of one source."""

    crs: str | int = Field(default=4326, examples=["gcj02"])
    source: str = Field(examples=["12345"])
    rows: list[BatchRow] = Field(max_length=100_000)


class Rejected(Wire):
    """A row that can't be taken."""

    row: int = Field(description="Counted from 1.")
    field: str
    code: str
    value: str
    reason: str
    remedy: str


class BatchOut(Wire):
    """What a batch did, or would do."""

    edition: EditionHead
    committed: bool = Field(description="False: a dry run, nothing was stored.")
    rows_read: int
    new: int
    updated: int
    unchanged: int
    placed: int
    outside: int
    rejected: int
    rejects: list[Rejected]


class MoveIn(Wire):
    """Where the pin goes."""

    model_config = _example(lon=104.621, lat=35.0116, version=2)

    lon: Degrees
    lat: Degrees
    crs: Line | None = None
    version: Version
    note: Note = None


class AdvanceIn(Wire):
    """The state to come."""

    model_config = _example(state="handling", version=3, note="又坏了")

    state: State
    version: Version
    note: Note = None
    at: dt.datetime | None = Field(
        default=None, description="When it happened; without a zone in that of the town."
    )


class EscalateIn(Wire):
    """Up to the area above."""

    model_config = _example(version=4, note="超出网格能力")

    version: Version
    note: Note = None


class AssignIn(Wire):
    """The unit it belongs to."""

    model_config = _example(area=2847, version=5)

    area: Number = Field(description="Place id of one of the candidates.")
    version: Version
    note: Note = None


class AdvanceManyIn(Wire):
    """The state to come, for many."""

    model_config = _example(ids=[31489, 31490], state="reviewed", note="待回访")

    ids: list[Number] = Field(min_length=1, max_length=1000)
    state: State
    note: Note = None


class StepOut(Wire):
    """What came of one of them."""

    id: int
    done: bool
    code: str | None = Field(description="Why not, for programs.")
    reason: str | None = Field(description="Why not, for people.")


class StepsOut(Wire):
    """What came of each, in the order given."""

    done: int
    results: list[StepOut]


class CandidateOut(Wire):
    """A unit near the pin."""

    chain: list[AreaHead] = Field(description="Top first.")
    distance_m: float


class PostOut(Wire):
    """Whom to send: a post, with its holder for who may know."""

    level: str
    area: AreaHead
    title: str
    holder: str | None
    phone: str | None
    vacant: bool


class EventOut(Wire):
    """What happened to it."""

    at: dt.datetime
    actor: str | None = Field(description="Only for who may know names of staff there.")
    what: Literal["reported", "moved", "state", "escalated", "assigned", "changed"]
    state: str | None
    area: AreaHead | None
    lon: float | None
    lat: float | None
    note: str | None


class MayOut(Wire):
    """What you may do with it now."""

    move: bool
    advance: bool
    escalate: bool
    assign: bool


class IncidentOut(Wire):
    """One incident with all that its card shows."""

    id: int
    version: int = Field(description="Send it along with every change.")
    source: str
    key: str
    kind: str
    title: str | None
    state: str | None = Field(description="One of the six, or a word of another system.")
    reported_at: dt.datetime | None
    closed_at: dt.datetime | None
    address: str | None
    lon: float
    lat: float
    status: Literal["placed", "outside"]
    manual: bool = Field(description="Its unit was chosen by hand.")
    chain: list[AreaHead] = Field(description="Top first; empty outside.")
    handler: AreaHead | None = Field(description="Who handles it: its unit, or an area above.")
    border_m: float | None = Field(description="Metres from the pin to the nearest border.")
    candidates: list[CandidateOut] = Field(
        description="The units within 15 m, its own first, when there is a choice."
    )
    staff: list[PostOut] = Field(
        description="From its unit upward, as far as the first area where somebody is."
    )
    events: list[EventOut]
    next_states: list[State]
    earlier_states: list[State] = Field(description="Reached with a note only.")
    may: MayOut


class IncidentAnswer(Wire):
    """One incident."""

    edition: EditionHead
    incident: IncidentOut


class StatisticsRow(Wire):
    """How many incidents of a group an area has."""

    area: AreaHead | None
    unplaced: Literal["outside", "no_time", "before_editions", "no_such_level"] | None = Field(
        description="Why there is no area."
    )
    group: str | None = Field(
        description="Kind, state or month; null: unknown, or all groups together (`whole`)."
    )
    whole: bool = Field(description="All groups together: its groups may not be told apart.")
    count: int | None = Field(description="null: too few to be told.")
    suppressed: bool


class StatisticsOut(Wire):
    """Incidents counted by area and group."""

    edition: EditionHead
    by: Literal["kind", "state", "month"]
    lines: Literal["then", "now"]
    suppress_below: int = Field(description="Counts below it are told only to who may read them.")
    rows: list[StatisticsRow]
