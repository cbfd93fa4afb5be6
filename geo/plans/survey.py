"""A draft as it is measured: brought from one change to the next by what the change touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
import shapely

from geo.plans.draft import Change, Draft, Place
from geo.plans.fabric import Fabric
from geo.plans.figures import Figures, Located, figures
from geo.plans.ground import Ground
from geo.plans.segments import Ints
from geo.plans.standing import replaced
from geo.plans.totals import Parts


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
    by_unit, totals : mappings
        Figures of each unit, and of each area above.
    """

    draft: Draft
    ground: Ground
    fabric: Fabric
    located: Located
    by_unit: Mapping[int, Figures]
    totals: Mapping[int, Figures]

    @classmethod
    def of(cls, draft: Draft, ground: Ground) -> Self:
        """Measure a draft as a whole."""
        ids = _ids(draft.units())
        located = Located.of(draft, ground, ids)
        shapes = np.array([draft.places[n].shape for n in ids.tolist()], dtype=object)
        fabric = Fabric.of(ids, shapes, ground.along)
        by_unit = figures(draft, ground, located, fabric, ids)
        fabric = replace(fabric, households={n: own.households for n, own in by_unit.items()})
        return cls(draft, ground, fabric, located, by_unit, Parts(draft, by_unit, fabric).totals())

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
        parts, before = Parts(draft, by_unit, fabric), Parts(self.draft, self.by_unit, self.fabric)
        changed = counted.union(*map(self.draft.units, touched.moved))
        totals = parts.totals_after(before, self.totals, changed, change.places)
        return Survey(draft, self.ground, fabric, located, by_unit, totals)

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
        return self._means.get(level, np.nan)

    @cached_property
    def _means(self) -> Mapping[str, float]:
        known: dict[str, list[int]] = {}
        for number, found in (*self.totals.items(), *self.by_unit.items()):
            if found.known:
                known.setdefault(self.draft.places[number].level, []).append(found.households)
        return {level: sum(numbers) / len(numbers) for level, numbers in known.items()}

    def of_area(self, area: int) -> Figures:
        """Give the figures of an area: of all its units together, or of the unit that it is.

        Raises
        ------
        NotFound
            If the draft has no such place.
        """
        return self.totals[area] if area in self.totals else self.by_unit[self.draft.place(area).id]


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
