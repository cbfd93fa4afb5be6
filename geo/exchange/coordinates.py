"""Shapes from the columns of a table: longitude and latitude, both in one cell, or WKT."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.exchange.cells import as_text
from geo.exchange.columns import COORDINATES, find_heading, pick_heading
from geo.exchange.table import GEOMETRY, Table, put_aside, row_numbers
from geo.findings import Note, Reject

_DECIMAL = re.compile(r"^[-+]?\d+(?:\.\d*)?$", re.ASCII)
_DMS = re.compile(
    r"""^(?P<minus>[-+])?(?P<d>\d{1,3})[°度d:\s]\s*(?P<m>\d{1,2}(?:\.\d+)?)(?:['′’分:\s]\s*
    (?:(?P<s>\d{1,2}(?:\.\d+)?)(?:["″”秒]|'')?)?)?\s*$""",
    re.VERBOSE,
)
_POWER = re.compile(r"^[-+]?\d+(?:\.\d*)?e[-+]?\d+$", re.ASCII | re.IGNORECASE)
_HEMISPHERE = re.compile(r"^\s*(东经|西经|北纬|南纬|[NSEW])|([NSEW])\s*$", re.IGNORECASE)
_PAIR = re.compile(r"\s*[,，;；\s]\s*")


def with_coordinates(table: Table, columns: Mapping[str, str]) -> Table:
    """Give a table its shapes from its columns, when it has such columns and no shapes.

    Columns that the user names (`lon`, `lat`, `lonlat`, `wkt`) win over shapes in the file.
    Rows without coordinates keep None; unreadable ones are rejects.

    Raises
    ------
    UnknownOption
        If a named heading is not there.
    """
    named = {n: pick_heading(table.headings, columns[n]) for n in COORDINATES if n in columns}
    if table.has_geometry and not named:
        return table
    if named and table.has_geometry:
        bare = table.frame.drop(columns=GEOMETRY)
        table = replace(table, frame=bare, source_crs=None, crs_origin="missing")
    found = named or _guess(table)
    if "wkt" in found:
        return _from_wkt(table, found["wkt"])
    if "lonlat" in found:
        return _from_pairs(table, found["lonlat"])
    if "lon" in found and "lat" in found:
        return _from_columns(table, found["lon"], found["lat"])
    return table


def read_coordinate(text: str) -> float:
    """Read decimal degrees, metres, or degrees with minutes and seconds; NaN when unreadable."""
    if _DECIMAL.match(text):
        return float(text)
    cell = unicodedata.normalize("NFKC", text.replace("″", '"').replace("′", "'")).strip()
    side = _HEMISPHERE.search(cell)
    bare = _HEMISPHERE.sub("", cell).strip()
    negative = side is not None and (side[1] or side[2]).upper() in ("W", "S", "西经", "南纬")
    sign = -1.0 if negative else 1.0
    number, parts = _DECIMAL.match(bare.rstrip("°度")), _DMS.match(bare)
    if number is not None:
        return sign * float(number[0])
    if parts is None:
        return _scientific(bare)
    minutes, seconds = float(parts["m"]), float(parts["s"] or 0)
    if minutes >= 60 or seconds >= 60:  # noqa: PLR2004 - sixty make one
        return float("nan")
    value = float(parts["d"]) + minutes / 60 + seconds / 3600
    return sign * (-value if parts["minus"] == "-" else value)


def _scientific(text: str) -> float:
    """Read 1.0463E+02, as programs write it; NaN for anything else, also for nan and inf."""
    if not _POWER.match(text):
        return float("nan")
    value = float(text)
    return value if np.isfinite(value) else float("nan")


def _guess(table: Table) -> dict[str, str]:
    found = {}
    for name, words in COORDINATES.items():
        headings = find_heading(table.headings, words)
        if headings and (name != "wkt" or _holds_wkt(table.frame[headings[0]])):
            found[name] = headings[0]
    if "lon" in found and "lat" in found:
        return {"lon": found["lon"], "lat": found["lat"]}
    return found


def _holds_wkt(column: pd.Series[Any]) -> bool:
    first = column.dropna().astype(str).str.strip().head(1)
    return bool(first.str.match(r"(?i)(multi)?(point|linestring|polygon)\s*(z|m|zm)?\s*\(").any())


def _from_columns(table: Table, lon: str, lat: str) -> Table:
    x, y = as_text(table.frame[lon]), as_text(table.frame[lat])
    note = Note.of("coordinates_from", x=lon, y=lat)
    return _place(table, x, y, (lon, lat), note)


def _from_pairs(table: Table, heading: str) -> Table:
    cells = as_text(table.frame[heading])
    x, y = np.full(len(cells), None, dtype=object), np.full(len(cells), None, dtype=object)
    for at, cell in enumerate(cells):
        parts = _PAIR.split(cell.strip(" ()[]（）【】")) if cell else []
        if parts:
            x[at], y[at] = parts if len(parts) == 2 else (cell, None)  # noqa: PLR2004
    note = Note.of("coordinates_from", x=heading, y=heading)
    return _place(table, x, y, (heading, heading), note)


def _place(
    table: Table, x: NDArray[Any], y: NDArray[Any], headings: tuple[str, str], note: Note
) -> Table:
    """Make points; one missing coordinate or an unreadable one rejects the row."""
    xs, ys = _numbers(x), _numbers(y)
    no_x, no_y = pd.isna(x), pd.isna(y)
    bad = (no_x != no_y) | (~no_x & np.isnan(xs)) | (~no_y & np.isnan(ys))
    rows, rejects = row_numbers(table.frame), []
    for at in np.flatnonzero(bad):
        row = rows[at]
        wrong = 0 if not no_x[at] and np.isnan(xs[at]) else 1
        value = (x[at], y[at])[wrong]
        code = "one_coordinate" if no_x[at] or no_y[at] else "not_a_coordinate"
        rejects.append(Reject.of(code, row=row, field=headings[wrong], value=value))
    shapes = np.full(len(xs), None, dtype=object)
    good = ~bad & ~no_x
    shapes[good] = shapely.points(xs[good], ys[good])
    placed = _placed(table, shapes, bad, rejects, note)
    return replace(placed, point_columns=tuple(dict.fromkeys(headings)))


def _from_wkt(table: Table, heading: str) -> Table:
    cells = as_text(table.frame[heading])
    shapes = shapely.force_2d(shapely.from_wkt(cells, on_invalid="ignore"))
    bad = shapely.is_missing(shapes) & ~pd.isna(cells)
    rows = row_numbers(table.frame)
    rejects = [
        Reject.of(
            "broken_shape", row=rows[at], field=heading,
            value=cells[at], reason="WKT",
        )
        for at in np.flatnonzero(bad)
    ]  # fmt: skip
    shapes[shapely.is_empty(shapes)] = None
    placed = _placed(table, shapes, bad, rejects, Note.of("shape_from", heading=heading))
    return replace(placed, wkt_column=heading)


def _placed(
    table: Table, shapes: NDArray[Any], bad: NDArray[np.bool_], rejects: list[Reject], note: Note
) -> Table:
    column = pd.Series(shapes, index=table.frame.index, dtype=object)
    return replace(
        table,
        frame=table.frame.assign(**{GEOMETRY: column})[~bad],
        left_out=put_aside(table, bad),
        rejects=(*table.rejects, *rejects),
        notes=(*table.notes, note),
    )


def _numbers(cells: NDArray[Any]) -> NDArray[np.float64]:
    return np.array([np.nan if c is None else read_coordinate(c) for c in cells], dtype=float)
