"""The sample county as files: one per layer, each with a sidecar that says what it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import geopandas as gpd
import pandas as pd

from geo.crs import SourceCrs, convert_xy
from geo.frames import CONTRACTS, Column, Kind
from geo.samples.county import County
from geo.samples.names import COUNTY
from geo.samples.plan import CRS_EPSG

COUNTY_EN = "Shili (sample)"
_DEGREES = SourceCrs("epsg", 4490)
_DATE = "2026-11-16"
_SOURCE = "generated, fictional"
_LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class Layer:
    """A file of the sample: its name, the kind of rows for import, titles, CRS ("" if none)."""

    file: str
    kind: Kind
    zh: str
    en: str
    crs: str

    @property
    def stem(self) -> str:
        """Name without ending, also of the sidecar."""
        return self.file.partition(".")[0]


_METRES = f"EPSG:{CRS_EPSG}"
LAYERS = (
    Layer("areas_upper.csv", "areas", "县、社区、网格名录", "County, communities and grids", ""),
    Layer("areas.parquet", "areas", "微网格", "Micro-grids", _METRES),
    Layer("buildings.parquet", "buildings", "楼栋", "Buildings", _METRES),
    Layer("compounds.parquet", "compounds", "院落小区", "Compounds", _METRES),
    Layer("facilities.parquet", "facilities", "服务设施", "Facilities", _METRES),
    Layer("features.parquet", "features", "水系、绿地、铁路、围墙", "Ground features", _METRES),
    Layer("streets.parquet", "streets", "道路", "Streets", _METRES),
    Layer("incidents.csv", "incidents", "事件", "Incidents", _DEGREES.name),
    Layer("members.csv", "members", "党员", "Members", ""),
    Layer("positions.csv", "positions", "网格岗位", "Positions", ""),
    Layer("branches.csv", "branches", "网格党支部", "Branches", ""),
)


def write(county: County, folder: Path) -> list[Path]:
    """Write all layers, their sidecars and `site.toml`; gives the layers' files.

    The same county gives the same bytes with the same versions of pyarrow and geopandas.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(site_toml(), encoding="utf-8")
    paths = []
    for layer in LAYERS:
        frame, path = _frame(county, layer), folder / layer.file
        if isinstance(frame, gpd.GeoDataFrame):
            frame.to_parquet(path, index=False, compression="zstd", compression_level=12)
        else:
            path.write_bytes(_csv(frame, layer))
        sidecar = _sidecar(county, layer, len(frame), path.read_bytes())
        (folder / f"{layer.stem}.toml").write_text(sidecar, encoding="utf-8")
        paths.append(path)
    return paths


def _frame(county: County, layer: Layer) -> pd.DataFrame:
    if layer.kind == "areas":
        lowest = county.areas.geometry.notna()
        if layer.crs:
            return cast("pd.DataFrame", county.areas[lowest].reset_index(drop=True))
        return pd.DataFrame(county.areas[~lowest].drop(columns="geometry")).reset_index(drop=True)
    frame = cast("pd.DataFrame", getattr(county, layer.kind))
    if layer.kind == "incidents":
        points = county.incidents.geometry
        lon, lat = convert_xy(
            points.x.to_numpy(), points.y.to_numpy(), SourceCrs("epsg", CRS_EPSG), _DEGREES
        )
        return pd.DataFrame(frame.drop(columns="geometry")).assign(
            经度=[f"{v:.9f}" for v in lon], 纬度=[f"{v:.9f}" for v in lat]
        )
    return frame


def _csv(frame: pd.DataFrame, layer: Layer) -> bytes:
    """Chinese headings and words, UTF-8 with a BOM, as a spreadsheet writes it."""
    contract = CONTRACTS[layer.kind]
    table = frame.copy()
    for column in contract.columns:
        if column.choices and column.name in table:
            words = {value: names[0] for value, names in column.choices.items()}
            table[column.name] = table[column.name].map(words)
    headings = {c.name: _heading(c) for c in contract.columns}
    text = table.rename(columns=headings).to_csv(
        index=False, lineterminator="\r\n", date_format="%Y-%m-%d %H:%M"
    )
    return b"\xef\xbb\xbf" + text.encode("utf-8")


def _heading(column: Column) -> str:
    return next(name for name in column.aliases if not name.isascii())


def _sidecar(county: County, layer: Layer, rows: int, data: bytes) -> str:
    title = f'title = {{ zh = "{COUNTY}{layer.zh}", en = "{layer.en} of {COUNTY_EN}" }}'
    lines = [
        title,
        f'file = "{layer.file}"',
        f'kind = "{layer.kind}"',
        f'source = "{_SOURCE}"',
        f'licence = "{_LICENCE}"',
        f'crs = "{layer.crs}"',
        f"date = {_DATE}",
        f"seed = {county.seed}",
        f"scale = {county.scale!r}",
        f"rows = {rows}",
        f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
    ]
    return "\n".join(lines) + "\n"


def site_toml() -> str:
    """Give the site's settings and levels, for `wangge init`."""
    return f"""\
# A made-up county. Its name, people and numbers are fictional.
[site]
name = {{ zh = "{COUNTY}", en = "{COUNTY_EN}" }}
crs = "{_METRES}"
timezone = "Asia/Shanghai"

[[level]]
key = "county"
name = {{ zh = "县", en = "County" }}
code_pattern = '^\\d{{6}}$'

[[level]]
key = "community"
name = {{ zh = "社区", en = "Community" }}
household_limit = 3000
household_floor = 1500
code_pattern = '^\\d{{12}}$'

[[level]]
key = "grid"
name = {{ zh = "网格", en = "Grid" }}
code_pattern = '^\\d{{15}}$'

[[level]]
key = "microgrid"
name = {{ zh = "微网格", en = "Micro-grid" }}
code_pattern = '^\\d{{17}}$'
"""
