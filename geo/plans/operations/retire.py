"""An empty area ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from geo.errors import Refused
from geo.plans.draft import Change, Draft
from geo.plans.operations.base import Words
from geo.plans.operations.carry import require_not_a_unit
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Retire(Coded):
    """End an area that nothing lies in."""

    kind: ClassVar[str] = "retire"

    area: int

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If the area is not in the draft.
        Refused
            If something lies in it, or it is a unit: its ground must go somewhere.
        """
        draft = survey.draft
        place = require_not_a_unit(draft, self.area)
        inner = draft.children.get(self.area, frozenset())
        if inner:
            raise Refused(
                f"{len(inner)} areas lie in “{place.name}” ({place.code}). Merge it into "
                "another area of its level, or move them first.",
                f"“{place.name}”（{place.code}）中还有 {len(inner)} 个区域。请把它并入另一个同级区域，"
                "或先移走这些区域。",
                id=self.area,
            )
        return Change.of(draft, [], gone=[self.area])

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what = shown(draft, [self.area])
        return Words(f"撤销{what.zh}", f"Retire {what.en}")

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the area."""
        return frozenset({self.area})
