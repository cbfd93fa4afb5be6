"""Regions that a question names in degrees: read, checked, brought into the working CRS.

Edges are straight in longitude and latitude, as in GeoJSON and as the edges of a box are; in the
working CRS they are curves. They are drawn there by chords that stray at most 0.2 mm, and the
region is closed with a margin of 1 mm: what lies on its edge is always in, what lies 2 mm or more
beyond it never.
"""

from __future__ import annotations

import json
import re

import numpy as np
import shapely

from geo.crs import WGS84, Floats, SourceCrs, convert, convert_xy, zone_middle
from geo.errors import BadInput

#: The most vertices that a question's shape may have.
MOST_VERTICES = 10_000

_MOST_CHORDS = 300_000
_CHORD_M = 0.0002
_MARGIN_M = 0.001
#: Imports refuse what lies more than 1,000 km from the middle of the zone.
_REACH_DEG = 18.0
_NEAR_POLE = 89.0
_PROBE_DEG = 0.02
_HALF_EARTH = 180.0
_CORNERS = 4
_WKT = re.compile(r"\s*(MULTI)?(POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_EXAMPLE = "POLYGON((104.6 34.9, 104.7 34.9, 104.7 35, 104.6 34.9))"


def read_box(text: str) -> shapely.Geometry:
    """Read `west,south,east,north` in degrees; a box without width or height is a line or a point.

    Raises
    ------
    BadInput
        If these are not four such numbers, or the box crosses the 180° meridian.
    """
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise BadInput(
            "“bbox” must be four numbers: west,south,east,north, such as 104.6,34.9,104.7,35.",
            "“bbox”应为四个数字：西,南,东,北，如 104.6,34.9,104.7,35。",
            parameter="bbox",
        ) from None
    _on_earth(np.array([(west, south), (east, north)]))
    if west > east:
        raise BadInput(
            "The box's west lies east of its east. Swap them; a box across the 180° meridian must"
            " be asked for in two halves.",
            "范围框的西边界大于东边界，请对调；跨越 180° 经线的范围请分两次查询。",
            parameter="bbox",
        )
    if south > north:
        raise BadInput(
            "The box's south lies north of its north. Give west,south,east,north.",
            "范围框的南边界大于北边界，顺序应为：西,南,东,北。",
            parameter="bbox",
        )
    if (west, south) == (east, north):
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def read_region(text: str) -> shapely.Geometry:
    """Read a shape in degrees: WKT, a GeoJSON geometry, or a GeoJSON feature.

    Raises
    ------
    BadInput
        If it is neither, is empty, invalid, not in degrees, or has more than `MOST_VERTICES`.
    """
    shape = shapely.force_2d(_from_json(text) if text.lstrip()[:1] == "{" else _from_wkt(text))
    count = shapely.get_num_coordinates(shape)
    if not count:
        raise BadInput(
            f"The shape is empty. Give one such as {_EXAMPLE}.",
            f"图形为空，应形如 {_EXAMPLE}。",
        )
    if count > MOST_VERTICES:
        raise BadInput(
            f"The shape has {count:,} vertices; at most {MOST_VERTICES:,} are taken. Simplify it,"
            " or ask by parent= for what lies in an area.",
            f"图形有 {count:,} 个顶点，最多 {MOST_VERTICES:,} 个。请先简化，或用 parent= 按区域查询。",
        )
    _on_earth(shapely.get_coordinates(shape))
    west, _, east, _ = shape.bounds
    if east - west > _HALF_EARTH:
        raise BadInput(
            "The shape is wider than half the earth. Divide it at the 180° meridian and ask twice.",
            "图形跨度超过半个地球，请在 180° 经线处分开，分两次查询。",
        )
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise BadInput(
            f"The shape is not valid: {reason}. Mend it, for example with make_valid or a zero"
            " buffer, and ask again.",
            f"图形无效：{reason}。请先修正（如 make_valid 或零距离缓冲）再查询。",
        )
    return shape


def region_in_metres(region: shapely.Geometry, epsg: int) -> shapely.Geometry | None:
    """Bring a region in degrees into the working CRS, closed with its margin (see above).

    Returns
    -------
    Polygon or MultiPolygon, or None
        Empty where nothing can be stored; None when it holds everywhere where things can be.

    Raises
    ------
    BadInput
        If its outline is too long to be drawn with so many chords.
    """
    window = _window(epsg)
    if region.covers(window):
        return None
    near = region if window.covers(region) else region.intersection(window)
    if near.is_empty:
        return shapely.Polygon()
    step = _step_deg(near, epsg)
    if near.length / step > _MOST_CHORDS:
        raise BadInput(
            "The shape's outline is too long to be drawn to the millimetre. Simplify it, or ask in"
            " parts.",
            "图形的边界过长，无法精确到毫米。请先简化，或分几次查询。",
        )
    drawn = np.array([shapely.segmentize(near, step)], dtype=object)
    (metres,) = convert(drawn, WGS84, SourceCrs("epsg", epsg))
    return shapely.buffer(metres, _MARGIN_M, quad_segs=2)


def _from_wkt(text: str) -> shapely.Geometry:
    try:
        if _WKT.match(text):
            # Numbers too large for a double become infinite here and are refused later.
            with np.errstate(all="ignore"):
                return shapely.from_wkt(text)
        reason = ""
    except shapely.errors.GEOSException as error:
        reason = f" ({error})"
    raise BadInput(
        f"The shape is neither WKT nor GeoJSON in degrees{reason}. Give one such as {_EXAMPLE}.",
        f"图形既不是 WKT 也不是 GeoJSON{reason}，应为经纬度图形，如 {_EXAMPLE}。",
    )


def _from_json(text: str) -> shapely.Geometry:
    try:
        root = json.loads(text)
        geometry = root.get("geometry") if root.get("type") == "Feature" else root
        if isinstance(geometry, dict) and _WKT.fullmatch(str(geometry.get("type"))):
            return shapely.from_geojson(json.dumps(geometry))
        reason = ""
    except (ValueError, RecursionError, shapely.errors.GEOSException) as error:
        reason = f" ({error})"
    raise BadInput(
        f"The shape is no GeoJSON geometry{reason}. Give a Point, LineString, Polygon or their"
        " Multi forms, or one feature with such a geometry.",
        f"图形不是有效的 GeoJSON 几何{reason}，应为点、线、面或其 Multi 形式，或含此类几何的单个 Feature。",
    )


def _on_earth(xy: Floats) -> None:
    if not (np.abs(xy) <= (180.0, 90.0)).all():
        raise BadInput(
            "A vertex is not in degrees: longitude within ±180, then latitude within ±90. Are the"
            " two exchanged, or is it in metres?",
            "有顶点不是经纬度：先经度（±180 以内），后纬度（±90 以内）。请检查是否颠倒，或是否为米制坐标。",
        )


def _window(epsg: int) -> shapely.Polygon:
    """Box in degrees around everything that can be stored in a database of this CRS."""
    x, y = zone_middle(epsg)
    (lon,), _ = convert_xy(np.array([x]), np.array([y]), SourceCrs("epsg", epsg), WGS84)
    west, east = max(lon - _REACH_DEG, -_HALF_EARTH), min(lon + _REACH_DEG, _HALF_EARTH)
    return shapely.box(west, -_NEAR_POLE, east, _NEAR_POLE)


def _step_deg(shape: shapely.Geometry, epsg: int) -> float:
    """Length in degrees of a chord that strays `_CHORD_M` from a straight edge of this shape.

    The sagitta grows with the square of the length, so one measured chord tells it. Measured at
    the corners and the middle of its box, in eight directions; the worst counts.
    """
    west, south, east, north = shape.bounds
    lon = np.array([west, east, east, west, (west + east) / 2])
    lat = np.array([south, south, north, north, (south + north) / 2])
    turn = np.arange(_CORNERS) * np.pi / _CORNERS
    dx, dy = (np.outer(f(turn), np.full(len(lon), _PROBE_DEG / 2)) for f in (np.cos, np.sin))
    target = SourceCrs("epsg", epsg)
    ends = [
        np.column_stack(convert_xy((lon + s * dx).ravel(), (lat + s * dy).ravel(), WGS84, target))
        for s in (-1, 0, 1)
    ]
    sagitta = np.linalg.norm((ends[0] + ends[2]) / 2 - ends[1], axis=1).max()
    return float(_PROBE_DEG * np.sqrt(_CHORD_M / max(sagitta, 1e-12)))
