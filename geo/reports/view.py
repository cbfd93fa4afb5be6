"""What part of the ground a report's map shows, and how finely."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import WGS84, SourceCrs, convert_xy

PX_PER_MM = 96 / 25.4
#: The map on the sheet: its width, and the least and most height; what a sheet has for it and a
#: table below; the height of a table of n rows in two columns is n/2 lines and a heading.
_WIDE_MM, _LEAST_MM, _MOST_MM, _ROOM_MM = 186.0, 112.0, 193.0, 193.0
_LINE_MM, _HEADING_MM = 4.4, 13.0
_MARGIN = 0.05
#: Layers reach this far beyond the map, so that no cut is seen.
_BLEED = 0.1
#: Buildings are drawn up to this many metres per pixel, lanes up to that.
_BUILDINGS_M_PER_PX, _LANES_M_PER_PX = 2.2, 4.5
_MAJOR = ("arterial", "secondary")
#: The ground by layer: the kinds of its rows.
_GROUND = {"water": "water", "green": "green", "rail": "rail", "street": "street"}
_SQUARE_PX = 5.0
_LABEL_PX = (86.0, 28.0)


@dataclass(frozen=True)
class Window:
    """A window on the ground: west, south, east, north in metres of the working CRS."""

    box: tuple[float, float, float, float]
    m_per_px: float
    map_mm: float
    parts_first: bool

    @property
    def wide_box(self) -> tuple[float, float, float, float]:
        """The window and some ground around it."""
        west, south, east, north = self.box
        x, y = (east - west) * _BLEED, (north - south) * _BLEED
        return west - x, south - y, east + x, north + y

    @property
    def fine(self) -> bool:
        """Whether single buildings can be seen."""
        return self.m_per_px <= _BUILDINGS_M_PER_PX

    def extent(self, epsg: int) -> tuple[float, float, float, float]:
        """Give it in degrees; the sides' middles, for a box in metres is none in degrees."""
        west, south, east, north = self.box
        x = np.array([west, east, (west + east) / 2, (west + east) / 2])
        y = np.array([(south + north) / 2, (south + north) / 2, south, north])
        lon, lat = convert_xy(x, y, SourceCrs("epsg", epsg), WGS84)
        return float(lon[0]), float(lat[2]), float(lon[1]), float(lat[3])

    def squares(self, points: pd.DataFrame) -> NDArray[np.object_]:
        """Give a square of a few pixels around each point (columns x, y in metres)."""
        x, y = points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float)
        half = self.m_per_px * _SQUARE_PX / 2
        squares: NDArray[np.object_] = shapely.box(x - half, y - half, x + half, y + half)
        return squares

    def roomy(self, ids: list[int], areas: gpd.GeoDataFrame) -> list[int]:
        """Give the areas, in their order, whose names do not lie over an earlier one's."""
        wide, high = (side * self.m_per_px for side in _LABEL_PX)
        kept: list[int] = []
        taken: list[tuple[float, float]] = []
        for one in ids:
            point = areas["label"][one]
            if all(abs(point.x - x) >= wide or abs(point.y - y) >= high for x, y in taken):
                kept.append(one)
                taken.append((point.x, point.y))
        return kept


def window(outline: shapely.Geometry, *, parts: int) -> Window:
    """Give the window of an area, in the proportion of its map.

    A wide area leaves room on the sheet for the table of its parts.
    """
    west, south, east, north = outline.bounds
    tall = max(_LEAST_MM, min(_MOST_MM, _WIDE_MM * (north - south) / (east - west)))
    table = _HEADING_MM + _LINE_MM * math.ceil(parts / 2)
    parts_first = parts > 0 and tall + table <= _ROOM_MM
    map_mm = _ROOM_MM - table if parts_first else _MOST_MM
    wide_px, high_px = _WIDE_MM * PX_PER_MM, map_mm * PX_PER_MM
    m_per_px = max((east - west) / wide_px, (north - south) / high_px) * (1 + 2 * _MARGIN)
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = m_per_px * wide_px / 2, m_per_px * high_px / 2
    return Window((x - wide, y - high, x + wide, y + high), m_per_px, map_mm, parts_first)


def drawn_ground(rows: gpd.GeoDataFrame, here: Window) -> dict[str, gpd.GeoDataFrame]:
    """Sort the ground by layer; far away only the greater streets."""
    layers = {name: rows[rows["kind"] == kind] for name, kind in _GROUND.items()}
    street = layers["street"]
    major = street["class"].isin(_MAJOR)
    if here.m_per_px > _LANES_M_PER_PX:
        street = street[major | street["class"].isna()]
    layers["street"] = street.assign(major=street["class"].isin(_MAJOR))
    return layers


def in_degrees(name: str, layer: gpd.GeoDataFrame, here: Window) -> gpd.GeoDataFrame:
    """Cut a layer to the window and leave out what is finer than a pixel shows (metres)."""
    if name == "uncovered":
        return layer  # drawn for the map, as fine as it should be
    shapes = layer.geometry.to_numpy()
    if name not in {"outline", "parts"}:
        shapes = shapely.clip_by_rect(shapes, *here.wide_box)
    # Areas share borders: as a coverage they stay neighbours.
    if name == "parts":
        shapes = shapely.coverage_simplify(shapes, here.m_per_px)
    else:
        shapes = shapely.simplify(shapes, here.m_per_px / 3)
    cut = layer.set_geometry(shapes, crs=layer.crs)
    columns = [c for c in ("fill", "major") if c in cut.columns]
    return cut.loc[~shapely.is_empty(shapes), [*columns, cut.geometry.name]]
