"""Borders between units: who touches whom, how far, along what, and who can be reached.

Lengths are whole micrometres, the sums of rounded edges, so both sides of a border and every
grouping of units agree exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plans.along import STREET_M, Along
from geo.plans.segments import Geometries, Ints, Segments, same_edges, segments
from geo.plans.standing import Standing, replaced


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
    ways : mapping
        By unit: those it holds together with, by a border that is not all barrier or by a link.
    whole : tuple of frozenset of int
        The pieces of all units that hold together.
    households : mapping
        By unit: the households known, by which pieces are put in order.
    """

    along: Along
    standing: Standing
    borders: Borders
    rims: Mapping[int, Border]
    reached: tuple[frozenset[int], ...]
    ways: Mapping[int, frozenset[int]]
    whole: tuple[frozenset[int], ...]
    households: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, ids: Ints, shapes: Geometries, along: Along) -> Self:
        """Find the borders of units that are a clean coverage on the 1 mm grid.

        Parameters
        ----------
        ids : int64 array, shape (n,)
            Place ids, rising.
        shapes : object array, shape (n,)
            Their outlines.
        along : Along
            What lies on the ground.
        """
        standing = Standing.of(ids, shapes)
        borders, rims = _measure(ids, shapes, along, ids)
        reached = _reached(along.links.geometries, standing)
        ways = _ways(rims, borders, reached)
        return cls(along, standing, borders, rims, reached, ways, _pieces(rims, ways))

    def after(self, redrawn: Mapping[int, shapely.Geometry | None]) -> Self:
        """Give the fabric when units are redrawn, come, or go (None)."""
        if not redrawn:
            return self
        standing = self.standing.after(redrawn)
        drawn = {n: shape for n, shape in redrawn.items() if shape is not None}
        shapes = np.array([*drawn.values()], dtype=object)
        beside = [n for n in np.unique(standing.meeting(shapes)[1]).tolist() if n not in drawn]
        around = np.array([standing.shape(n) for n in beside], dtype=object)
        ids = np.array([*drawn, *beside], dtype=np.int64)
        fresh, outlines = _measure(ids, np.append(shapes, around), self.along, ids[: len(drawn)])
        borders, rims = (
            _rebordered(self.borders, redrawn, fresh),
            replaced(self.rims, redrawn, outlines),
        )
        reached = self._reached_after(standing, redrawn, shapes)
        changed = {*fresh, *redrawn}.union(*(self.neighbours(n) for n in redrawn))
        for was, now in zip(self.reached, reached, strict=True):
            changed |= was | now if was is not now else set()
        ways = replaced(
            self.ways, changed, _ways([n for n in changed if n in rims], borders, reached)
        )
        return replace(
            self,
            standing=standing,
            borders=borders,
            rims=rims,
            reached=reached,
            ways=ways,
            whole=self._whole_after(changed, ways),
        )

    def _whole_after(
        self, changed: Collection[int], ways: Mapping[int, frozenset[int]]
    ) -> tuple[frozenset[int], ...]:
        """Carry the pieces of all units on.

        Where the units whose ways changed were of one piece, and are one by themselves still, all
        that held together through them does.
        """
        standing = ways.keys() & changed
        old = self.ways.keys() & changed
        home = next((piece for piece in self.whole if old and old <= piece), None)
        if home is None or len(_pieces(standing, ways)) != 1 or standing.isdisjoint(old):
            return _pieces(ways, ways)
        kept = home.difference(changed).union(standing)
        return tuple(kept if piece is home else piece for piece in self.whole)

    def _reached_after(
        self, standing: Standing, redrawn: Mapping[int, object], shapes: Geometries
    ) -> tuple[frozenset[int], ...]:
        near = set(self.along.links.query(shapes, predicate="dwithin", distance=STREET_M)[1])
        near |= {k for k, units in enumerate(self.reached) if not units.isdisjoint(redrawn)}
        which = sorted(near)
        fresh = _reached(self.along.links.geometries[which], standing)
        anew = dict(zip(which, fresh, strict=True))
        return tuple(anew.get(k, units) for k, units in enumerate(self.reached))

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
        return other in self.ways[one]

    def contiguous_pieces(self, units: Collection[int]) -> list[frozenset[int]]:
        """Part units into pieces that hold together.

        Two units hold together by a shared border of positive length that is not all river,
        railway or wall, or by a declared bridge or level crossing that reaches both.

        Returns
        -------
        list of frozenset of int
            Those with most households first; of equal ones the one with the smallest place id.
        """
        # Each unit once: as many as there are means all of them.
        pieces = self.whole if len(units) == len(self.ways) else _pieces(units, self.ways)
        if len(pieces) == 1:
            return list(pieces)
        known = self.households
        return sorted(pieces, key=lambda piece: (-sum(known.get(n, 0) for n in piece), min(piece)))


def _reached(links: Geometries, standing: Standing) -> tuple[frozenset[int], ...]:
    which, unit = standing.meeting(links, within_m=STREET_M)
    reached: list[set[int]] = [set() for _ in links]
    for link, n in zip(which.tolist(), unit.tolist(), strict=True):
        reached[link].add(n)
    return tuple(frozenset(units) for units in reached)


def _ways(
    units: Iterable[int], borders: Borders, reached: tuple[frozenset[int], ...]
) -> dict[int, frozenset[int]]:
    """Find whom units hold together with."""
    ways = {
        unit: {n for n, border in borders.get(unit, _NONE).items() if border.passable}
        for unit in units
    }
    for joined in reached:
        for unit in joined & ways.keys():
            ways[unit] |= joined - {unit}
    return {unit: frozenset(others) for unit, others in ways.items()}


def _pieces(units: Iterable[int], ways: Mapping[int, frozenset[int]]) -> tuple[frozenset[int], ...]:
    """Part units into pieces that hold together within themselves."""
    left, pieces = set(units), []
    while left:
        waiting = [left.pop()]
        piece = set(waiting)
        while waiting:
            fresh = left & ways[waiting.pop()]
            left -= fresh
            piece |= fresh
            waiting += fresh
        pieces.append(frozenset(piece))
    return tuple(pieces)


def _rebordered(
    borders: Borders, redrawn: Collection[int], fresh: Mapping[int, dict[int, Border]]
) -> Borders:
    """Take away all borders of redrawn units, and put the fresh ones there."""
    out = dict(borders)
    for unit in redrawn:
        for other in out.pop(unit, _NONE):
            if other not in redrawn:
                out[other] = {n: b for n, b in out[other].items() if n != unit}
    for unit, own in fresh.items():
        out[unit] = {**out.get(unit, _NONE), **own}
    return out


def _measure(
    ids: Ints, shapes: Geometries, along: Along, wanted: Ints
) -> tuple[dict[int, dict[int, Border]], dict[int, Border]]:
    """Measure the outlines of wanted units, and the borders that they share with any."""
    edges, number = _edges_of(segments(shapes), np.isin(ids, wanted))
    first = np.unique(number, return_index=True)[1]
    runs = along.runs(edges.a[first], edges.b[first], edges.length_um[first])
    measured = np.column_stack([edges.length_um[first], *runs])
    rims = np.zeros((len(ids), 3), dtype=np.int64)
    np.add.at(rims, edges.owner, measured[number])
    one, other, edge = _pairs(edges.owner, number)
    pairs, at = np.unique(one * len(ids) + other, return_inverse=True)
    shared = np.zeros((len(pairs), 3), dtype=np.int64)
    np.add.at(shared, at, measured[edge])
    here, there = ids[pairs // len(ids)].tolist(), ids[pairs % len(ids)].tolist()
    borders: dict[int, dict[int, Border]] = {}
    for low, high, lengths in zip(here, there, shared.tolist(), strict=True):
        border = Border(*lengths)
        borders.setdefault(low, {})[high] = borders.setdefault(high, {})[low] = border
    outlines = zip(ids.tolist(), rims.tolist(), strict=True)
    chosen = set(wanted.tolist())
    return borders, {n: Border(*row) for n, row in outlines if n in chosen}


def _edges_of(found: Segments, wanted: NDArray[np.bool_]) -> tuple[Segments, Ints]:
    """Keep the edges that wanted units have, and number them 0, 1, …; equal ones alike."""
    number = same_edges(found)
    kept = np.isin(number, number[wanted[found.owner]])
    return Segments(*(column[kept] for column in found)), np.unique(
        number[kept], return_inverse=True
    )[1]


def _pairs(owner: Ints, number: Ints) -> tuple[Ints, Ints, Ints]:
    """Find who shares edges: the two owners of each such edge, and its number."""
    order = np.lexsort((owner, number))
    opens = np.append(True, np.diff(number[order]) != 0)[: len(order)]
    # Only in a broken coverage more than two share an edge: the first two count.
    first = np.flatnonzero(opens[:-1] & ~opens[1:])
    return owner[order[first]], owner[order[first + 1]], number[order[first]]
