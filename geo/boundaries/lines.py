"""The lines of a plan of import: current areas overlaid by staged rows, settled into a tree.

Frames of lines are indexed by code and have the columns level, name, parent (code), households
and people (as imported, Int64), geometry (units: their outline; others: what was imported, or
None), place_id (Int64, missing for new places), staged (bool).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.boundaries.coverage import check_coverage
from geo.boundaries.findings import Finding, blocking
from geo.boundaries.levels import Site
from geo.boundaries.nesting import nest
from geo.boundaries.outlines import outlines

COLUMNS = ["level", "name", "parent", "households", "people", "place_id", "staged", "geometry"]


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
    )
    return lines.set_index("code")[COLUMNS]


def staged_lines(staged: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give staged rows (`store.staged`) as lines."""
    lines = staged.rename(columns={"parent_code": "parent"}).assign(
        place_id=pd.array([pd.NA] * len(staged), dtype="Int64"), staged=True
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
    units = pd.Series(~lines.index.isin(parents.dropna()), index=lines.index)
    coverage = check_coverage(lines[units].reset_index(names="code"))
    compared = set(lines.index[lines["staged"]])
    findings = (*(f for f in nesting.findings if _counts(f, compared)), *coverage.findings)
    if blocking(findings):
        return Settled(lines, units, findings, whole=False)
    return Settled(outlines(lines, units), units, findings, whole=True)


def in_code_order(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort lines by the bytes of their codes."""
    order = np.argsort(np.array([code.encode() for code in lines.index], dtype=object))
    return lines.iloc[order]


def changed(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.Series:
    """Tell which lines (of the same codes, in the same order) differ in anything kept."""
    differs = pd.Series(
        ~before.geometry.geom_equals_exact(after.geometry, 0.0, align=False), index=after.index
    )
    for column in ("code", "level", "name", "parent", "households", "people"):
        if column not in before:
            continue
        old, new = before[column], after[column]
        differs |= ~((old == new).fillna(value=False) | (old.isna() & new.isna())).astype(bool)
    return differs


def _counts(finding: Finding, compared: set[str]) -> bool:
    """Tell whether a finding about an outline above counts: a derived one only follows."""
    if finding.code == "uncovered_parent":
        return finding.codes[0] in compared
    if finding.code in ("outside_parent", "across_parent"):
        return finding.facts["parent"] in compared
    return True


def _parents(lines: gpd.GeoDataFrame) -> set[str]:
    return set(lines["parent"].dropna())
