"""Ground that redrawn units lost, gained, or hold twice, against what the base had there.

Only units whose outline differs from the base's are looked at: together they must fill exactly
the ground of the units that they were drawn from. Their shared edges move by up to a millimetre
where a new corner is put on the grid; what is thinner than that is no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import Finding, Wording, area_and_width
from geo.crs import GRID_M
from geo.plans.checks.case import Case, point_in
from geo.plans.draft import Draft

KEY, VERSION = "outline", 1

Geometries = NDArray[np.object_]

GAP = Wording(
    "error",
    "{area} m² beside {areas} belong to no unit any more.",
    "{areas} 旁有 {area} 平方米不再属于任何单元。",
    "Undo what was drawn here, and draw it again.",
    "请撤销此处的绘制并重画。",
)
OVERLAP = Wording(
    "error",
    "{area} m² of {areas} belong to several units.",
    "{areas} 有 {area} 平方米同属多个单元。",
    "Undo what was drawn here, and draw it again.",
    "请撤销此处的绘制并重画。",
)
BEYOND = Wording(
    "error",
    "{areas} reaches {area} m² beyond the ground that it was drawn from.",
    "{areas} 超出原有范围 {area} 平方米。",
    "Undo what was drawn here, and draw it again.",
    "请撤销此处的绘制并重画。",
)


LOST = Wording(
    "error",
    "{count} units of the edition are gone from {areas}, and nobody holds their ground.",
    "{areas} 有 {count} 个原有单元已不存在，其范围无人承接。",
    "Undo what removed them.",
    "请撤销移除这些单元的操作。",
)


def find(case: Case) -> Iterator[Finding]:
    """Compare the ground of redrawn units, group by group, with that of the base."""
    if case.base is None:
        return
    yield from _lost(case)
    if any(case.draft.places[unit].origins for unit in case.units):
        for origins, units in _groups(case.draft):
            if not case.areas.isdisjoint(units):
                then = _shapes(case.base.draft, sorted(origins))
                yield from _differences(case, units, then)


def _groups(draft: Draft) -> list[tuple[frozenset[int], list[int]]]:
    """Group redrawn units such that no two groups hold ground of the same units."""
    groups: dict[int, tuple[set[int], list[int]]] = {}
    for number in sorted(n for n, place in draft.places.items() if place.origins):
        merged: tuple[set[int], list[int]] = (set(), [])
        origins = draft.places[number].origins
        for origin in origins:
            if (group := groups.get(origin)) is not None and group is not merged:
                merged[0].update(group[0])
                merged[1].extend(n for n in group[1] if n not in merged[1])
        merged[0].update(origins)
        merged[1].append(number)
        for origin in merged[0]:
            groups[origin] = merged
    unique = {id(group): group for group in groups.values()}
    return [(frozenset(origins), sorted(units)) for origins, units in unique.values()]


def _differences(case: Case, units: list[int], then: Geometries) -> Iterator[Finding]:
    now = _shapes(case.draft, units)
    here, there = shapely.union_all(now), shapely.union_all(then)
    for part in _real(shapely.get_parts(shapely.difference(there, here))):
        beside = np.flatnonzero(shapely.distance(now, part) <= GRID_M).tolist()
        yield _said(case, "gap", GAP, [units[k] for k in beside] or units, part)
    for part in _real(shapely.get_parts(shapely.difference(here, there))):
        inside = np.flatnonzero(shapely.area(shapely.intersection(now, part)) > 0).tolist()
        yield _said(case, "beyond_outline", BEYOND, [units[k] for k in inside], part)
    one, other = shapely.STRtree(now).query(now, predicate="intersects")
    for i, k in zip(one[one < other].tolist(), other[one < other].tolist(), strict=True):
        for part in _real(shapely.get_parts(shapely.intersection(now[i], now[k]))):
            yield _said(case, "overlap", OVERLAP, [units[i], units[k]], part)


def _real(parts: Geometries) -> Geometries:
    return parts[area_and_width(parts)[1] > GRID_M]


def _said(
    case: Case, code: str, wording: Wording, units: list[int], part: shapely.Geometry
) -> Finding:
    point = shapely.point_on_surface(part)
    at = (round(point.x, 3), round(point.y, 3))
    return case.finding(code, wording, *units, at=at, area_m2=float(part.area))


def _lost(case: Case) -> Iterator[Finding]:
    """Look for units that went without leaving their ground to others."""
    base = case.base.draft if case.base is not None else case.draft
    gone: dict[int, list[int]] = {}
    for place in case.above:
        if place.id in base.places:
            lost = [unit for unit in base.units(place.id) if unit not in case.draft.places]
            gone.update({place.id: lost} if lost else {})
    if not gone:
        return
    held = {number for place in case.draft.places.values() for number in place.origins}
    for area, lost in gone.items():
        if left := [unit for unit in lost if unit not in held]:
            yield case.finding(
                "units_lost", LOST, area, at=point_in(base, left), count=len(left), unit_ids=left
            )


def _shapes(draft: Draft, units: Iterable[int]) -> Geometries:
    return np.array([draft.places[unit].shape for unit in units], dtype=object)
