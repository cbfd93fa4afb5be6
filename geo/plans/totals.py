"""Figures of the areas above the units: exact sums, carried from one change to the next.

A border between two units lies within the lowest area that holds both and within all above it: it
is taken off there twice, once for either side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from operator import add, sub

from geo.plans.draft import Draft
from geo.plans.fabric import Border, Fabric
from geo.plans.figures import Figures

_EMPTY = Figures()
_RIM = len(Border._fields)


@dataclass(frozen=True, eq=False)
class Parts:
    """What the figures of areas are made of: the units, where they belong, and their borders."""

    draft: Draft
    by_unit: Mapping[int, Figures]
    fabric: Fabric

    def totals(self) -> dict[int, Figures]:
        """Sum up every area above the units."""
        areas = {n: _EMPTY for n, place in self.draft.places.items() if place.shape is None}
        return areas | self.shares(self.by_unit)

    def totals_after(
        self, before: Parts, totals: Mapping[int, Figures], changed: Collection[int],
        areas: Collection[int],
    ) -> dict[int, Figures]:  # fmt: skip
        """Carry totals on.

        Parameters
        ----------
        before : Parts
            What the totals were made of.
        totals : mapping
            By area.
        changed : collection of int
            Units that came, went, were redrawn, count otherwise, or lie in other areas.
        areas : collection of int
            Areas whose rows changed.
        """
        out = dict(totals)
        for area in areas:
            place = self.draft.places.get(area)
            if place is None or place.shape is not None:
                out.pop(area, None)
            else:
                out.setdefault(area, _EMPTY)
        for parts, change in ((before, sub), (self, add)):
            units = [n for n in changed if n in parts.by_unit]
            for area, share in parts.shares(units).items():
                if area in out:
                    out[area] = Figures(*map(change, out[area], share))
        return out

    def shares(self, units: Collection[int]) -> dict[int, Figures]:
        """Sum what units, and their borders with any others, bring to the areas above."""
        above = Chains(self.draft)
        own: dict[int | None, list[Figures]] = {}
        inner: dict[int | None, list[Border]] = {}
        for unit in units:
            own.setdefault(self.draft.places[unit].parent, []).append(self.by_unit[unit])
        for one, other, border in self._borders(units):
            inner.setdefault(above.common(one, other), []).append(border)
        sums: dict[int, Figures] = {}
        for area in [area for area in {*own, *inner} if area is not None]:
            counted = [*map(sum, zip(*own.get(area, [_EMPTY]), strict=True))]
            within = map(sum, zip(*inner.get(area, []), strict=True))
            for k, length_um in enumerate(within, -_RIM):
                counted[k] -= 2 * length_um
            for higher in above.chain(area):
                sums[higher] = Figures(*map(add, sums.get(higher, _EMPTY), counted))
        return sums

    def _borders(self, units: Collection[int]) -> Iterator[tuple[int, int, Border]]:
        """Give each border of the units once."""
        inside = units if isinstance(units, Mapping) else frozenset(units)
        for unit in inside:
            for other, border in self.fabric.neighbours(unit).items():
                if unit < other or other not in inside:
                    yield unit, other, border


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
