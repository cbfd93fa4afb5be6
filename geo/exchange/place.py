"""From the coordinates of a file to metres in the working CRS."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo import crs as systems
from geo.errors import WrongCrs
from geo.exchange.conform import Conformed
from geo.exchange.source import likely_zones
from geo.exchange.table import GEOMETRY, row_numbers
from geo.findings import Reject

FAR_M = 1_000_000.0


@dataclass(frozen=True)
class Placed:
    """Rows in the working CRS, and the rows that can't be there.

    `frame` is a GeoDataFrame with the working CRS, 1 mm grid, columns and index as conformed.
    """

    frame: gpd.GeoDataFrame
    rejects: list[Reject]


def to_working(conformed: Conformed, epsg: int) -> Placed:
    """Bring conformed rows into the working CRS.

    Rows more than 1,000 km outside the area that the zone is made for, or without a place in it,
    are rejects; rows without a shape pass.

    Raises
    ------
    WrongCrs
        If not one row is near the zone: the system of the file can't be right.
    """
    frame = conformed.frame
    if conformed.source_crs is None:
        shapes = np.full(len(frame), None, dtype=object)
        empty = gpd.GeoSeries(shapes, index=frame.index, crs=epsg)
        return Placed(gpd.GeoDataFrame(frame, geometry=empty, crs=epsg), [])
    before = frame[GEOMETRY].to_numpy(dtype=object)
    after = systems.convert(before, conformed.source_crs, systems.SourceCrs("epsg", epsg))
    distance = _distance_m(after, epsg)
    far = distance > FAR_M
    present = ~shapely.is_missing(before)
    if present.any() and far[present].all():
        raise _all_far(before, conformed.source_crs, epsg)
    rows = row_numbers(frame)
    rejects = [
        Reject.of(
            "far_away",
            row=rows[at],
            field=GEOMETRY,
            value=_first_position(before[at]),
            distance_km=f"{distance[at] / 1000:,.0f}" if np.isfinite(distance[at]) else "∞",
        )
        for at in np.flatnonzero(far)
    ]
    snapped = gpd.GeoSeries(systems.snap(after), index=frame.index, crs=epsg)
    placed = gpd.GeoDataFrame(frame.drop(columns=GEOMETRY), geometry=snapped)
    return Placed(placed[~far], rejects)


def _distance_m(shapes: systems.Geometries, epsg: int) -> systems.Floats:
    """Give how far the nearest corner of each shape lies outside the zone; 0 for None.

    Infinite when any corner has no place in the zone. Zones are narrow and long: what counts is
    how far a place is from their area, not from its middle.
    """
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    away = systems.outside_zone_m(xy[:, 0], xy[:, 1], epsg)
    nearest = np.where(shapely.is_missing(shapes), 0.0, np.inf)
    np.minimum.at(nearest, owner, away)
    nearest[owner[~np.isfinite(away)]] = np.inf
    return nearest


def _first_position(shape: object) -> str:
    x, y = shapely.get_coordinates(shape)[0]
    return f"{x:.10g}, {y:.10g}"


def _all_far(shapes: systems.Geometries, source: systems.SourceCrs, epsg: int) -> WrongCrs:
    xy = shapely.get_coordinates(shapes)
    x, y = np.median(xy, axis=0)
    en, zh = likely_zones(x, y) if not source.is_lonlat else ("", "")
    return WrongCrs(
        f"Read as {source.name}, every place lies more than 1,000 km from the working zone "
        f"({systems.proj_text(epsg)}), the first at {xy[0][0]:.10g}, {xy[0][1]:.10g}. Are the two "
        f"coordinates exchanged, or is it another system? {en}".rstrip(),
        f"按 {source.name} 读取，所有位置都距工作投影带（{systems.proj_text(epsg)}）1000 公里以上，"
        f"首个坐标为 {xy[0][0]:.10g}, {xy[0][1]:.10g}。请检查坐标是否颠倒，或坐标系是否有误。{zh}",
    )
