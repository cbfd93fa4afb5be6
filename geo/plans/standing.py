"""The units as they stand, found by place: a tree of the first ones, and those redrawn since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import shapely

from geo.plans.segments import Geometries, Ints

V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Standing:
    """Units by place; a change costs what it redraws.

    Attributes
    ----------
    tree : STRtree
        Outlines of the units as they were at first.
    ids : int64 array
        Their place ids, rising.
    gone : frozenset of int
        Those of them that stand no more as they were.
    fresh : mapping
        Outlines of the units drawn since, by place id.
    """

    tree: shapely.STRtree
    ids: Ints
    gone: frozenset[int]
    fresh: Mapping[int, shapely.Geometry]

    @classmethod
    def of(cls, ids: Ints, shapes: Geometries) -> Self:
        """Stand on units, and make them ready to be asked for points."""
        shapely.prepare(shapes)
        return cls(shapely.STRtree(shapes), ids, frozenset(), {})

    def after(self, redrawn: Mapping[int, shapely.Geometry | None]) -> Standing:
        """Give what stands when units are redrawn, come, or go (None)."""
        drawn = {n: shape for n, shape in redrawn.items() if shape is not None}
        fresh = replaced(self.fresh, redrawn, drawn)
        return Standing(self.tree, self.ids, self.gone | frozenset(redrawn), fresh)

    def shape(self, unit: int) -> shapely.Geometry:
        """Give the outline of a unit."""
        fresh = self.fresh.get(unit)
        return self.tree.geometries[np.searchsorted(self.ids, unit)] if fresh is None else fresh

    @cached_property
    def _fresh(self) -> tuple[shapely.STRtree, Ints]:
        shapes = np.array(list(self.fresh.values()), dtype=object)
        shapely.prepare(shapes)
        return shapely.STRtree(shapes), np.fromiter(self.fresh, dtype=np.int64)

    def meeting(
        self, shapes: Geometries | Iterable[shapely.Geometry], *, within_m: float = 0.0
    ) -> tuple[Ints, Ints]:
        """Find the units that meet shapes, or come within a distance of them.

        Returns
        -------
        which, unit : int64 arrays
            Position of the shape and place id of the unit, pair by pair.
        """
        shapes = np.asarray(shapes, dtype=object)
        asked = (
            {"predicate": "dwithin", "distance": within_m}
            if within_m
            else {"predicate": "intersects"}
        )
        which, at = self.tree.query(shapes, **asked)
        unit = self.ids[at]
        still = ~np.isin(unit, np.fromiter(self.gone, dtype=np.int64, count=len(self.gone)))
        tree, ids = self._fresh
        fresh_which, fresh_at = tree.query(shapes, **asked)
        return (
            np.concatenate([which[still], fresh_which]).astype(np.int64),
            np.concatenate([unit[still], ids[fresh_at]]).astype(np.int64),
        )


def replaced(values: Mapping[int, V], gone: Iterable[int], fresh: Mapping[int, V]) -> dict[int, V]:
    """Give a mapping without some keys, and with fresh values."""
    out = dict(values)
    for number in gone:
        out.pop(number, None)
    out.update(fresh)
    return out
