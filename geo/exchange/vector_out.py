"""GeoPackage and Shapefile, written by GDAL, layer by layer."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pyogrio

from geo.errors import BadInput
from geo.exchange.cells import as_text
from geo.exchange.table import GEOMETRY

DbfEncoding = Literal["utf-8", "gbk"]

_NAMED: Mapping[DbfEncoding, str] = {"utf-8": "UTF-8", "gbk": "GBK"}
_LANGUAGE_BYTE = 29
_CHINESE_LANGUAGE = 0x4D  # what programs before .cpg went by; there is no such number for UTF-8
_HEADING_BYTES = 10
_TEXT_BYTES = 254
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)


def write_gpkg(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write a GeoPackage with one layer of multipolygons per frame, each in its own system."""
    path.unlink(missing_ok=True)
    for name, frame in layers.items():
        pyogrio.write_dataframe(
            frame, path, layer=name, driver="GPKG", geometry_type="MultiPolygon",
            promote_to_multi=True, append=path.exists(),
        )  # fmt: skip


def write_shapefiles(
    layers: Mapping[str, gpd.GeoDataFrame], path: Path, *, encoding: DbfEncoding
) -> None:
    """Write a zip file with one Shapefile per frame: .shp .shx .dbf .prj .cpg.

    Raises
    ------
    BadInput
        If a heading is longer than 10 bytes, or a text can't be written in the encoding or is
        too long for the format; the texts are named.
    """
    for frame in layers.values():
        _check(frame, encoding)
    with tempfile.TemporaryDirectory(prefix="wangge-") as folder:
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                frame, Path(folder) / f"{name}.shp", driver="ESRI Shapefile",
                encoding=_NAMED[encoding], geometry_type="MultiPolygon", promote_to_multi=True,
            )  # fmt: skip
            if encoding == "gbk":
                _say_chinese(Path(folder) / f"{name}.dbf")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in sorted(Path(folder).iterdir()):
                entry = zipfile.ZipInfo(part.name, _ENTRY_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, part.read_bytes())


def _check(frame: gpd.GeoDataFrame, encoding: DbfEncoding) -> None:
    headings = [str(c) for c in frame.columns if c != GEOMETRY]
    long = [h for h in headings if len(h.encode(encoding)) > _HEADING_BYTES]
    if long:
        listed = ", ".join(long)
        raise BadInput(
            f"A Shapefile cuts headings at {_HEADING_BYTES} bytes: {listed}. Choose GeoPackage.",
            f"Shapefile 字段名最长 {_HEADING_BYTES} 字节：{listed}。请改用 GeoPackage。",
        )
    texts = [text for h in headings for text in as_text(frame[h]) if text is not None]
    strange = [text for text in dict.fromkeys(texts) if not _fits(text, encoding)]
    if strange:
        listed = "、".join(strange[:10])
        raise BadInput(
            f"{len(strange)} texts can't be written in {encoding}, or are longer than "
            f"{_TEXT_BYTES} bytes: {listed}. Choose the Shapefile in UTF-8, or GeoPackage.",
            f"{len(strange)} 个文本无法用 {encoding} 表示，或超过 {_TEXT_BYTES} 字节：{listed}。"
            "请改用 UTF-8 的 Shapefile 或 GeoPackage。",
            texts=strange,
        )


def _fits(text: str, encoding: DbfEncoding) -> bool:
    try:
        return len(text.encode(encoding)) <= _TEXT_BYTES
    except UnicodeEncodeError:
        return False


def _say_chinese(dbf: Path) -> None:
    """Declare GBK in the header too, for programs that do not read .cpg."""
    with dbf.open("r+b") as file:
        file.seek(_LANGUAGE_BYTE)
        file.write(bytes([_CHINESE_LANGUAGE]))
