"""Buildings that stand on the ground of several units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from geo.boundaries import GONE
from geo.plans.survey import Survey
from geo.registers import STRADDLE_M2, STRADDLE_SHARE

#: By row of the ground's buildings: the units that each hold more than a trifle of its floor plan,
#: or have its inner point on their border.
Crossings = Mapping[int, tuple[int, ...]]

#: Those of the surveys that plans are based on: found once, they live as long as the survey.
_FOUND: WeakKeyDictionary[Survey, Crossings] = WeakKeyDictionary()


def crossings(survey: Survey, base: Survey | None, units: Collection[int]) -> Crossings:
    """Find the buildings that cross borders of some units.

    What stands on units that are drawn as in the base crosses what it crossed there; only
    redrawn ones are looked at again.

    Parameters
    ----------
    base
        A survey of the same ground that is asked again and again; None: nothing is known yet.
    units
        Place ids of units; buildings that reach into them from outside are found too.
    """
    if base is None or base.ground is not survey.ground:
        base = survey
    known = of_whole(base)
    fabric = survey.fabric
    wide = set(units).union(*(fabric.neighbours(unit) for unit in units))
    redrawn = {unit for unit in wide if not _as_in(base, survey, unit)}
    found, again = {}, set()
    for row, crossed in known.items():
        if not wide.isdisjoint(crossed):
            if all(_as_in(base, survey, unit) for unit in crossed):
                found[row] = crossed
            else:
                again.add(row)
    if redrawn:
        again.update(np.flatnonzero(np.isin(survey.located.buildings, sorted(redrawn))).tolist())
    found.update(_measured(survey, sorted(again)))
    wanted = frozenset(units)
    return {row: found[row] for row in sorted(found) if not wanted.isdisjoint(found[row])}


def of_whole(survey: Survey) -> Crossings:
    """Find all buildings of a survey that cross borders of units; found once and kept."""
    if survey not in _FOUND:
        _FOUND[survey] = _measured(survey, range(len(survey.ground.buildings)))
    return _FOUND[survey]


def _as_in(base: Survey, survey: Survey, unit: int) -> bool:
    was, now = base.draft.places.get(unit), survey.draft.places.get(unit)
    return was is not None and now is not None and was.shape is now.shape


def _measured(survey: Survey, rows: Iterable[int]) -> Crossings:
    """Measure on which units buildings stand."""
    at = np.fromiter(rows, dtype=np.int64)
    buildings, places = survey.ground.buildings, survey.draft.places
    at = at[~buildings["status"].iloc[at].isin(GONE).to_numpy()]
    at = at[survey.located.buildings[at] >= 0]
    plans = buildings.geometry.to_numpy()[at]
    own = [places[unit].shape for unit in survey.located.buildings[at].tolist()]
    open_ = ~shapely.contains_properly(np.array(own, dtype=object), plans)
    at, plans = at[open_], plans[open_]
    which, unit = survey.fabric.standing.meeting(plans)
    shapes = np.array([places[n].shape for n in unit.tolist()], dtype=object)
    there = shapely.area(shapely.intersection(plans[which], shapes))
    real = (there > STRADDLE_M2) & (there > STRADDLE_SHARE * shapely.area(plans[which]))
    inner, holder = survey.fabric.standing.meeting(shapely.points(survey.ground.homes_xy[at]))
    pairs = np.column_stack([at[which[real]], unit[real]]), np.column_stack([at[inner], holder])
    found: dict[int, set[int]] = {}
    for row, number in np.concatenate(pairs).tolist():
        found.setdefault(row, set()).add(number)
    return {row: tuple(sorted(units)) for row, units in found.items() if len(units) > 1}
