"""GeoPackage, Shapefile, FlatGeobuf and KML, read by GDAL in batches.

Texts of a Shapefile are taken as raw bytes (through Latin-1, which maps every byte to one
character) and decoded here, because what GDAL assumes about a DBF is often wrong.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyogrio.errors
import shapely
from numpy.typing import NDArray

from geo.errors import UnknownOption, UnreadableFile
from geo.exchange.drivers import keep_allowed
from geo.exchange.encodings import Encoding, decode, settle_encoding
from geo.exchange.source import epsg_of
from geo.exchange.table import GEOMETRY, Table, number_rows
from geo.findings import Note, Reject, shorten
from geo.progress import Progress

keep_allowed()

# GDAL 3.12 hands out broken Arrow batches of a FlatGeobuf with a missing shape; its plain
# implementation does not.
pyogrio.set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": True})

_RAW = "ISO-8859-1"
_ROW = "__row__"  # keeps the number of rows of a layer without attributes
_DBF_HEADING_BYTES = 10
_KML_STYLE = (
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility",
    "drawOrder", "icon",
)  # fmt: skip
_NULLABLE: dict[pa.DataType, Any] = {
    pa.int16(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def read_vector(path: Path, *, layer: str | None, progress: Progress) -> Table:
    """Read one layer of a format whose texts are UTF-8 by definition.

    Raises
    ------
    UnreadableFile
        If GDAL can't read the file, or it has several layers and none was named.
    UnknownOption
        If it has no layer of that name.
    """
    with _gdal(path) as said:
        name = _choose_layer(path, layer)
        read = _read(path, name, None, progress)
    if path.suffix.lower() in (".kml", ".kmz"):
        bare = read.frame.drop(columns=list(_KML_STYLE), errors="ignore")
        read = replace(read, frame=bare)
    return _table(path, name, read, said)


def read_shapefile(path: Path, *, encoding: str | None, progress: Progress) -> Table:
    """Read a Shapefile; its encoding is declared, stated in .cpg and proved, or guessed.

    Raises
    ------
    UnreadableFile
        If a part of it is missing or broken, or its texts are in no known encoding.
    """
    with _gdal(path) as said:
        read = _read(path, None, _RAW, progress)
    texts = [str(f).encode(_RAW) for f in read.frame.columns]
    for heading in _text_columns(read.frame):
        texts += [t.encode(_RAW) for t in read.frame[heading].dropna().unique()]
    settled = settle_encoding(texts, declared=encoding, stated=_cpg(path))
    frame, cuts = _decode(read.frame, settled.name)
    table = _table(path, None, replace(read, frame=frame), said)
    return replace(
        table,
        encoding=settled.name,
        encoding_origin=settled.origin,
        cut_bytes=_DBF_HEADING_BYTES,
        notes=(*table.notes, *_encoding_notes(settled, cuts)),
    )


def layers_of(path: Path) -> tuple[str, ...]:
    """Name the layers of a file in its own order."""
    with _gdal(path):
        return tuple(str(name) for name in pyogrio.list_layers(path)[:, 0])


@contextmanager
def _gdal(path: Path) -> Iterator[list[str]]:
    """Collect what GDAL warns about, and put its errors in our words."""
    if "!" in str(path):  # pyogrio would look for an archive before the sign
        raise UnreadableFile(
            f"The path {path} has a “!”, which the reader takes for an archive. Rename it.",
            f"路径 {path} 含有“!”，会被误认为压缩包。请重命名。",
        )
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield said
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            pyogrio.errors.FeatureError,
            pyogrio.errors.FieldError,
            pyogrio.errors.GeometryError,
            pyogrio.errors.CRSError,
            pa.ArrowException,
            UnicodeDecodeError,
            OSError,
        ) as error:
            reason = shorten(str(error).replace(str(path), path.name), length=200)
            raise UnreadableFile(
                f"{path.name} can't be read: {reason}. Export it again, best as GeoPackage.",
                f"{path.name} 无法读取：{reason}。请重新导出，建议用 GeoPackage。",
            ) from error
        finally:
            said += dict.fromkeys(str(w.message).replace(str(path), path.name) for w in caught)


def _choose_layer(path: Path, layer: str | None) -> str:
    names = [str(n) for n in pyogrio.list_layers(path)[:, 0]]
    listed = ", ".join(names)
    if layer is not None and layer not in names:
        raise UnknownOption(
            f"{path.name} has no layer “{layer}”. It has: {listed}.",
            f"{path.name} 没有图层“{layer}”。现有图层：{listed}。",
            layers=names,
        )
    if layer is None and len(names) != 1:
        raise UnreadableFile(
            f"{path.name} has {len(names)} layers. Name one with --layer: {listed}.",
            f"{path.name} 有 {len(names)} 个图层，请用 --layer 指定其一：{listed}。",
            layers=names,
        )
    return layer or names[0]


@dataclass(frozen=True)
class _Layer:
    """What GDAL gave: attributes, WKB, and what it says about the layer."""

    frame: pd.DataFrame
    wkb: NDArray[Any] | None
    crs: str | None


def _read(path: Path, layer: str | None, encoding: str | None, progress: Progress) -> _Layer:
    """Read in batches; whole numbers stay whole beside blanks, times stay text."""
    total = max(int(pyogrio.read_info(path, layer=layer, encoding=encoding)["features"]), 0)
    source = pyogrio.raw.open_arrow(
        path, layer=layer, encoding=encoding, use_pyarrow=True, datetime_as_string=True
    )
    with source as (meta, reader):
        read, batches = 0, []
        for batch in reader:
            batches.append(batch)
            read += batch.num_rows
            progress("read", read, max(total, read))
        data = pa.Table.from_batches(batches, schema=reader.schema)
    data.validate(full=True)
    name = meta["geometry_name"] or "wkb_geometry"
    wkb = None
    if name in data.column_names:
        wkb = data.column(name).to_numpy() if meta["geometry_type"] is not None else None
        data = data.append_column(_ROW, pa.array(range(data.num_rows))).drop_columns([name])
    frame = data.to_pandas(types_mapper=_NULLABLE.get).drop(columns=_ROW, errors="ignore")
    return _Layer(number_rows(frame), wkb, meta["crs"])


def _table(path: Path, layer: str | None, read: _Layer, said: list[str]) -> Table:
    notes = [Note.of("driver_said", message=shorten(text, length=200)) for text in said]
    if read.wkb is None:
        return Table(path, layer, read.frame, notes=tuple(notes))
    frame, rejects, more = with_wkb(read.frame, read.wkb)
    broken = read.frame[~read.frame.index.isin(frame.index)]
    crs = epsg_of(read.crs)
    return Table(
        path,
        layer,
        frame,
        source_crs=crs,
        crs_origin="file" if crs else "missing",
        left_out=broken if len(broken) else None,
        rejects=tuple(rejects),
        notes=(*notes, *more),
    )


def with_wkb(
    frame: pd.DataFrame, wkb: NDArray[Any]
) -> tuple[pd.DataFrame, list[Reject], list[Note]]:
    """Add shapes from WKB: flat, broken ones as rejects (their rows leave the frame)."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    broken = shapely.is_missing(shapes) & pd.notna(wkb)
    rejects = [
        Reject.of("broken_shape", row=int(row), field=GEOMETRY, reason=_why(wkb[at]))
        for at, row in zip(np.flatnonzero(broken), frame.index[broken], strict=True)
    ]
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    notes = [Note.of("height_dropped", count=int(high.sum()))] if high.any() else []
    flat = shapely.force_2d(shapes)
    flat[shapely.is_empty(flat)] = None
    placed = frame.drop(columns=GEOMETRY, errors="ignore").assign(
        **{GEOMETRY: pd.Series(flat, index=frame.index, dtype=object)}
    )
    return placed[~broken], rejects, notes


def _why(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        return shorten(str(error).removeprefix("ParseException: "))
    return "unreadable"


# -- texts of a Shapefile


def _text_columns(frame: pd.DataFrame) -> list[str]:
    return [
        str(c)
        for c in frame.columns
        if pd.api.types.is_string_dtype(frame[c]) or frame[c].dtype == object
    ]


def _cpg(path: Path) -> str | None:
    found = [p for p in path.parent.glob("*") if p.stem == path.stem and p.suffix.lower() == ".cpg"]
    return found[0].read_text(encoding=_RAW).strip() or None if found else None


def _decode(frame: pd.DataFrame, encoding: str) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Decode headings and cells; give the (row, text) of cells cut inside a character."""
    cuts: list[tuple[int, str]] = []
    columns: dict[str, pd.Series[Any]] = {}
    texts = set(_text_columns(frame))
    for heading in frame.columns:
        column = frame[heading]
        if heading in texts:
            codes, uniques = pd.factorize(column.to_numpy(dtype=object), use_na_sentinel=True)
            read = [decode(str(u).encode(_RAW), encoding) or ("", True) for u in uniques]
            words = np.array([r[0] for r in read] + [None], dtype=object)
            cut = np.array([r[1] for r in read] + [False])
            hit = cut[codes]
            cuts += [
                (int(row), str(words[code]))
                for row, code in zip(frame.index[hit], codes[hit], strict=True)
            ]
            column = pd.Series(words[codes], index=frame.index, dtype=object)
        name = decode(str(heading).encode(_RAW), encoding)
        columns[name[0] if name else str(heading)] = column
    return pd.DataFrame(columns, index=frame.index), cuts


def _encoding_notes(settled: Encoding, cuts: list[tuple[int, str]]) -> list[Note]:
    notes = [*settled.notes]
    if cuts:
        row, value = cuts[0]
        notes.append(Note.of("text_cut", count=len(cuts), row=row, value=value))
    return notes
