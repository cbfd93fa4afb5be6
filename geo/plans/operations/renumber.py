"""New serials for what lies in an area."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from geo.errors import Refused
from geo.plans.draft import Change, Draft
from geo.plans.numbering import extends, renumbering
from geo.plans.operations.base import Words
from geo.plans.operations.carry import require_not_a_unit
from geo.plans.operations.codec import NOT_LOGGED, Coded
from geo.plans.operations.wording import shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Renumber(Coded):
    """Give the next never-used serials to all in an area whose code does not fit.

    What fits keeps its code: a real code that extends that of a parent that keeps its own. All
    else below gets a new one, in the standard order and from the top down (`geo.plans.numbering`);
    so does the area itself while its code stands only until publishing. Nobody gets a code back
    that it once had: such a code is set by hand. `used` are all codes that any edition has ever
    had; the desk fills it in.
    """

    kind: ClassVar[str] = "renumber"

    area: int
    used: Collection[str] = field(
        default=frozenset(), metadata=NOT_LOGGED, repr=False, compare=False
    )

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If the area is not in the draft.
        Refused
            If it is a unit, all codes fit already, a range of serials is full, or a code would
            not match the pattern of its level.
        """
        place = require_not_a_unit(survey.draft, self.area)
        places = _misfits(survey.draft, self.area)
        if not places:
            raise Refused(
                f"All codes in “{place.name}” extend those of their parents already.",
                f"“{place.name}”内所有编码都已与上级编码衔接，无需重新编号。",
                id=place.id,
            )
        return renumbering(survey, places, self.used)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what = shown(draft, [self.area])
        return Words(f"对{what.zh}内的区域重新编号", f"Renumber what lies in {what.en}")

    def about(self, draft: Draft) -> frozenset[int]:
        """Give the places that need other codes."""
        return frozenset(_misfits(draft, draft.place(self.area).id))


def _misfits(draft: Draft, area: int) -> list[int]:
    """List the places in an area (and the area itself) that need other codes."""
    place = draft.places[area]
    found = [area] if place.provisional else []
    waiting = [(child, bool(found)) for child in draft.children.get(area, ())]
    while waiting:
        number, moved = waiting.pop()
        here = draft.places[number]
        parent = draft.places[here.parent or area].code
        misfit = moved or here.provisional or not extends(here.code, parent)
        found += [number] * misfit
        waiting += [(child, misfit) for child in draft.children.get(number, ())]
    return sorted(found)
