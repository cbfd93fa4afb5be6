"""Which side of a drawn line a unit lies on."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import BadInput

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ON_LINE_M = 1e-6  # what noding moves a point by, at most
_HALF = 0.5
_STEP_M = 0.01
_FEW_VERTICES = 200


def require_simple(line: shapely.LineString) -> None:
    """Refuse a line that crosses itself: it has no sides.

    Raises
    ------
    BadInput
    """
    if not line.is_simple or not line.length:
        raise BadInput(
            "The line crosses itself or has no length. Draw one that does not.",
            "所画的线自相交或没有长度。请重新画线。",
        )


def require_untangled(line: shapely.LineString) -> None:
    """Refuse a scribble: a line of many vertices that crosses itself.

    Each of its segments may cross every other: what it parts would take minutes to compute.

    Raises
    ------
    BadInput
    """
    if shapely.get_num_points(line) > _FEW_VERTICES:
        require_simple(line)


def left_of(outline: shapely.Geometry, line: shapely.LineString) -> tuple[Any, int]:
    """Give the part of an area to the left of a line, seen in the direction of drawing.

    The line parts the area into faces. A face is to the left if more of the line runs with it on
    its left than on its right, so a line that leaves the area and comes back parts it
    into faces that are left and right by turns. A face that the line does not touch (a
    separate part of the area) lies where its inner point does, seen from the nearest place of the
    line. Nothing is extended: an end of the line inside a face parts nothing.

    Parameters
    ----------
    outline : Polygon or MultiPolygon
        Of the area, metres.
    line : LineString
        Simple (see `require_simple`); metres. A closed line parts its inside from its outside.

    Returns
    -------
    tuple of Geometry and int
        The part to the left, and into how many faces the area came apart.
    """
    noded = shapely.union_all([outline.boundary, line])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(outline)
    faces = faces[shapely.covers(outline, shapely.point_on_surface(faces))]
    left = _is_left(faces, line)
    return shapely.union_all(faces[left]), len(faces)


def mostly_in(shapes: Geometries, region: shapely.Geometry) -> Bools:
    """Tell which shapes lie in a region with at least half of their area; shape (n,)."""
    shared = shapely.area(shapely.intersection(shapes, region))
    return np.asarray(shared >= _HALF * shapely.area(shapes))


def _is_left(faces: Geometries, line: shapely.LineString) -> Bools:
    """Tell which faces lie to the left."""
    rings, face = shapely.get_rings(shapely.orient_polygons(faces), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end = xy[:-1][same], xy[1:][same]
    face = face[ring[:-1][same]]
    middle = shapely.points((start + end) / 2)
    along = shapely.distance(middle, line) <= _ON_LINE_M
    start, end, face = start[along], end[along], face[along]
    # A face lies to the left of its own edges; measured inside the edge, off a closed line's seam.
    early, late = (
        shapely.line_locate_point(line, shapely.points(start + share * (end - start)))
        for share in (0.25, 0.75)
    )
    length = np.hypot(*(end - start).T) * np.where(late > early, 1.0, -1.0)
    leaning = np.bincount(face, weights=length, minlength=len(faces))
    touched = np.bincount(face, minlength=len(faces)) > 0
    return np.where(touched, leaning > 0, _seen_from(line, faces))


def _seen_from(line: shapely.LineString, faces: Geometries) -> Bools:
    """Tell on which side the inner points of faces lie, from the nearest place of the line."""
    inner = shapely.point_on_surface(faces)
    there = np.clip(shapely.line_locate_point(line, inner), _STEP_M, line.length - _STEP_M)
    back, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(line, there + step))
        for step in (-_STEP_M, _STEP_M)
    )
    way, aside = ahead - back, shapely.get_coordinates(inner) - back
    return np.asarray(way[:, 0] * aside[:, 1] - way[:, 1] * aside[:, 0] > 0)
