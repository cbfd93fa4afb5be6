"""Laying rectangles in rows: the one way all buildings of the sample are set out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.samples.plan import Floats, Ints

_SOFT_M = 0.5


@dataclass(frozen=True)
class Rows:
    """How a use fills its ground, metres: rows `pitch` apart of boxes `gap` apart.

    A box is `depth` deep and between the two `length`s long; `keep` is the share of places built
    upon, `top` the share of the ground, from the north, that is filled at all.
    """

    depth: float
    pitch: float
    length: tuple[float, float]
    gap: float
    keep: float = 1.0
    top: float = 1.0


@dataclass(frozen=True)
class Boxes:
    """Rectangles on the ground: centre (n, 2), length along `angle` (radians), depth across.

    `ground` is the index of the polygon each stands on.
    """

    centre: Floats
    length: Floats
    depth: Floats
    angle: Floats
    ground: Ints

    def take(self, which: np.ndarray) -> Boxes:
        """Pick some of the boxes by mask or index."""
        return Boxes(
            self.centre[which],
            self.length[which],
            self.depth[which],
            self.angle[which],
            self.ground[which],
        )

    def part(self, x: tuple[Floats, Floats], y: tuple[Floats, Floats]) -> Boxes:
        """Cut a part out of each box; from-to in metres from its south-west corner."""
        dx = (x[0] + x[1] - self.length) / 2
        dy = (y[0] + y[1] - self.depth) / 2
        return Boxes(
            self.centre + _turn(np.column_stack([dx, dy]), self.angle),
            x[1] - x[0],
            y[1] - y[0],
            self.angle,
            self.ground,
        )


def join(parts: list[Boxes]) -> Boxes:
    """Put boxes one after another."""
    return Boxes(
        np.concatenate([p.centre for p in parts]),
        np.concatenate([p.length for p in parts]),
        np.concatenate([p.depth for p in parts]),
        np.concatenate([p.angle for p in parts]),
        np.concatenate([p.ground for p in parts]),
    )


def lay(
    grounds: np.ndarray, which: Ints, angles: Floats, rows: Rows, rng: np.random.Generator
) -> Boxes:
    """Fill the grounds named by `which` (rising indices into `grounds`) with rows of boxes."""
    found: list[tuple[float, float, float, float, int]] = []
    for index in which:
        if not grounds[index].is_empty:
            found += _fill(grounds[index], float(angles[index]), rows, rng, int(index))
    table = np.array(found, dtype=float).reshape(-1, 5)
    ground = table[:, 4].astype(np.int64)
    angle = np.asarray(angles, dtype=float)[ground]
    boxes = Boxes(
        _turn(table[:, :2], angle), table[:, 2], np.full(len(table), rows.depth), angle, ground
    )
    # Corners are rounded to an eighth of a metre, so the edge of the ground must be soft.
    soft = shapely.buffer(grounds[which], _SOFT_M)[np.searchsorted(which, ground)]
    inside = shapely.covers(soft, outline(boxes, RECTANGLE))
    return boxes.take(inside & (rng.random(len(table)) < rows.keep))


def _fill(
    ground: shapely.Polygon, angle: float, rows: Rows, rng: np.random.Generator, index: int
) -> list[tuple[float, float, float, float, int]]:
    ring = _turn(shapely.get_coordinates(ground.exterior), np.float64(-angle))
    south, north = float(ring[:, 1].min()), float(ring[:, 1].max())
    count = int((north - south - rows.depth) / rows.pitch) + 1 if north > south + rows.depth else 0
    spare = north - south - (count - 1) * rows.pitch - rows.depth
    found = []
    for r in range(count):
        y = south + spare / 2 + r * rows.pitch
        if y - south < (1 - rows.top) * (north - south):
            continue
        low, high = _crossings(ring, y), _crossings(ring, y + rows.depth)
        west, east = max(low[0], high[0]), min(low[1], high[1])
        for x, length in _row(east - west, rows, rng):
            found.append((west + x + length / 2, y + rows.depth / 2, length, 0.0, index))
    return found


def _row(room: float, rows: Rows, rng: np.random.Generator) -> list[tuple[float, float]]:
    short, long = rows.length
    if room < short:
        return []
    usual = float(rng.uniform(0.6, 1.0)) * (long - short) + short
    count = max(1, int((room + rows.gap) / (usual + rows.gap)))
    each = min(long, (room + rows.gap) / count - rows.gap)
    spare = room - count * each - (count - 1) * rows.gap
    start = spare * float(rng.uniform(0.3, 0.7))
    return [(start + i * (each + rows.gap), each) for i in range(count)]


def _crossings(ring: Floats, y: float) -> tuple[float, float]:
    a, b = ring[:-1], ring[1:]
    cross = (a[:, 1] > y) != (b[:, 1] > y)
    if not cross.any():
        return np.inf, -np.inf
    a, b = a[cross], b[cross]
    x = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return float(x.min()), float(x.max())


def _turn(xy: Floats, angle: Floats | np.float64) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.column_stack([xy[:, 0] * c - xy[:, 1] * s, xy[:, 0] * s + xy[:, 1] * c])


# Shapes as corners in shares of length and depth, (-0.5, -0.5) the south-west corner.
RECTANGLE = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))


def outline(boxes: Boxes, shape: tuple[tuple[float, float], ...]) -> np.ndarray:
    """Draw a shape in every box, corners on the eighth of a metre; polygons.

    An eighth is exact both in decimal millimetres and in binary, which keeps the files small.
    """
    corners = np.array(shape)
    size = np.stack([boxes.length, boxes.depth], axis=1)
    local = (corners[None] * size[:, None]).reshape(-1, 2)
    xy = _turn(local, np.repeat(boxes.angle, len(corners)))
    xy += np.repeat(boxes.centre, len(corners), axis=0)
    rings = (np.floor(xy * 8 + 0.5) / 8).reshape(len(boxes.length), len(corners), 2)
    return np.asarray(shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1)))
