"""The areas of an edition as tile layers: one per level, and one of label points.

Neighbours and levels share their edges at every zoom, because at each zoom one coverage (the
lowest areas shown there) is simplified as a whole and everything above it is dissolved from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import MERCATOR, frame_to
from geo.tiles.paths import Bools, Geometries, only
from geo.tiles.pyramid import MAX_ZOOM, MIN_ZOOM, TileLayer, pixel_m

LABELS = "labels"

_SEEN_PX = 16.0  # a level appears when the side of its median area is this long
_TOLERANCE_PX = 0.5


def min_zoom_of_levels(frame: gpd.GeoDataFrame, levels: Sequence[str]) -> dict[str, int]:
    """Say from which zoom on each level is drawn.

    The top level from zoom 6; a lower one when the square root of its median area is 16 pixels
    (of 512 a tile) on the screen, about one step before it can carry its labels, but never
    before the level above it and never later than zoom 16.

    Parameters
    ----------
    frame : GeoDataFrame
        Areas of every level: columns level, geometry; any CRS.
    levels : sequence of str
        Their keys, top first.
    """
    areas = pd.Series(shapely.area(frame_to(frame, MERCATOR).geometry.to_numpy()))
    median = areas.groupby(frame["level"].to_numpy()).median()
    zooms, zoom = {}, MIN_ZOOM
    for place, level in enumerate(levels):
        side_m = float(np.sqrt(median.get(level, np.inf)))
        while place and zoom < MAX_ZOOM and side_m < _SEEN_PX * pixel_m(zoom):
            zoom += 1
        zooms[level] = zoom
    return zooms


class _Coverage:
    """The areas of all levels as drawn at a zoom, in the order of `frame`.

    Parameters
    ----------
    frame : GeoDataFrame
        EPSG:3857, place ids as index; columns level, parent_id, geometry.
    """

    def __init__(
        self, frame: gpd.GeoDataFrame, levels: Sequence[str], min_zooms: Mapping[str, int]
    ) -> None:
        self._rank = pd.Index(levels).get_indexer(frame["level"])
        self._from_zoom = np.array([min_zooms[level] for level in levels])[self._rank]
        parent = frame["parent_id"].fillna(-1).astype("int64")
        self._parent = frame.index.get_indexer(parent)
        units = self._childless(np.ones(len(frame), bool))
        self._whole = self._dissolved(frame.geometry.to_numpy(), units)
        self._kept: tuple[int, Geometries] = MAX_ZOOM, self._whole

    def at(self, zoom: int) -> Geometries:
        """Give every area shown at a zoom, None for the others; the last zoom asked is kept."""
        if zoom >= MAX_ZOOM:
            return self._whole
        if zoom != self._kept[0]:
            self._kept = zoom, self._simplified(zoom)
        return self._kept[1]

    def _simplified(self, zoom: int) -> Geometries:
        shown = self._from_zoom <= zoom
        lowest = self._childless(shown)
        shapes = np.full(len(shown), None, object)
        tolerance_m = _TOLERANCE_PX * pixel_m(zoom)
        shapes[lowest] = shapely.coverage_simplify(self._whole[lowest], tolerance_m)
        return self._dissolved(shapes, lowest)

    def _childless(self, among: Bools) -> Bools:
        """Mark the areas that have no child among those given."""
        childless = among.copy()
        childless[self._parent[among & (self._parent >= 0)]] = False
        return childless

    def _dissolved(self, shapes: Geometries, lowest: Bools) -> Geometries:
        """Fill in the areas above the lowest, level by level, as unions of their children."""
        out = only(shapes, lowest)
        for rank in range(int(self._rank.max(initial=0)), 0, -1):
            here = (self._rank == rank) & (self._parent >= 0)
            rows = np.flatnonzero(here & ~shapely.is_missing(out))
            parents = self._parent[rows]
            for parent in np.unique(parents).tolist():
                known = [] if out[parent] is None else [out[parent]]
                children = out[rows[parents == parent]]
                out[parent] = shapely.coverage_union_all([*known, *children])
        return out


def area_layers(areas: gpd.GeoDataFrame, levels: Sequence[str]) -> list[TileLayer]:
    """Make the layers of an edition's areas.

    Parameters
    ----------
    areas : GeoDataFrame
        In the working CRS, indexed by place_id, with the sealed columns level, code, name,
        parent_id, households, households_complete, hue, label_x, label_y, geometry. The areas
        without children are a clean coverage; the others are taken as unions of them.
    levels : sequence of str
        Keys of the levels, top first.

    Returns
    -------
    list of TileLayer
        One per level, named by its key, with code, name, parent_id, households (absent when
        unknown), complete and hue; then `labels`, one point per area with level, code, name,
        households and hue.
    """
    flat = frame_to(areas, MERCATOR).sort_index()
    min_zooms = min_zoom_of_levels(flat, levels)
    coverage = _Coverage(flat, levels, min_zooms)
    flat = flat.rename(columns={"households_complete": "complete"})
    layers = [_level_layer(flat, level, min_zooms[level], coverage) for level in levels]
    return [*layers, _label_layer(areas.sort_index(), min_zooms)]


def _level_layer(
    flat: gpd.GeoDataFrame, level: str, min_zoom: int, coverage: _Coverage
) -> TileLayer:
    rows = np.flatnonzero(flat["level"] == level)
    columns = ["code", "name", "parent_id", "households", "complete", "hue", "geometry"]
    return TileLayer(
        level,
        flat.iloc[rows][columns],
        min_zoom=min_zoom,
        simplify=lambda _, zoom: coverage.at(zoom)[rows],
    )


def _label_layer(areas: gpd.GeoDataFrame, min_zooms: Mapping[str, int]) -> TileLayer:
    points = gpd.GeoSeries.from_xy(
        areas["label_x"], areas["label_y"], index=areas.index, crs=areas.crs
    )
    frame = areas[["level", "code", "name", "households", "hue"]]
    frame = frame_to(gpd.GeoDataFrame(frame, geometry=points), MERCATOR)
    from_zoom = areas["level"].map(min_zooms).to_numpy()
    return TileLayer(LABELS, frame, simplify=lambda shapes, zoom: only(shapes, from_zoom <= zoom))
