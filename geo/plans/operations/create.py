"""A new area from units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from geo.errors import BadInput
from geo.plans.draft import Change, Draft
from geo.plans.operations.base import Words
from geo.plans.operations.carry import (
    all_leaves,
    carry,
    new_place,
    require_above,
    require_not_a_unit,
)
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_name, require_some, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Create(Coded):
    """Make an area of a level under a parent, from units that go there as in `Move`."""

    kind: ClassVar[str] = "create"

    level: str
    parent: int
    units: tuple[int, ...]
    name: str

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If a place is not in the draft, or the site has no such level.
        BadInput
            If there are no units, no name, or the levels of parent, area and units do not go
            downward.
        Refused
            If the parent is a unit.
        """
        draft = survey.draft
        level = draft.site.level(self.level)
        name = require_name(self.name)
        parent = require_not_a_unit(draft, self.parent)
        if draft.site.level(parent.level).rank >= level.rank:
            raise BadInput(
                f"An area of the level “{level.en}” can't lie in “{parent.name}” "
                f"({parent.code}). Choose a parent of a higher level.",
                f"“{level.zh}”层级的区域不能归入“{parent.name}”（{parent.code}）。"
                "请选择更高层级的上级。",
                id=parent.id,
            )
        ends = all_leaves(draft, require_some(self.units, "units"))
        require_above(draft, ends, self.level)
        made = new_place(ids, self.level, name, parent.id)
        return Change.of(draft, [made, *carry(draft, ends, made, ids)])

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what, level = shown(draft, self.units), draft.site.level(self.level)
        return Words(
            f"由{what.zh}新建{level.zh}“{self.name}”",
            f"Create the {level.en.lower()} “{self.name}” from {what.en}",
        )

    def about(self, draft: Draft) -> frozenset[int]:
        """Give what goes into it: the named places and the units they stand for."""
        return all_leaves(draft, self.units) | frozenset(self.units)
