"""Places that hang in the air: without a parent, in one of the wrong level, or past a level.

An error, because publishing asks every place but the topmost for a live parent. So is a
second area at the top where the plan began with one: a county stays one. A skipped level is a
warning, and only where the plan skips it: some towns have villages without grids.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case
from geo.plans.draft import Place

KEY, VERSION = "unassigned", 2

UNASSIGNED = Wording(
    "error",
    "{areas} belongs to no area above it.",
    "{areas} 没有归入任何上级区域。",
    "Move it to the area that it should belong to.",
    "请将它移入应属的上级区域。",
)
PARENT_LEVEL = Wording(
    "error",
    "{areas}: the second is the parent of the first, but not of a higher level.",
    "{areas}：后者是前者的上级，但层级并不更高。",
    "Move it to an area of a higher level.",
    "请将它移入层级更高的区域。",
)
LEVEL_SKIPPED = Wording(
    "warning",
    "{areas}: the first lies directly in the second, without any {between_en} between.",
    "{areas}：前者直接归入后者，中间缺少{between_zh}。",
    "Create the area between, or move it to one.",
    "请新建中间层级的区域，或移入已有的区域。",
)
SECOND_TOP = Wording(
    "error",
    "{areas} stand side by side at the top, where the plan began with one.",
    "{areas} 并列于最高层级，而方案开始时只有一个。",
    "Merge them into one again.",
    "请重新合并为一个。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the parent of every place."""
    yield from _tops(case)
    for place in case.places:
        if place.parent is None:
            if case.levels[place.level].rank > case.top_rank:
                yield case.finding("unassigned", UNASSIGNED, place.id)
        else:
            yield from _parent(case, place, case.draft.places[place.parent])


def _tops(case: Case) -> Iterator[Finding]:
    if case.base is None or all(place.parent is not None for place in case.places):
        return
    began, tops = (
        [n for n, place in sorted(draft.places.items()) if place.parent is None]
        for draft in (case.base.draft, case.draft)
    )
    tops = [n for n in tops if case.levels[case.draft.places[n].level].rank == case.top_rank]
    if len(began) == 1 and len(tops) > 1:
        yield case.finding("second_top", SECOND_TOP, *tops, shared=len(tops))


def _parent(case: Case, place: Place, parent: Place) -> Iterator[Finding]:
    steps = case.levels[place.level].rank - case.levels[parent.level].rank
    if steps < 1:
        yield case.finding("parent_level", PARENT_LEVEL, place.id, parent.id)
    elif steps > 1 and not _so_before(case, place, parent.level):
        between = case.draft.site.levels[case.levels[parent.level].rank + 1]
        yield case.finding(
            "level_skipped", LEVEL_SKIPPED, place.id, parent.id,
            between_zh=between.zh, between_en=between.en,
        )  # fmt: skip


def _so_before(case: Case, place: Place, level: str) -> bool:
    was = case.was(place.id)
    if case.base is None or was is None or was.parent is None:
        return False
    return case.base.draft.places[was.parent].level == level
