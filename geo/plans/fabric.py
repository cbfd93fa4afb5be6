"""Borders between units: who touches whom, how far, along what, and who can be reached.

Lengths are whole micrometres, the sums of rounded edges, so both sides of a border and every
grouping of units agree exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from geo.plans.along import STREET_M, Along
from geo.plans.segments import Geometries, Ints, same_edges, segments
from geo.plans.standing import Standing


class Border(NamedTuple):
    """A length of border in micrometres, and how much of it runs along streets and barriers."""

    length_um: int
    street_um: int
    barrier_um: int

    @property
    def passable(self) -> bool:
        """Whether a stretch is left that no river, railway or wall parts."""
        return self.length_um > self.barrier_um


Borders = Mapping[int, Mapping[int, Border]]
_NONE: Mapping[int, Border] = {}


@dataclass(frozen=True, eq=False)
class Fabric:
    """The borders of a draft.

    Attributes
    ----------
    along : Along
        What borders run along.
    standing : Standing
        The units by place.
    borders : mapping
        By unit: the units it shares a border of positive length with, and that border. Units that
        only touch in points are no neighbours.
    rims : mapping
        By unit: all of its outline.
    reached : tuple of frozenset of int
        By declared bridge or level crossing: the units it reaches, those within 15 m.
    households : mapping
        By unit: households known, by which pieces are put in order.
    """

    along: Along
    standing: Standing
    borders: Borders
    rims: Mapping[int, Border]
    reached: tuple[frozenset[int], ...]
    households: Mapping[int, int]

    @classmethod
    def of(cls, ids: Ints, shapes: Geometries, along: Along, households: Mapping[int, int]) -> Self:
        """Find the borders of units that are a clean coverage on the 1 mm grid.

        Parameters
        ----------
        ids : int64 array, shape (n,)
            Place ids, rising.
        shapes : object array, shape (n,)
            Their outlines.
        along : Along
            What lies on the ground.
        households : mapping
            By unit.
        """
        standing = Standing.of(ids, shapes)
        borders, rims = _measure(ids, shapes, along)
        reached = _reached(along.links, standing)
        return cls(along, standing, borders, rims, reached, households)

    def neighbours(self, unit: int) -> Mapping[int, Border]:
        """Give the units that share a border of positive length with a unit, and the border."""
        return self.borders.get(unit, _NONE)

    def rim(self, unit: int) -> Border:
        """Give the whole outline of a unit."""
        return self.rims[unit]

    def outer_um(self, unit: int) -> int:
        """Measure the border of a unit with nobody, micrometres."""
        shared = sum(border.length_um for border in self.neighbours(unit).values())
        return self.rims[unit].length_um - shared

    def linked(self, one: int, other: int) -> bool:
        """Say whether a declared bridge or a level crossing joins two units."""
        return any(one in units and other in units for units in self.reached)

    def joined(self, one: int, other: int) -> bool:
        """Say whether two units hold together: by a border that is not all barrier, or a bridge."""
        border = self.neighbours(one).get(other)
        return (border is not None and border.passable) or self.linked(one, other)

    def contiguous_pieces(self, units: Collection[int]) -> list[frozenset[int]]:
        """Part units into pieces that hold together.

        Two units hold together by a shared border of positive length that is not all river,
        railway or wall, or by a declared bridge or level crossing that reaches both.

        Returns
        -------
        list of frozenset of int
            Those with most households first; of equal ones the one with the smallest place id.
        """
        left = set(units)
        bridges = [inside for reached in self.reached if len(inside := reached & left) > 1]
        pieces = []
        while left:
            piece = self._spread(left.pop(), left, bridges)
            pieces.append(frozenset(piece))
        known = self.households
        return sorted(pieces, key=lambda piece: (-sum(known.get(n, 0) for n in piece), min(piece)))

    def _spread(self, start: int, left: set[int], bridges: list[frozenset[int]]) -> list[int]:
        piece, waiting = [start], [start]
        while waiting:
            here = waiting.pop()
            beside = [n for n, border in self.neighbours(here).items() if border.passable]
            beside += [n for reached in bridges if here in reached for n in reached]
            fresh = left.intersection(beside)
            left -= fresh
            piece += fresh
            waiting += fresh
        return piece


def _reached(links: Geometries, standing: Standing) -> tuple[frozenset[int], ...]:
    which, unit = standing.meeting(links, within_m=STREET_M)
    reached: list[set[int]] = [set() for _ in links]
    for link, n in zip(which.tolist(), unit.tolist(), strict=True):
        reached[link].add(n)
    return tuple(frozenset(units) for units in reached)


def _measure(
    ids: Ints, shapes: Geometries, along: Along
) -> tuple[dict[int, dict[int, Border]], dict[int, Border]]:
    """Measure the outlines of units, and the borders between them."""
    found = segments(shapes)
    number, first = same_edges(found)
    runs = along.runs(found.a[first], found.b[first], found.length_um[first])
    measured = np.column_stack([found.length_um[first], *runs])
    rims = np.zeros((len(ids), 3), dtype=np.int64)
    np.add.at(rims, found.owner, measured[number])
    order = np.lexsort((found.owner, number))
    fresh = np.append(True, np.diff(number[order]) != 0)[: len(order)]
    # Only in a broken coverage more than two share an edge: the first two count.
    low, high = order[:-1][fresh[:-1] & ~fresh[1:]], order[1:][fresh[:-1] & ~fresh[1:]]
    one, other = found.owner[low], found.owner[high]
    pairs, at = np.unique(one * len(ids) + other, return_inverse=True)
    shared = np.zeros((len(pairs), 3), dtype=np.int64)
    np.add.at(shared, at, measured[number[low]])
    borders: dict[int, dict[int, Border]] = {}
    rows = zip(
        ids[pairs // len(ids)].tolist(), ids[pairs % len(ids)].tolist(), shared.tolist(),
        strict=True,
    )  # fmt: skip
    for here, there, lengths in rows:
        border = Border(*lengths)
        borders.setdefault(here, {})[there] = borders.setdefault(there, {})[here] = border
    return borders, {n: Border(*row) for n, row in zip(ids.tolist(), rims.tolist(), strict=True)}
