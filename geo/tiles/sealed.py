"""Tile archives of sealed files: from parquet to PMTiles, without a database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np

from geo.boundaries import read_areas
from geo.crs import LONLAT, frame_to
from geo.progress import Progress, quiet
from geo.tiles.archive import Box, write_archive
from geo.tiles.areas import area_layers
from geo.tiles.pyramid import MAX_ZOOM, MIN_ZOOM, TileLayer, render, vector_layers
from geo.tiles.registers import REGISTERS, register_layers

_WORLD: Box = (-180.0, -85.0, 180.0, 85.0)


def write_area_tiles(areas: Path, archive: Path, *, progress: Progress = quiet) -> str:
    """Render the tiles of a sealed `areas.parquet`; give the archive's SHA-256.

    Raises
    ------
    UnreadableFile
        If the file is not the areas of an edition.
    """
    frame, site = read_areas(areas)
    layers = area_layers(frame, site.keys)
    return _write(layers, [frame], archive, site.name_zh, progress)


def write_register_tiles(folder: Path, archive: Path, *, progress: Progress = quiet) -> str:
    """Render the tiles of a folder of sealed registers; give the archive's SHA-256.

    The folder has a parquet per register, named by it; registers that are missing are left out.
    """
    files = {name: folder / f"{name}.parquet" for name in REGISTERS}
    frames = {name: gpd.read_parquet(file) for name, file in files.items() if file.is_file()}
    return _write(register_layers(frames), list(frames.values()), archive, "registers", progress)


def _write(
    layers: Sequence[TileLayer],
    frames: Sequence[gpd.GeoDataFrame],
    archive: Path,
    name: str,
    progress: Progress,
) -> str:
    bounds = _bounds(frames)
    return write_archive(
        archive,
        render(layers, progress=progress),
        bounds_lonlat=bounds,
        center=_center(bounds),
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        metadata={"name": name, "type": "overlay", "vector_layers": vector_layers(layers)},
    )


def _bounds(frames: Sequence[gpd.GeoDataFrame]) -> Box:
    """Give west, south, east, north of everything, in degrees; the world if there is nothing."""
    boxes = [frame_to(frame, LONLAT).total_bounds for frame in frames if len(frame)]
    if not boxes:
        return _WORLD
    every = np.array(boxes)
    west, south = np.nanmin(every[:, :2], axis=0).tolist()
    east, north = np.nanmax(every[:, 2:], axis=0).tolist()
    return west, south, east, north


def _center(bounds: Box) -> tuple[float, float, int]:
    """Give the middle, and the zoom at which the whole is about two tiles wide."""
    west, south, east, north = bounds
    wide = max(east - west, (north - south) / math.cos(math.radians((south + north) / 2)), 1e-6)
    zoom = int(math.log2(2 * 360.0 / wide))
    return (west + east) / 2, (south + north) / 2, min(max(zoom, MIN_ZOOM), MAX_ZOOM)
