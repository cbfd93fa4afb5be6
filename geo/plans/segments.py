"""Outlines taken apart: every edge of every ring as whole millimetres, lengths that sum exactly."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import GRID_M

Ints = NDArray[np.integer[Any]]
Geometries = NDArray[np.object_]

_UM_PER_MM = 1000


class Segments(NamedTuple):
    """Edges of outlines, each written from its lower end (west first, then south).

    Attributes
    ----------
    owner : int array, shape (n,)
        Position of the outline.
    a, b : int64 arrays, shape (n, 2)
        Ends in millimetres.
    length_um : int64 array, shape (n,)
        Length, rounded to whole micrometres: the same for whoever shares the edge.
    """

    owner: Ints
    a: Ints
    b: Ints
    length_um: Ints


def segments(shapes: Geometries) -> Segments:
    """Take outlines on the 1 mm grid apart; edges of holes included."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    mm = in_mm(xy)
    edge = (ring[1:] == ring[:-1]) & (mm[1:] != mm[:-1]).any(axis=1)
    a, b = mm[:-1][edge], mm[1:][edge]
    turned = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[turned], b[turned] = b[turned], a[turned]
    across, up = (b - a).astype(float).T
    length_um = np.rint(np.hypot(across, up) * _UM_PER_MM).astype(np.int64)
    return Segments(of_part[of_ring[ring[:-1][edge]]], a, b, length_um)


def doubled_areas(shapes: Geometries) -> Ints:
    """Measure areas exactly: twice the square millimetres, whole numbers on the 1 mm grid.

    Returns
    -------
    int64 array, shape (n,)
        One per outline; 0 for an empty one.
    """
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    out = np.zeros(len(shapes), dtype=np.int64)
    if not len(rings):
        return out
    mm = in_mm(xy)
    start = np.searchsorted(ring, np.arange(len(rings)))
    mm -= mm[start][ring]  # near the origin nothing overflows
    inner = ring[1:] == ring[:-1]
    cross = np.where(inner, mm[:-1, 0] * mm[1:, 1] - mm[1:, 0] * mm[:-1, 1], 0)
    of_rings = np.zeros(len(rings), dtype=np.int64)
    np.add.at(of_rings, ring[:-1], cross)
    shell = np.append(True, of_ring[1:] != of_ring[:-1])
    signed = np.where(shell, np.abs(of_rings), -np.abs(of_rings))
    np.add.at(out, of_part[of_ring], signed)
    return out


def in_mm(xy: NDArray[np.float64]) -> Ints:
    """Write metres as whole millimetres."""
    return np.asarray(np.rint(xy / GRID_M), dtype=np.int64)


def same_edges(found: Segments) -> Ints:
    """Give equal edges the same number, 0, 1, …: int64 array, shape (n,)."""
    ends = np.concatenate([found.a, found.b])
    if not len(ends):
        return np.zeros(0, dtype=np.int64)
    ends -= ends.min(axis=0)
    span = int(ends[:, 1].max()) + 1
    node = np.unique(ends[:, 0] * span + ends[:, 1], return_inverse=True)[1].reshape(2, -1)
    return np.unique(node[0] * len(ends) + node[1], return_inverse=True)[1]
