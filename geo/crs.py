"""The one place where coordinates change their system.

Inside the program everything is metres in the working CRS of the database, on a 1 mm grid.
Conversion happens here and nowhere else: EPSG systems through PROJ, and the two Chinese web
systems (GCJ-02, BD-09) by their published formulas, inverted by fixed-point iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

from geo.errors import WrongCrs

set_network_enabled(active=False)

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

GRID_M = 0.001
_DEGREE_M = 111_195.0
LONLAT = 4326
MERCATOR = 3857


@dataclass(frozen=True)
class SourceCrs:
    """The system that a file or a question declares: an EPSG code, GCJ-02 or BD-09."""

    kind: Literal["epsg", "gcj02", "bd09"]
    epsg: int = LONLAT

    @property
    def name(self) -> str:
        """`EPSG:4490`, `gcj02` or `bd09`."""
        return f"EPSG:{self.epsg}" if self.kind == "epsg" else self.kind

    @property
    def is_lonlat(self) -> bool:
        """Tell whether the numbers are degrees."""
        return self.kind != "epsg" or bool(_crs(self.epsg).is_geographic)


GCJ02 = SourceCrs("gcj02")
BD09 = SourceCrs("bd09")
WGS84 = SourceCrs("epsg", LONLAT)


@lru_cache
def _crs(epsg: int) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_epsg(epsg)
    except pyproj.exceptions.CRSError as error:
        raise WrongCrs(
            f"EPSG:{epsg} is not a known coordinate system. Give a code such as 4490 or 4544.",
            f"EPSG:{epsg} 不是已知的坐标系。请给出 4490、4544 之类的代号。",
        ) from error


def parse_crs(text: str | int) -> SourceCrs:
    """Read `4490`, `EPSG:4490`, `gcj02` or `bd09`.

    Raises
    ------
    WrongCrs
        If the text names no known system.
    """
    name = str(text).strip().lower().replace("-", "").removeprefix("epsg:")
    if name in ("gcj02", "gcj"):
        return GCJ02
    if name in ("bd09", "bd09ll"):
        return BD09
    if name in ("wgs84", "crs84"):
        return WGS84
    if name.isascii() and name.isdigit():
        _crs(int(name))
        return SourceCrs("epsg", int(name))
    raise WrongCrs(
        f"“{text}” is not a coordinate system. Say an EPSG code, gcj02 or bd09.",
        f"“{text}” 不是坐标系。请写 EPSG 代号、gcj02 或 bd09。",
    )


def working_epsg(lon: float, lat: float) -> int:
    """Choose the metric working CRS for a place.

    In China the CGCS2000 3-degree zone by central meridian (EPSG:4534-4554), elsewhere the
    WGS 84 / UTM zone.
    """
    if 73.5 <= lon <= 136.5 and 17.0 <= lat <= 54.0:
        return 4534 + round((min(max(lon, 75.0), 135.0) - 75.0) / 3.0)
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def require_metric(epsg: int) -> int:
    """Give back `epsg` if it is a projected system in metres.

    Raises
    ------
    WrongCrs
        If it is geographic or in feet.
    """
    crs = _crs(epsg)
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise WrongCrs(
            f"EPSG:{epsg} ({crs.name}) is not a projected system in metres. "
            "Choose one, for example the CGCS2000 3-degree zone of the county.",
            f"EPSG:{epsg}（{crs.name}）不是以米为单位的投影坐标系。请选用当地的 CGCS2000 三度带。",
        )
    return epsg


def outside_zone_m(x: Floats, y: Floats, epsg: int) -> Floats:
    """Measure roughly (1 %) how far places lie outside the area that a metric system is made for.

    Metres, 0 inside; infinite for what has no place on the earth.
    """
    west, south, east, north = _area_of_use(epsg)
    lon, lat = convert_xy(x, y, SourceCrs("epsg", epsg), WGS84)
    # From the middle meridian, as an area may lie on both sides of 180°.
    half = (east - west) % 360.0 / 2.0
    beyond_lon = np.maximum(np.abs((lon - west - half + 180.0) % 360.0 - 180.0) - half, 0.0)
    beyond_lat = np.maximum(np.maximum(south - lat, lat - north), 0.0)
    away = _DEGREE_M * np.hypot(beyond_lon * np.cos(np.radians(lat)), beyond_lat)
    return np.where(np.isfinite(away), away, np.inf)


@lru_cache
def zone_middle(epsg: int) -> tuple[float, float]:
    """Give the middle of the area that a metric system is made for, in its own metres."""
    west, south, east, north = _area_of_use(epsg)
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    x, y = convert_xy(np.array([lon]), np.array([lat]), WGS84, SourceCrs("epsg", epsg))
    return float(x[0]), float(y[0])


def _area_of_use(epsg: int) -> tuple[float, float, float, float]:
    """Give west, south, east, north in degrees; west exceeds east across 180°."""
    area = _crs(epsg).area_of_use
    if area is None:
        raise WrongCrs(
            f"EPSG:{epsg} does not say where it is used. Choose the zone of the county.",
            f"EPSG:{epsg} 没有说明适用范围。请选用当地的投影带。",
        )
    return area.west, area.south, area.east, area.north


def proj_text(epsg: int) -> str:
    """Name of a system as the registry has it, for people."""
    return str(_crs(epsg).name)


@lru_cache
def _transformer(source: int, target: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(_crs(source), _crs(target), always_xy=True)


def convert_xy(x: Floats, y: Floats, source: SourceCrs, target: SourceCrs) -> tuple[Floats, Floats]:
    """Convert coordinate arrays; unusable ones come back as NaN, never as an error."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if source == target:
        return x, y
    if source.kind != "epsg":
        x, y = _on_earth(x, y)
    if source.kind == "bd09":
        x, y = _inverse(_gcj02_to_bd09, x, y)
    if source.kind != "epsg" and target.kind != "bd09":
        x, y = _inverse(_wgs84_to_gcj02, x, y) if target.kind != "gcj02" else (x, y)
    if source.kind == "epsg" and target.kind != "epsg":
        x, y = _wgs84_to_gcj02(*_on_earth(*convert_xy(x, y, source, WGS84)))
    if target.kind == "bd09":
        return _gcj02_to_bd09(x, y)
    if target.kind == "gcj02":
        return x, y
    start = source.epsg if source.kind == "epsg" else LONLAT
    if start == target.epsg:
        return x, y
    x, y = _transformer(start, target.epsg).transform(x, y)
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def convert(geometries: Geometries, source: SourceCrs, target: SourceCrs) -> Geometries:
    """Convert geometries vertex by vertex; input is not changed, None stays None."""
    if source == target:
        return np.asarray(geometries, dtype=object)

    def move(xy: Floats) -> Floats:
        return np.column_stack(convert_xy(xy[:, 0], xy[:, 1], source, target))

    moved: Geometries = shapely.transform(shapely.force_2d(geometries), move)
    return moved


def snap_xy(xy: Floats) -> Floats:
    """Round metres to the 1 mm grid, to the same doubles as `snap` gives."""
    return np.asarray(np.floor(np.asarray(xy, dtype=float) * 1000.0 + 0.5) / 1000.0)


def snap(geometries: Geometries) -> Geometries:
    """Snap geometries in metres to the 1 mm grid without repairing them silently."""
    snapped: Geometries = shapely.set_precision(geometries, GRID_M, mode="pointwise")
    return snapped


def to_working(geometries: Geometries, source: SourceCrs, epsg: int) -> Geometries:
    """Bring geometries into the working CRS: convert, then snap to 1 mm."""
    return snap(convert(geometries, source, SourceCrs("epsg", epsg)))


def points_to_working(x: Floats, y: Floats, source: SourceCrs, epsg: int) -> Floats:
    """Bring points into the working CRS: convert, then snap to 1 mm; shape (n, 2), metres."""
    return snap_xy(np.column_stack(convert_xy(x, y, source, SourceCrs("epsg", epsg))))


def frame_to(frame: gpd.GeoDataFrame, epsg: int) -> gpd.GeoDataFrame:
    """Give a frame in another EPSG system (exports, tiles); no snapping."""
    source = frame.crs.to_epsg() if frame.crs is not None else None
    if source is None:
        raise WrongCrs("The frame does not say its coordinate system.", "数据没有声明坐标系。")
    moved = convert(frame.geometry.to_numpy(), SourceCrs("epsg", source), SourceCrs("epsg", epsg))
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=epsg))


# -- GCJ-02 and BD-09: the public formulas (Krasovsky 1940 ellipsoid), checked in tests against
#    the vectors of github.com/googollee/eviltransform.

_A = 6378245.0
_EE = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 6  # five reach 3e-14 degrees, the sixth the last bit


def _on_earth(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Make NaN of what can't be degrees, so that the formulas never meet it."""
    good = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    return np.where(good, lon, np.nan), np.where(good, lat, np.nan)


def _outside_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    return ~((lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271))


def _wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105.0, lat - 35.0
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    dlat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    dlat += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    dlat += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y / 30.0 * np.pi)) * 2.0 / 3.0
    dlon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    dlon += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    dlon += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _EE * np.sin(phi) ** 2
    dlat = np.degrees(dlat / ((_A * (1.0 - _EE)) / (magic * np.sqrt(magic))))
    dlon = np.degrees(dlon / (_A / np.sqrt(magic) * np.cos(phi)))
    away = _outside_china(lon, lat)
    return np.where(away, lon, lon + dlon), np.where(away, lat, lat + dlat)


def _gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(
    forward: Callable[[Floats, Floats], Any], x: Floats, y: Floats
) -> tuple[Floats, Floats]:
    lon, lat = x.copy(), y.copy()
    for _ in range(_ROUNDS):
        there_x, there_y = forward(lon, lat)
        lon, lat = lon + (x - there_x), lat + (y - there_y)
    return lon, lat
