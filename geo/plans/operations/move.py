"""Units change their area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from geo.errors import Refused
from geo.plans.draft import Change, Draft
from geo.plans.operations.base import Words
from geo.plans.operations.carry import all_leaves, carry, require_above, require_not_a_unit
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_some, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Move(Coded):
    """Put units into another area.

    `units` may name areas too: an area stands for its units. `to` is the area of their parents'
    level, then labels change; or of a level above, then of each area that they leave between, a
    new one is made there with what goes along, while areas that go as a whole keep their ids.
    `names` gives the new areas their names, by the area that was left; else they are called like
    it with “（新）”. Emptied areas stay.
    """

    kind: ClassVar[str] = "move"

    units: tuple[int, ...]
    to: int
    names: Mapping[int, str] = field(default_factory=dict)

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If a place is not in the draft.
        BadInput
            If there is nothing to move, or the target is not above it.
        Refused
            If the target is a unit, or all lies there already.
        """
        draft = survey.draft
        to = require_not_a_unit(draft, self.to)
        ends = all_leaves(draft, require_some(self.units, "units"))
        require_above(draft, ends, to.level)
        rows = carry(draft, ends, to, ids, self.names)
        if not rows:
            raise Refused(
                f"All of that lies in “{to.name}” already. Choose other units or another area.",
                f"所选单元已全部属于“{to.name}”。请选择其他单元或其他区域。",
                id=to.id,
            )
        return Change.of(draft, rows)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what, to = shown(draft, self.units), shown(draft, [self.to])
        return Words(f"把{what.zh}移入{to.zh}", f"Move {what.en} to {to.en}")

    def about(self, draft: Draft) -> frozenset[int]:
        """Give what moves: the named places and the units they stand for."""
        return all_leaves(draft, self.units) | frozenset(self.units)
