"""Names: there, not left over from a split, and different from those of the siblings.

A missing name is an error: people are told their area by its name. A name twice under one
parent, or one that was only given until somebody thinks of a better, is a warning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case
from geo.plans.draft import Place
from geo.plans.operations.carry import NEW

KEY, VERSION = "names", 1

MISSING = Wording("error", "{areas} has no name.", "{areas} 没有名称。", "Name it.", "请为它命名。")
PROVISIONAL = Wording(
    "warning",
    "{areas} has a name that stands only until it is renamed.",
    "{areas} 的名称是临时的。",
    "Rename it.",
    "请改名。",
)
SAME = Wording(
    "warning",
    "{areas} have the same name and the same parent.",
    "{areas} 同属一个上级且名称相同。",
    "Rename all of them but one.",
    "请只保留一个，其余改名。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the names, and at those of the siblings."""
    for place in case.places:
        if not place.name.strip():
            yield case.finding("name_missing", MISSING, place.id)
        elif place.name.endswith(NEW):
            yield case.finding("name_provisional", PROVISIONAL, place.id, before=_so(case, place))
    for _, siblings in case.siblings():
        named: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place in siblings:
            if name := place.name.strip():
                named[place.level, name].append(place.id)
        for (_, name), same in named.items():
            if len(same) > 1 and not case.areas.isdisjoint(same):
                before = all(_so(case, case.draft.places[number]) for number in same)
                yield case.finding("same_name", SAME, *same, before=before, shared=name)


def _so(case: Case, place: Place) -> bool:
    was = case.was(place.id)
    return was is not None and (was.name, was.parent) == (place.name, place.parent)
