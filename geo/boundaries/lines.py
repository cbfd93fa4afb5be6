"""The lines of a plan of import: current areas overlaid by staged rows, settled into a tree.

Frames of lines are indexed by code and have the columns level, name, parent (code), households
and people (as imported, Int64), geometry (units: their outline; others: what was imported, or
None), place_id (Int64, missing for new places), staged (bool), row (Int64: the row of the file
that is being imported, missing for all other lines).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries.coverage import check_coverage, repair_hairs
from geo.boundaries.findings import Finding, blocking, figure
from geo.boundaries.levels import Site
from geo.boundaries.nesting import nest
from geo.boundaries.outlines import outlines
from geo.boundaries.shapes import is_none
from geo.boundaries.slits import slits
from geo.codes import byte_order
from geo.errors import ChecksFailed

COLUMNS = [
    "level", "name", "parent", "households", "people", "place_id", "staged", "row", "geometry",
]  # fmt: skip
HAIR_LIMIT_M = 0.01


@dataclass(frozen=True)
class Settled:
    """Lines with parents and, where nothing blocks it, outlines.

    `lines` has the columns above; with `whole` every area has its outline in geometry, a label
    point in `label` and `area_m2`. `units` tells which areas have no children.
    """

    lines: gpd.GeoDataFrame
    units: pd.Series
    findings: tuple[Finding, ...]
    whole: bool


def current_lines(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give an edition's areas (`store.areas`, by place id) as lines."""
    codes = areas["code"]
    lines = areas.assign(
        parent=areas["parent_id"].map(codes).astype(object),
        households=areas["imported_households"],
        people=areas["imported_people"],
        place_id=areas.index.astype("Int64"),
        staged=False,
        row=_none(areas),
    )
    return lines.set_index("code")[COLUMNS]


def staged_lines(staged: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give staged rows (`store.staged`, or of a file, with its `row`) as lines."""
    rows = staged["row"] if "row" in staged else _none(staged)
    lines = staged.rename(columns={"parent_code": "parent"}).assign(
        place_id=_none(staged), staged=True, row=rows
    )
    return lines.set_index("code")[COLUMNS]


def overlay(
    current: gpd.GeoDataFrame | None, staged: gpd.GeoDataFrame, *, complete: Collection[str] = ()
) -> gpd.GeoDataFrame:
    """Lay staged lines over current ones: the same code is the same place.

    Areas of the levels in `complete` that are not staged are gone; all others stay. A staged row
    without name, parent, figures or outline keeps those that the place has now.
    """
    if current is None or current.empty:
        return staged
    stays = ~current.index.isin(staged.index) & ~current["level"].isin(list(complete))
    known = current.reindex(staged.index)
    merged = staged.copy()
    for column in ("name", "parent", "households", "people"):
        merged[column] = staged[column].where(staged[column].notna(), known[column])
    merged["place_id"] = known["place_id"].astype("Int64")
    gaps = staged.geometry.isna().to_numpy() & ~staged.index.isin(_parents(current))
    shapes = staged.geometry.to_numpy().copy()
    shapes[gaps] = known.geometry.to_numpy()[gaps]
    merged = merged.set_geometry(gpd.GeoSeries(shapes, index=staged.index, crs=staged.crs))
    frame = pd.concat([current[stays], merged])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=staged.crs)


def settle(lines: gpd.GeoDataFrame, site: Site) -> Settled:
    """Find parents, check everything, and derive the outlines above the units.

    Units are the areas without children. An imported outline of any other area is only compared
    with the areas inside it; its own outline is the union of its units.
    """
    lines = in_code_order(lines)
    nesting = nest(lines.reset_index(names="code"), site)
    parents = pd.Series(nesting.parents["parent"].to_numpy(dtype=object), index=lines.index)
    lines = lines.assign(parent=parents)
    units = _units(lines)
    of_units = lines[units].reset_index(names="code")
    imported = lines.geometry[lines["staged"] & ~units].to_numpy()
    compared = set(lines.index[lines["staged"]])
    findings = (
        *(f for f in nesting.findings if _counts(f, compared)),
        *check_coverage(of_units).findings,
        *slits(of_units, imported[~is_none(imported)]),
    )
    if blocking(findings):
        return Settled(lines, units, findings, whole=False)
    return Settled(outlines(lines, units), units, findings, whole=True)


def mend(
    lines: gpd.GeoDataFrame, site: Site, *, limit_m: float = HAIR_LIMIT_M
) -> tuple[gpd.GeoDataFrame, Finding | None]:
    """Mend the hairs between units; gives the lines and what there is to say about it.

    Returns
    -------
    GeoDataFrame
        Like `lines`; `staged` now also marks the mended ones.
    Finding or None
        `mended` with count, farthest shift and area, or `not_mended` when some place is for
        people to decide (the lines are then as they were); None where there was nothing to mend.
    """
    lines = in_code_order(lines)
    parents = nest(lines.reset_index(names="code"), site).parents["parent"]
    inner = ~lines.index.isin(parents.dropna()) & ~is_none(lines.geometry.to_numpy())
    try:
        mended = repair_hairs(lines[inner].reset_index(names="code"), limit_m=limit_m)
    except ChecksFailed as refused:
        codes = cast("list[str]", refused.facts["codes"])
        return lines, Finding.of("not_mended", *codes, limit=figure(limit_m * 1000))
    changes = mended.changes
    if changes.empty:
        return lines, None
    moved = mended.units.loc[changes.index].set_index("code").geometry
    shapes = lines.geometry.copy()
    shapes[moved.index] = shapely.normalize(moved.to_numpy())
    shift_m = float(changes["shift_m"].max())
    area_m2 = round(float(changes["area_m2"].abs().sum()), 6)
    told = Finding.of(
        "mended", *changes["code"], area_m2=area_m2, count=len(changes), shift_m=shift_m,
        shift=figure(shift_m * 1000),
    )  # fmt: skip
    staged = lines["staged"] | lines.index.isin(moved.index)
    return lines.set_geometry(shapes).assign(staged=staged), told


def in_code_order(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort lines by the bytes of their codes."""
    return lines.iloc[byte_order(lines.index)]


def changed(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.Series:
    """Tell which lines (of the same codes, in the same order) differ in anything kept."""
    old, new = before.geometry.to_numpy(), after.geometry.to_numpy()
    neither = shapely.is_missing(old) & shapely.is_missing(new)
    differs = pd.Series(~(neither | shapely.equals_exact(old, new)), index=after.index)
    for column in ("code", "level", "name", "parent", "households", "people"):
        if column not in before:
            continue
        was, now = before[column], after[column]
        differs |= ~((was == now).fillna(value=False) | (was.isna() & now.isna())).astype(bool)
    return differs


def _counts(finding: Finding, compared: set[str]) -> bool:
    """Tell whether a finding about an outline above counts: a derived one only follows."""
    if finding.code == "uncovered_parent":
        return finding.codes[0] in compared
    if finding.code in ("outside_parent", "across_parent"):
        return finding.facts["parent"] in compared
    return True


def _units(lines: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Tell which lines have no children."""
    return pd.Series(~lines.index.isin(lines["parent"].dropna()), index=lines.index)


def _none(frame: pd.DataFrame) -> pd.arrays.IntegerArray:
    return pd.array([pd.NA] * len(frame), dtype="Int64")


def _parents(lines: gpd.GeoDataFrame) -> set[str]:
    return set(lines["parent"].dropna())
