"""Cutting blocks into smaller blocks, in plan coordinates.

Blocks are convex rings. Each cut is a straight line from edge to edge and becomes a street, a
lane or a mere border. Cuts that would end close to an existing junction end on it, so streets
meet at crossings as they do in a town.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from geo.samples.plan import Line

COLUMN_STREETS, CUT_STREETS = 500, 1_000  # first numbers: rows from 0, columns, cuts

Point = tuple[float, float]
Ring = list[Point]

_JOIN_M = 16.0  # a cut ends on a junction that is nearer than this
_ON_M = 0.001
_CORNER_M = 9.0  # and not closer to a corner than this


@dataclass
class Cuts:
    """All lines drawn so far: ends, what runs along them, and the street they belong to."""

    ends: list[tuple[Point, Point]] = field(default_factory=list)
    kinds: list[Line] = field(default_factory=list)
    streets: list[int] = field(default_factory=list)
    _joints: dict[tuple[int, int], list[Point]] = field(default_factory=lambda: defaultdict(list))

    def add(self, a: Point, b: Point, kind: Line, street: int | None = None) -> int:
        """Record a line; gives its street number (a new one unless given)."""
        number = len(self.ends) + CUT_STREETS if street is None else street
        self.ends.append((a, b))
        self.kinds.append(kind)
        self.streets.append(number)
        for p in (a, b):
            self._joints[_bucket(p)].append(p)
        return number

    def cut(self, ring: Ring, through: Point, slope: Point, kind: Line) -> tuple[Ring, Ring]:
        """Cut a convex ring along the line through a point; left part, right part."""
        side = [(y - through[1]) * slope[0] - (x - through[0]) * slope[1] for x, y in ring]
        n = len(ring)
        crossed = [i for i in range(n) if (side[i] > 0) != (side[(i + 1) % n] > 0)]
        i, j = crossed
        p = self._end(ring[i], ring[(i + 1) % n], side[i], side[(i + 1) % n])
        q = self._end(ring[j], ring[(j + 1) % n], side[j], side[(j + 1) % n])
        self.add(p, q, kind)
        first = [p, *ring[i + 1 : j + 1], q]
        second = [q, *ring[j + 1 :], *ring[: i + 1], p]
        return (first, second) if side[i + 1] > 0 else (second, first)

    def _end(self, a: Point, b: Point, side_a: float, side_b: float) -> Point:
        length = math.dist(a, b)
        margin = min(_CORNER_M, 0.3 * length)
        at = min(max(side_a / (side_a - side_b) * length, margin), length - margin)
        p = (a[0] + (b[0] - a[0]) * at / length, a[1] + (b[1] - a[1]) * at / length)
        cx, cy = _bucket(p)
        near = [
            q
            for x in (cx - 1, cx, cx + 1)
            for y in (cy - 1, cy, cy + 1)
            for q in self._joints.get((x, y), ())
            if math.dist(p, q) < _JOIN_M and _on_edge(q, a, b, length, margin)
        ]
        return min(near, key=lambda q: (math.dist(p, q), q), default=p)


def _bucket(p: Point) -> tuple[int, int]:
    return math.floor(p[0] / _JOIN_M), math.floor(p[1] / _JOIN_M)


def _on_edge(q: Point, a: Point, b: Point, length: float, margin: float) -> bool:
    dx, dy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    along = (q[0] - a[0]) * dx + (q[1] - a[1]) * dy
    off = (q[0] - a[0]) * dy - (q[1] - a[1]) * dx
    return abs(off) < _ON_M and margin <= along <= length - margin


def area_m2(ring: Ring) -> float:
    """Area of a ring."""
    return abs(
        0.5
        * sum(
            x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)
        )
    )


def centre(ring: Ring) -> Point:
    """Mean of the corners; inside, since rings are convex."""
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def extent(ring: Ring) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)
