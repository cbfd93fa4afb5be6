"""What redrawn units have: households and people are handed on whole, never made or lost.

Buildings decide where the house's rule (`geo.boundaries.area_households`) lets them. Where an
imported figure stands it is divided by area, in whole numbers that sum to it, as an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import Counts, apportion, unit_households
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
    counts = _counted(survey, before, after)
    imported = [unit.households for unit in before]
    had, whole = _by_rule(counts.sum(axis=1), imported)
    bare, _ = _by_rule(counts.sum(axis=0), [None] * len(after))
    stands = _asks(counts.sum(axis=1)) & [value is not None for value in imported]
    asks = _asks(counts.sum(axis=0))
    given = counts[:, :, Counts._fields.index("households")].copy()
    for i in np.flatnonzero(stands).tolist():
        given[i] = _divided(before[i], given[i], asks, overlap_m2[i])
    takes = overlap_m2 > 0
    figures: list[tuple[int | None, bool]] = []
    for j in range(len(after)):
        sources = np.flatnonzero(takes[:, j]).tolist()
        figure = None
        if asks[j] and (
            stands[sources].any() or (bare[j] is None and all(whole[i] for i in sources))
        ):
            figure = int(given[:, j].sum())
        divided = any(takes[i].sum() > 1 or before[i].estimated for i in sources if stands[i])
        figures.append((figure, figure is not None and divided))
    has, _ = _by_rule(counts.sum(axis=0), [figure for figure, _ in figures])
    _require_conserved(before, had, has)
    people = _people(before, given, overlap_m2)
    return [
        Share(imported, persons, estimated or divided, households or 0)
        for (imported, estimated), (persons, divided), households in zip(
            figures, people, has, strict=True
        )
    ]


def _counted(survey: Survey, before: Sequence[Place], after: Geometries) -> Ints:
    """Count the buildings that stay in each outline of those that each unit had.

    Returns
    -------
    int64 array, shape (units, outlines, fields of Counts)
    """
    ids = np.array([unit.id for unit in before])
    order = np.argsort(ids)
    at = np.flatnonzero(np.isin(survey.located.buildings, ids))
    home = order[np.searchsorted(ids[order], survey.located.buildings[at])]
    # Not simply within: a border may have moved off by a hair.
    points = shapely.points(survey.ground.homes_xy[at])
    point, outline = shapely.STRtree(after).query_nearest(points)
    there = np.full(len(points), len(after))
    np.minimum.at(there, point, outline)
    fields = len(Counts._fields)
    counts = np.zeros((len(before), len(after), fields), dtype=np.int64)
    np.add.at(counts, (home, there), survey.ground.counts[at, :fields])
    return counts


def _by_rule(counts: Ints, imported: Sequence[int | None]) -> tuple[list[int | None], list[bool]]:
    """Apply the house's rule: households, and whether that is all."""
    figures, known, complete = unit_households(
        Counts(*counts.T),
        np.array([value or 0 for value in imported], dtype=np.int64),
        np.array([value is not None for value in imported], dtype=bool),
    )
    households = zip(figures.tolist(), known.tolist(), strict=True)
    return [figure if some else None for figure, some in households], complete.tolist()


def _asks(counts: Ints) -> NDArray[np.bool_]:
    """Tell for which units the rule asks for an imported figure: not all homes are known."""
    figures, _ = _by_rule(counts, [_NOT_IMPORTED] * len(counts))
    return np.array([figure == _NOT_IMPORTED for figure in figures], dtype=bool)


def _divided(unit: Place, known: Ints, asks: NDArray[np.bool_], area_m2: Floats) -> Ints:
    """Divide an imported figure by area among those who ask; others take what is known there."""
    given = np.where(asks, 0, known)
    rest = int(unit.households or 0) - int(given.sum())
    weights = np.where(~asks, 0, np.rint(np.maximum(area_m2, 0) * _MM2)).astype(np.int64)
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
