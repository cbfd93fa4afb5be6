"""Files that people and programs read: CSV for spreadsheets, GeoJSON for maps, GeoParquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from pandas.api.types import is_string_dtype

from geo.crs import LONLAT, frame_to
from geo.exchange.cells import as_text
from geo.exchange.table import GEOMETRY

_RUNS_AS_FORMULA = re.compile(r"^'*[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$")
_DECIMALS = 10


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table that Excel opens well: UTF-8 with BOM, no cell that runs as a formula.

    Cells that begin with = + - @ or a tab get a leading apostrophe, which `read_file` takes off
    again; plain numbers such as -12.5 stay numbers. Shapes are left out, the index is not written.
    """
    path.write_bytes(csv_bytes(frame))


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Give what `write_csv` writes."""
    columns = [str(c) for c in frame.columns if c != GEOMETRY]
    cells = [[_safe(t) for t in as_text(frame[c])] for c in columns]
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([_safe(c) for c in columns])
    writer.writerows(zip(*cells, strict=True))
    return sink.getvalue().encode("utf-8-sig")


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write RFC 7946 GeoJSON: WGS 84 degrees with 10 decimals (0.01 mm).

    Raises
    ------
    WrongCrs
        If the frame does not say its system.
    """
    placed = frame_to(frame, LONLAT)
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write('{"type": "FeatureCollection", "features": [\n')
        for number, feature in enumerate(_features(placed)):
            sink.write((",\n" if number else "") + feature)
        sink.write("\n]}\n")


def _safe(text: str | None) -> str:
    if text is None:
        return ""
    if _RUNS_AS_FORMULA.match(text) and not _PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text


def _features(frame: gpd.GeoDataFrame) -> Iterator[str]:
    names = [str(c) for c in frame.columns if c != frame.geometry.name]
    rounded = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    shapes = shapely.to_geojson(rounded)
    columns = [frame[n].astype(object).to_numpy() for n in names]
    for at, shape in enumerate(shapes):
        properties = {n: _json_value(c[at]) for n, c in zip(names, columns, strict=True)}
        text = json.dumps(properties, ensure_ascii=False, allow_nan=False)
        yield f'{{"type": "Feature", "properties": {text}, "geometry": {shape or "null"}}}'


def _json_value(value: object) -> object:
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value.isoformat() if isinstance(value, datetime) else value


def write_parquet(
    frame: gpd.GeoDataFrame, path: Path, *, notes: Mapping[str, str] | None = None
) -> None:
    """Write GeoParquet whose bytes depend on the rows and the library versions only.

    The index is not kept; `notes` become keys of the file's metadata.
    """
    # The same text may be held as `str` or as `object`, which the file would tell apart.
    texts = {name: object for name in frame.columns if is_string_dtype(frame[name])}
    buffer = io.BytesIO()
    frame.astype(texts).to_parquet(buffer, index=False)
    table = pq.read_table(buffer)
    added = {key.encode(): text.encode() for key, text in (notes or {}).items()}
    table = table.replace_schema_metadata({**table.schema.metadata, **added})
    pq.write_table(table, path, compression="zstd", compression_level=9)
