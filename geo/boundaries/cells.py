"""The uniform cells under the locate index: which cell an edge touches, which it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Geometries = NDArray[np.object_]

_CELLS_PER_SIDE = 16
_MARGIN = 1e-6  # of a cell; coordinates in cells are exact to about 1e-12
_LEAST_ULPS = 64.0  # a cell is never so small that rounding could move its middle


@dataclass(frozen=True, eq=False)
class Cells:
    """A grid of cells over the units.

    Attributes
    ----------
    bounds : tuple of float
        x0, y0, x1, y1 of all units in metres; nothing is covered beyond.
    per_x, per_y : float
        Cells per metre.
    columns : int
        Cells in a row; cell (row, column) is number row × columns + column.
    cell : int32 array
        Per cell: the position of its only unit, −1 for outside, or −2 − m for mixed cell m.
    start : int32 array
        Mixed cell m has `candidates[start[m]:start[m + 1]]`.
    candidates : int32 array
        Positions of units, ascending within a mixed cell.
    """

    bounds: tuple[float, float, float, float]
    per_x: float
    per_y: float
    columns: int
    cell: Ints
    start: Ints
    candidates: Ints

    def look_up(self, xy: Floats) -> tuple[Ints, Ints]:
        """Find the rows of `xy` that lie within the bounds, and what their cells say."""
        x0, y0, x1, y1 = self.bounds
        x, y = xy[:, 0], xy[:, 1]
        rows = np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))
        column = ((x[rows] - x0) * self.per_x).astype(np.int64)
        line = ((y[rows] - y0) * self.per_y).astype(np.int64)
        return rows, self.cell[line * self.columns + column]

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give everything as plain arrays, to be kept in files."""
        head = np.array([*self.bounds, self.per_x, self.per_y, self.columns], dtype=np.float64)
        return {
            "head": head,
            "cell": self.cell,
            "start": self.start,
            "candidates": self.candidates,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take back what `to_arrays` gave; the arrays may be memory-mapped."""
        x0, y0, x1, y1, per_x, per_y, columns = (float(v) for v in arrays["head"])
        kept = (np.asarray(arrays[name]) for name in ("cell", "start", "candidates"))
        return cls((x0, y0, x1, y1), per_x, per_y, int(columns), *kept)


@dataclass(frozen=True)
class _Grid:
    x0: float
    y0: float
    per_x: float
    per_y: float
    nx: int
    ny: int

    def to_cells(self, xy: Floats) -> tuple[Floats, Floats]:
        return (xy[:, 0] - self.x0) * self.per_x, (xy[:, 1] - self.y0) * self.per_y


def cover_cells(units: Geometries) -> Cells:
    """Sort every cell into wholly one unit's, outside, or mixed.

    Parameters
    ----------
    units : object array, shape (n,)
        Valid 2D (Multi)Polygons in metres in code order; empty ones cover nothing.
    """
    start, end, unit = _edges(units)
    if not len(unit):
        none = np.zeros(0, dtype=np.int32)
        bounds = (np.inf, np.inf, -np.inf, -np.inf)
        return Cells(bounds, 0.0, 0.0, 0, none, np.zeros(1, dtype=np.int32), none)
    bounds = shapely.bounds(units)
    grid = _grid(bounds[~np.isnan(bounds[:, 0])])
    size = grid.nx * grid.ny
    touched = _touched(grid, start, end, unit)
    touched_unit, touched_cell = np.divmod(touched, size)
    inner_unit, inner_cell = _interiors(grid, units, touched_unit, touched_cell)

    mixed = np.zeros(size, dtype=bool)
    mixed[touched_cell] = True
    cell = np.full(size, -1, dtype=np.int32)
    cell[inner_cell[::-1]] = inner_unit[::-1]  # the last write stays: the lowest position
    cell[mixed] = -2 - np.arange(np.count_nonzero(mixed), dtype=np.int32)

    # Only where units overlap does a unit cover a mixed cell without touching it by an edge.
    over = mixed[inner_cell]
    at = np.concatenate([touched_cell, inner_cell[over]])
    who = np.concatenate([touched_unit, inner_unit[over]]).astype(np.int32)
    order = np.lexsort((who, at))
    per_cell = np.bincount(-2 - cell[at], minlength=np.count_nonzero(mixed))
    starts = np.concatenate([[0], np.cumsum(per_cell)]).astype(np.int32)
    x0, y0, x1, y1 = shapely.total_bounds(units)
    whole = (float(x0), float(y0), float(x1), float(y1))
    return Cells(whole, grid.per_x, grid.per_y, grid.nx, cell, starts, who[order])


def _edges(units: Geometries) -> tuple[Floats, Floats, Ints]:
    """Every edge of every ring: start (n, 2), end (n, 2), position of the unit (n,)."""
    parts, part_unit = shapely.get_parts(units, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    return xy[:-1][edge], xy[1:][edge], part_unit[ring_part[ring[:-1][edge]]]


def _grid(bounds: Floats) -> _Grid:
    """Choose cells: sixteen to the side of a middling unit, bounded in number and in smallness."""
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    extent = high - low
    side = np.median(bounds[:, 2:] - bounds[:, :2], axis=0)
    wanted = extent / np.where(side > 0, side, 1.0) * _CELLS_PER_SIDE
    most = 4 * _CELLS_PER_SIDE**2 * len(bounds) + 65_536
    wanted *= min(1.0, float(np.sqrt(most / max(wanted.prod(), 1.0))))
    ulp = np.spacing(np.maximum(np.abs(low), np.abs(high)))
    finest = extent / (_LEAST_ULPS * ulp)
    n = np.clip(np.ceil(np.minimum(wanted, finest)), 1, most).astype(int)
    # A hair less than n cells: the upper bound itself still falls into the last cell.
    per = np.divide(n * (1 - 1e-12), extent, out=np.zeros(2), where=extent > 0)
    return _Grid(float(low[0]), float(low[1]), float(per[0]), float(per[1]), int(n[0]), int(n[1]))


def _touched(grid: _Grid, start: Floats, end: Floats, unit: Ints) -> Ints:
    """Pairs unit × cells + cell, ascending, for every cell that an edge of the unit may touch."""
    ax, ay = grid.to_cells(start)
    bx, by = grid.to_cells(end)
    first = _clip(np.minimum(ay, by) - _MARGIN, grid.ny)
    last = _clip(np.maximum(ay, by) + _MARGIN, grid.ny)
    edge, line = _expand(first, last)
    ax, ay, bx, by = ax[edge], ay[edge], bx[edge], by[edge]
    low, high = np.minimum(ax, bx), np.maximum(ax, bx)
    rise = np.abs(by - ay)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where the edge enters and leaves this row of cells, with what rounding may add.
        at = ax + np.clip((line - ay) / (by - ay), 0, 1) * (bx - ax)
        to = ax + np.clip((line + 1 - ay) / (by - ay), 0, 1) * (bx - ax)
        slack = 4e-15 * grid.ny * (high - low) / rise
    # A level edge gives NaN here; fmax and fmin then keep its whole width.
    left = np.fmax(low, np.minimum(at, to) - slack) - _MARGIN
    right = np.fmin(high, np.maximum(at, to) + slack) + _MARGIN
    which, column = _expand(_clip(left, grid.nx), _clip(right, grid.nx))
    size = grid.nx * grid.ny
    pairs = unit[edge][which].astype(np.int64) * size + line[which] * grid.nx + column
    pairs.sort()  # np.unique hashes, which takes a hundred times as long
    fresh: NDArray[np.bool_] = np.append(True, pairs[1:] != pairs[:-1])
    return np.asarray(pairs[fresh[: len(pairs)]])


def _interiors(grid: _Grid, units: Geometries, unit: Ints, cell: Ints) -> tuple[Ints, Ints]:
    """Cells wholly inside a unit, as pairs (unit, cell), units ascending.

    Along a row, what lies between two touched cells of a unit is wholly inside or wholly outside
    it: one exact test per such gap tells.
    """
    gap = np.flatnonzero(
        (unit[1:] == unit[:-1])
        & (cell[1:] // grid.nx == cell[:-1] // grid.nx)
        & (cell[1:] > cell[:-1] + 1)
    )
    owner, first, last = unit[gap], cell[gap] + 1, cell[gap + 1] - 1
    line, column = np.divmod(first, grid.nx)
    x = grid.x0 + (column + 0.5) / grid.per_x if grid.per_x else np.full(len(gap), grid.x0)
    y = grid.y0 + (line + 0.5) / grid.per_y if grid.per_y else np.full(len(gap), grid.y0)
    inside = shapely.intersects_xy(units[owner], x, y)
    which, cells = _expand(first[inside], last[inside])
    return owner[inside][which], cells


def _clip(values: Floats, n: int) -> Ints:
    return np.clip(np.floor(values), 0, n - 1).astype(np.int64)


def _expand(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Spell out ranges: for each range its number and every value from first to last."""
    length = last - first + 1
    which = np.repeat(np.arange(len(first)), length)
    begin = np.cumsum(length) - length
    return which, np.arange(len(which)) - begin[which] + first[which]
