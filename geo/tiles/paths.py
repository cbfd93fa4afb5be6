"""Rings, lines and points of many features as flat arrays of whole numbers.

Shared borders stay shared because every vertex is rounded once, on a grid that spans the whole
world at its zoom, before anything is cut: equal coordinates give equal integers in every
feature, layer and tile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import BadInput
from geo.tiles.varint import Ints

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Kind = Literal[1, 2, 3]

POINT: Kind = 1
LINE: Kind = 2
POLYGON: Kind = 3
_KIND_OF_TYPE = {0: POINT, 1: LINE, 2: LINE, 3: POLYGON, 4: POINT, 5: LINE, 6: POLYGON}


@dataclass(frozen=True)
class Paths:
    """p paths of one kind: rings (not closed by a repeated point), lines, or single points.

    `start` (p + 1) cuts `x` and `y` into paths. Per path: the row of the feature that owns it,
    the polygon it belongs to (rings of one polygon share it, the outer ring comes first),
    whether it is an outer ring, and the tile it was cut for.
    """

    kind: Kind
    x: Ints
    y: Ints
    start: Ints
    owner: Ints
    part: Ints
    outer: Bools
    tile_x: Ints
    tile_y: Ints

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def lengths(self) -> Ints:
        """Number of points of each path."""
        return np.diff(self.start)

    @property
    def path_of_point(self) -> Ints:
        """The path of each point."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def with_points(self, x: Ints, y: Ints, start: Ints, source: Ints) -> Paths:
        """Give paths with other points; `source` is the path each of them comes from."""
        return Paths(
            self.kind, x, y, start, self.owner[source], self.part[source],
            self.outer[source], self.tile_x[source], self.tile_y[source],
        )  # fmt: skip

    def take(self, index: Ints) -> Paths:
        """Give the paths at `index`, in that order, repeats allowed."""
        length = self.lengths[index]
        points = spans(self.start[index], length)
        return self.with_points(self.x[points], self.y[points], offsets(length), index)

    def select(self, keep: Bools) -> Paths:
        """Give the paths where `keep` is true."""
        return self if keep.all() else self.take(np.flatnonzero(keep))

    def select_points(self, keep: Bools) -> Paths:
        """Drop points; paths stay, some of them perhaps empty."""
        start = offsets(keep)[self.start]
        return replace(self, x=self.x[keep], y=self.y[keep], start=start)


def only(geometries: Geometries, where: Bools) -> Geometries:
    """Give the geometries where the mask is true, None elsewhere."""
    out = np.full(len(geometries), None, object)
    out[where] = geometries[where]
    return out


def offsets(counts: Ints | Bools) -> Ints:
    """Give running totals with a leading 0."""
    out = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=out[1:])
    return out


def sums(values: Ints, start: Ints) -> Ints:
    """Sum the values of each stretch start[i] … start[i + 1] − 1."""
    total = offsets(values)
    return np.asarray(total[start[1:]] - total[start[:-1]])


def spans(first: Ints, length: Ints) -> Ints:
    """Concatenate the ranges first … first + length − 1."""
    end = np.cumsum(length)
    total = int(end[-1]) if len(end) else 0
    return np.asarray(np.arange(total) + np.repeat(first - (end - length), length))


def following(paths: Paths) -> Ints:
    """Give for each point the index of the next one of its path; the last is followed by the first."""
    after = np.arange(1, len(paths.x) + 1)
    some = paths.lengths > 0
    after[paths.start[1:][some] - 1] = paths.start[:-1][some]
    return after


def kinds(geometries: Geometries) -> Ints:
    """Tell points (1), lines (2) and polygons (3); 0 where there is nothing to draw.

    Raises
    ------
    BadInput
        If a geometry is a collection.
    """
    types = shapely.get_type_id(geometries)
    if (types == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        raise BadInput(
            "A feature on a tile can't be a geometry collection. Split it into its parts.",
            "切片上的要素不能是几何集合（GeometryCollection）。请先拆分。",
        )
    kind_of_type = np.array([_KIND_OF_TYPE.get(t, 0) for t in range(-1, 7)], np.int64)
    return np.where(shapely.is_empty(geometries), 0, kind_of_type[types + 1])


def read(geometries: Geometries, rows: Ints, kind: Kind, to_grid: tuple[Floats, Floats]) -> Paths:
    """Take geometries of one kind apart and round their vertices to whole numbers.

    Parameters
    ----------
    geometries : array of shapely geometries, all of `kind`
    rows : int array
        The feature row of each geometry.
    to_grid : (scale (2,), shift (2,))
        A vertex v lands on floor(v · scale + shift + ½).
    """
    parts, of = shapely.get_parts(geometries, return_index=True)
    paths, part = (
        shapely.get_rings(parts, return_index=True)
        if kind == POLYGON
        else (parts, np.arange(len(parts)))
    )
    outer = np.ones(len(paths), bool)
    outer[1:] = part[1:] != part[:-1]
    length = shapely.get_num_coordinates(paths).astype(np.int64)
    scale, shift = to_grid
    xy = np.floor(shapely.get_coordinates(paths) * scale + (shift + 0.5)).astype(np.int64)
    nowhere = np.zeros(len(paths), np.int64)
    read = Paths(
        kind, xy[:, 0], xy[:, 1], offsets(length), rows[of[part]], part.astype(np.int64),
        outer, nowhere, nowhere,
    )  # fmt: skip
    return without_repeats(read)


def without_repeats(paths: Paths) -> Paths:
    """Drop points equal to the next one of their path, then paths with too few points left."""
    if paths.kind == POINT:
        return paths
    after = following(paths)
    repeated = (paths.x == paths.x[after]) & (paths.y == paths.y[after])
    if paths.kind == LINE:  # a line may end where it began
        last = np.zeros(len(paths.x), bool)
        last[paths.start[1:][paths.lengths > 0] - 1] = True
        repeated &= ~last
    thinned = paths.select_points(~repeated)
    return thinned.select(thinned.lengths >= (3 if paths.kind == POLYGON else 2))


def doubled_areas(paths: Paths) -> Ints:
    """Twice the signed area of each ring (surveyor's formula), exact."""
    after = following(paths)
    cross = paths.x * paths.y[after] - paths.x[after] * paths.y
    return sums(cross, paths.start)


def group_starts(*keys: Ints) -> Bools:
    """Mark the rows where any key differs from the row before."""
    first = np.ones(len(keys[0]), bool)
    first[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return first


def proper_polygons(rings: Paths) -> Paths:
    """Leave out rings without area, holes without a shell and polygons filled by their holes.

    Outer rings come out with positive area in coordinates whose y points down, holes with
    negative area, as MVT 2.1 (4.3.4.4) wants. Rings of one polygon in one tile must be
    neighbours.
    """
    area = doubled_areas(rings)
    rings, area = rings.select(area != 0), area[area != 0]
    polygon = np.cumsum(group_starts(rings.part, rings.tile_x, rings.tile_y)) - 1
    shell = np.bincount(polygon, np.where(rings.outer, np.abs(area), 0))
    holes = np.bincount(polygon, np.where(rings.outer, 0, np.abs(area)))
    keep = (shell > holes)[polygon]
    rings, area = rings.select(keep), area[keep]
    return _reversed(rings, (area > 0) != rings.outer)


def _reversed(paths: Paths, turn: Bools) -> Paths:
    """Turn some paths round; their first point stays first."""
    place = np.arange(len(paths.x)) - np.repeat(paths.start[:-1], paths.lengths)
    back = np.where(place > 0, np.repeat(paths.lengths, paths.lengths) - place, 0)
    step = np.where(np.repeat(turn, paths.lengths), back, place)
    points = np.repeat(paths.start[:-1], paths.lengths) + step
    return replace(paths, x=paths.x[points], y=paths.y[points])
