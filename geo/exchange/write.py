"""Files that people and programs read: CSV for spreadsheets, GeoJSON for maps."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import LONLAT, frame_to
from geo.exchange.cells import as_text
from geo.exchange.table import GEOMETRY

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$")
_DECIMALS = 10


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table that Excel opens well: UTF-8 with BOM, no cell that runs as a formula.

    Cells that begin with = + - @ or a tab get a leading apostrophe; plain numbers such as -12.5
    stay numbers. Shapes are left out, the index is not written.
    """
    columns = [str(c) for c in frame.columns if c != GEOMETRY]
    cells = [[_safe(t) for t in as_text(frame[c])] for c in columns]
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\r\n")
        writer.writerow([_safe(c) for c in columns])
        writer.writerows(zip(*cells, strict=True))


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
    if text.startswith(_RUNS_AS_FORMULA) and not _PLAIN_NUMBER.match(text):
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
