"""Slits: narrow gaps between units that open to the outside, seen against imported outlines.

An enclosed gap shows by itself (`coverage.check_coverage`). One that opens at the rim of the town
is just a bay in the rim, unless an imported outline says that the ground belongs to the town.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries.coverage import HOLE_M
from geo.boundaries.findings import Finding
from geo.boundaries.shapes import area_and_width, made_valid, place, union
from geo.crs import GRID_M

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

#: A strip along the rim has half of its own rim there, a slit only its mouth.
_MOUTH = 0.25


def slits(
    units: gpd.GeoDataFrame, imported: Geometries, *, slit_m: float = HOLE_M
) -> Iterator[Finding]:
    """Find narrow open gaps between units, as findings `gap`.

    Parameters
    ----------
    units : GeoDataFrame
        Columns `code`, geometry; metres.
    imported : object array of polygons
        Outlines of areas above the units, as imported. Where they only run beside the rim of the
        units (drawn at another scale) nothing is said here.
    slit_m : float
        Mean width in metres from which on it is a hole that may be meant.
    """
    shapes = made_valid(units.geometry.to_numpy())
    present = ~shapely.is_missing(shapes)
    codes, shapes = units["code"].to_numpy()[present], shapes[present]
    if not len(imported) or not len(shapes):
        return
    whole = union(made_valid(imported))
    parts = shapely.get_parts(shapely.difference(whole, _filled(union(shapes))))
    area, width = area_and_width(parts)
    narrow = np.flatnonzero((width > GRID_M) & (width < slit_m))
    found = narrow[_at_rim(parts[narrow], whole) < _MOUTH * shapely.length(parts[narrow])]
    tree = shapely.STRtree(shapes)
    for k in found[np.argsort(-area[found], kind="stable")]:
        beside = np.unique(tree.query(parts[k], predicate="intersects"))
        yield Finding.of("gap", *codes[beside], area_m2=float(area[k]), at=place(parts[k]))


def _at_rim(parts: Geometries, whole: shapely.Geometry) -> Floats:
    """Measure how much of the rim of each part lies on the rim of the whole, in metres."""
    start, end, part = _segments(parts)
    rim = shapely.STRtree(shapely.linestrings(np.stack(_segments(np.array([whole]))[:2], axis=1)))
    middle = shapely.points((start + end) / 2)
    near = np.unique(rim.query(middle, predicate="dwithin", distance=GRID_M)[0])
    length = np.hypot(*(end - start).T)
    return np.asarray(np.bincount(part[near], weights=length[near], minlength=len(parts)), float)


def _segments(shapes: Geometries) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Give starts and ends, shape (n, 2), of all edges, and the position of their shape."""
    pieces, shape = shapely.get_parts(shapes, return_index=True)
    rings, piece = shapely.get_rings(pieces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return xy[:-1][same], xy[1:][same], shape[piece[ring[:-1][same]]]


def _filled(shape: shapely.Geometry) -> Any:  # noqa: ANN401 - shapely has no types
    """Give a shape without its inner rings."""
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(shape))))
