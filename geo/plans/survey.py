"""A draft as it is measured: brought from one change to the next by what the change touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import shapely

from geo.plans.draft import Change, Draft, Place
from geo.plans.drift import Drift, drift
from geo.plans.fabric import Fabric
from geo.plans.figures import Figures, Located, figures
from geo.plans.ground import Ground
from geo.plans.segments import Ints
from geo.plans.standing import replaced
from geo.plans.totals import Totals


@dataclass(frozen=True, eq=False)
class Survey:
    """A draft, what stands on its ground, its borders, and what is in its areas.

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
    sums : Totals
        Figures of the areas above, and of levels.
    """

    draft: Draft
    ground: Ground
    fabric: Fabric
    located: Located
    by_unit: Mapping[int, Figures]
    sums: Totals
    _drifts: dict[Survey, Drift] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft, ground: Ground) -> Self:
        """Measure a draft as a whole."""
        ids = _ids(draft.units())
        located = Located.of(draft, ground, ids)
        shapes = np.array([draft.places[n].shape for n in ids.tolist()], dtype=object)
        fabric = Fabric.of(ids, shapes, ground.along)
        by_unit = figures(draft, ground, located, fabric, ids)
        fabric = replace(fabric, households={n: own.households for n, own in by_unit.items()})
        return cls(draft, ground, fabric, located, by_unit, Totals.of(draft, by_unit, fabric))

    def after(self, change: Change) -> Survey:
        """Give the survey of the draft that a change leads to, measuring only what it touched.

        Raises
        ------
        Refused
            If the change does not fit this draft.
        """
        draft, touched = self.draft.after(change), _Touched.by(change)
        fabric = self.fabric.after(touched.redrawn)
        located = self.located
        if touched.rules:
            boxes = shapely.bounds(np.array(touched.shapes, dtype=object))
            located = located.after(draft, self.ground, fabric.standing, touched.rules, boxes)
        counted, by_unit = touched.counted | located.differing(self.located), self.by_unit
        if counted:
            standing = _ids(n for n in sorted(counted) if draft.is_unit(n))
            fresh = figures(draft, self.ground, located, fabric, standing)
            by_unit = replaced(by_unit, counted, fresh)
            households = {n: own.households for n, own in fresh.items()}
            fabric = replace(fabric, households=replaced(fabric.households, counted, households))
        changed = counted.union(*map(self.draft.units, touched.moved))
        sums = self.sums.after(draft, by_unit, fabric, changed, change.places)
        after = Survey(draft, self.ground, fabric, located, by_unit, sums)
        for base, found in self._drifts.items():
            after._drifts[base] = found.after(self, after, base, changed)
        return after

    @property
    def totals(self) -> Mapping[int, Figures]:
        """Figures of every area above the units."""
        return self.sums.areas

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

    def mean_households(self, level: str) -> float:
        """Give the mean of the areas of a level of which households are known; NaN without any."""
        counted = self.sums.levels.get(level)
        return counted.households / counted.areas if counted else np.nan

    def drift(self, base: Survey) -> Drift:
        """Say what differs from a base on the same ground; kept, and carried to later surveys."""
        if base not in self._drifts:
            self._drifts[base] = drift(self, base)
        return self._drifts[base]

    def of_area(self, area: int) -> Figures:
        """Give the figures of an area: of all its units together, or of the unit that it is.

        Raises
        ------
        NotFound
            If the draft has no such place.
        """
        return self.sums.of_area(self.draft.place(area).id) or Figures()


@dataclass(frozen=True)
class _Touched:
    """What a change means to a survey.

    Attributes
    ----------
    redrawn : mapping
        Units whose outline changes: the new one, or None where they go.
    rules : set of int
        Units that things may fall to or from: redrawn ones and those with other codes.
    shapes : list
        Outlines of those, before and after.
    counted : set of int
        Units with other figures.
    moved : set of int
        Places with another parent.
    """

    redrawn: dict[int, shapely.Geometry | None] = field(default_factory=dict)
    rules: set[int] = field(default_factory=set)
    shapes: list[shapely.Geometry] = field(default_factory=list)
    counted: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)

    @classmethod
    def by(cls, change: Change) -> Self:
        touched = cls()
        for before, after in change.rows:
            touched._take(before, after)
        return touched

    def _take(self, before: Place | None, after: Place | None) -> None:
        number = (before or after).id  # type: ignore[union-attr]
        was, now = (place.shape if place else None for place in (before, after))
        if was != now:
            self.redrawn[number] = now
            self.counted.add(number)
        if was != now or (was and before and after and before.code != after.code):
            self.rules.add(number)
            self.shapes.extend(shape for shape in (was, now) if shape is not None)
        if before is None or after is None:
            return
        if (before.households, before.people) != (after.households, after.people):
            self.counted.add(number)
        if before.parent != after.parent:
            self.moved.add(number)


def _ids(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)
