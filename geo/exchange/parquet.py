"""Parquet and GeoParquet: WKB shapes with the CRS of the file, or plain columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.crs import WGS84, SourceCrs
from geo.errors import UnreadableFile
from geo.exchange.source import epsg_of
from geo.exchange.table import GEOMETRY, Table, number_rows
from geo.exchange.vector import with_wkb
from geo.findings import shorten
from geo.progress import Progress

_INTEGERS = (
    pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
)  # fmt: skip
_NULLABLE: dict[pa.DataType, Any] = {
    **dict.fromkeys(_INTEGERS, pd.Int64Dtype()),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def read_parquet(path: Path, *, progress: Progress) -> Table:
    """Read a Parquet file; shapes are the primary column, or a WKB column `geometry`.

    Raises
    ------
    UnreadableFile
        If it is not Parquet, or its shapes are not WKB.
    """
    try:
        with pq.ParquetFile(path) as file:
            groups = []
            for at in range(file.num_row_groups):
                groups.append(file.read_row_group(at))
                progress("read", at + 1, file.num_row_groups)
            schema = file.schema_arrow
            data = pa.concat_tables(groups) if groups else schema.empty_table()
    except (pa.ArrowException, OSError) as error:
        reason = shorten(str(error), length=200)
        raise UnreadableFile(
            f"{path.name} is not a readable Parquet file: {reason}. Export it again.",
            f"{path.name} 不是可读的 Parquet 文件：{reason}。请重新导出。",
        ) from error
    metadata = schema.metadata or {}
    geo = json.loads(metadata.get(b"geo", b"{}"))
    name, crs = _primary(path, geo, schema)
    unnamed = [c for c in data.column_names if c.startswith("__index_level_")]
    drop = [*unnamed, *([name] if name else [])]
    frame = number_rows(data.drop_columns(drop).to_pandas(types_mapper=_NULLABLE.get))
    if name is None:
        return Table(path, None, frame)
    whole, rejects, notes = with_wkb(frame, data.column(name).to_numpy())
    broken = frame[~frame.index.isin(whole.index)]
    return Table(
        path,
        None,
        whole,
        source_crs=crs,
        crs_origin="file" if crs else "missing",
        left_out=broken if len(broken) else None,
        rejects=tuple(rejects),
        notes=tuple(notes),
    )


def _primary(
    path: Path, geo: dict[str, Any], schema: pa.Schema
) -> tuple[str | None, SourceCrs | None]:
    """Find the shape column and its system; GeoParquet without a word means degrees."""
    if not geo:
        binary = GEOMETRY in schema.names and _is_binary(schema.field(GEOMETRY).type)
        return (GEOMETRY if binary else None), None
    name = str(geo["primary_column"])
    about = geo["columns"][name]
    if about.get("encoding") != "WKB":
        raise UnreadableFile(
            f"{path.name} stores shapes as {about.get('encoding')}. "
            "Write it with the geometry encoding WKB.",
            f"{path.name} 的图形以 {about.get('encoding')} 存储，请改用 WKB 编码写出。",
        )
    if "crs" not in about:
        return name, WGS84
    return name, epsg_of(json.dumps(about["crs"])) if about["crs"] else None


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
