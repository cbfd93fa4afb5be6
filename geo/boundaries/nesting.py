"""Which area lies in which: parents at import, and how they were found.

A parent comes from its column, else from the code (the longest code above that is a prefix),
else from the outline above that holds most of the area. The method stands in the answer, and
so does every doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.findings import Finding
from geo.boundaries.levels import Site
from geo.boundaries.nesting_checks import check_nesting, inside_share, positions, ranks, texts
from geo.boundaries.shapes import made_valid
from geo.codes import stem

Geometries = NDArray[np.object_]
Names = NDArray[np.object_]
Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

NOBODY = -1
_SURE = 0.99
_TIE = 1e-6


@dataclass(frozen=True)
class Nesting:
    """Parents and findings.

    Attributes
    ----------
    parents : DataFrame
        The index of the areas; `parent` (code, None at the top or when there is none), `method`
        (`column`, `prefix`, `overlap`, `top`, `none`), `share` (of the area inside its parent,
        NaN when there are no outlines to compare), `doubt` (found by overlap, and less than
        99 % lies there or another outline holds as much).
    findings : tuple of Finding
    """

    parents: pd.DataFrame
    findings: tuple[Finding, ...]


def nest(areas: gpd.GeoDataFrame, site: Site) -> Nesting:
    """Find the parent of every area, and check codes, levels, outlines and households.

    Parameters
    ----------
    areas : GeoDataFrame
        All areas of all levels: columns `level`, `code`, geometry (None where it is to be
        derived), and where known `parent` (code) and `households`. Metres, 1 mm grid. Findings
        name rows where a column `row` does.
    site : Site
        Its levels.
    """
    parents = find_parents(areas, site)
    return Nesting(parents, tuple(check_nesting(areas, parents, site)))


def find_parents(areas: gpd.GeoDataFrame, site: Site) -> pd.DataFrame:
    """Find the parent of every area; see `Nesting.parents` for the columns."""
    codes, named = texts(areas, "code"), texts(areas, "parent")
    rank = ranks(areas, site)
    shapes = made_valid(areas.geometry.to_numpy())
    parent = np.full(len(codes), NOBODY)
    method = np.full(len(codes), "none", dtype=object)
    share, rival = np.full(len(codes), np.nan), np.zeros(len(codes))

    at = positions(codes, named)
    good = (at >= 0) & (rank[at] < rank) & (rank[at] >= 0)
    parent[good], method[good] = at[good], "column"
    for level in np.unique(rank[rank >= 0]):
        here = np.flatnonzero((rank == level) & (named == ""))
        above = rank[(rank >= 0) & (rank < level)]
        if not len(above):
            method[here] = "top"
            continue
        over = np.flatnonzero(rank == above.max())
        hit = _by_prefix(codes[here], codes[over])
        parent[here[hit >= 0]], method[here[hit >= 0]] = over[hit[hit >= 0]], "prefix"
        here = here[hit < 0]
        best, share[here], rival[here] = _by_overlap(shapes[here], shapes[over])
        here, best = here[best >= 0], best[best >= 0]
        parent[here], method[here] = over[best], "overlap"

    asked = np.flatnonzero((parent >= 0) & np.isnan(share))
    share[asked] = inside_share(shapes[asked], shapes[parent[asked]])
    doubt = (method == "overlap") & ((share < _SURE) | (rival > share - _TIE))
    found = [codes[k] if k >= 0 else None for k in parent]
    columns = {
        "parent": pd.Series(found, index=areas.index, dtype=object),
        "method": method,
        "share": share,
        "doubt": doubt,
    }
    return pd.DataFrame(columns, index=areas.index)


def _by_prefix(children: Names, parents: Names) -> Ints:
    """Position of the longest parent code that is a proper prefix; −1 without one.

    A 12-digit code ends in zeros above its own level: if no whole code fits, its stem may.
    """
    out = np.full(len(children), NOBODY)
    for table in (
        {code: k for k, code in enumerate(parents) if code},
        {stem(code): k for k, code in enumerate(parents) if code},
    ):
        lengths = sorted({len(key) for key in table}, reverse=True)
        for k in np.flatnonzero(out < 0):
            child = children[k]
            hits = (table.get(child[:n]) for n in lengths if n < len(child))
            out[k] = next((hit for hit in hits if hit is not None), NOBODY)
    return out


def _by_overlap(children: Geometries, parents: Geometries) -> tuple[Ints, Floats, Floats]:
    """Position of the outline that holds most, its share, and the share of the next best."""
    best = np.full(len(children), NOBODY)
    share, rival = np.full(len(children), np.nan), np.zeros(len(children))
    a, b = shapely.STRtree(parents).query(children, predicate="intersects")
    part = shapely.area(shapely.intersection(children[a], parents[b]))
    part = part / shapely.area(children[a])
    a, b, part = a[part > 0], b[part > 0], part[part > 0]
    order = np.lexsort((b, -part, a))
    a, b, part = a[order], b[order], part[order]
    first = np.ones(len(a), dtype=bool)
    first[1:] = a[1:] != a[:-1]
    best[a[first]], share[a[first]] = b[first], part[first]
    second = np.flatnonzero(~first & np.concatenate([[False], first[:-1]]))
    rival[a[second]] = part[second]
    return best, share, rival
