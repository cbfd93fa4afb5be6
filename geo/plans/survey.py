"""A draft as it is measured: brought from one change to the next by what the change touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from geo.plans.draft import Change, Draft
from geo.plans.ground import Ground


@dataclass(frozen=True, eq=False)
class Survey:
    """A draft and what stands on its ground."""

    draft: Draft
    ground: Ground

    @classmethod
    def of(cls, draft: Draft, ground: Ground) -> Self:
        """Measure a draft as a whole."""
        return cls(draft, ground)

    def after(self, change: Change) -> Survey:
        """Give the survey of the draft that a change leads to, measuring only what it touched."""
        return Survey(self.draft.after(change), self.ground)
