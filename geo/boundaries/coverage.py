"""Are units a clean coverage: no overlap, no gap, every shared edge the same on both sides.

`check_coverage` only looks. `repair_hairs` gives mended units together with all that it moved,
to be shown before they are kept. Units are valid polygons in metres on the 1 mm grid (`geo.crs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.findings import Finding, blocking
from geo.boundaries.shapes import area_and_width, file_rows, is_none, made_valid, place
from geo.crs import GRID_M, snap
from geo.errors import ChecksFailed

Geometries = NDArray[np.object_]
Ints = NDArray[np.integer[Any]]
Names = NDArray[np.object_]

HOLE_M = 10.0
_ROUNDS = 5
_SNAPPING_M = (GRID_M, 2 * GRID_M, 3 * GRID_M, 5 * GRID_M)  # 0 can swallow a polygon


@dataclass(frozen=True)
class CoverageReport:
    """What `check_coverage` found; `clean` when nothing blocks publishing."""

    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Tell whether the units are a clean coverage (holes that are only warned of allowed)."""
        return not blocking(self.findings)


@dataclass(frozen=True)
class Repair:
    """Mended units and what was moved.

    Attributes
    ----------
    units : GeoDataFrame
        Like the input, with mended outlines.
    changes : DataFrame
        One row per changed unit, with the input's index: `code`, `shift_m` (the farthest any
        point of its border moved), `area_m2` (area after minus before).
    """

    units: gpd.GeoDataFrame
    changes: pd.DataFrame


def check_coverage(
    units: gpd.GeoDataFrame,
    *,
    outline: shapely.Geometry | None = None,
    holes: Geometries | None = None,
    hole_m: float = HOLE_M,
) -> CoverageReport:
    """Check units against each other, and against an outline they must fill.

    Parameters
    ----------
    units : GeoDataFrame
        Columns `code`, geometry; metres, 1 mm grid; findings name rows where a column `row`
        does.
    outline : Polygon or MultiPolygon, optional
        What the units must cover exactly. Without it only enclosed holes can be seen.
    holes : object array of polygons, optional
        Declared holes: what lies in them needs no unit.
    hole_m : float
        Uncovered places narrower than this (mean width, metres) are gaps and errors; wider ones
        are holes, which may be meant, and warnings.
    """
    codes = _codes(units)
    rows = file_rows(units)
    shapes = np.array(units.geometry.to_numpy(), dtype=object)
    findings = list(_unusable(shapes, codes, rows))
    # Broken outlines take part as what can be made of them, else their neighbours look gappy.
    usable = np.flatnonzero(~is_none(shapes))
    codes, shapes = codes[usable], made_valid(shapes[usable])
    bad = np.flatnonzero(~is_none(shapely.coverage_invalid_edges(shapes)))
    hairs: set[int] = set(bad.tolist())
    findings += _overlaps(shapes, codes, bad, hairs)
    findings += _uncovered(shapes, codes, outline, holes, hole_m, clean=not len(bad))
    if outline is not None:
        findings += _beyond(shapes, codes, outline)
    if hairs:
        at = place(shapely.coverage_invalid_edges(shapes)[min(hairs)])
        findings.append(Finding.of("hairs", *codes[sorted(hairs)], count=len(hairs), at=at))
    return CoverageReport(tuple(findings))


def repair_hairs(units: gpd.GeoDataFrame, *, limit_m: float = 0.01) -> Repair:
    """Mend rings that touch themselves and shared edges that differ by hairs.

    No border moves farther than `limit_m` metres and no area changes by more than that along
    its whole border. What it would do is for the caller to show before keeping it.

    Raises
    ------
    ChecksFailed
        If mending would exceed the limit or swallow a unit, or if hairs remain: such places are
        for people to decide.
    """
    before = np.asarray(units.geometry.to_numpy(), dtype=object)
    if is_none(before).any():
        raise _refuse(units, is_none(before), "have no outline", "没有边界")
    after = before.copy()
    broken = ~shapely.is_valid(before)
    after[broken] = shapely.make_valid(before[broken], method="structure", keep_collapsed=False)
    mended, shift_m, refused = after, np.zeros(len(after)), np.ones(len(after), dtype=bool)
    for snapping_m in _SNAPPING_M:
        # A timid clean may leave a thread of one unit along another's edge, which a bolder one
        # collapses: take the first that stays within the limit.
        mended = _mended(after, snapping_m, limit_m)
        shift_m, refused = _moved(before, mended, limit_m)
        if not refused.any():
            break
    if refused.any():
        raise _refuse(units, refused, f"would move by more than {limit_m} m", "移动超过限值")
    area_m2 = shapely.area(mended) - shapely.area(before)
    changes = pd.DataFrame(
        {"code": units["code"].to_numpy(), "shift_m": shift_m, "area_m2": area_m2},
        index=units.index,
    )
    changed = ~shapely.equals_exact(shapely.normalize(before), shapely.normalize(mended))
    outlines = gpd.GeoSeries(mended, index=units.index, crs=units.crs)
    return Repair(units.set_geometry(outlines), changes[changed])


def _mended(shapes: Geometries, snapping_m: float, gap_m: float) -> Geometries:
    """Clean until the coverage is valid on the 1 mm grid; nodes made by cleaning lie off it."""
    for _ in range(_ROUNDS):
        if shapely.coverage_is_valid(shapes, gap_width=gap_m):
            break
        shapes = snap(shapely.coverage_clean(shapes, snapping_distance=snapping_m, gap_width=gap_m))
    return shapes


def _moved(
    before: Geometries, after: Geometries, limit_m: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """How far each border moved, and which units may not be kept so."""
    rims = shapely.boundary(before)
    changed = np.flatnonzero(~shapely.equals_exact(before, after))
    shift_m = np.zeros(len(before))
    shift_m[changed] = shapely.hausdorff_distance(rims[changed], shapely.boundary(after[changed]))
    area_m2 = np.abs(shapely.area(after) - shapely.area(before))
    refused = ~shapely.is_valid(after) | is_none(after)
    refused |= ~is_none(shapely.coverage_invalid_edges(after))
    refused |= ~(shift_m <= limit_m) | (area_m2 > limit_m * shapely.length(rims))
    return shift_m, refused


def _codes(units: gpd.GeoDataFrame) -> Names:
    return np.asarray(units["code"].astype(str), dtype=object)


def _refuse(units: gpd.GeoDataFrame, which: NDArray[np.bool_], en: str, zh: str) -> ChecksFailed:
    codes = _codes(units)[which].tolist()
    shown = ", ".join(codes[:4])
    return ChecksFailed(
        f"Hairs can't be mended: {len(codes)} areas {en} ({shown}). Redraw them there.",
        f"无法自动修复：{len(codes)} 个区域{zh}（{shown}）。请人工重画。",
        codes=codes,
    )


def _unusable(shapes: Geometries, codes: Names, rows: list[int | None]) -> Iterator[Finding]:
    """Rows without an outline, with an invalid one, or with one that another row has too."""
    none = is_none(shapes)
    for k in np.flatnonzero(none):
        yield Finding.of("no_outline", codes[k], row=rows[k])
    for k in np.flatnonzero(~none & ~shapely.is_valid(shapes)):
        reason = shapely.is_valid_reason(shapes[k])
        at = _place_in(reason) or place(shapes[k])
        yield Finding.of("invalid", codes[k], row=rows[k], at=at, reason=reason.split("[")[0])
    for group in _same(shapes, none):
        at = place(shapes[group[0]])
        yield Finding.of("same_outline", *codes[group], row=rows[group[1]], at=at)


def _same(shapes: Geometries, none: NDArray[np.bool_]) -> list[Ints]:
    at = np.flatnonzero(~none)
    wkb = pd.Series(shapely.to_wkb(shapely.normalize(shapes[at])))
    twins = wkb[wkb.duplicated(keep=False)]
    return [at[group.index.to_numpy()] for _, group in twins.groupby(twins, sort=False)]


def _overlaps(shapes: Geometries, codes: Names, bad: Ints, hairs: set[int]) -> Iterator[Finding]:
    """Overlaps between pairs; whoever has a real one is not counted among the hairs."""
    if not len(bad):
        return
    a, b = shapely.STRtree(shapes).query(shapes[bad], predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([bad[a], b]), axis=1), axis=0)
    a, b = pairs[pairs[:, 0] != pairs[:, 1]].T
    common = shapely.intersection(shapes[a], shapes[b])
    area, width = area_and_width(common)
    real = np.flatnonzero((width > GRID_M) & ~shapely.equals(shapes[a], shapes[b]))
    for k in real[np.argsort(-area[real], kind="stable")]:
        yield Finding.of(
            "overlap", codes[a[k]], codes[b[k]], area_m2=float(area[k]), at=place(common[k])
        )
    hairs.difference_update(a[width > GRID_M].tolist(), b[width > GRID_M].tolist())


def _uncovered(
    shapes: Geometries,
    codes: Names,
    outline: shapely.Geometry | None,
    holes: Geometries | None,
    hole_m: float,
    *,
    clean: bool,
) -> Iterator[Finding]:
    """Places that no unit covers: of the outline if there is one, else enclosed ones."""
    whole = shapely.coverage_union_all(shapes) if clean else shapely.union_all(shapes)
    if outline is not None:
        empty = shapely.difference(outline, whole)
    else:
        rings = shapely.get_rings(shapely.get_parts(whole))
        filled = shapely.union_all(shapely.polygons(rings)) if len(rings) else shapely.Polygon()
        empty = shapely.difference(filled, whole)
    if holes is not None and len(holes):
        empty = shapely.difference(empty, shapely.union_all(holes))
    parts = shapely.get_parts(empty)
    area, width = area_and_width(parts)
    tree = shapely.STRtree(shapes)
    order = np.argsort(-area, kind="stable")
    for k in order[width[order] > GRID_M]:
        beside = np.unique(tree.query(parts[k], predicate="intersects"))
        kind = "gap" if width[k] < hole_m else "hole"
        yield Finding.of(kind, *codes[beside], area_m2=float(area[k]), at=place(parts[k]))


def _beyond(shapes: Geometries, codes: Names, outline: shapely.Geometry) -> Iterator[Finding]:
    shapely.prepare(outline)
    doubtful = np.flatnonzero(~shapely.covers(outline, shapes))
    over = shapely.difference(shapes[doubtful], outline)
    area, width = area_and_width(over)
    for k in np.flatnonzero(width > GRID_M):
        yield Finding.of(
            "beyond_outline", codes[doubtful[k]], area_m2=float(area[k]), at=place(over[k])
        )


def _place_in(reason: str) -> tuple[float, float] | None:
    """Read the place that GEOS names in brackets: `Self-intersection[12.5 7]`."""
    x, _, y = reason.partition("[")[2].rstrip("]").partition(" ")
    return (float(x), float(y)) if y else None
