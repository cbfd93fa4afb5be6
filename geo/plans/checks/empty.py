"""Areas with nothing in them. An error: an outline is drawn from units, and there are none."""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case, point_in
from geo.plans.draft import Draft

KEY, VERSION = "empty", 1

EMPTY = Wording(
    "error",
    "{areas} has nothing in it any more.",
    "{areas} 内已没有任何单元。",
    "Retire it, or move something into it.",
    "请撤销该区域，或将单元移入。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look for areas without any unit, at the place where the base had them."""
    for place in case.above:
        if not _inhabited(case.draft, place.id):
            yield case.finding("empty_area", EMPTY, place.id, at=_where_it_was(case, place.id))


def _where_it_was(case: Case, number: int) -> tuple[float, float] | None:
    if case.base is None or case.was(number) is None:
        return None
    return point_in(case.base.draft, case.base.draft.units(number))


def _inhabited(draft: Draft, number: int) -> bool:
    if draft.places[number].shape is not None:
        return True
    return any(_inhabited(draft, inner) for inner in draft.children.get(number, ()))
