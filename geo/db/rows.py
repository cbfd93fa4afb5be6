"""Frames in and out of the database in bulk."""

from __future__ import annotations

import json
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry
from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB

from geo.db.engine import Transaction


def fetch_frame(tx: Transaction, statement: sa.Select[Any]) -> pd.DataFrame:
    """Run a select and give its rows as a frame; columns and order as selected.

    Integer and boolean columns come back nullable (`Int64`, `boolean`), texts as objects with
    None, so unknown stays unknown and an empty column keeps its type; geometry columns come back
    as shapely geometries.
    """
    result = tx.execute(statement)
    frame = pd.DataFrame.from_records(list(result), columns=list(result.keys()))
    for column in statement.selected_columns:
        name = str(column.key)
        if isinstance(column.type, Geometry):
            binary = [None if cell is None else bytes(cell.data) for cell in frame[name]]
            frame[name] = as_fetched(shapely.from_wkb(np.array(binary, dtype=object)))
        elif isinstance(column.type, sa.Integer):
            frame[name] = frame[name].astype("Int64")
        elif isinstance(column.type, sa.Text):
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
        elif isinstance(column.type, sa.Boolean):
            frame[name] = frame[name].astype("boolean")
        elif isinstance(column.type, sa.Float):
            frame[name] = frame[name].astype("float64")
    return frame


def fetch_geoframe(
    tx: Transaction, statement: sa.Select[Any], *, epsg: int, geometry: str = "geom"
) -> gpd.GeoDataFrame:
    """Run a select as `fetch_frame` does; `geometry` is the active column, in EPSG `epsg`."""
    frame = fetch_frame(tx, statement)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=epsg)


def insert_frame(tx: Transaction, table: sa.Table, frame: pd.DataFrame, *, epsg: int) -> int:
    """Add the rows of a frame to a table by COPY; the frame's columns are the table's.

    Missing values become NULL, geometries carry the SRID `epsg`; gives the number of rows.
    """
    if frame.empty:
        return 0
    columns = [str(name) for name in frame.columns]
    cells = [_cells(frame[name], table.c[name].type, epsg) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection = cast(psycopg.Connection, tx.connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*cells, strict=True):
            copy.write_row(row)
    return len(frame)


def _cells(values: pd.Series[Any], kind: sa.types.TypeEngine[Any], epsg: int) -> list[Any]:
    if isinstance(kind, Geometry):
        return _shapes(np.asarray(values, dtype=object), str(kind.geometry_type), epsg)
    if isinstance(kind, JSONB):
        return [None if v is None else json.dumps(v, ensure_ascii=False) for v in values]
    missing = values.isna().to_numpy()
    plain = values.astype(object)
    if isinstance(kind, sa.Integer):
        return [None if gap else int(v) for v, gap in zip(plain, missing, strict=True)]
    return [None if gap else v for v, gap in zip(plain, missing, strict=True)]


def as_fetched(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give shapes as they come back from the database: multipolygons of one part as polygons."""
    shapes = np.array(shapes, dtype=object)
    of_one = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes[of_one] = shapely.get_geometry(shapes[of_one], 0)
    return np.asarray(shapely.set_srid(shapes, 0))


def _shapes(shapes: np.ndarray[Any, Any], kind: str, epsg: int) -> list[str | None]:
    if kind == "MULTIPOLYGON":
        single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
        shapes = shapes.copy()
        shapes[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    tagged = shapely.set_srid(shapes, epsg)
    return list(shapely.to_wkb(tagged, hex=True, include_srid=True))
