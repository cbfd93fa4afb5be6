"""Counts of people and incidents on H3 hexagons, for maps: never for membership.

Counts below k are suppressed: the cell is drawn, its number is not given. Incidents get larger
cells at lower zooms. Members have one size of cell at every zoom, for a small cell's suppressed
count could else be had by subtracting its neighbours from the larger cell around them; and their
numbers are rounded down, for it could be had from the counts by area (`geo.people.privacy`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import Any

import geopandas as gpd
import h3.api.numpy_int as h3
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import LONLAT

Cells = NDArray[np.int64]
Floats = NDArray[np.float64]

FINEST = 10
MEMBER_RESOLUTION = 9
_RESOLUTION_BY_ZOOM = ((11, 7), (13, 8), (14, 9))


def resolution_of(zoom: int) -> int:
    """Choose the H3 resolution for a zoom: cells are 30 to 90 pixels wide at 35° N."""
    return next((r for highest, r in _RESOLUTION_BY_ZOOM if zoom <= highest), FINEST)


def cells_at(lon: Floats, lat: Floats, resolution: int = FINEST) -> Cells:
    """Find the cells that hold points in degrees (WGS 84); 0 where a point is not finite."""
    out = np.zeros(len(lon), dtype=np.int64)
    ok = np.isfinite(lon) & np.isfinite(lat)
    found = map(h3.latlng_to_cell, lat[ok].tolist(), lon[ok].tolist(), repeat(resolution))
    out[ok] = np.fromiter(found, dtype=np.int64, count=int(ok.sum()))
    return out


def larger_cells(cells: Cells, resolution: int) -> Cells:
    """Give the ancestors of cells at a coarser resolution, by the layout of the H3 index.

    Bits 52-55 hold the resolution; the digits finer than it are all ones.
    """
    return (cells & ~np.int64(15 << 52)) | np.int64(resolution << 52) | finer_digits(resolution)


def finer_digits(resolution: int) -> np.int64:
    """Give the bits of an H3 index below the digits of a resolution."""
    return np.int64((1 << (3 * (15 - resolution))) - 1)


def hexagons(cells: Cells, counts: Cells, *, suppress_below: int) -> gpd.GeoDataFrame:
    """Draw counted cells.

    Parameters
    ----------
    cells, counts : int arrays, shape (n,)
        Distinct H3 cells and how many there are in each (at least 1).
    suppress_below : int
        Smallest count that is shown.

    Returns
    -------
    GeoDataFrame
        Columns cell (hexadecimal text), count (Int64, missing when suppressed), suppressed
        (bool), geometry (Polygon, degrees); by cell.
    """
    order = np.argsort(cells)
    cells, counts = cells[order], counts[order]
    hidden = counts < suppress_below
    rings = [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)] for cell in cells.tolist()]
    return gpd.GeoDataFrame(
        {
            "cell": [format(cell, "x") for cell in cells.tolist()],
            "count": pd.arrays.IntegerArray(counts.astype(np.int64), hidden),
            "suppressed": hidden,
        },
        geometry=np.array([shapely.Polygon(ring) for ring in rings], dtype=object),
        crs=LONLAT,
    )


def feature_collection(
    hexagons: gpd.GeoDataFrame, *, resolution: int, suppress_below: int
) -> dict[str, Any]:
    """Give drawn cells as GeoJSON.

    Each feature has `count` (null when suppressed), `suppressed` and, when suppressed, what may
    be said instead (`low`: "<5"); `k` and `resolution` stand beside the features.
    """
    low = f"<{suppress_below}"
    features = [
        {
            "type": "Feature",
            "id": cell,
            "properties": {
                "count": None if hidden else int(count),
                "suppressed": bool(hidden),
                "low": low if hidden else None,
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [shapely.get_coordinates(shape).round(6).tolist()],
            },
        }
        for cell, count, hidden, shape in zip(
            hexagons["cell"],
            hexagons["count"],
            hexagons["suppressed"],
            hexagons.geometry,
            strict=True,
        )
    ]
    return {
        "type": "FeatureCollection",
        "k": suppress_below,
        "resolution": resolution,
        "features": features,
    }


def rough_hexagons(
    counts: Mapping[int, int | None], *, resolution: int, suppress_below: int
) -> dict[str, Any]:
    """Give cells with rounded counts as GeoJSON, as `feature_collection` does.

    A count of 0 means fewer than `suppress_below`, None that nothing may be told; `low` stands
    only where it is true.
    """
    cells = np.array(sorted(counts), dtype=np.int64)
    known = np.array([counts[cell] or 0 for cell in cells.tolist()], dtype=np.int64)
    drawn = hexagons(cells, known, suppress_below=suppress_below)
    told = feature_collection(drawn, resolution=resolution, suppress_below=suppress_below)
    for cell, feature in zip(cells.tolist(), told["features"], strict=True):
        if counts[cell] is None:
            feature["properties"]["low"] = None
    return told | {"rounded_down_to": suppress_below}
