"""Buildings: the point that decides their unit, and which of them cross a border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import GRID_M, snap, snap_xy

Geometries = NDArray[np.object_]

STRADDLE_M2 = 1.0
STRADDLE_SHARE = 0.01


def inner_points(shapes: Geometries) -> Geometries:
    """Find a point on the 1 mm grid that each building's closed outline covers.

    Parameters
    ----------
    shapes : object array, shape (n,)
        Valid polygons in metres, on the 1 mm grid.

    Returns
    -------
    object array, shape (n,)
        The snapped point on surface; where snapping leaves the outline, the first of the four
        grid points around it that is covered; for slivers thinner than the grid their first
        corner, which lies on the grid and on the outline.
    """
    raw = shapely.point_on_surface(shapes)
    points = snap(raw)
    for row in np.flatnonzero(~shapely.covers(shapes, points)):
        points[row] = _covered_near(shapes[row], raw[row])
    return points


def _covered_near(shape: shapely.Polygon, point: shapely.Point) -> shapely.Point:
    low = snap_xy(np.floor(np.array([point.x, point.y]) / GRID_M) * GRID_M)
    steps = np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * GRID_M
    around = shapely.points(snap_xy(low + steps))
    inside = np.flatnonzero(shapely.covers(shape, around))
    if len(inside):
        return around[inside[0]]
    return shapely.points(shapely.get_coordinates(shape)[0])


def straddlers(
    buildings: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    *,
    tolerance_m2: float = STRADDLE_M2,
    tolerance_share: float = STRADDLE_SHARE,
) -> pd.DataFrame:
    """List buildings that lie in their unit only in part.

    Parameters
    ----------
    buildings : GeoDataFrame
        Outlines in metres, column place_id (the unit by inner point, −1 outside), any index.
    units : GeoDataFrame
        Columns place_id, code, geometry of the same edition, metres.
    tolerance_m2, tolerance_share
        A building is listed when more than both of its floor plan lies elsewhere.

    Returns
    -------
    DataFrame
        Indexed like `buildings`, columns code (of its unit), share_away (0-1), area_away_m2;
        the largest area first.
    """
    own = pd.Index(units["place_id"]).get_indexer(pd.Index(buildings["place_id"]))
    shapes, lines = buildings.geometry.to_numpy(), units.geometry.to_numpy()
    inside = np.flatnonzero(own >= 0)
    shapely.prepare(lines[np.unique(own[inside])])
    crossing = inside[~shapely.covers(lines[own[inside]], shapes[inside])]
    unit = own[crossing]
    whole = shapely.area(shapes[crossing])
    away = whole - shapely.area(shapely.intersection(shapes[crossing], lines[unit]))
    listed = (away > tolerance_m2) & (away > tolerance_share * whole)
    found = pd.DataFrame(
        {
            "code": units["code"].to_numpy()[unit[listed]],
            "share_away": away[listed] / whole[listed],
            "area_away_m2": away[listed],
        },
        index=buildings.index[crossing[listed]],
    )
    return found.sort_values("area_away_m2", ascending=False, kind="stable")
