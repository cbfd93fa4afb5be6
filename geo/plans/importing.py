"""A plan out of a file: read, matched to the plan at hand, shown before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geo.crs import SourceCrs
from geo.exchange import conform, read_file, to_working
from geo.plans.exchange import PLAN
from geo.plans.matching import Matched, match_polygons, match_table
from geo.plans.operations.base import Operation
from geo.plans.remarks import Remark
from geo.plans.restoring import restored
from geo.plans.survey import Survey

Match = Literal["units", "polygons"]


@dataclass(frozen=True)
class PlanFile:
    """What a file would do to a plan.

    Attributes
    ----------
    operation : Operation or None
        What leads there; None when the plan is so already, or nothing matches.
    rows_read, matched : int
        Rows of the file; rows (own export) or units that found their place.
    remarks : list of Remark
        What could not be taken, or not as it stands.
    """

    operation: Operation | None
    rows_read: int
    matched: int
    remarks: list[Remark]


def read_plan(
    path: Path,
    survey: Survey,
    *,
    match: Match = "units",
    level: str | None = None,
    crs: SourceCrs | None = None,
) -> PlanFile:
    """Read a file beside a plan.

    Parameters
    ----------
    path : Path
        Any readable format.
    survey : Survey
        The plan as it stands.
    match : str
        `units`: our own export (it has the column `place`) gives the plan back; another table
        names units and their areas (`match_table`). `polygons`: outlines of areas
        (`match_polygons`).
    level : str, optional
        The level of the areas in a file that is not our own.
    crs : SourceCrs, optional
        The system of the outlines, where the file does not say.

    Raises
    ------
    UnreadableFile, UnknownOption, WrongCrs, BadInput
        As `geo.exchange.read_file` and `conform` do; BadInput also if the level is needed.
    NotFound
        If the site has no such level.
    """
    site = survey.draft.site
    if level is not None:
        site.level(level)
    conformed = conform(read_file(path, crs=crs), PLAN, timezone=site.timezone)
    placed = to_working(conformed, site.epsg)
    remarks = [Remark.of(found) for found in (*conformed.rejects, *placed.rejects)]
    if match == "units" and "place" in conformed.mapping:
        operation, more = restored(placed.frame, survey)
        return PlanFile(operation, conformed.rows_read, len(placed.frame), remarks + more)
    matched: Matched
    if match == "units":
        matched = match_table(placed.frame, survey, level=level)
    else:
        matched = match_polygons(placed.frame, survey, level=level)
    found = len(matched.operation.labels) if matched.operation else 0
    return PlanFile(matched.operation, conformed.rows_read, found, remarks + matched.remarks)
