"""A draft as it is measured: brought from one change to the next by what the change touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from geo.plans.draft import Change, Draft
from geo.plans.fabric import Fabric
from geo.plans.figures import Figures, Located, figures
from geo.plans.ground import Ground


@dataclass(frozen=True, eq=False)
class Survey:
    """A draft, what stands on its ground, its borders and what is in its units.

    Attributes
    ----------
    draft : Draft
    ground : Ground
    fabric : Fabric
        Borders between units.
    located : Located
        The unit of everything on the ground.
    by_unit : mapping
        Figures of each unit.
    """

    draft: Draft
    ground: Ground
    fabric: Fabric
    located: Located
    by_unit: Mapping[int, Figures]

    @classmethod
    def of(cls, draft: Draft, ground: Ground) -> Self:
        """Measure a draft as a whole."""
        ids = np.array(draft.units(), dtype=np.int64)
        located = Located.of(draft, ground, ids)
        by_unit = figures(draft, ground, located, ids)
        shapes = np.array([draft.places[n].shape for n in ids.tolist()], dtype=object)
        households = {n: found.households for n, found in by_unit.items()}
        fabric = Fabric.of(ids, shapes, ground.along, households)
        return cls(draft, ground, fabric, located, by_unit)

    def after(self, change: Change) -> Survey:
        """Give the survey of the draft that a change leads to, measuring only what it touched."""
        return Survey.of(self.draft.after(change), self.ground)

    def figures(self, unit: int) -> Figures:
        """Give the figures of a unit."""
        return self.by_unit[unit]

    def households(self, unit: int) -> int | None:
        """Give the households of a unit by the house's rule; None when nothing is known."""
        found = self.by_unit[unit]
        return found.households if found.known else None

    def complete(self, unit: int) -> bool:
        """Say whether all households of a unit are known."""
        return not self.by_unit[unit].unknown
