"""How many members there are where: by area in every edition, by kind and by hexagon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.people.privacy import protect

Ints = NDArray[np.int64]
Area = tuple[int, int]

#: The kinds in the order of the columns; members whose kind is not known come last.
KINDS = ("resident", "in_service", "mobile", "unknown")


@dataclass(frozen=True)
class MemberCount:
    """What may be told of the members of an area.

    `count` is None when it is not told: `low` says that it is below k, otherwise another number
    could be worked out from it. `by_kind` has all of `KINDS`, or is None.
    """

    count: int | None
    low: bool
    by_kind: Mapping[str, int] | None


@dataclass(frozen=True, eq=False)
class MemberTable:
    """All that is told about members, made at once so that it holds together.

    `areas` by (edition, place id), those without members left out; `hexes` by H3 cell: how many,
    down to a multiple of k; 0 for fewer than k; None where it is not told.
    """

    areas: Mapping[Area, MemberCount]
    hexes: Mapping[int, int | None]

    def of(self, edition: int, place: int) -> MemberCount:
        """Tell about one area; without members it is like one with a few."""
        return self.areas.get((edition, place), MemberCount(None, low=True, by_kind=None))


def member_table(
    units: Mapping[int, Ints],
    kinds: Sequence[str | None],
    cells: Ints,
    parents: Mapping[int, Mapping[int, int]],
    *,
    k: int,
) -> MemberTable:
    """Count members and choose what may be told (`geo.people.privacy`).

    Parameters
    ----------
    units : mapping
        For each edition (rising) the unit of each member: its place id, −1 outside.
    kinds : sequence of str or None
        The kind of each member.
    cells : int array
        The H3 cell of each member, 0 for nowhere.
    parents : mapping
        For each edition the place above each place; the topmost have none.
    k : int
        The smallest number that is told.
    """
    spots, at = np.unique(np.column_stack([*units.values(), cells]), axis=0, return_inverse=True)
    weights = np.zeros((len(spots), len(KINDS)), dtype=np.int64)
    column = np.array([KINDS.index(kind or "unknown") for kind in kinds], dtype=np.int64)
    np.add.at(weights, (at.ravel(), column), 1)
    people = weights.sum(axis=1)
    areas: dict[Area, Ints] = {}
    for position, edition in enumerate(units):
        areas |= area_spots(edition, spots[:, position], parents[edition], people)
    hexes = {int(cell): found for cell, found in group_spots(spots[:, -1]) if cell > 0}
    shown = protect(list(areas.values()), list(hexes.values()), weights, k=k)
    told = {}
    for number, (area, spot) in enumerate(areas.items()):
        by_kind = weights[spot].sum(axis=0).tolist()
        count = sum(by_kind)
        told[area] = MemberCount(
            count=count if shown.totals[number] else None,
            low=count < k and bool(shown.marks[number]),
            by_kind=dict(zip(KINDS, by_kind, strict=True)) if shown.rows[number] else None,
        )
    rough = {
        cell: int(people[spot].sum()) // k * k if shown.rough[number] else None
        for number, (cell, spot) in enumerate(hexes.items())
        if shown.drawn[number]
    }
    return MemberTable(told, rough)


def area_spots(
    edition: int, units: Ints, parents: Mapping[int, int], people: Ints
) -> dict[Area, Ints]:
    """Give the spots of each area with members: the top ones first, of one level the fullest."""
    chains = {unit: _chain(unit, parents) for unit in np.unique(units).tolist() if unit >= 0}
    deepest = max(map(len, chains.values()), default=0)
    found: dict[Area, Ints] = {}
    for depth in range(deepest):
        at = {unit: chain[depth] for unit, chain in chains.items() if depth < len(chain)}
        places = np.array([at.get(unit, -1) for unit in units.tolist()], dtype=np.int64)
        groups = [group for group in group_spots(places) if group[0] >= 0]
        for place, spots in sorted(groups, key=lambda g: (-people[g[1]].sum(), g[0])):
            found[edition, place] = spots
    return found


def _chain(unit: int, parents: Mapping[int, int]) -> list[int]:
    chain = [unit]
    while (above := parents.get(chain[-1])) is not None:
        chain.append(above)
    return chain[::-1]


def group_spots(labels: Ints) -> list[tuple[int, Ints]]:
    """Give each distinct label and where it stands."""
    if not len(labels):
        return []
    order = np.argsort(labels, kind="stable")
    distinct, starts = np.unique(labels[order], return_index=True)
    return list(zip(distinct.tolist(), np.split(order, starts[1:]), strict=True))
