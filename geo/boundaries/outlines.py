"""Outlines of everything above the units, derived from the units; label points and areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.shapes import is_none, union
from geo.crs import snap_xy
from geo.errors import BadInput

Geometries = NDArray[np.object_]
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

_LABEL_TOLERANCE = 1 / 50  # of the side of a square of the same area


def families(parent: Ints) -> Iterator[tuple[int, Ints]]:
    """Give each parent's position with the positions of its children, both ascending.

    `parent` holds, per area, the position of its parent; −1 for none.
    """
    order = np.argsort(parent, kind="stable")
    who, start = np.unique(parent[order], return_index=True)
    for one, children in zip(who.tolist(), np.split(order, start[1:]), strict=len(who) > 0):
        if one >= 0:
            yield one, children


def outlines(
    areas: gpd.GeoDataFrame, units: pd.Series[bool], *, parent: str = "parent"
) -> gpd.GeoDataFrame:
    """Derive the outline of every area above the units, and where to write its name.

    Parameters
    ----------
    areas : GeoDataFrame
        Index: the identity of each area (code or place id). Geometry is read from units only,
        which must be a clean coverage in metres.
    units : Series of bool
        Which areas are units (have no children), with the same index.
    parent : str
        The column that holds the identity of the parent, null at the top.

    Returns
    -------
    GeoDataFrame
        The same areas in the same order, with `geometry`, `area_m2` and `label` (Point on the
        1 mm grid, inside the area).

    Raises
    ------
    BadInput
        If a parent is not among the areas, parents run in a circle, or an area has neither an
        outline nor units.
    """
    at = parent_positions(areas, parent)
    shapes = np.array(areas.geometry.to_numpy(), dtype=object)
    shapes[~units.to_numpy(dtype=bool)] = None
    kin = dict(families(at))
    above = np.fromiter(kin, dtype=np.int64, count=len(kin))
    for k in above[np.argsort(-_depth(areas, at)[above], kind="stable")]:
        inner = shapes[kin[int(k)]]
        # Normalised, so that the order of rows leaves no trace in the sealed bytes.
        shapes[k] = shapely.normalize(union(inner[~is_none(inner)]))
    empty = np.flatnonzero(is_none(shapes))
    if len(empty):
        raise _bad(areas, empty, "have neither an outline nor units", "没有边界也没有单元")
    outline = gpd.GeoSeries(shapes, index=areas.index, crs=areas.crs)
    label = gpd.GeoSeries(shapely.points(label_points(shapes)), index=areas.index, crs=areas.crs)
    return areas.assign(area_m2=shapely.area(shapes), label=label).set_geometry(outline)


def parent_positions(areas: pd.DataFrame, parent: str) -> Ints:
    """Give the position of each area's parent, −1 at the top.

    Raises
    ------
    BadInput
        If a parent is not in the index.
    """
    has = areas[parent].notna().to_numpy()
    at = np.full(len(areas), -1, dtype=np.int64)
    at[has] = areas.index.get_indexer(pd.Index(areas.loc[has, parent]).astype(areas.index.dtype))
    lost = np.flatnonzero(has & (at < 0))
    if len(lost):
        raise _bad(areas, lost, "have a parent that is not there", "的上级不存在")
    return at


def label_points(shapes: Geometries) -> Floats:
    """Find a point well inside each polygon: the middle of the largest circle that fits.

    Returns
    -------
    float array, shape (n, 2)
        Metres on the 1 mm grid, covered by the polygon (unless that is thinner than the grid).
    """
    if not len(shapes):
        return np.zeros((0, 2))
    tolerance = np.sqrt(shapely.area(shapes)) * _LABEL_TOLERANCE
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=tolerance)
    xy = snap_xy(shapely.get_coordinates(shapely.get_point(circles, 0)))
    for fallback in (snap_xy, np.asarray):
        beside = np.flatnonzero(~shapely.intersects_xy(shapes, xy[:, 0], xy[:, 1]))
        inner = shapely.point_on_surface(shapes[beside])
        xy[beside] = fallback(shapely.get_coordinates(inner))
    return xy


def _depth(areas: pd.DataFrame, at: Ints) -> Ints:
    """Count the steps from each area to its top."""
    depth, here = np.zeros(len(at), dtype=np.int64), at.copy()
    for _ in range(len(at) + 1):
        climbing = here >= 0
        if not climbing.any():
            return depth
        depth[climbing] += 1
        here[climbing] = at[here[climbing]]
    raise _bad(areas, np.flatnonzero(here >= 0), "are their own ancestors", "的上级关系成环")


def _bad(areas: pd.DataFrame, which: Ints, en: str, zh: str) -> BadInput:
    names = [str(name) for name in areas.index[which[:4]]]
    shown = ", ".join(names)
    return BadInput(
        f"{len(which)} areas {en}: {shown}. Correct them first.",
        f"有 {len(which)} 个区域{zh}：{shown}。请先更正。",
        areas=names,
    )
