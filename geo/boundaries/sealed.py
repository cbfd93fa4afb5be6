"""The sealed lines of an edition: `areas.parquet`, readable by anything without a database.

One row per area of every level, in the working CRS (metres), sorted by level from the top and
by code bytes. Columns: place_id int64, level, code, name, parent_id Int64 (null at the top),
households Int64 (null = unknown), households_complete bool, buildings Int64, hue int8 (0-5,
neighbours of a level differ), label_x, label_y (metres), geometry (Multi)Polygon. The file's
metadata key `wangge` holds the site with its levels. Equal rows give equal bytes as long as the
versions of the libraries are equal.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq

from geo.boundaries.levels import Site
from geo.errors import UnreadableFile
from geo.exchange import write_parquet

COLUMNS = (
    "place_id", "level", "code", "name", "parent_id", "households", "households_complete",
    "buildings", "hue", "label_x", "label_y", "geometry",
)  # fmt: skip
_KEY = "wangge"


def in_order(areas: gpd.GeoDataFrame, site: Site) -> gpd.GeoDataFrame:
    """Sort areas by level from the top, then by code bytes: the order of every sealed file."""
    rank = areas["level"].map({level.key: level.rank for level in site.levels})
    code = areas["code"].map(lambda code: code.encode())
    return areas.assign(_rank=rank, _code=code).sort_values(["_rank", "_code"]).drop(
        columns=["_rank", "_code"]
    )  # fmt: skip


def write_areas(areas: gpd.GeoDataFrame, site: Site, path: Path) -> str:
    """Write `areas.parquet` and give the SHA-256 of its bytes.

    `areas` has the columns above, in the sealed order; the index is not kept.
    """
    note = json.dumps(site.to_json(), ensure_ascii=False, sort_keys=True)
    write_parquet(areas.loc[:, list(COLUMNS)], path, notes={_KEY: note})
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_areas(path: Path) -> tuple[gpd.GeoDataFrame, Site]:
    """Read `areas.parquet`: the areas with `place_id` as index, in file order, and the site.

    Raises
    ------
    UnreadableFile
        If the file is missing, broken, or not the areas of an edition.
    """
    try:
        note = (pq.read_schema(path).metadata or {})[_KEY.encode()]
        areas = gpd.read_parquet(path).set_index("place_id")
        return areas.astype({"parent_id": "Int64"}), Site.from_json(json.loads(note))
    except (OSError, KeyError, ValueError) as error:
        raise UnreadableFile(
            f"{path.name} is not the sealed areas of an edition ({error}). Publish again, or copy"
            " the whole sealed folder anew.",
            f"{path.name} 不是完整的已发布版本文件（{error}）。请重新发布，或重新拷贝整个 sealed 文件夹。",
            path=str(path),
        ) from error
