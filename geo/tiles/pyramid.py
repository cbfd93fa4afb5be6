"""From frames to a pyramid of vector tiles: a pure function, the same bytes every time."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import MERCATOR
from geo.errors import WrongCrs
from geo.progress import Progress, quiet
from geo.tiles import clip, mvt, paths, values
from geo.tiles.paths import Floats, Geometries
from geo.tiles.varint import Ints

Address = tuple[int, int, int]
Simplify = Callable[[Geometries, int], Geometries]

MIN_ZOOM, MAX_ZOOM = 6, 16
BUFFER = 64
HALF_WORLD_M = 20037508.342789244
_SCREEN_PX = 512


def as_drawn(geometries: Geometries, zoom: int) -> Geometries:  # noqa: ARG001 - a Simplify
    """Leave the geometries as they are at every zoom."""
    return geometries


def pixel_m(zoom: int) -> float:
    """Width of a pixel of a 512-pixel tile, in metres of EPSG:3857."""
    return 2.0 * HALF_WORLD_M / (_SCREEN_PX << zoom)


@dataclass(frozen=True)
class TileLayer:
    """One layer of the tiles.

    Parameters
    ----------
    name : str
    frame : GeoDataFrame
        EPSG:3857; the index is the feature id (int64, ≥ 0, unique); every column but the
        geometry becomes a property.
    min_zoom, max_zoom : int
        The layer appears on these zooms and those between.
    buffer : int
        Margin around each tile in 1/4096 of its width; points have none.
    simplify : (geometries, zoom) → geometries
        The frame's geometries as drawn at a zoom; None or an empty one is left out.
    """

    name: str
    frame: gpd.GeoDataFrame
    min_zoom: int = MIN_ZOOM
    max_zoom: int = MAX_ZOOM
    buffer: int = BUFFER
    simplify: Simplify = field(default=as_drawn)


@dataclass(frozen=True)
class _Prepared:
    layer: TileLayer
    ids: Ints
    geometries: Geometries
    properties: values.Properties


def _prepare(layer: TileLayer) -> _Prepared:
    """Order a layer's features by id and encode its properties once for all zooms."""
    if layer.frame.crs is None or layer.frame.crs.to_epsg() != MERCATOR:
        raise WrongCrs(
            f"Layer {layer.name} must be in EPSG:3857 to become tiles. Convert it by geo.crs.",
            f"图层 {layer.name} 需先转换为 EPSG:3857（geo.crs）才能生成切片。",
        )
    frame = layer.frame.sort_index(kind="stable")
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    ids = mvt.checked_ids(frame.index.to_numpy(np.int64))
    return _Prepared(layer, ids, frame.geometry.to_numpy(), values.properties(plain))


def _to_grid(zoom: int) -> tuple[Floats, Floats]:
    """Scale and shift from EPSG:3857 to the world's grid of 4096 units per tile, y down."""
    scale = np.ldexp(clip.EXTENT / (2.0 * HALF_WORLD_M), zoom)
    return np.array([scale, -scale]), np.full(2, np.ldexp(clip.EXTENT / 2.0, zoom))


def _encode(prepared: _Prepared, zoom: int) -> dict[int, bytes]:
    """Encode a layer in all tiles of a zoom."""
    layer = prepared.layer
    shapes = layer.simplify(prepared.geometries, zoom)
    kind = paths.kinds(shapes)
    drawn = []
    for one in (paths.POINT, paths.LINE, paths.POLYGON):
        rows = np.flatnonzero(kind == one)
        read = paths.read(shapes[rows], rows, one, _to_grid(zoom))
        cut = clip.into_tiles(read, buffer=layer.buffer)
        outermost = np.maximum(cut.tile_x, cut.tile_y)
        on_earth = (np.minimum(cut.tile_x, cut.tile_y) >= 0) & (outermost < 1 << zoom)
        drawn.append(mvt.drawings(cut.select(on_earth)))
    return mvt.encode_layers(layer.name, prepared.ids, mvt.joined(drawn), prepared.properties)


def _merged(layers: Sequence[Mapping[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Concatenate the layers of each tile, tiles in order."""
    for key in sorted(set().union(*layers)):
        yield key, b"".join(layer[key] for layer in layers if key in layer)


def gzipped(tile: bytes) -> bytes:
    """Compress as hard as possible, without a date or a name: the same bytes every time."""
    return zlib.compress(tile, 9, wbits=31)


def render(
    layers: Sequence[TileLayer],
    *,
    min_zoom: int = MIN_ZOOM,
    max_zoom: int = MAX_ZOOM,
    progress: Progress = quiet,
) -> dict[Address, bytes]:
    """Render the pyramid.

    Returns
    -------
    dict
        (z, x, y) → gzipped tile with the layers in the order given, features ordered by id.
        Tiles without a feature are left out.

    Raises
    ------
    WrongCrs
        If a frame is not in EPSG:3857.
    BadInput
        If a feature id is negative, or a geometry or value can't be drawn.
    """
    prepared = [_prepare(layer) for layer in layers]
    tiles: dict[Address, bytes] = {}
    packed: dict[bytes, bytes] = {}  # inside a large area many tiles are equal
    for zoom in range(min_zoom, max_zoom + 1):
        progress("tiles", zoom - min_zoom, max_zoom - min_zoom + 1)
        here = [p for p in prepared if p.layer.min_zoom <= zoom <= p.layer.max_zoom]
        for key, tile in _merged([_encode(p, zoom) for p in here]):
            if tile not in packed:
                packed[tile] = gzipped(tile)
            tiles[zoom, key >> 32, key & 0xFFFFFFFF] = packed[tile]
    progress("tiles", 1, 1)
    return tiles


def vector_layers(layers: Sequence[TileLayer]) -> list[dict[str, object]]:
    """Describe the layers as TileJSON 3.0 and PMTiles metadata want it."""
    return [
        {
            "id": layer.name,
            "fields": {
                str(name): _field_type(layer.frame[name])
                for name in layer.frame.columns
                if name != layer.frame.geometry.name
            },
            "minzoom": layer.min_zoom,
            "maxzoom": layer.max_zoom,
        }
        for layer in layers
    ]


def _field_type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "Boolean"
    return "Number" if pd.api.types.is_numeric_dtype(column) else "String"
