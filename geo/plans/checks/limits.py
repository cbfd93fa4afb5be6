"""Households against the limit and the floor of the level.

The limit is a rule of the county ("at most 3,000 households"), so breaking it is an error. But
oversized areas are divided over years, a few at a time: one that the plan found oversized and
made no larger is a warning, or no plan could be published before all of them are mended. What is
being built counts as a warning before it is lived in. Near the limit means nine tenths of it, as
on the map. A floor is a wish, so it warns; it is not missed by what is being built, and
never said of an area whose households are not all known: unknown is not 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case
from geo.plans.draft import Place

KEY, VERSION = "limits", 1

#: From this share of the limit on an area is near it.
NEAR = 0.9

OVER = Wording(
    "error",
    "{areas} has {households} households, {excess} over the limit of {limit}.",
    "{areas} 有 {households} 户，超出上限（{limit} 户）{excess} 户。",
    "Split it, or move units to a neighbour.",
    "请拆分，或将单元移入相邻区域。",
)
OVER_WHEN_BUILT = Wording(
    "warning",
    "{areas} will have {households} households when all is built, {excess} over the limit of"
    " {limit}.",
    "{areas} 在建住宅入住后将有 {households} 户，超出上限（{limit} 户）{excess} 户。",
    "Leave room for what is being built: move units to a neighbour, or split it.",
    "请为在建住宅预留余量：将单元移入相邻区域，或拆分。",
)
NEAR_LIMIT = Wording(
    "info",
    "{areas} has {households} households; {left} are left to the limit of {limit}.",
    "{areas} 有 {households} 户，距上限（{limit} 户）还有 {left} 户。",
    "Leave room where the town grows.",
    "如所在地仍在发展，请预留余量。",
)
UNDER = Wording(
    "warning",
    "{areas} has {households} households, fewer than the floor of {floor}.",
    "{areas} 有 {households} 户，少于下限 {floor} 户。",
    "Merge it with a neighbour, or move units here.",
    "请与相邻区域合并，或移入单元。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the places of levels that have a limit or a floor."""
    for place in case.places:
        level = case.levels[place.level]
        if level.household_limit is not None or level.household_floor is not None:
            yield from _filled(case, place)


def _filled(case: Case, place: Place) -> Iterator[Finding]:
    level, now = case.levels[place.level], case.survey.of_area(place.id)
    if not now.known:
        return
    limit, floor = level.household_limit, level.household_floor
    households, then = now.households, now.households + now.planned
    was = None if case.was(place.id) is None or case.base is None else case.base.of_area(place.id)
    if limit is not None and then > limit:
        over = households > limit
        before = was is not None and (
            was.households >= households if over else was.households + was.planned >= then
        )
        yield case.finding(
            "over_limit" if over else "over_limit_when_built", OVER if over else OVER_WHEN_BUILT,
            place.id, before=before, households=households if over else then, limit=limit,
            excess=(households if over else then) - limit,
        )  # fmt: skip
    elif limit is not None and households >= NEAR * limit:
        yield case.finding(
            "near_limit", NEAR_LIMIT, place.id,
            households=households, limit=limit, left=limit - households,
        )  # fmt: skip
    elif floor is not None and then < floor and not now.unknown:
        before = was is not None and was.households + was.planned <= then
        yield case.finding(
            "under_floor", UNDER, place.id, before=before, households=households, floor=floor
        )
