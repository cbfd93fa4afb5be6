"""What redrawn units have: households and people are handed on whole, never made or lost.

Buildings decide where the house's rule (`geo.boundaries.area_households`) lets them. Where an
imported figure stands it is divided by area, in whole numbers that sum to it, as an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import apportion, area_households
from geo.errors import Refused
from geo.plans.arcs import Geometries
from geo.plans.draft import Place
from geo.plans.survey import Survey

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MM2 = 1_000_000
_NOT_IMPORTED = -1


class Share(NamedTuple):
    """What a redrawn unit carries (see `Place`), and its households by the house's rule."""

    imported: int | None
    people: int | None
    estimated: bool
    households: int


def share_out(
    survey: Survey, before: Sequence[Place], after: Geometries, overlap_m2: Floats
) -> list[Share]:
    """Hand the figures of units on to the outlines that take their ground.

    Parameters
    ----------
    survey : Survey
        As it is before.
    before : sequence of units
    after : object array of outlines
        Together they cover what the units covered.
    overlap_m2 : float array, shape (units, outlines)
        Which outline takes how much of which unit.

    Returns
    -------
    list of Share
        One per outline. The households by the house's rule sum to what the units had.

    Raises
    ------
    Refused
        If that can't be: an imported figure would have nowhere to go.
    """
    buildings, home = _standing(survey, before)
    there = _nearest(buildings, after)
    size = (len(before), len(after))
    imported = [unit.households for unit in before]
    had, whole = _by_rule(buildings, home, imported)
    known, _ = _by_rule(buildings, home * size[1] + there, [None] * (size[0] * size[1]))
    known_here = np.array([value or 0 for value in known], dtype=np.int64).reshape(size)
    stands = ~_counted(buildings, home, size[0]) & [value is not None for value in imported]
    counted = _counted(buildings, there, size[1])
    bare, _ = _by_rule(buildings, there, [None] * size[1])
    given = known_here.copy()
    for i in np.flatnonzero(stands).tolist():
        given[i] = _divided(before[i], known_here[i], counted, overlap_m2[i])
    takes = overlap_m2 > 0
    figures: list[tuple[int | None, bool]] = []
    for j in range(size[1]):
        sources = np.flatnonzero(takes[:, j]).tolist()
        figure = None
        if not counted[j] and (
            stands[sources].any() or (bare[j] is None and all(whole[i] for i in sources))
        ):
            figure = int(given[:, j].sum())
        divided = any(takes[i].sum() > 1 or before[i].estimated for i in sources if stands[i])
        figures.append((figure, figure is not None and divided))
    has, _ = _by_rule(buildings, there, [figure for figure, _ in figures])
    _require_conserved(before, had, has)
    people = _people(before, given, overlap_m2)
    return [
        Share(imported, persons, estimated or divided, households or 0)
        for (imported, estimated), (persons, divided), households in zip(
            figures, people, has, strict=True
        )
    ]


def _standing(survey: Survey, units: Sequence[Place]) -> tuple[pd.DataFrame, Ints]:
    """Give the buildings in some units, and the position of their unit."""
    ids = np.array([unit.id for unit in units])
    order = np.argsort(ids)
    at = np.flatnonzero(np.isin(survey.located.buildings, ids))
    home = order[np.searchsorted(ids[order], survey.located.buildings[at])]
    return pd.DataFrame(survey.ground.buildings.iloc[at]), home.astype(np.int64)


def _nearest(buildings: pd.DataFrame, shapes: Geometries) -> Ints:
    """Give the outline that each building is in; a border may have moved off by a hair."""
    points = shapely.points(buildings["x"].to_numpy(), buildings["y"].to_numpy())
    point, shape = shapely.STRtree(shapes).query_nearest(points)
    nearest = np.full(len(points), len(shapes))
    np.minimum.at(nearest, point, shape)
    return nearest


def _by_rule(
    buildings: pd.DataFrame, unit: Ints, imported: Sequence[int | None]
) -> tuple[list[int | None], list[bool]]:
    """Apply the house's rule to units 0 … n − 1: households, and whether that is all."""
    areas = pd.DataFrame(
        {
            "parent_id": pd.array([None] * len(imported), dtype="Int64"),
            "imported_households": pd.array(list(imported), dtype="Int64"),
        }
    )
    figures = area_households(areas, buildings.assign(unit=pd.array(unit, dtype="Int64")))
    households = [None if pd.isna(value) else int(value) for value in figures["households"]]
    return households, figures["households_complete"].tolist()


def _counted(buildings: pd.DataFrame, unit: Ints, size: int) -> NDArray[np.bool_]:
    """Tell for which units the rule does not ask for an imported figure."""
    figures, _ = _by_rule(buildings, unit, [_NOT_IMPORTED] * size)
    return np.array([figure != _NOT_IMPORTED for figure in figures], dtype=bool)


def _divided(unit: Place, known: Ints, counted: NDArray[np.bool_], area_m2: Floats) -> Ints:
    """Divide an imported figure: counted outlines take what is known there, others by area."""
    given = np.where(counted, known, 0)
    rest = int(unit.households or 0) - int(given.sum())
    weights = np.where(counted, 0, np.rint(np.maximum(area_m2, 0) * _MM2)).astype(np.int64)
    if rest < 0 or (rest and not weights.any()):
        raise _lost(unit, rest)
    if rest:
        given += apportion(rest, weights.tolist())
    return given


def _people(before: Sequence[Place], given: Ints, area_m2: Floats) -> list[tuple[int | None, bool]]:
    """Divide the people as the households were divided; tell what is an estimate."""
    people: list[int | None] = [None] * given.shape[1]
    divided = [False] * given.shape[1]
    for i, unit in enumerate(before):
        if unit.people is None:
            continue
        by_area = np.rint(np.maximum(area_m2[i], 0) * _MM2).astype(np.int64)
        parts = apportion(unit.people, (given[i] if given[i].any() else by_area).tolist())
        takers = np.flatnonzero(area_m2[i] > 0).tolist()
        for j in takers:
            people[j] = (people[j] or 0) + parts[j]
            divided[j] |= unit.estimated or len(takers) > 1
    return list(zip(people, divided, strict=True))


def _require_conserved(
    before: Sequence[Place], had: Sequence[int | None], has: Sequence[int | None]
) -> None:
    was, becomes = (sum(value or 0 for value in figures) for figures in (had, has))
    if was != becomes:
        raise Refused(
            f"{_named(before)} have {was} households, and would have {becomes} by the buildings. "
            "Enter the households of their buildings first.",
            f"{_named(before)}共有 {was} 户，重画后按楼栋只有 {becomes} 户。请先补录楼栋户数。",
            before=was,
            after=becomes,
        )


def _lost(unit: Place, rest: int) -> Refused:
    return Refused(
        f"The imported figure of {unit.name} ({unit.code}), {unit.households} households, does not "
        f"fit its buildings: {rest:+d} would have no place. Correct the figure, or enter the "
        "households of the buildings.",
        f"{unit.name}（{unit.code}）导入的户数 {unit.households} 与楼栋不符，相差 {rest:+d} 户，"
        "无法分配。请更正户数，或补录楼栋户数。",
        id=unit.id,
        rest=rest,
    )


def _named(units: Sequence[Place]) -> str:
    return ", ".join(f"{unit.name} ({unit.code})" for unit in units)
