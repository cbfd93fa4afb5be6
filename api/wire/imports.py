"""Importing over HTTP: uploads, previews, orders and reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from api.wire import Box, Wire
from geo.frames import Kind


class Said(Wire):
    """A sentence in both languages, with its code for programs."""

    code: str = Field(examples=["wrong_crs"])
    en: str
    zh: str


class Noted(Said):
    """A note about a file as a whole."""

    severity: Literal["info", "warning"]


class UploadedFile(Wire):
    """One file, received whole."""

    name: str = Field(description="The name it is kept under.", examples=["楼栋.csv"])
    bytes: int


class UploadOut(Wire):
    """Files that were sent and not yet imported; seen by their owner alone."""

    id: str = Field(examples=["0f3b…"])
    created: dt.datetime
    expires: dt.datetime = Field(description="When it is swept away.")
    files: list[UploadedFile]
    state: Literal["open", "checked", "committed"]


class Uploads(Wire):
    """The uploads of whoever asks, the newest first."""

    imports: list[UploadOut]


class CrsChoice(Wire):
    """A system that the coordinates may be in."""

    crs: str = Field(examples=["gcj02"], description="What to say in an order.")
    title: str = Field(examples=["GCJ-02"])
    inside: float | None = Field(description="Share of the rows that it puts into the town.")


class CrsSeen(Wire):
    """What is known of the coordinates' system."""

    declared: str | None = Field(description="What the file itself says.")
    used: str | None = Field(description="What an import would use; null: it must be said.")
    shown_as: str | None = Field(description="The system in which `features` are drawn.")
    candidates: list[CrsChoice]


class ColumnSeen(Wire):
    """One column of the file."""

    heading: str = Field(examples=["小区名称"])
    canonical: str | None = Field(examples=["compound"], description="What it is taken for.")
    required: bool
    samples: list[str] = Field(description="Up to three of its cells; masked where personal.")


class FieldOut(Wire):
    """A column that the kind may carry, to choose from."""

    name: str = Field(examples=["compound"])
    zh: str = Field(examples=["小区名称"])
    required: bool


class PreviewOut(Wire):
    """What a file holds; `problem` says why it can't be imported as it is."""

    kind: Kind | None
    kind_guess: Kind | None
    format: str = Field(examples=["csv"])
    encoding: str | None = Field(examples=["gb18030"])
    encodings: list[str]
    layers: list[str]
    layer: str | None
    crs: CrsSeen
    rows: int
    columns: list[ColumnSeen]
    fields: list[FieldOut]
    missing: list[str] = Field(description="Required columns that no heading was found for.")
    features: dict[str, Any] = Field(description="GeoJSON of up to 20 rows, lon/lat.")
    bounds: Box | None
    notes: list[Noted]
    problem: Said | None


class OrderIn(Wire):
    """What to do with an upload: checked first, then committed the same."""

    kind: Kind
    source: str = Field(
        min_length=1, max_length=100, examples=["city buildings"],
        description="Whose ids the rows carry: the same (source, id) is the same thing again.",
    )  # fmt: skip
    crs: str | None = Field(default=None, max_length=40, examples=["gcj02"])
    encoding: str | None = Field(default=None, max_length=40)
    layer: str | None = Field(default=None, max_length=200)
    columns: dict[str, str] = Field(
        default_factory=dict, description="Canonical name → heading, where it can't be guessed."
    )
    homes: dict[int, int] = Field(
        default_factory=dict,
        description="Members: row → id of the building that its address means; kept as an alias.",
    )
    level: str | None = Field(default=None, max_length=100, description="Areas: level of all rows.")
    complete: bool = Field(default=False, description="Areas: what the file lacks is gone.")
    discard: bool = Field(default=False, description="Areas: drop what was staged before.")
    repair: bool = Field(default=False, description="Mend invalid shapes; the report says how far.")
    skip_rejected: bool = Field(default=False, description="Leave rejected rows out on commit.")


class HomeChoice(Wire):
    """A building that an address may mean."""

    id: int
    key: str
    name: str


class RejectOut(Wire):
    """One row that can't be taken."""

    row: int = Field(description="Its number in the file.")
    field: str
    code: str
    value: str
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    candidates: list[HomeChoice] = Field(description="To choose from by `homes` of an order.")


class FindingOut(Wire):
    """Something to look at, with its place."""

    code: str
    severity: Literal["error", "warning", "info"]
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    codes: list[str]
    row: int | None
    lon: float | None
    lat: float | None


class ImportOut(Wire):
    """What an import would do (check), or did (commit)."""

    id: str
    kind: Kind
    source: str
    committed: bool
    rows_read: int
    new: int
    updated: int
    unchanged: int
    placed: int | None
    outside: int | None
    reject_count: int
    rejects: Sequence[RejectOut] = Field(description="The first 1,000; /rejects has all rows.")
    finding_count: int
    findings: Sequence[FindingOut] = Field(description="The first 1,000.")
    notes: Sequence[Noted]
    problem: Said | None = Field(description="Why a commit would be refused as things stand.")
