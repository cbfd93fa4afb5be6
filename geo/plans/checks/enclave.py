"""Areas that lie wholly inside one other of their level.

Lawful, and sometimes meant (a walled compound), but whoever works there has to cross the other's
ground, and the two are usually better as one: a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case, holder
from geo.plans.survey import Survey

KEY, VERSION = "enclave", 1

ENCLAVE = Wording(
    "warning",
    "{areas}: the first lies wholly inside the second.",
    "{areas}：前者完全被后者包围。",
    "Merge them, or give the inner one a way out.",
    "请合并，或为被包围的区域打开通路。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look for areas whose whole border is shared with one other."""
    for number in sorted(_candidates(case)):
        around = _around(case.survey, number)
        if around is not None and not case.areas.isdisjoint((number, around)):
            before = (
                case.base is not None
                and case.was(number) is not None
                and _around(case.base, number) == around
            )
            yield case.finding("enclave", ENCLAVE, number, around, before=before)


def _candidates(case: Case) -> set[int]:
    """Give the areas looked at, and their neighbours: it may be they that are inside."""
    found = {place.id for place in case.above}
    if len(case.areas) < len(case.draft.places):
        for place in case.above:
            if place.id == case.crown:
                continue  # it has no neighbours
            for unit in case.draft.units(place.id):
                beside = (
                    holder(case.draft, other, place.level)
                    for other in case.survey.fabric.neighbours(unit)
                )
                found.update(number for number in beside if number is not None)
    return {number for number in found if case.draft.places[number].shape is None}


def _around(survey: Survey, number: int) -> int | None:
    """Give the area that surrounds one; None where it has several neighbours, or open ground."""
    draft, fabric = survey.draft, survey.fabric
    level, around = draft.places[number].level, None
    for unit in draft.units(number):
        if fabric.outer_um(unit):
            return None
        for other in fabric.neighbours(unit):
            beside = holder(draft, other, level)
            if beside == number:
                continue
            if beside is None or around not in {None, beside}:
                return None
            around = beside
    return around
