"""What is in each unit, in whole numbers: counted where the one rule of place puts it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import Counts, LocateIndex, unit_households
from geo.plans.draft import Draft
from geo.plans.fabric import Fabric
from geo.plans.ground import Floats, Ground
from geo.plans.segments import Ints, doubled_areas
from geo.plans.standing import Standing

NOWHERE = -1
_MOST_BOXES = 16


class Figures(NamedTuple):
    """Whole numbers of an area: of a unit, or of all its units together.

    All are sums over the units but the last three, which leave out the borders within.

    Attributes
    ----------
    units : int
    households : int
        Known households, by the house's rule (`geo.boundaries.area_households`).
    known : int
        Units of which a figure is known at all; where it is 0, nothing is: unknown is never 0.
    unknown : int
        Units of which not all households are known.
    planned : int
        Households to come, in buildings under construction.
    people, people_known : int
        Imported people, and the units that have such a figure.
    buildings, members, incidents, facilities : int
        Standing buildings, members at home, open incidents, facilities in service.
    counted, covered : int
        Households counted building by building, and those of them within ten minutes of a
        facility.
    area_mm2x2 : int
        Twice the area in square millimetres.
    perimeter_um, street_um, barrier_um : int
        The outline in micrometres: border with other units and with nobody; how much of it runs
        along streets, and along rivers, railways and walls (`geo.plans.along`).
    """

    units: int = 0
    households: int = 0
    known: int = 0
    unknown: int = 0
    planned: int = 0
    people: int = 0
    people_known: int = 0
    buildings: int = 0
    members: int = 0
    incidents: int = 0
    facilities: int = 0
    counted: int = 0
    covered: int = 0
    area_mm2x2: int = 0
    perimeter_um: int = 0
    street_um: int = 0
    barrier_um: int = 0


@dataclass(frozen=True, eq=False)
class Located:
    """The unit of everything that stands on the ground; −1 outside all of them.

    Attributes
    ----------
    buildings, members, incidents, facilities : int64 arrays
        Place ids, in the order of the ground's rows.
    """

    buildings: Ints
    members: Ints
    incidents: Ints
    facilities: Ints

    @classmethod
    def of(cls, draft: Draft, ground: Ground, ids: Ints) -> Self:
        """Locate everything in all units of a draft."""
        codes = [draft.places[n].code.encode() for n in ids.tolist()]
        by_code = ids[np.argsort(np.array(codes, dtype=object), kind="stable")]
        shapes = np.array([draft.places[n].shape for n in by_code.tolist()], dtype=object)
        index = LocateIndex.build(shapes)
        answers = np.append(by_code, NOWHERE)
        return cls(
            *(_by_hand(answers[index.assign(xy)], placed, draft) for xy, placed in things(ground))
        )

    def after(
        self,
        draft: Draft,
        ground: Ground,
        standing: Standing,
        changed: Collection[int],
        boxes: Floats,
    ) -> Self:
        """Locate anew what may lie in units that were redrawn or got other codes.

        Parameters
        ----------
        draft, standing : Draft, Standing
            As they are after the change.
        changed : collection of int
            The units.
        boxes : float array, shape (n, 4)
            Around their outlines before and after.
        """
        ids = np.fromiter(changed, dtype=np.int64, count=len(changed))
        kinds = (self.buildings, self.members, self.incidents, self.facilities)
        moved = []
        for was, (xy, placed) in zip(kinds, things(ground), strict=True):
            doubtful = np.isin(was, ids) | _within(xy, boxes)
            if placed is not None:
                doubtful |= np.isin(placed, ids)
            rows, now = np.flatnonzero(doubtful), was
            if len(rows):
                found = _located(xy[rows], draft, standing)
                now = was.copy()
                now[rows] = _by_hand(found, None if placed is None else placed[rows], draft)
            moved.append(now)
        return type(self)(*moved)

    def moved(self, other: Self) -> Iterator[tuple[str, Ints, Ints, Ints]]:
        """Give what lies in another unit than in another locating, kind by kind.

        Yields
        ------
        kind : text
        rows, there, here : int64 arrays
            Rows of the ground, their units in the other locating, and their units in this one.
        """
        for kind in fields(self):
            here, there = getattr(self, kind.name), getattr(other, kind.name)
            if here is not there:
                rows = np.flatnonzero(here != there)
                yield kind.name, rows, there[rows], here[rows]

    def differing(self, other: Self) -> set[int]:
        """Give the units that something left or came to between two locatings."""
        units: set[int] = set()
        for _, _, there, here in self.moved(other):
            units.update(here.tolist(), there.tolist())
        return units - {NOWHERE}


def things(ground: Ground) -> Iterator[tuple[Floats, Ints | None]]:
    """Give where things lie, and the units that people put them in: kind by kind, as in Located."""
    yield ground.homes_xy, None
    yield ground.members, ground.members_placed
    yield ground.incidents, ground.incidents_placed
    yield ground.facilities_xy, None


def _by_hand(located: Ints, placed: Ints | None, draft: Draft) -> Ints:
    """Put things where people put them, as long as that is a unit of the draft."""
    if placed is None:
        return located
    units = [n for n in np.unique(placed).tolist() if draft.is_unit(n)]
    return np.where(np.isin(placed, units), placed, located)


def _within(xy: Floats, boxes: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(xy), dtype=bool)
    if len(boxes) > _MOST_BOXES:
        boxes = np.array([[*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]])
    for x0, y0, x1, y1 in boxes.tolist():
        x, y = xy[:, 0], xy[:, 1]
        inside |= (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return inside


def _located(xy: Floats, draft: Draft, standing: Standing) -> Ints:
    """Apply the rule: of the units whose closed set covers a point, the smallest code by bytes."""
    point, unit = standing.meeting(shapely.points(xy))
    units, at = np.unique(unit, return_inverse=True)
    codes = np.array([draft.places[n].code.encode() for n in units.tolist()], dtype=object)
    rank = np.empty(len(units), dtype=np.int64)
    rank[np.argsort(codes, kind="stable")] = np.arange(len(units))
    order = np.lexsort((-rank[at], point))
    found = np.full(len(xy), NOWHERE, dtype=np.int64)
    found[point[order]] = unit[order]  # the last one stays: the smallest code
    return found


def figures(
    draft: Draft, ground: Ground, located: Located, fabric: Fabric, units: Ints
) -> dict[int, Figures]:
    """Count what is in some units.

    Parameters
    ----------
    draft, ground, located, fabric
        The draft, and what was found about it.
    units : int64 array
        Place ids, rising.
    """
    if not len(units):
        return {}
    places = [draft.places[n] for n in units.tolist()]
    imported = [0 if p.households is None else p.households for p in places]
    has_imported = np.array([p.households is not None for p in places])
    at = _position(located.buildings, units)
    sums = np.zeros((len(units), ground.counts.shape[1]), dtype=np.int64)
    np.add.at(sums, at[at >= 0], ground.counts[at >= 0])
    counts, covered, to_come = Counts(*sums[:, :4].T), sums[:, 4], sums[:, 5]
    households, known, complete = unit_households(counts, np.array(imported), has_imported)
    others = (located.members, located.incidents, located.facilities)
    columns = (
        np.ones(len(units)),
        households,
        known,
        ~complete,
        to_come,
        [p.people or 0 for p in places],
        [p.people is not None for p in places],
        counts.standing,
        *(_count(_position(where, units), len(units)) for where in others),
        counts.households,
        covered,
        doubled_areas(np.array([p.shape for p in places], dtype=object)),
        *np.array([fabric.rims[p.id] for p in places]).T,
    )
    rows = np.stack([np.asarray(column, dtype=np.int64) for column in columns], axis=1).tolist()
    return {n: Figures(*row) for n, row in zip(units.tolist(), rows, strict=True)}


def _count(at: Ints, size: int) -> Ints:
    return np.bincount(at[at >= 0], minlength=size)


def _position(where: Ints, units: Ints) -> Ints:
    """Find each thing's unit among sorted ones; −1 where it lies in another or none."""
    at = np.searchsorted(units, where)
    at[at == len(units)] = 0
    return np.where(units[at] == where, at, NOWHERE)
