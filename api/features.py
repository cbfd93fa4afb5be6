"""Pages of GeoJSON: geometries converted and written at once, properties beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from fastapi.responses import JSONResponse
from pydantic_core import to_json

from api.wire import EditionHead
from geo.crs import WGS84, Floats, Geometries, SourceCrs, convert

_DECIMALS = 9

Row = dict[str, Any]


class GeoJson(JSONResponse):
    """An answer of type `application/geo+json`, written already."""

    media_type = "application/geo+json"

    def render(self, content: bytes | str) -> bytes:
        """Send what was written as it is."""
        return content.encode() if isinstance(content, str) else content


def in_degrees(shapes: Geometries, epsg: int) -> Geometries:
    """Give shapes in degrees with nine decimals (0.1 mm)."""

    def rounded(lonlat: Floats) -> Floats:
        return np.round(lonlat, _DECIMALS)

    moved = convert(shapes, SourceCrs("epsg", epsg), WGS84)
    return np.asarray(shapely.transform(moved, rounded))


def records(rows: pd.DataFrame) -> list[Row]:
    """Give the rows of a frame without geometry as plain values, None where unknown."""
    columns = [name for name in rows.columns if name != "geometry"]
    cells = []
    for name in columns:
        plain = rows[name].astype(object)
        cells.append(plain.where(plain.notna(), None).tolist())
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def write_page(
    rows: gpd.GeoDataFrame,
    epsg: int,
    shape: Callable[[Row], Row],
    *,
    edition: EditionHead,
    more: Mapping[str, Any],
) -> bytes:
    """Write a page of features.

    Parameters
    ----------
    rows : GeoDataFrame
        Column `id`, the properties' columns, `geometry` in the working CRS `epsg`.
    shape : callable
        Makes the properties of a row's cells.
    edition : EditionHead
        The edition that answers.
    more : mapping
        Members beside the features.
    """
    shapes = shapely.to_geojson(in_degrees(rows.geometry.to_numpy(), epsg)).tolist()
    features = [
        b'{"type":"Feature","id":%d,"geometry":%b,"properties":%b}'
        % (row.pop("id"), geometry.encode(), to_json(shape(row)))
        for row, geometry in zip(records(rows), shapes, strict=True)
    ]
    head = b'{"type":"FeatureCollection","edition":%b,' % edition.model_dump_json().encode()
    tail = to_json(dict(more))[1:]
    return b'%b"features":[%b],%b' % (head, b",".join(features), tail)
