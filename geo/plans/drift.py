"""What became of the base: whose households moved, and which areas won or lost ground.

Households follow their buildings: those of a unit come from the units that its buildings stood in
before. Where its figure isn't the sum of its buildings, a unit whose outline is that of the base
brings all of it from there; that of a redrawn one is divided by the area it shares with the units
it holds ground of (`Place.origins`), in whole numbers that sum to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo.boundaries import Site
from geo.plans.figures import NOWHERE
from geo.plans.totals import Chains

if TYPE_CHECKING:
    from geo.plans.survey import Survey

#: Households that come from a unit of the base, or from nowhere.
Source = tuple[int, int]


class Drift(NamedTuple):
    """What differs from the base, by place id of areas; what is missing is 0.

    Attributes
    ----------
    moved : mapping
        Households of an area whose place of the limited level was another in the base.
    came : mapping
        Households of an area that were not in that very area in the base.
    touches : mapping
        Units whose ground or buildings an area won or lost; areas that are gone included.
    """

    moved: Mapping[int, int]
    came: Mapping[int, int]
    touches: Mapping[int, int]

    def after(
        self, before: Survey, survey: Survey, base: Survey, changed: Collection[int]
    ) -> Drift:
        """Carry on to the next survey; `changed` are the units that differ from the one before."""
        less = _tally(before, base, [n for n in changed if n in before.by_unit])
        more = _tally(survey, base, [n for n in changed if n in survey.by_unit])
        for kept, gone, found in zip(self, less, more, strict=True):
            found.update(kept)
            found.subtract(gone)
        return Drift(*map(_known, more))


def limited_level(site: Site) -> str:
    """Name the level whose change makes a household move: the first that has a limit.

    Where none has one, it is the level above the lowest: what plans change is where units belong.
    """
    limited = (level.key for level in site.levels if level.household_limit is not None)
    return next(limited, site.keys[max(len(site.keys) - 2, 0)])


def drift(survey: Survey, base: Survey) -> Drift:
    """Compare a survey with its base; costs what differs.

    Parameters
    ----------
    survey, base : Survey
        On the same ground.
    """
    changed = _changed_units(survey, base) | _exchanged(survey, base)
    return Drift(*map(_known, _tally(survey, base, changed)))


def _known(counts: Counter[int]) -> dict[int, int]:
    return {n: count for n, count in counts.items() if count}


def _tally(
    survey: Survey, base: Survey, units: Collection[int]
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Count what some units contribute to a drift."""
    moved, came, touches = Counter[int](), Counter[int](), Counter[int]()
    level = limited_level(survey.draft.site)
    now, was = Chains(survey.draft), Chains(base.draft)
    for unit, sources in _sources(survey, base, units):
        here = now.chain(unit)
        differing: set[int] = set()
        for source, households in sources:
            there = was.chain(source) if source != NOWHERE else ()
            differing |= {*here} ^ {*there}
            came.update(dict.fromkeys({*here}.difference(there), households))
            if now.at(unit, level) != (was.at(source, level) if there else None):
                moved.update(dict.fromkeys(here, households))
        touches.update(differing)
    return moved, came, touches


def _changed_units(survey: Survey, base: Survey) -> set[int]:
    """Find the units that are new, redrawn, or lie elsewhere."""
    places, former = survey.draft.places, base.draft.places
    units: set[int] = set()
    for number, place in places.items():
        before = former.get(number)
        if before is place:
            continue
        if before is None or (before.parent, before.shape) != (place.parent, place.shape):
            units.update(survey.draft.units(number))
    return units


def _exchanged(survey: Survey, base: Survey) -> set[int]:
    """Find the units that a building came to."""
    now, was = survey.located.buildings, base.located.buildings
    if now is was:
        return set()
    rows = np.flatnonzero(now != was)
    return {n for n in now[rows].tolist() if n != NOWHERE}


def _sources(
    survey: Survey, base: Survey, units: Collection[int]
) -> Iterator[tuple[int, list[Source]]]:
    """Say of units where in the base their households, and their ground, come from."""
    places, former = survey.draft.places, base.draft.places
    redrawn = {n for n in units if n not in former or former[n].shape != places[n].shape}
    counted = _by_buildings(survey, base, redrawn | _exchanged(survey, base).intersection(units))
    for unit in units:
        figures = survey.by_unit[unit]
        origins = [n for n in places[unit].origins if n in base.by_unit]
        if unit not in redrawn:
            origins = [unit]
        if unit in counted and figures.counted == figures.households:
            shares = counted[unit]
        else:
            shares = _by_area(survey, base, unit, origins)
        yield unit, [(n, shares.get(n, 0)) for n in {*shares, *origins}]


def _by_buildings(survey: Survey, base: Survey, units: set[int]) -> dict[int, dict[int, int]]:
    """Sum the households of buildings that stand in some units by where they stood before."""
    rows = np.flatnonzero(
        np.isin(survey.located.buildings, np.array(sorted(units), dtype=np.int64))
    )
    triples = zip(
        survey.located.buildings[rows].tolist(), base.located.buildings[rows].tolist(),
        survey.ground.counts[rows, 3].tolist(), strict=True,
    )  # fmt: skip
    out: dict[int, dict[int, int]] = {}
    for unit, before, households in triples:
        shares = out.setdefault(unit, {})
        shares[before] = shares.get(before, 0) + households
    return out


def _by_area(survey: Survey, base: Survey, unit: int, origins: list[int]) -> dict[int, int]:
    """Divide a unit's households by the area it shares with its origins; the sum is exact."""
    households = survey.by_unit[unit].households
    if len(origins) <= 1:
        return dict.fromkeys(origins or [NOWHERE], households)
    shapes = np.array([base.draft.places[n].shape for n in origins], dtype=object)
    shared = shapely.area(shapely.intersection(shapes, survey.draft.places[unit].shape))
    until = np.rint(np.cumsum(shared) / max(shared.sum(), 1e-9) * households)
    return dict(zip(origins, np.diff(until, prepend=0).astype(int).tolist(), strict=True))
