"""Areas of a level become one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from geo.errors import BadInput
from geo.plans.draft import Change, Draft
from geo.plans.operations.base import Words
from geo.plans.operations.carry import all_leaves, require_not_a_unit
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_some, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Merge(Coded):
    """Put all that lies in some areas into one of the same level, and retire the others.

    `into` keeps its id, name and code; it may stand among `areas`, too. For units there is
    `unite`.
    """

    kind: ClassVar[str] = "merge"

    areas: tuple[int, ...]
    into: int

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If an area is not in the draft.
        BadInput
            If there is nothing to merge, or the levels differ.
        Refused
            If one of them is a unit.
        """
        draft = survey.draft
        into = require_not_a_unit(draft, self.into)
        others = sorted(set(require_some(self.areas, "areas")) - {self.into})
        if not others:
            raise BadInput(
                f"“{into.name}” can't be merged with itself. Choose another area of its level.",
                f"“{into.name}”不能与自身合并。请再选择一个同级区域。",
                id=into.id,
            )
        for other in others:
            place = require_not_a_unit(draft, other)
            if place.level != into.level:
                raise BadInput(
                    f"“{place.name}” ({place.code}) is not of the same level as "
                    f"“{into.name}”. Merge areas of one level; to change the parent, move.",
                    f"“{place.name}”（{place.code}）与“{into.name}”层级不同。"
                    "只能合并同级区域；如需改变上级，请用“移动”。",
                    id=other,
                )
        inner = sorted(n for other in others for n in draft.children.get(other, ()))
        rows = [replace(draft.places[n], parent=into.id) for n in inner]
        return Change.of(draft, rows, gone=others)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        others = [area for area in self.areas if area != self.into]
        what, into = shown(draft, others), shown(draft, [self.into])
        return Words(f"把{what.zh}并入{into.zh}", f"Merge {what.en} into {into.en}")

    def about(self, draft: Draft) -> frozenset[int]:
        """Give the areas that end, and the units in them."""
        others = frozenset(self.areas) - {self.into}
        return others | all_leaves(draft, others)
