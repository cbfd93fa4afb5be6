"""The public registers as tile layers. What is not on the list of columns stays out of tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import MERCATOR, frame_to
from geo.tiles.paths import POLYGON, Geometries, kinds, only
from geo.tiles.pyramid import MAX_ZOOM, Simplify, TileLayer, pixel_m

_TOLERANCE_PX = 0.5
_SMALLEST_PX = 1.0


@dataclass(frozen=True)
class _Register:
    """Which columns of a register are public on tiles, and from which zoom it is drawn."""

    columns: tuple[str, ...]
    min_zoom: int


# Households per building and everything about people are left out on purpose.
REGISTERS: Mapping[str, _Register] = {
    "features": _Register(("kind", "class", "name"), 9),
    "compounds": _Register(("name", "walled"), 13),
    "buildings": _Register(("number", "name", "compound", "use", "status", "floors"), 14),
    "circles": _Register(("facility_id", "kind", "minutes", "method"), 10),
    "facilities": _Register(("kind", "name", "state", "floor_area_m2"), 11),
}
_ZOOM_OF_KIND = {"water": 9, "green": 9, "rail": 9, "bridge": 13, "wall": 15, "gate": 15}
_ZOOM_OF_STREET = {"arterial": 9, "secondary": 11, "street": 12, "lane": 13, "steps": 13}
_STREET = "street"
_UNCLASSED_ZOOM = 12


def register_layers(registers: Mapping[str, gpd.GeoDataFrame]) -> list[TileLayer]:
    """Make the layers of the registers.

    Parameters
    ----------
    registers : mapping of name to GeoDataFrame
        `features`, `compounds`, `buildings`, `circles`, `facilities`, any of them missing; in
        the working CRS, with a column `id` and those of the layer; further columns are ignored.

    Returns
    -------
    list of TileLayer
        In drawing order, the ground first.
    """
    return [
        _layer(name, registers[name], register)
        for name, register in REGISTERS.items()
        if name in registers
    ]


def _layer(name: str, frame: gpd.GeoDataFrame, register: _Register) -> TileLayer:
    frame = frame.set_index("id").sort_index()
    frame = frame_to(frame[[*register.columns, frame.geometry.name]], MERCATOR)
    simplify = _features_by_zoom(frame) if name == "features" else _SIMPLIFY.get(name, _simplified)
    return TileLayer(name, frame, min_zoom=register.min_zoom, simplify=simplify)


def _large_enough(shapes: Geometries, zoom: int) -> Geometries:
    """Draw polygons of a pixel and more, at zoom 16 all of them."""
    if zoom >= MAX_ZOOM:
        return shapes
    smallest_m2 = (_SMALLEST_PX * pixel_m(zoom)) ** 2
    return only(shapes, (kinds(shapes) != POLYGON) | (shapely.area(shapes) >= smallest_m2))


def _simplified(shapes: Geometries, zoom: int) -> Geometries:
    """Draw what is large enough, lines and polygons to half a pixel below zoom 16."""
    if zoom >= MAX_ZOOM:
        return shapes
    large, tolerance_m = _large_enough(shapes, zoom), _TOLERANCE_PX * pixel_m(zoom)
    # Errors of topology stay below half a pixel; keeping it is fourteen times slower.
    drawn: Geometries = shapely.simplify(large, tolerance_m, preserve_topology=False)
    return drawn


# Buildings keep their corners: they are drawn only where a corner is pixels away from the next.
_SIMPLIFY: Mapping[str, Simplify] = {"buildings": _large_enough}


def _features_by_zoom(frame: gpd.GeoDataFrame) -> Simplify:
    """Show water, green, rails and arterials first, then ever smaller streets, then walls."""
    of_street = frame["class"].map(_ZOOM_OF_STREET).fillna(_UNCLASSED_ZOOM)
    of_kind = frame["kind"].map(_ZOOM_OF_KIND).fillna(_UNCLASSED_ZOOM)
    from_zoom = np.where(frame["kind"] == _STREET, of_street, of_kind)

    def simplify(shapes: Geometries, zoom: int) -> Geometries:
        return _simplified(only(shapes, from_zoom <= zoom), zoom)

    return simplify
