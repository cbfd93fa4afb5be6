"""Shapes from the columns of a table: longitude and latitude, both in one cell, or WKT."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.exchange.cells import as_text
from geo.exchange.columns import COORDINATES, find_heading, pick_heading, plain
from geo.exchange.pairs import Order, order_of, part_pairs
from geo.exchange.table import GEOMETRY, Table, put_aside, row_numbers
from geo.findings import Note, Reject

_DECIMAL = re.compile(r"^[-+]?\d+(?:\.\d*)?$", re.ASCII)
_DMS = re.compile(
    r"""^(?P<minus>[-+])?(?P<d>\d{1,3})[°度d:\s]\s*(?P<m>\d{1,2}(?:\.\d+)?)(?:['′’分:\s]\s*
    (?:(?P<s>\d{1,2}(?:\.\d+)?)(?:["″”秒]|'')?)?)?\s*$""",
    re.VERBOSE,
)
#: 104-37-48 and 104.37.48: two signs of the same kind.
_PARTED = re.compile(r"^(?P<d>\d{1,3})([-.])(?P<m>\d{1,2})\2(?P<s>\d{1,2}(?:\.\d+)?)$", re.ASCII)
_POWER = re.compile(r"^[-+]?\d+(?:\.\d*)?e[-+]?\d+$", re.ASCII | re.IGNORECASE)
_HEMISPHERE = re.compile(r"^\s*(东经|西经|北纬|南纬|[NSEW])[:：]?|([NSEW])\s*$", re.IGNORECASE)

_ORDERS: tuple[Order, ...] = ("lonlat", "latlon")
_OPEN_ORDER = frozenset(("坐标", "coordinates", "经纬度"))


def with_coordinates(table: Table, columns: Mapping[str, str]) -> Table:
    """Give a table its shapes from its columns, when it has such columns and no shapes.

    Columns that the user names (`lon`, `lat`, `lonlat`, `latlon`, `wkt`) win over shapes in the file;
    those named with an empty heading are not looked for.
    Rows without coordinates keep None; unreadable ones are rejects.

    Raises
    ------
    UnknownOption
        If a named heading is not there.
    """
    named = {n: pick_heading(table.headings, columns[n]) for n in COORDINATES if columns.get(n)}
    if table.has_geometry and not named:
        return table
    if named and table.has_geometry:
        bare = table.frame.drop(columns=GEOMETRY)
        table = replace(table, frame=bare, source_crs=None, crs_origin="missing")
    found = named or _guess(table, columns)
    if "wkt" in found:
        return _from_wkt(table, found["wkt"])
    if "lon" in found and "lat" in found:
        return _from_columns(table, found["lon"], found["lat"])
    for order in _ORDERS:
        if order in found:
            said = order if named or _names_order(found[order]) else None
            return _from_pairs(table, found[order], said)
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
    number, parts = _DECIMAL.match(bare.rstrip("°度")), _DMS.match(bare) or _PARTED.match(bare)
    if number is not None:
        return sign * float(number[0])
    if parts is None:
        return _scientific(bare)
    minutes, seconds = float(parts["m"]), float(parts["s"] or 0)
    if minutes >= 60 or seconds >= 60:  # noqa: PLR2004 - sixty make one
        return float("nan")
    value = float(parts["d"]) + minutes / 60 + seconds / 3600
    return sign * (-value if bare.startswith("-") else value)


def _scientific(text: str) -> float:
    """Read 1.0463E+02, as programs write it; NaN for anything else, also for nan and inf."""
    if not _POWER.match(text):
        return float("nan")
    value = float(text)
    return value if np.isfinite(value) else float("nan")


def _guess(table: Table, left_out: Container[str]) -> dict[str, str]:
    found = {}
    for name, words in COORDINATES.items():
        if name in left_out:
            continue
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
    return _place(table, x, y, (lon, lat), [note])


def _from_pairs(table: Table, heading: str, said: Order | None) -> Table:
    cells = as_text(table.frame[heading])
    first, second, turned = part_pairs(cells)
    first[turned], second[turned] = second[turned], first[turned]

    def example() -> str:
        return next(str(cell) for cell in cells if cell)

    order = order_of(
        np.where(turned, np.nan, _numbers(first)), _numbers(second),
        heading=heading, example=example, said=said,
    )  # fmt: skip
    notes = [Note.of("coordinates_from", x=heading, y=heading)]
    if order == "latlon":
        first[~turned], second[~turned] = second[~turned], first[~turned]
        notes.append(Note.of("pairs_latitude_first", heading=heading, value=example()))
    return _place(table, first, second, (heading, heading), notes)


def _names_order(heading: str) -> bool:
    """Tell whether a heading says which comes first: “lng,lat” does, 坐标 does not."""
    return plain(heading) not in _OPEN_ORDER


def _place(
    table: Table, x: NDArray[Any], y: NDArray[Any], headings: tuple[str, str], notes: list[Note]
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
    placed = _placed(table, shapes, bad, rejects, notes)
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
    placed = _placed(table, shapes, bad, rejects, [Note.of("shape_from", heading=heading)])
    return replace(placed, wkt_column=heading)


def _placed(
    table: Table,
    shapes: NDArray[Any],
    bad: NDArray[np.bool_],
    rejects: list[Reject],
    notes: list[Note],
) -> Table:
    column = pd.Series(shapes, index=table.frame.index, dtype=object)
    return replace(
        table,
        frame=table.frame.assign(**{GEOMETRY: column})[~bad],
        left_out=put_aside(table, bad),
        rejects=(*table.rejects, *rejects),
        notes=(*table.notes, *notes),
    )


def _numbers(cells: NDArray[Any]) -> NDArray[np.float64]:
    return np.array([np.nan if c is None else read_coordinate(c) for c in cells], dtype=float)
