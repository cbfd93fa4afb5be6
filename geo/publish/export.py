"""An edition as a file to hand over, made from its sealed areas alone.

Columns: `level`, `code`, `name`, `parent` (code), `households` (null: unknown), `area_m2`, and
the label point: `label_x`, `label_y` in metres of the working CRS, or in degrees `label_lon`,
`label_lat` (WGS 84) where the file is in degrees. Areas stand by level from the top, then by
code bytes. What `read_file` reads of it is the edition again.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import Site
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.errors import UnknownOption
from geo.exchange import (
    Sheet,
    write_geojson,
    write_gpkg,
    write_parquet,
    write_shapefiles,
    write_xlsx,
)
from geo.publish.folder import EditionRef, PublishedFolder

ExportFormat = Literal["gpkg", "shp", "shp-gbk", "parquet", "geojson", "xlsx"]

_MM, _DEGREE_DECIMALS = 3, 9
_UNFINISHED = ".unfinished-"
_DAY_S = 86_400.0
_HEADINGS = {
    "level": "层级", "code": "编码", "name": "名称", "parent": "上级编码", "households": "户数",
    "area_m2": "面积(㎡)", "label_lon": "标注点经度", "label_lat": "标注点纬度",
}  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """What a format is called: the ending of its files and their media type."""

    suffix: str
    media_type: str


FORMATS: Mapping[ExportFormat, Exported] = {
    "gpkg": Exported(".gpkg", "application/geopackage+sqlite3"),
    "shp": Exported(".zip", "application/zip"),
    "shp-gbk": Exported(".zip", "application/zip"),
    "parquet": Exported(".parquet", "application/vnd.apache.parquet"),
    "geojson": Exported(".geojson", "application/geo+json"),
    "xlsx": Exported(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def export_edition(folder: PublishedFolder, number: int, kind: ExportFormat, path: Path) -> Path:
    """Write an edition's areas to a file; an existing one is replaced when the new one is whole.

    Parameters
    ----------
    kind : ExportFormat
        gpkg: one layer per level. shp, shp-gbk: a zip file with one Shapefile per level, texts in
        UTF-8 or GBK. parquet (GeoParquet), geojson (RFC 7946): all levels together. xlsx: no
        shapes, the label point in degrees.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    NoEdition
        If there is no such edition.
    BadInput
        If a name can't be written in the encoding of the format; the names are told.
    """
    ref = folder.edition_for(number)
    _write_whole(folder, ref, kind, path)
    return path


def cached_export(folder: PublishedFolder, number: int, kind: ExportFormat, cache: Path) -> Path:
    """Give an edition's file from a cache folder, made there once per sealed hash.

    Two requests at the same time may both make it; each sees a whole file.
    """
    ref = folder.edition_for(number)
    path = cache / f"{_stem(ref)}{kind}{FORMATS[kind].suffix}"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        _sweep(folder, cache)
        _write_whole(folder, ref, kind, path)
    return path


def _stem(ref: EditionRef) -> str:
    """Name files by what they are made from: the sealed areas, and the program."""
    return f"{ref.sealed}-{version('wangge')}-"


def export_name(folder: PublishedFolder, ref: EditionRef, kind: ExportFormat) -> str:
    """Give a file name that says what it is: 陇西县-第2版-2026-03-05.gpkg."""
    site = folder.areas(ref).site
    encoding = "-GBK" if kind == "shp-gbk" else ""
    return f"{site.name_zh}-第{ref.number}版-{ref.effective}{encoding}{FORMATS[kind].suffix}"


def format_of(path: Path) -> ExportFormat:
    """Give the format that a file name asks for.

    Raises
    ------
    UnknownOption
        If its ending is not one of the known ones.
    """
    for kind, about in FORMATS.items():
        if path.suffix.lower() == about.suffix:
            return kind
    known = " ".join(dict.fromkeys(about.suffix for about in FORMATS.values()))
    raise UnknownOption(
        f"{path.name}: the ending says the format. Use one of: {known}.",
        f"{path.name}：格式由扩展名决定，请用：{known}。",
    )


def _write_whole(folder: PublishedFolder, ref: EditionRef, kind: ExportFormat, path: Path) -> None:
    """Write under another name first, so that nobody sees half a file."""
    book = folder.areas(ref)
    areas = _exported(book.frame, book.site)
    scratch = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=path.parent))
    try:
        made = scratch / f"edition{FORMATS[kind].suffix}"
        _WRITERS[kind](areas, book.site, made)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        shutil.rmtree(scratch)


def _exported(sealed: gpd.GeoDataFrame, site: Site) -> gpd.GeoDataFrame:
    codes = sealed["code"]
    parents = [None if pd.isna(p) else codes.at[p] for p in sealed["parent_id"]]
    return gpd.GeoDataFrame(
        {
            "level": sealed["level"],
            "code": codes,
            "name": sealed["name"],
            "parent": pd.Series(parents, index=sealed.index, dtype=object),
            "households": sealed["households"].astype("Int64"),
            "area_m2": sealed.area.round(_MM),
            "label_x": sealed["label_x"].round(_MM),
            "label_y": sealed["label_y"].round(_MM),
        },
        geometry=sealed.geometry.to_numpy(),
        crs=site.epsg,
    ).reset_index(drop=True)


def _by_level(areas: gpd.GeoDataFrame, site: Site) -> dict[str, gpd.GeoDataFrame]:
    levels = {key: areas[areas["level"] == key] for key in site.keys}
    return {key: frame for key, frame in levels.items() if len(frame)}


def _in_degrees(areas: gpd.GeoDataFrame, site: Site) -> gpd.GeoDataFrame:
    """Replace the label point in metres by one in degrees."""
    x, y = (areas[name].to_numpy(dtype=float) for name in ("label_x", "label_y"))
    lon, lat = convert_xy(x, y, SourceCrs("epsg", site.epsg), WGS84)
    degrees = {
        "label_lon": np.round(lon, _DEGREE_DECIMALS),
        "label_lat": np.round(lat, _DEGREE_DECIMALS),
    }
    return areas.drop(columns=["label_x", "label_y"]).assign(**degrees)


def _gpkg(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:
    write_gpkg(_by_level(areas, site), path)


def _shp(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:
    write_shapefiles(_by_level(areas, site), path, encoding="utf-8")


def _shp_gbk(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:
    write_shapefiles(_by_level(areas, site), path, encoding="gbk")


def _parquet(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:  # noqa: ARG001 - as all writers
    write_parquet(areas, path)


def _geojson(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:
    placed = _in_degrees(areas, site)
    # RFC 7946 wants outer rings counterclockwise.
    placed.geometry = shapely.orient_polygons(placed.geometry.to_numpy())
    write_geojson(placed, path)


def _xlsx(areas: gpd.GeoDataFrame, site: Site, path: Path) -> None:
    names = {level.key: level.zh for level in site.levels}
    rows = _in_degrees(areas, site).drop(columns="geometry")
    rows["level"] = rows["level"].map(names)
    frame = pd.DataFrame(rows).rename(columns=_HEADINGS)
    formats = {"面积(㎡)": "#,##0.00", "标注点经度": "0.000000000", "标注点纬度": "0.000000000"}
    write_xlsx(path, [Sheet("网格", frame, formats=formats)])


_WRITERS: Mapping[ExportFormat, Callable[[gpd.GeoDataFrame, Site, Path], None]] = {
    "gpkg": _gpkg,
    "shp": _shp,
    "shp-gbk": _shp_gbk,
    "parquet": _parquet,
    "geojson": _geojson,
    "xlsx": _xlsx,
}


def _sweep(folder: PublishedFolder, cache: Path) -> None:
    """Remove what nobody asks for any more: a day after it was made, for others may be reading."""
    now = dt.datetime.now(dt.UTC).timestamp()
    kept = tuple(_stem(ref) for ref in folder.editions())
    for left in cache.iterdir():
        # Another request may finish or sweep the same ones.
        with suppress(FileNotFoundError):
            if not left.name.startswith(kept) and now - left.stat().st_mtime > _DAY_S:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
