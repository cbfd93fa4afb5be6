"""GeoJSON read feature by feature, so that one bad row is one rejected row.

RFC 7946; the older `crs` member is honoured. GDAL refuses whole files for one bad coordinate and
drops entries that are not features without a word, which an import may not do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import WGS84, SourceCrs
from geo.errors import UnreadableFile
from geo.exchange.encodings import settle_encoding
from geo.exchange.source import epsg_of
from geo.exchange.table import GEOMETRY, Table
from geo.findings import Note, Reject
from geo.progress import Progress

_STEP = 20_000
_RING_POINTS = 4


def read_geojson(path: Path, *, encoding: str | None, progress: Progress) -> Table:
    """Read a FeatureCollection, one Feature or one bare geometry.

    Raises
    ------
    UnreadableFile
        If the file is not JSON or not GeoJSON at all; single bad features are rejects.
    """
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    settled = settle_encoding(data.split(b"\n"), declared=encoding)
    root = _parse(path, data.decode(settled.name))
    features = _features(path, root)
    rows, shapes, rejects = [], [], []
    numbers, heights = [], 0
    lost: dict[int, dict[str, object]] = {}
    for number, feature in enumerate(features, start=1):
        if number % _STEP == 0:
            progress("read", number, len(features))
        try:
            properties, geometry = _split(feature)
        except _BadShape as error:
            rejects.append(Reject.of("not_a_feature", row=number, field="type", reason=error))
            lost[number] = {}
            continue
        try:
            shape, high = _shape(geometry)
        except _BadShape as error:
            rejects.append(Reject.of("broken_shape", row=number, field=GEOMETRY, reason=error))
            lost[number] = properties
            continue
        heights += high
        numbers.append(number)
        rows.append(properties)
        shapes.append(shape)
    progress("read", len(features), len(features))
    frame = _frame(rows, shapes, numbers)
    crs = _stated_crs(root)
    notes = [*settled.notes]
    if heights:
        notes.append(Note.of("height_dropped", count=heights))
    return Table(
        path,
        None,
        frame,
        source_crs=crs,
        crs_origin="file" if crs else "missing",
        encoding=settled.name,
        encoding_origin=settled.origin,
        left_out=_frame([*lost.values()], [None] * len(lost), [*lost]).drop(columns=GEOMETRY)
        if lost
        else None,
        rejects=tuple(rejects),
        notes=tuple(notes),
    )


class _BadShape(Exception):
    """Why one feature can't be read; becomes a reject."""


def _parse(path: Path, text: str) -> object:
    try:
        root: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not JSON: {error.msg} in line {error.lineno}, "
            f"column {error.colno}. Export it again.",
            f"{path.name} 不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列出错"
            f"（{error.msg}）。请重新导出。",
        ) from error
    except RecursionError as error:
        raise UnreadableFile(
            f"{path.name} is nested too deeply to be GeoJSON.",
            f"{path.name} 嵌套过深，不是有效的 GeoJSON。",
        ) from error
    return root


def _features(path: Path, root: object) -> list[object]:
    members = root if isinstance(root, dict) else {}
    kind = members.get("type")
    if kind == "FeatureCollection" and isinstance(members.get("features"), list):
        return list(members["features"])
    if kind == "Feature":
        return [root]
    if isinstance(kind, str) and (kind in _BUILDERS or kind == "GeometryCollection"):
        return [{"type": "Feature", "properties": {}, "geometry": root}]
    raise UnreadableFile(
        f"{path.name} is JSON but not GeoJSON: it needs a FeatureCollection with a list of "
        "features. Export it as GeoJSON.",
        f"{path.name} 是 JSON 但不是 GeoJSON：应为带 features 列表的 FeatureCollection。"
        "请导出为 GeoJSON。",
    )


def _split(feature: object) -> tuple[dict[str, object], object]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _BadShape('its type is not "Feature"')
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise _BadShape('"properties" is not an object')
    row = dict(properties or {})
    if isinstance(feature.get("id"), str | int | float):
        row.setdefault("id", feature["id"])
    return row, feature.get("geometry")


def _stated_crs(root: object) -> SourceCrs | None:
    if not isinstance(root, dict) or "crs" not in root:
        return WGS84
    member = root["crs"]
    name = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if not isinstance(name, str):
        return None
    if name.upper().endswith("CRS84"):
        return WGS84
    code = re.search(r"EPSG:+(?:[\d.]*:)?(\d+)$", name, re.IGNORECASE)
    return epsg_of(f"EPSG:{code[1]}" if code else name)


def _frame(rows: list[dict[str, Any]], shapes: list[object], numbers: list[int]) -> pd.DataFrame:
    """Build the frame column by column, so that whole numbers stay whole beside blanks."""
    headings = dict.fromkeys(key for row in rows for key in row if key != GEOMETRY)
    columns: dict[str, Any] = {}
    for heading in headings:
        cells = np.empty(len(rows), dtype=object)
        for at, row in enumerate(rows):
            cell = row.get(heading)
            cells[at] = (
                json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell
            )
        columns[heading] = cells
    placed = np.empty(len(shapes), dtype=object)
    placed[:] = shapes
    columns[GEOMETRY] = placed
    index = pd.Index(numbers, dtype="int64", name="row")
    return pd.DataFrame({k: pd.Series(v, index=index, dtype=object) for k, v in columns.items()})


# -- shapes


def _shape(geometry: object) -> tuple[object, bool]:
    """Build one shape in two dimensions; tell whether heights were left out."""
    if geometry is None:
        return None, False
    if not isinstance(geometry, dict):
        raise _BadShape("it is not an object")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise _BadShape('"geometries" is not a list')
        built = [_shape(part) for part in parts]
        collection = shapely.geometrycollections([b[0] for b in built if b[0] is not None])
        return collection, any(b[1] for b in built)
    if not isinstance(kind, str) or kind not in _BUILDERS:
        raise _BadShape(f"“{kind}” is not a kind of shape")
    if not isinstance(geometry.get("coordinates"), list):
        raise _BadShape('"coordinates" is not a list')
    if not geometry["coordinates"]:
        return None, False
    flat = _Flat()
    return _BUILDERS[kind](geometry["coordinates"], flat), flat.heights


class _Flat:
    """Turns lists of positions into arrays of x, y and remembers whether there was more."""

    heights = False

    def __call__(self, positions: object) -> NDArray[np.float64]:
        try:
            array = np.asarray(positions)
        except ValueError as error:
            raise _BadShape("its positions differ in length") from error
        if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "if":  # noqa: PLR2004
            raise _BadShape("a position is not a list of two numbers")
        self.heights = self.heights or array.shape[1] > 2  # noqa: PLR2004
        return np.ascontiguousarray(array[:, :2], dtype=np.float64)


_Builder = Callable[[object, _Flat], object]


def _line(positions: object, flat: _Flat) -> object:
    xy = flat(positions)
    if len(xy) < 2:  # noqa: PLR2004 - two points make a line
        raise _BadShape("a line needs two positions")
    return shapely.linestrings(xy)


def _ring(positions: object, flat: _Flat) -> object:
    xy = flat(positions)
    if len(xy) < _RING_POINTS:
        raise _BadShape("a ring needs four positions")
    if not np.array_equal(xy[0], xy[-1], equal_nan=True):
        raise _BadShape("a ring does not end where it begins")
    return shapely.linearrings(xy)


def _polygon(rings: object, flat: _Flat) -> object:
    if not isinstance(rings, list) or not rings:
        raise _BadShape("a polygon is not a list of rings")
    built = [_ring(ring, flat) for ring in rings]
    return shapely.polygons(built[0], holes=built[1:] or None)


def _parts(build: _Builder, gather: Callable[[list[object]], object]) -> _Builder:
    def many(parts: object, flat: _Flat) -> object:
        if not isinstance(parts, list):
            raise _BadShape("its parts are not a list")
        return gather([build(part, flat) for part in parts])

    return many


_BUILDERS: Mapping[str, _Builder] = {
    "Point": lambda xy, flat: shapely.points(flat([xy])[0]),
    "MultiPoint": lambda xys, flat: shapely.multipoints(shapely.points(flat(xys))),
    "LineString": _line,
    "MultiLineString": _parts(_line, shapely.multilinestrings),
    "Polygon": _polygon,
    "MultiPolygon": _parts(_polygon, shapely.multipolygons),
}
