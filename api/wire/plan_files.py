"""Plans beside plans, what they would do, and plans out of files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.wire import Wire
from api.wire.incidents import Line, Note
from api.wire.plans import PlanArea, PlanFinding, PlanRef, Revision


class PlanImportIn(Wire):
    """A plan that was drawn elsewhere, in files sent to `/imports`."""

    upload: Annotated[str, Field(max_length=64, description="Id of the upload.")]
    match: Literal["units", "polygons"] = Field(
        description="`units`: rows name units and their areas; `polygons`: outlines, matched to"
        " units by where most of their households live."
    )
    level: Line | None = Field(default=None, description="Level of the areas in the file.")
    crs: Line | None = Field(default=None, description="System of the outlines, if unsaid.")
    expects_revision: Revision
    commit: bool = Field(default=False, description="Keep it; else only the report.")
    note: Note = None


class CompareAnswer(Wire):
    """Plans side by side."""

    plans: list[PlanRef]
    comparison: dict[str, Any]


class ImpactAnswer(Wire):
    """What a plan does to households, members, incidents, staff and codes."""

    plan: PlanRef
    impact: dict[str, Any]


class RemarkOut(Wire):
    """What could not be taken of a file."""

    row: int | None = Field(description="Row of the file; null: about an area, or all of it.")
    code: str | None
    en: str
    zh: str


class PlanImportAnswer(Wire):
    """What a file would change, or changed."""

    plan: PlanRef
    committed: bool
    rows_read: int
    matched: int
    remarks: list[RemarkOut] = Field(description="What could not be taken, or not as it stands.")
    changed: list[PlanArea]
    gone: list[int]
    findings: list[PlanFinding]
