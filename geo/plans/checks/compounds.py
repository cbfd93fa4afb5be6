"""Compounds whose buildings lie in several areas.

One compound, one community: its residents share a gate, a yard and a committee. Parted at a level
that carries a household limit, or above it, that is a warning. Below, large compounds have to be
several grids, so it is only told; between the units of one area it is as it should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely

from geo.boundaries import GONE, Finding, Wording
from geo.plans.checks.apart import parted
from geo.plans.checks.case import Case
from geo.plans.figures import NOWHERE
from geo.plans.ground import Ground
from geo.plans.segments import Ints

KEY, VERSION = "compounds", 1

PARTED = Wording(
    "warning",
    "The compound {compound} lies in several areas: {areas}.",
    "小区 {compound} 被分在多个区域：{areas}。",
    "Move its units to one of them.",
    "请将其单元归入同一区域。",
)
PARTED_BELOW = PARTED._replace(severity="info")


@dataclass(frozen=True)
class _Compounds:
    """Compounds by number: their names, and the rows of their standing buildings.

    `of_row` gives the number of the compound of every building, −1 for those without.
    """

    names: tuple[str, ...]
    rows: tuple[Ints, ...]
    of_row: Ints


_FOUND: WeakKeyDictionary[Ground, _Compounds] = WeakKeyDictionary()


def find(case: Case) -> Iterator[Finding]:
    """Look at the compounds that have a building in the places looked at."""
    ground, where = case.survey.ground, case.survey.located.buildings
    known = _known(ground)
    here = np.isin(where, np.fromiter(case.units, dtype=np.int64))
    for number in np.unique(known.of_row[here & (known.of_row >= 0)]).tolist():
        rows = known.rows[number]
        units = _units(where, rows)
        if len(units) < 2:  # noqa: PLR2004
            continue
        level, areas = parted(case.draft, units)
        if set(areas) != units:
            yield case.finding(
                "cuts_compound", PARTED if _weighs(case, level) else PARTED_BELOW,
                *areas, *sorted(units), at=_middle(ground, rows), said=len(areas),
                before=_before(case, rows, level), compound=known.names[number],
            )  # fmt: skip


def _weighs(case: Case, level: str) -> bool:
    """Say whether a level is one with a household limit, or above one; all are without any."""
    limited = [one.rank for one in case.levels.values() if one.household_limit is not None]
    return not limited or case.levels[level].rank <= max(limited)


def _before(case: Case, rows: Ints, level: str) -> bool:
    base = case.base
    if base is None or base.ground is not case.survey.ground:
        return False
    units = _units(base.located.buildings, rows)
    if len(units) < 2:  # noqa: PLR2004
        return False
    return case.levels[parted(base.draft, units)[0]].rank <= case.levels[level].rank


def _units(where: Ints, rows: Ints) -> set[int]:
    return set(where[rows].tolist()) - {NOWHERE}


def _middle(ground: Ground, rows: Ints) -> tuple[float, float]:
    """Give the building nearest to the middle of some."""
    xy = ground.homes_xy[rows]
    x, y = xy[np.argmin(np.hypot(*(xy - xy.mean(axis=0)).T))].tolist()
    return x, y


def _known(ground: Ground) -> _Compounds:
    if ground not in _FOUND:
        buildings = ground.buildings
        stands = buildings["compound"].notna() & ~buildings["status"].isin(GONE)
        rows = np.flatnonzero(stands.to_numpy())
        names = buildings["compound"].iloc[rows].astype(str)
        keys = pd.MultiIndex.from_arrays([names, _outline(ground, rows)])
        number, kinds = keys.factorize(sort=True)
        of_row = np.full(len(buildings), -1)
        of_row[rows] = number
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(1, len(kinds)))
        parts = np.split(rows[order], starts) if len(kinds) else []
        _FOUND[ground] = _Compounds(tuple(name for name, _ in kinds), tuple(parts), of_row)
    return _FOUND[ground]


def _outline(ground: Ground, rows: Ints) -> Ints:
    """Tell compounds of one name apart by the outline that a building lies in; 0 for most."""
    compounds = ground.compounds
    twins = compounds[compounds["name"].duplicated(keep=False)]
    out = np.zeros(len(rows), dtype=np.int64)
    points = shapely.points(ground.homes_xy[rows])
    building, outline = shapely.STRtree(twins.geometry.to_numpy()).query(points, "covered_by")
    same = (
        ground.buildings["compound"].to_numpy(dtype=object)[rows[building]]
        == twins["name"].to_numpy(dtype=object)[outline]
    )
    out[building[same]] = outline[same] + 1
    return out
