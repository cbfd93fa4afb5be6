"""`read_file`: one door for every format."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from geo.crs import SourceCrs
from geo.errors import UnreadableFile
from geo.exchange.archive import unpack
from geo.exchange.coordinates import with_coordinates
from geo.exchange.delimited import read_delimited
from geo.exchange.geojson import read_geojson
from geo.exchange.parquet import read_parquet
from geo.exchange.sheets import SUFFIXES as SHEETS
from geo.exchange.sheets import read_sheet, sheets_of
from geo.exchange.source import settle_crs
from geo.exchange.table import Table
from geo.exchange.vector import layers_of as vector_layers
from geo.exchange.vector import read_shapefile, read_vector
from geo.findings import Note
from geo.progress import Progress, quiet

READABLE = (
    ".geojson", ".json", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".geoparquet",
    ".csv", ".tsv", ".txt", ".kml", ".kmz", *SHEETS,
)  # fmt: skip
_LAYERED = (".gpkg", ".fgb", ".kml", ".kmz")
_LISTED = (
    "GeoJSON, GeoPackage, Shapefile (.shp, .zip), FlatGeobuf, GeoParquet, KML, CSV, TSV, "
    "Excel (.xlsx, .xls), ODS"
)
_HINTS: Mapping[str, tuple[str, str]] = {
    ".dxf": (
        "A drawing has neither attributes nor a coordinate system: open it in QGIS, "
        "give it both, and export a GeoPackage.",
        "图纸没有属性和坐标系：请在 QGIS 中补充后导出为 GeoPackage。",
    ),
    ".dwg": (
        "A drawing has neither attributes nor a coordinate system: have it saved as DXF, open that "
        "in QGIS, give it both, and export a GeoPackage.",
        "图纸没有属性和坐标系：请先另存为 DXF，再在 QGIS 中补充后导出为 GeoPackage。",
    ),
    ".pdf": (
        "A PDF is a picture of a page, not data: ask for the table or map that it was made from.",
        "PDF 只是页面的图像，不是数据：请索取制作它所用的表格或地图数据。",
    ),
    ".docx": (
        "A document is not a table: copy its table into Excel and save that as .xlsx.",
        "文档不是表格：请把其中的表格复制到 Excel，另存为 .xlsx。",
    ),
    ".rar": (
        "Unpack it, and give the files in it or a .zip of them.",
        "请先解压，再给出其中的文件，或重新打包为 .zip。",
    ),
    ".jpg": (
        "A picture is not data: ask for the table or map that it was made from.",
        "图片不是数据：请索取制作它所用的表格或地图数据。",
    ),
    ".shx": ("Give the .shp file beside it.", "请给出旁边的 .shp 文件。"),
    ".et": ("Save it as .xlsx in WPS.", "请在 WPS 中另存为 .xlsx。"),
}
_SAME_HINT = {
    ".dbf": ".shx", ".prj": ".shx", ".cpg": ".shx", ".doc": ".docx", ".wps": ".docx",
    ".7z": ".rar", ".gz": ".rar", ".tar": ".rar", ".png": ".jpg", ".jpeg": ".jpg", ".tif": ".jpg",
}  # fmt: skip


def read_file(
    path: Path | str,
    *,
    crs: SourceCrs | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> Table:
    """Read one layer of a file as it is, cells and coordinates unchanged.

    Parameters
    ----------
    path : Path or str
        GeoJSON, GeoPackage, Shapefile (also zipped), FlatGeobuf, GeoParquet, KML, CSV, TSV,
        Excel or OpenDocument.
    crs : SourceCrs or None
        The system that the user declares; it wins over the file's own word, with a note.
    encoding : str or None
        The encoding that the user declares (CSV, Shapefile, GeoJSON); wrong ones are refused.
    layer : str or None
        The layer or sheet to take; needed only where the file has several.
    columns : mapping or None
        `lon`, `lat`, `lonlat`, `latlon` or `wkt` → heading, for tables whose coordinate columns
        have other names.

    Raises
    ------
    UnreadableFile
        If the file can't be read as what it claims to be; the reason is said in plain words.
    UnknownOption
        If the layer, the encoding or a heading is not there.
    WrongCrs
        If the numbers can't be in the declared system.
    """
    path = Path(path)
    if not path.is_file():
        raise UnreadableFile(
            f"There is no file {path}. Check the name.", f"找不到文件 {path}。请检查文件名。"
        )
    if path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory(prefix="wangge-") as folder:
            member, name = unpack(path, Path(folder), layer=layer)
            inner = layer if name is None else None
            table = _read(member, encoding, inner, progress)
        table = replace(table, path=path, layer=name or table.layer)
    else:
        table = _read(path, encoding, layer, progress)
    table = with_coordinates(table, columns or {})
    if table.frame.empty and not table.rejects:
        table = replace(table, notes=(*table.notes, Note.of("no_rows")))
    return settle_crs(table, crs)


def layers_of(path: Path) -> tuple[str, ...]:
    """Name the layers or filled sheets of a file in its own order; none for other formats.

    Raises
    ------
    UnreadableFile
        If the file can't be read.
    """
    suffix = path.suffix.lower()
    if suffix in SHEETS:
        return sheets_of(path)
    return vector_layers(path) if suffix in _LAYERED else ()


def _read(
    path: Path,
    encoding: str | None,
    layer: str | None,
    progress: Progress,
) -> Table:
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json"):
        return read_geojson(path, encoding=encoding, progress=progress)
    if suffix == ".shp":
        return read_shapefile(path, encoding=encoding, progress=progress)
    if suffix in _LAYERED:
        return read_vector(path, layer=layer, progress=progress)
    if suffix in SHEETS:
        return read_sheet(path, layer=layer, progress=progress)
    if suffix in (".parquet", ".geoparquet"):
        return read_parquet(path, progress=progress)
    if suffix in (".csv", ".tsv", ".txt"):
        return read_delimited(path, encoding=encoding, progress=progress)
    raise _not_readable(path)


def _not_readable(path: Path) -> UnreadableFile:
    suffix = path.suffix.lower()
    en, zh = _HINTS.get(
        _SAME_HINT.get(suffix, suffix), ("Convert it to GeoPackage.", "请转换为 GeoPackage。")
    )
    return UnreadableFile(
        f"{path.name}: files of this kind are not read. {en} Read are: {_LISTED}.",
        f"{path.name}：不支持这种文件。{zh} 可读取：{_LISTED}。",
    )
