"""Figures of the areas above the units: exact sums, carried from one change to the next.

A border between two units lies within the lowest area that holds both and within all above it: it
is taken off there twice, once for either side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import add, sub
from typing import NamedTuple, Self

from geo.plans.draft import Draft
from geo.plans.fabric import Border, Fabric
from geo.plans.figures import Figures

_EMPTY = Figures()
_RIM = len(Border._fields)


class Counted(NamedTuple):
    """How many areas of a level have known households, and those households."""

    areas: int
    households: int


@dataclass(frozen=True, eq=False)
class Totals:
    """The figures of areas, and what they are made of.

    Attributes
    ----------
    draft, by_unit, fabric
        Where units belong, their figures and their borders.
    areas : mapping
        Figures of each area above the units.
    levels : mapping
        By level.
    """

    draft: Draft
    by_unit: Mapping[int, Figures]
    fabric: Fabric
    areas: Mapping[int, Figures]
    levels: Mapping[str, Counted]

    @classmethod
    def of(cls, draft: Draft, by_unit: Mapping[int, Figures], fabric: Fabric) -> Self:
        """Sum up a draft as a whole."""
        nothing = cls(Draft(draft.site, {}, {}), {}, fabric, {}, {})
        return nothing.after(draft, by_unit, fabric, by_unit, draft.places)

    def after(
        self, draft: Draft, by_unit: Mapping[int, Figures], fabric: Fabric, units: Collection[int],
        places: Collection[int],
    ) -> Self:  # fmt: skip
        """Carry the sums on.

        Parameters
        ----------
        draft, by_unit, fabric
            What the sums are made of now.
        units : collection of int
            Units that came, went, were redrawn, count otherwise, or lie in other areas.
        places : collection of int
            Places whose rows changed.
        """
        now = replace(self, draft=draft, by_unit=by_unit, fabric=fabric)
        areas, less, more = dict(self.areas), self.shares(units), now.shares(units)
        for place in places:
            areas.pop(place, None)
            if draft.is_above(place):
                areas[place] = self.areas.get(place, _EMPTY)
        for shares, change in ((less, sub), (more, add)):
            for area in shares.keys() & areas.keys():
                areas[area] = Figures(*map(change, areas[area], shares[area]))
        now = replace(now, areas=areas)
        levels, touched = dict(self.levels), {*units, *places, *less, *more}
        for totals, sign in ((self, -1), (now, 1)):
            for level, households in totals.known_households(touched):
                count, there = levels.get(level, (0, 0))
                levels[level] = Counted(count + sign, there + sign * households)
        return replace(now, levels={key: found for key, found in levels.items() if found.areas})

    def of_area(self, number: int) -> Figures | None:
        """Give the figures of an area or unit; None if there is no such place."""
        return self.areas.get(number) or self.by_unit.get(number)

    def known_households(self, places: Iterable[int]) -> Iterator[tuple[str, int]]:
        """Give the level and the households of places of which any are known."""
        for number in places:
            found = self.of_area(number)
            if found and found.known:
                yield self.draft.places[number].level, found.households

    def shares(self, units: Collection[int]) -> dict[int, Figures]:
        """Sum what units, and their borders with any others, bring to the areas above."""
        above = Chains(self.draft)
        own: dict[int | None, list[Figures]] = {}
        inner: dict[int | None, list[Border]] = {}
        inside = self.by_unit.keys() & units
        for unit in inside:
            own.setdefault(self.draft.places[unit].parent, []).append(self.by_unit[unit])
            for other, border in self.fabric.neighbours(unit).items():
                if unit < other or other not in inside:
                    inner.setdefault(above.common(unit, other), []).append(border)
        sums: dict[int, Figures] = {}
        for area in [area for area in {*own, *inner} if area is not None]:
            counted = [*map(sum, zip(*own.get(area, [_EMPTY]), strict=True))]
            within = map(sum, zip(*inner.get(area, []), strict=True))
            for k, length_um in enumerate(within, -_RIM):
                counted[k] -= 2 * length_um
            for higher in above.chain(area):
                sums[higher] = Figures(*map(add, sums.get(higher, _EMPTY), counted))
        return sums


class Chains:
    """The chains of the places of a draft, looked up once each."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._chains: dict[int, tuple[int, ...]] = {}

    def chain(self, number: int) -> tuple[int, ...]:
        """Give a place and all above it, itself first."""
        if number not in self._chains:
            parent = self._draft.place(number).parent
            self._chains[number] = (number, *(() if parent is None else self.chain(parent)))
        return self._chains[number]

    def at(self, number: int, level: str) -> int | None:
        """Give the place of a level that a place is or lies in; None where the chain has none."""
        places = self._draft.places
        return next((n for n in self.chain(number) if places[n].level == level), None)

    def common(self, one: int, other: int) -> int | None:
        """Give the lowest area that holds both units; None if none does."""
        here, there = self._draft.places[one].parent, self._draft.places[other].parent
        if here == there or here is None or there is None:
            return here if here == there else None
        higher = self.chain(there)
        return next((area for area in self.chain(here) if area in higher), None)
