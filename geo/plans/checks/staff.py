"""Areas that nobody is in charge of.

Posts are filled by import, not by drawing, so a vacancy that was there before is only told. An
area that the plan makes is a warning: somebody has to be named until the day it takes effect,
and whoever publishes says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case

KEY, VERSION = "staff", 1

NO_STAFF = Wording(
    "warning",
    "Nobody holds a post in {areas}.",
    "{areas} 没有在岗人员。",
    "Name somebody, and import the posts with its code.",
    "请安排人员，并按其编码导入岗位。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the areas of the levels that have posts."""
    levels = _levels_with_posts(case)
    for place in case.places:
        if place.level not in levels:
            continue
        if not any(post.held for post in case.context.posts.get(place.id, ())):
            before = case.base is None or case.was(place.id) is not None
            yield case.finding("no_staff", NO_STAFF, place.id, before=before)


def _levels_with_posts(case: Case) -> set[str]:
    rows = (case.draft.places.get(number) or case.was(number) for number in case.context.posts)
    return {row.level for row in rows if row is not None}
