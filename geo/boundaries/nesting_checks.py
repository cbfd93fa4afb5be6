"""What can be wrong with codes, parents, and figures of areas that lie in each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.findings import Finding, share_text
from geo.boundaries.levels import Site
from geo.boundaries.outlines import families
from geo.boundaries.shapes import area_and_width, file_rows, made_valid, place, union
from geo.codes import repeated
from geo.crs import GRID_M

Geometries = NDArray[np.object_]
Names = NDArray[np.object_]
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

_HALF = 0.5


def check_nesting(areas: gpd.GeoDataFrame, parents: pd.DataFrame, site: Site) -> Iterator[Finding]:
    """Say everything that is wrong or doubtful; arguments as `nest` has them."""
    codes = texts(areas, "code")
    rows = file_rows(areas)
    yield from _codes(areas, codes, rows, site)
    yield from _parents(areas, codes, rows, parents)
    at = positions(codes, np.array([code or "" for code in parents["parent"]], dtype=object))
    shapes = _filled(made_valid(areas.geometry.to_numpy()), at, ranks(areas, site))
    yield from _across(codes, rows, shapes, at, parents)
    yield from _uncovered(codes, shapes, at)
    yield from _households(areas, codes, at, ranks(areas, site))


def texts(areas: pd.DataFrame, column: str) -> Names:
    """Give a column of codes as text; empty where there is none."""
    if column not in areas:
        return np.full(len(areas), "", dtype=object)
    values = areas[column]
    return np.where(values.isna(), "", values.astype(str)).astype(object)


def ranks(areas: pd.DataFrame, site: Site) -> Ints:
    """Give each area's rank, −1 for a level the site does not have."""
    rank = areas["level"].map({level.key: level.rank for level in site.levels})
    return rank.fillna(-1).to_numpy(dtype=np.int64)


def positions(codes: Names, wanted: Names) -> Ints:
    """Give the position of the first area of each wanted code, −1 for none."""
    table: dict[str, int] = {}
    for k, code in enumerate(codes):
        table.setdefault(code, k)
    return np.array([table.get(code, -1) if code else -1 for code in wanted], dtype=np.int64)


def inside_share(children: Geometries, parents: Geometries) -> Floats:
    """Measure which share of each child lies in its parent; NaN without both outlines."""
    share = np.full(len(children), np.nan)
    both = np.flatnonzero(~shapely.is_missing(children) & ~shapely.is_missing(parents))
    shapely.prepare(parents[both])
    within = shapely.covers(parents[both], children[both])
    share[both[within]] = 1.0
    rest = both[~within]
    area = shapely.area(shapely.intersection(children[rest], parents[rest]))
    share[rest] = np.minimum(area / shapely.area(children[rest]), 1.0)
    return share


def _codes(
    areas: pd.DataFrame, codes: Names, rows: list[int | None], site: Site
) -> Iterator[Finding]:
    for k in np.flatnonzero(codes == ""):
        yield Finding.of("no_code", row=rows[k])
    for code, times in repeated([code for code in codes if code]).items():
        row = rows[np.flatnonzero(codes == code)[1]]
        yield Finding.of("duplicate_code", code, row=row, count=times)
    levels = {level.key: level for level in site.levels}
    for code, key, row in zip(codes, areas["level"], rows, strict=True):
        level = levels.get(key)
        if level is None:
            known = ", ".join(levels)
            yield Finding.of("unknown_level", code, row=row, level=key, known=known)
        elif code and not level.accepts(code):
            pattern = level.code_pattern
            yield Finding.of("malformed_code", code, row=row, level=key, pattern=pattern)


def _parents(
    areas: pd.DataFrame, codes: Names, rows: list[int | None], parents: pd.DataFrame
) -> Iterator[Finding]:
    """Areas that ask for a parent and have none, and parents that are in doubt."""
    named = texts(areas, "parent")
    method = parents["method"].to_numpy()
    exists = positions(codes, named) >= 0
    for k in np.flatnonzero(method == "none"):
        row = rows[k]
        if not named[k]:
            yield Finding.of("no_parent", codes[k], row=row)
        else:
            kind = "parent_level" if exists[k] else "missing_parent"
            yield Finding.of(kind, codes[k], row=row, parent=named[k])
    for k in np.flatnonzero(parents["doubt"]):
        parent, share = parents["parent"].iloc[k], share_text(parents["share"].iloc[k])
        yield Finding.of("doubtful_parent", codes[k], row=rows[k], parent=parent, share=share)


def _filled(shapes: Geometries, at: Ints, rank: Ints) -> Geometries:
    """Give areas without an outline the union of the areas inside them, lowest levels first."""
    shapes = shapes.copy()
    for level in np.unique(rank)[::-1]:
        for k in np.flatnonzero((rank == level) & shapely.is_missing(shapes)):
            inner = shapes[at == k]
            if len(inner):
                shapes[k] = union(inner)
    return shapes


def _across(
    codes: Names, rows: list[int | None], shapes: Geometries, at: Ints, parents: pd.DataFrame
) -> Iterator[Finding]:
    """Areas that reach beyond the parent their column or code names."""
    share = parents["share"].to_numpy()
    by_name = parents["method"].isin(["column", "prefix"]).to_numpy()
    doubtful = np.flatnonzero(by_name & (share < 1))
    beyond = shapely.difference(shapes[doubtful], shapes[at[doubtful]])
    area, width = area_and_width(beyond)
    for k, part, metres, m2 in zip(doubtful, beyond, width, area, strict=True):
        who = {"row": rows[k], "parent": codes[at[k]], "area_m2": float(m2)}
        if share[k] < _HALF:
            text = share_text(share[k])
            yield Finding.of("outside_parent", codes[k], at=place(part), share=text, **who)
        elif metres > GRID_M:
            yield Finding.of("across_parent", codes[k], at=place(part), **who)


def _uncovered(codes: Names, shapes: Geometries, at: Ints) -> Iterator[Finding]:
    """Parts of a parent's outline that none of its children covers."""
    for parent, inner in families(at):
        if shapes[parent] is None or shapely.is_missing(shapes[inner]).any():
            continue
        empty = shapely.difference(shapes[parent], union(shapes[inner]))
        area, width = area_and_width(np.array([empty], dtype=object))
        if width[0] > GRID_M:
            yield Finding.of(
                "uncovered_parent", codes[parent], at=place(empty), area_m2=float(area[0])
            )


def _households(areas: pd.DataFrame, codes: Names, at: Ints, rank: Ints) -> Iterator[Finding]:
    """Parents whose own figure is not the sum of what lies in them, where that is known."""
    if "households" not in areas:
        return
    own = areas["households"].astype("Int64").to_numpy(dtype=float, na_value=np.nan)
    total, unknown, children = np.zeros((3, len(own)))
    for level in np.unique(rank)[::-1]:  # children come before their parents
        here = np.flatnonzero(rank == level)
        summed = here[(children[here] > 0) & (unknown[here] == 0)]
        for k in summed[(own[summed] != total[summed]) & ~np.isnan(own[summed])]:
            yield Finding.of(
                "households_differ", codes[k], imported=int(own[k]), summed=int(total[k])
            )
        figure = own[here].copy()
        figure[np.isin(here, summed)] = total[summed]
        up = at[here] >= 0
        np.add.at(children, at[here][up], 1)
        np.add.at(unknown, at[here][up], np.isnan(figure[up]))
        np.add.at(total, at[here][up], np.nan_to_num(figure[up]))
