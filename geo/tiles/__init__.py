"""Vector tiles of sealed editions: rendered from frames, kept in PMTiles archives.

`write_area_tiles` and `write_register_tiles` turn sealed parquet files into archives; `Archive`
reads them. The parts may be used on their own: `area_layers` and `register_layers` make
`TileLayer`s from frames, `render` makes the pyramid, `write_archive` keeps it, `encode_layer`
encodes one layer of one tile.
"""

from geo.tiles.archive import About, Archive, write_archive
from geo.tiles.areas import LABELS, area_layers, min_zoom_of_levels
from geo.tiles.mvt import encode_layer
from geo.tiles.pyramid import (
    BUFFER,
    MAX_ZOOM,
    MIN_ZOOM,
    TileLayer,
    as_drawn,
    gzipped,
    pixel_m,
    render,
    vector_layers,
)
from geo.tiles.registers import register_layers
from geo.tiles.sealed import write_area_tiles, write_register_tiles

__all__ = [
    "BUFFER",
    "LABELS",
    "MAX_ZOOM",
    "MIN_ZOOM",
    "About",
    "Archive",
    "TileLayer",
    "area_layers",
    "as_drawn",
    "encode_layer",
    "gzipped",
    "min_zoom_of_levels",
    "pixel_m",
    "register_layers",
    "render",
    "vector_layers",
    "write_archive",
    "write_area_tiles",
    "write_register_tiles",
]
