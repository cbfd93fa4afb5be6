"""Buildings that a border cuts: their floor plan lies in several areas.

A household belongs where its building's inner point lies, so nothing is lost, but whoever is
sent there meets two workers. Above the units it is a warning; between the units of one area it
is only told. A trifle of the floor plan (a metre, a hundredth) is no cut, as in the register's own
checks; but where the inner point is exactly on a border, codes decide whose the building is, and
it is always told.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.apart import parted
from geo.plans.checks.case import Case
from geo.plans.checks.crossings import crossings, of_whole

KEY, VERSION = "buildings", 2

CUT = Wording(
    "warning",
    "A building (id {building}) lies across {areas}.",
    "一栋建筑（编号 {building}）跨越 {areas}。",
    "Move the border around it.",
    "请调整界线，避开该建筑。",
)
CUT_BY_UNITS = CUT._replace(severity="info")


def find(case: Case) -> Iterator[Finding]:
    """Look for buildings across areas; each is told once, at the highest level that parts it."""
    ground = case.survey.ground
    ids, xy = ground.buildings.index, ground.homes_xy
    for row, units in crossings(case.survey, case.base, case.units).items():
        level, areas = parted(case.draft, units)
        between_units = set(areas) == set(units)
        yield case.finding(
            "cuts_building", CUT_BY_UNITS if between_units else CUT,
            *areas, *(() if between_units else units),
            at=tuple(xy[row].tolist()), said=len(areas), before=_before(case, row, level),
            building=int(ids[row]),
        )  # fmt: skip


def _before(case: Case, row: int, level: str) -> bool:
    if case.base is None or case.base.ground is not case.survey.ground:
        return False
    crossed = of_whole(case.base).get(row)
    if crossed is None:
        return False
    return case.levels[parted(case.base.draft, crossed)[0]].rank <= case.levels[level].rank
