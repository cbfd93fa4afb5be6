"""What everybody may be told of incidents: totals, groups and rough hexagons, made at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.people.member_table import area_spots, group_spots
from geo.people.privacy import protect

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PublicCount:
    """What may be told of an area: the number, and its groups (all that occur), or None."""

    count: int | None
    groups: tuple[tuple[str | None, int], ...] | None


@dataclass(frozen=True, eq=False)
class PublicTable:
    """What may be told, by place id and by H3 cell.

    `hexes`: how many, down to a multiple of k; 0 for fewer than k; None where it is not told.
    """

    areas: Mapping[int, PublicCount]
    hexes: Mapping[int, int | None]

    def of(self, place: int) -> PublicCount:
        """Tell about one area; without incidents it is like one with a few."""
        return self.areas.get(place, PublicCount(None, None))


Spot = tuple[int, int, str | None, int]
Parents = tuple[tuple[int, int | None], ...]


def public_table(spots: pd.DataFrame, parents: Mapping[int, int | None], *, k: int) -> PublicTable:
    """Choose what may be told; equal counts give the table that was made before.

    Parameters
    ----------
    spots : DataFrame
        unit (place id, −1 outside), cell (0 nowhere), group (missing: unknown), count.
    parents : mapping
        The place above each place, None at the top.
    k : int
        The smallest number that is told.
    """
    plain = spots.astype(object).where(spots.notna(), None)
    rows = tuple((int(u), int(c), g, int(n)) for u, c, g, n in plain.itertuples(index=False))
    return _table(rows, tuple(sorted(parents.items())), k)


@lru_cache(maxsize=8)
def _table(rows: tuple[Spot, ...], parents: Parents, k: int) -> PublicTable:
    if not rows:
        return PublicTable({}, {})
    groups = sorted({group for _, _, group, _ in rows}, key=lambda g: (g is None, g or ""))
    where = np.array([(unit, cell) for unit, cell, _, _ in rows], dtype=np.int64)
    spots, at = np.unique(where, axis=0, return_inverse=True)
    column = np.array([groups.index(group) for _, _, group, _ in rows], dtype=np.int64)
    weights = np.zeros((len(spots), len(groups)), dtype=np.int64)
    np.add.at(weights, (at.ravel().astype(np.int64), column), [n for *_, n in rows])
    above = {place: parent for place, parent in parents if parent is not None}
    areas = area_spots(0, spots[:, 0], above, weights.sum(axis=1))
    hexes = {cell: found for cell, found in group_spots(spots[:, 1]) if cell > 0}
    shown = protect(list(areas.values()), list(hexes.values()), weights, k=k)
    told = {
        place: PublicCount(
            int(weights[spot].sum()) if shown.totals[number] else None,
            _split(weights[spot], groups) if shown.rows[number] else None,
        )
        for number, ((_, place), spot) in enumerate(areas.items())
    }
    rough = {
        cell: int(weights[spot].sum()) // k * k if shown.rough[number] else None
        for number, (cell, spot) in enumerate(hexes.items())
        if shown.drawn[number]
    }
    return PublicTable(told, rough)


def _split(weights: Ints, groups: list[str | None]) -> tuple[tuple[str | None, int], ...]:
    counts = weights.sum(axis=0).tolist()
    return tuple((group, count) for group, count in zip(groups, counts, strict=True) if count)
