"""A plan as a file to hand over, from which it can be taken back.

One row per place of all levels, from the top down, then by code. Columns: `place` (id), `level`,
`code` (one that stands only until publishing begins with ~), `name`, `parent` (code), `unit`,
`households` (as counted; for reading), `imp_hh`, `imp_people` (as imported), `estimated`,
`origins` (ids of the units of the edition that a redrawn unit holds ground of). Metres in the
working CRS, GeoJSON in degrees. A workbook has no map: there `outline` is the WKT of redrawn units.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import BadInput
from geo.exchange import (
    Sheet,
    write_geojson,
    write_gpkg,
    write_parquet,
    write_shapefiles,
    write_xlsx,
)
from geo.frames import AREAS, Column, Contract
from geo.plans.draft import Draft
from geo.plans.survey import Survey

PlanFormat = Literal["gpkg", "geojson", "shp", "parquet", "xlsx"]
PLAN_FORMATS: tuple[PlanFormat, ...] = get_args(PlanFormat)

_LAYER = "plan"
_CELL = 32_767
_MM = 3

#: What a file of a plan may carry; a foreign one needs a code, or a name, alone.
PLAN = Contract(
    "areas",
    "polygon",
    (
        Column("place", "integer", ("区域编号",)),
        AREAS.column("level"),
        Column("code", "code", AREAS.column("code").aliases),
        AREAS.column("name"),
        AREAS.column("parent"),
        Column("unit", "flag", ("基本单元",)),
        Column("imp_hh", "integer", ("导入户数",), minimum=0),
        Column("imp_people", "integer", ("导入人口",), minimum=0),
        Column("estimated", "flag", ("估算",)),
        Column("origins", "text", ("原单元",)),
        Column("outline", "text", ("改画边界",)),
    ),
    geometry_required=False,
)
_HEADINGS: Mapping[str, str] = {
    "place": "区域编号", "level": "层级", "code": "编码", "name": "名称", "parent": "上级编码",
    "unit": "基本单元", "households": "户数", "imp_hh": "导入户数", "imp_people": "导入人口",
    "estimated": "估算", "origins": "原单元", "outline": "改画边界",
}  # fmt: skip


def write_plan(survey: Survey, path: Path, kind: PlanFormat) -> None:
    """Write a plan to a file that `read_plan` reads back.

    gpkg, shp (a zip file, UTF-8), parquet (GeoParquet) and geojson hold all outlines; xlsx holds
    the table, with the outlines of redrawn units as text.

    Raises
    ------
    BadInput
        If a text or an outline is too long for the format.
    """
    frame = plan_frame(survey)
    if kind == "gpkg":
        write_gpkg({_LAYER: frame}, path)
    elif kind == "shp":
        write_shapefiles({_LAYER: frame}, path, encoding="utf-8")
    elif kind == "parquet":
        write_parquet(frame, path)
    elif kind == "geojson":
        write_geojson(frame, path)
    else:
        outline = pd.Series(_outlines(survey.draft), index=frame.index, dtype=object)
        table = pd.DataFrame(frame.drop(columns="geometry")).assign(outline=outline)
        write_xlsx(path, [Sheet("方案", table.rename(columns=_HEADINGS))])


def plan_frame(survey: Survey) -> gpd.GeoDataFrame:
    """Give a plan as the rows of its file; see the columns above. Empty areas have no outline."""
    draft = survey.draft
    numbers = _ordered(draft)
    rows = [draft.places[n] for n in numbers]
    outlines = [draft.outline(n) for n in numbers]
    return gpd.GeoDataFrame(
        {
            "place": numbers,
            "level": [row.level for row in rows],
            "code": [row.code for row in rows],
            "name": [row.name for row in rows],
            "parent": [row.parent and draft.places[row.parent].code for row in rows],
            "unit": [int(row.shape is not None) for row in rows],
            "households": pd.array([_households(survey, n) for n in numbers], dtype="Int64"),
            "imp_hh": pd.array([row.households for row in rows], dtype="Int64"),
            "imp_people": pd.array([row.people for row in rows], dtype="Int64"),
            "estimated": [int(row.estimated) for row in rows],
            "origins": [" ".join(map(str, row.origins)) or None for row in rows],
        },
        geometry=[None if shape.is_empty else shape for shape in outlines],
        crs=draft.site.epsg,
    )


def _ordered(draft: Draft) -> list[int]:
    """Order places from the top down, then by code bytes."""
    ranks = {level.key: level.rank for level in draft.site.levels}
    return sorted(
        draft.places, key=lambda n: (ranks[draft.places[n].level], draft.places[n].code.encode())
    )


def _households(survey: Survey, area: int) -> int | None:
    known = [found for n in survey.draft.units(area) if (found := survey.households(n)) is not None]
    return sum(known) if known else None


def _outlines(draft: Draft) -> list[str | None]:
    """Write the outlines of redrawn units, in the order of the rows."""
    rows = [draft.places[n] for n in _ordered(draft)]
    shapes = np.array([row.shape if row.origins else None for row in rows], dtype=object)
    texts = shapely.to_wkt(shapes, rounding_precision=_MM)
    long = [row.code for row, text in zip(rows, texts, strict=True) if text and len(text) > _CELL]
    if long:
        named = ", ".join(long[:4])
        raise BadInput(
            f"The outline of {named} is too long for a cell of Excel. Choose GeoPackage.",
            f"{named} 的边界超过 Excel 单元格上限。请改用 GeoPackage。",
            codes=long,
        )
    return [None if text is None else str(text) for text in texts]
