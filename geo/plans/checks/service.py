"""Areas without a facility within ten minutes of any household.

Told of the levels that carry a limit: those are the areas that a facility is built for. A warning
where the lines made it so. Silent where no facility is registered at all: then nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case
from geo.plans.survey import Survey

KEY, VERSION = "service", 1

NO_FACILITY = Wording(
    "warning",
    "None of the {households} households of {areas} that are known by building has a facility"
    " within ten minutes.",
    "{areas} 按楼栋登记的 {households} 户均不在设施的十分钟服务圈内。",
    "Draw it so that it has a share in a facility, or plan one there.",
    "请调整界线使其有设施可用，或在此规划设施。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at areas with households none of which is covered."""
    if not len(case.survey.ground.facilities):
        return
    for place in case.places:
        if case.levels[place.level].household_limit is None:
            continue
        if _bare(case.survey, place.id):
            was = case.base if case.was(place.id) is not None else None
            yield case.finding(
                "no_facility", NO_FACILITY, place.id,
                before=was is not None and _bare(was, place.id),
                households=case.survey.of_area(place.id).counted,
            )  # fmt: skip


def _bare(survey: Survey, number: int) -> bool:
    found = survey.of_area(number)
    return found.counted > 0 and not found.covered
