"""Which unit is a point in: a uniform cell index, exact under one rule.

The rule: the candidates are the units whose closed set covers the point; the answer is the one
with the smallest code by bytes. Units come sorted by code bytes, so here it is the smallest
position. Where no unit covers a point, it is outside.

The index lays a grid of cells over the units, about sixteen to the side of a unit. A cell that
no edge touches lies wholly in one unit (or outside) and answers by itself; every other cell
holds its candidates in code order, which are then tested exactly by GEOS. Touching is judged
generously (a margin far above rounding), so that generosity costs time and never an answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries.cells import Cells, Floats, Geometries, Ints, cover_cells
from geo.errors import BadInput, UnreadableFile

OUTSIDE = -1
_CHUNK = 1 << 18
_FORMAT = b"wangge locate 1"
_FILES = ("head", "cell", "start", "candidates", "stamp")
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, eq=False)
class LocateIndex:
    """Answers which unit covers a point; build it with `build`, `load` or `cached`.

    Positions count the units in the order given to `build`; −1 is outside. All coordinates are
    metres in the working CRS, already snapped to the 1 mm grid like the units (`geo.crs`).
    Safe to ask from several threads.
    """

    units: Geometries
    cells: Cells

    @classmethod
    def build(cls, units: Geometries) -> Self:
        """Lay the cells over units that come sorted by code bytes.

        Parameters
        ----------
        units : object array, shape (n,)
            Valid 2D (Multi)Polygons in metres; empty ones and None cover nothing. They may
            overlap: the lowest position wins, as the rule says.

        Raises
        ------
        BadInput
            If a unit is not a polygon or has coordinates that are not finite.
        """
        units = _prepared(units)
        return cls(units, cover_cells(units))

    def assign(self, xy: Floats) -> NDArray[np.int32]:
        """Place points.

        Parameters
        ----------
        xy : float array, shape (n, 2)
            Metres. Points that are not finite come back as outside; telling them apart is the
            caller's (`geo.boundaries.assign`).

        Returns
        -------
        int32 array, shape (n,)
            Position of the unit, −1 outside.
        """
        xy = np.ascontiguousarray(xy, dtype=np.float64)
        out = np.full(len(xy), OUTSIDE, dtype=np.int32)
        for start in range(0, len(xy), _CHUNK):
            part = slice(start, start + _CHUNK)
            self._assign(xy[part], out[part])
        return out

    def _assign(self, xy: Floats, out: NDArray[np.int32]) -> None:
        rows, value = self.cells.look_up(xy)
        out[rows] = np.maximum(value, OUTSIDE)
        mixed = value < OUTSIDE
        rows, slot = rows[mixed], -2 - value[mixed]
        first, last = self.cells.start[slot], self.cells.start[slot + 1]
        while len(rows):
            unit = self.cells.candidates[first]
            hit = shapely.intersects_xy(self.units[unit], xy[rows, 0], xy[rows, 1])
            out[rows[hit]] = unit[hit]
            left = ~hit & (first + 1 < last)
            rows, first, last = rows[left], first[left] + 1, last[left]

    def one(self, x: float, y: float) -> int:
        """Place a single point: its unit's position, −1 outside; a few microseconds."""
        cells = self.cells
        x0, y0, x1, y1 = cells.bounds
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            return OUTSIDE
        cell, start, candidates = self._views
        row, column = int((y - y0) * cells.per_y), int((x - x0) * cells.per_x)
        value = cell[row * cells.columns + column]
        if value >= OUTSIDE:
            return int(value)
        units = candidates[start[-2 - value] : start[-1 - value]]
        hits = shapely.intersects_xy(self.units[units], x, y)
        best = int(hits.argmax())
        return int(units[best]) if hits[best] else OUTSIDE

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview, Ints]:
        # A memoryview gives one number ten times faster than a numpy array does.
        c = self.cells
        return c.cell.data, c.start.data, c.candidates

    def border_distance(self, xy: Floats, positions: Ints | None = None) -> Floats:
        """Measure how far points are from the nearest unit border.

        Parameters
        ----------
        xy : float array, shape (n, 2)
            Metres.
        positions : int array, shape (n,), optional
            What `assign` said about them, if it was asked already.

        Returns
        -------
        float array, shape (n,)
            Metres; NaN where the point is not finite or there are no units. In a clean coverage
            no other border is nearer than that of the point's own unit.
        """
        xy = np.ascontiguousarray(xy, dtype=np.float64)
        positions = self.assign(xy) if positions is None else positions
        out = np.full(len(xy), np.nan)
        inside = np.flatnonzero(positions >= 0)
        points = shapely.points(xy[inside])
        out[inside] = shapely.distance(points, self._borders[positions[inside]])
        away = np.flatnonzero((positions < 0) & np.isfinite(xy).all(axis=1))
        if len(away) and len(self._tree):
            (which, _), metres = self._tree.query_nearest(
                shapely.points(xy[away]), all_matches=False, return_distance=True
            )
            out[away[which]] = metres
        return out

    @cached_property
    def _borders(self) -> Geometries:
        return np.asarray(shapely.boundary(self.units), dtype=object)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.units)

    def save(self, folder: Path) -> None:
        """Keep the cells beside the sealed files as a cache of `.npy` files, made if missing.

        The stamp is written last: a folder left half-written is not loaded.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stamp.npy").unlink(missing_ok=True)
        arrays = {**self.cells.to_arrays(), "stamp": _stamp(self.units)}
        for name in _FILES:
            # Replaced, not overwritten: others may have the old file mapped.
            fresh = folder / f"{name}.new.npy"
            np.save(fresh, arrays[name], allow_pickle=False)
            fresh.replace(folder / f"{name}.npy")

    @classmethod
    def load(cls, folder: Path, units: Geometries) -> Self:
        """Map the kept cells into memory for the units they were built from.

        Raises
        ------
        UnreadableFile
            If there is no whole cache there, or it belongs to other units or another version.
        """
        try:
            arrays = {
                name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in _FILES
            }
            fits = np.array_equal(arrays["stamp"], _stamp(units))
        except (OSError, ValueError, EOFError) as error:
            raise _unreadable(folder) from error
        if not fits:
            raise _unreadable(folder)
        return cls(_prepared(units), Cells.from_arrays(arrays))

    @classmethod
    def cached(cls, folder: Path, units: Geometries) -> Self:
        """Load the kept cells, or build and keep them where they are missing or stale."""
        try:
            return cls.load(folder, units)
        except UnreadableFile:
            index = cls.build(units)
            index.save(folder)
            return index


def _prepared(units: Geometries) -> Geometries:
    """Check the units and make GEOS ready to test them from any thread."""
    units = np.array(units, dtype=object).reshape(-1)
    units[shapely.is_missing(units)] = shapely.Polygon()
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(units), _POLYGONS))
    xy, of = shapely.get_coordinates(units, return_index=True)
    wrong = np.union1d(wrong, of[~np.isfinite(xy).all(axis=1)])
    if len(wrong):
        raise BadInput(
            f"{len(wrong)} units are not polygons with finite coordinates, first at position "
            f"{wrong[0]}. Give valid (Multi)Polygons in metres.",
            f"有 {len(wrong)} 个单元不是坐标有效的面（首个位置 {wrong[0]}）。"
            "请提供以米为单位的有效面。",
            positions=wrong.tolist(),
        )
    shapely.prepare(units)
    # GEOS builds its point locators at the first question, without a lock: ask it here.
    x0, y0, x1, y1 = shapely.bounds(units).T
    shapely.intersects_xy(units, (x0 + x1) / 2, (y0 + y1) / 2)
    return units


def _stamp(units: Geometries) -> NDArray[np.uint8]:
    """SHA-256 over the format and every vertex: tells whether a cache belongs to the units."""
    digest = hashlib.sha256(_FORMAT)
    for blob in shapely.to_wkb(np.asarray(units, dtype=object), output_dimension=2):
        digest.update(blob or b"-")
    return np.frombuffer(digest.digest(), dtype=np.uint8)


def _unreadable(folder: Path) -> UnreadableFile:
    return UnreadableFile(
        f"There is no locate index for these units in {folder}. Build it again.",
        f"{folder} 中没有与这些单元相符的定位索引，请重新生成。",
    )
