"""What goes from which unit to which between two surveys of the same ground.

Everything is counted whole, and every row and column sums: what a unit had is what goes from it,
what a unit has is what comes to it. What is on the ground is where it is: buildings, members,
incidents, facilities go with their points. Households go with their buildings; what a unit has
beyond those (an imported figure) goes with the ground, in proportion to the area, as far as the
unit that takes the ground has room for it. What the two surveys disagree about comes from or goes
to nowhere (−1): figures that differ for the same ground, and ground that only one of them has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
import shapely

from geo.boundaries import apportion, area_and_width
from geo.crs import GRID_M
from geo.plans.draft import Place
from geo.plans.figures import NOWHERE
from geo.plans.segments import Ints
from geo.plans.survey import Survey

#: What is counted.
COUNTS = ("households", "members", "incidents", "facilities", "buildings")

#: (from, to) → how much.
Pairs = dict[tuple[int, int], int]
_HOUSEHOLDS = 3
_MM2 = 1_000_000


def unit_flows(before: Survey, after: Survey) -> pd.DataFrame:
    """Say what goes from which unit to which.

    Returns
    -------
    DataFrame
        One row per pair: `from_unit`, `to_unit` (place ids, −1 for nowhere), the `COUNTS`
        (int64), and `area_m2` that they have in common; by the two units.

    Raises
    ------
    ValueError
        If the two surveys are not of the same ground.
    """
    if before.ground is not after.ground:
        raise ValueError("both surveys must be of the same ground")
    same, gone, come = _told_apart(before, after)
    shared = _shared(before, after, gone, come)
    counts = {name: _of_points(before, after, name) for name in COUNTS[1:]}
    counts["households"] = _households(before, after, same, shared)
    pairs = sorted({*same_pairs(same), *shared, *(pair for one in counts.values() for pair in one)})
    area = {**{(n, n): before.figures(n).area_mm2x2 / 2e6 for n in same}, **shared}
    columns = {name: [counts[name].get(pair, 0) for pair in pairs] for name in COUNTS}
    return pd.DataFrame(
        {
            "from_unit": np.array([pair[0] for pair in pairs], dtype=np.int64),
            "to_unit": np.array([pair[1] for pair in pairs], dtype=np.int64),
            **{name: np.array(column, dtype=np.int64) for name, column in columns.items()},
            "area_m2": np.array([area.get(pair, 0.0) for pair in pairs]),
        }
    )


def same_pairs(units: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pair each unit with itself."""
    return ((unit, unit) for unit in units)


def _told_apart(before: Survey, after: Survey) -> tuple[list[int], list[int], list[int]]:
    """Give the units of the same outline, and the others: of before, and of after."""
    was, now = before.draft, after.draft
    old, new = was.units(), now.units()
    same = {n for n in new if n in was.places and _alike(was.places[n], now.places[n])}
    return sorted(same), [n for n in old if n not in same], [n for n in new if n not in same]


def _alike(was: Place, now: Place) -> bool:
    return was is now or was.shape == now.shape


def _shared(
    before: Survey, after: Survey, gone: Sequence[int], come: Sequence[int]
) -> dict[tuple[int, int], float]:
    """Measure the ground that redrawn units share, m²; slivers of the millimetre grid left out."""
    old = np.array([before.draft.places[n].shape for n in gone], dtype=object)
    new = np.array([after.draft.places[n].shape for n in come], dtype=object)
    i, j = shapely.STRtree(new).query(old, predicate="intersects")
    area, width = area_and_width(shapely.intersection(old[i], new[j]))
    real = width > GRID_M
    return {
        (gone[a], come[b]): m2
        for a, b, m2 in zip(i[real].tolist(), j[real].tolist(), area[real].tolist(), strict=True)
    }


def _of_points(before: Survey, after: Survey, kind: str) -> Pairs:
    """Count the things of a kind by where they were and where they are."""
    was, now = getattr(before.located, kind), getattr(after.located, kind)
    weight = before.ground.counts[:, 0] if kind == "buildings" else None
    return _counted(was, now, weight)


def _counted(was: Ints, now: Ints, weight: Ints | None) -> Pairs:
    pairs, at = np.unique(np.column_stack([was, now]), axis=0, return_inverse=True)
    weights = np.ones(len(was), dtype=np.int64) if weight is None else weight
    sums = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(sums, at.ravel(), weights)
    return {
        (a, b): n
        for (a, b), n in zip(pairs.tolist(), sums.tolist(), strict=True)
        if n and (a, b) != (NOWHERE, NOWHERE)
    }


def _households(
    before: Survey, after: Survey, same: Sequence[int], shared: dict[tuple[int, int], float]
) -> Pairs:
    transport = _Transport(before, after)
    for unit in same:
        transport.send(unit, unit, transport.left[unit])
    homes = _counted(
        before.located.buildings, after.located.buildings, before.ground.counts[:, _HOUSEHOLDS]
    )
    for (was, now), households in homes.items():
        transport.send(was, now, households)
    transport.divide(shared)
    for was, now in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        transport.send(was, now, transport.left[was])
    transport.even_out(shared)
    return transport.finish()


class _Transport:
    """Households on their way: what is left of each unit before, and wanting in each one after."""

    def __init__(self, before: Survey, after: Survey) -> None:
        self.left = {n: before.figures(n).households for n in before.draft.units()}
        self.wanting = {n: after.figures(n).households for n in after.draft.units()}
        self.sent: defaultdict[tuple[int, int], int] = defaultdict(int)

    def send(self, was: int, now: int, households: int) -> None:
        """Send as many as there are and as there is room for."""
        some = min(households, self.left.get(was, 0), self.wanting.get(now, 0))
        if some > 0:
            self.left[was] -= some
            self.wanting[now] -= some
            self.sent[was, now] += some

    def divide(self, shared: dict[tuple[int, int], float]) -> None:
        """Divide what is left of each unit by the ground that others take of it."""
        takers: defaultdict[int, list[int]] = defaultdict(list)
        for was, now in shared:
            if self.wanting.get(now):
                takers[was].append(now)
        for was, units in takers.items():
            mm2 = [max(1, round(shared[was, now] * _MM2)) for now in units]
            for now, some in zip(units, apportion(self.left[was], mm2), strict=True):
                self.send(was, now, some)

    def even_out(self, shared: dict[tuple[int, int], float]) -> None:
        """Send what rounding left within ground that hangs together."""
        for old, new in _hanging_together(shared):
            for was in old:
                for now in new:
                    self.send(was, now, self.left[was])

    def finish(self) -> Pairs:
        """Send the rest to nowhere, and fetch what is wanting from there."""
        self.sent.update({(was, NOWHERE): n for was, n in self.left.items() if n})
        self.sent.update({(NOWHERE, now): n for now, n in self.wanting.items() if n})
        return dict(self.sent)


def _hanging_together(
    shared: dict[tuple[int, int], float],
) -> Iterator[tuple[list[int], list[int]]]:
    """Group units before and after that share ground, directly or through others."""
    takers: defaultdict[int, set[int]] = defaultdict(set)
    givers: defaultdict[int, set[int]] = defaultdict(set)
    for was, now in shared:
        takers[was].add(now)
        givers[now].add(was)
    waiting = set(takers)
    while waiting:
        old, new, fresh = set[int](), set[int](), {waiting.pop()}
        while fresh:
            old |= fresh
            new |= set[int]().union(*(takers[was] for was in fresh))
            fresh = set[int]().union(*(givers[now] for now in new)) - old
        waiting -= old
        yield sorted(old), sorted(new)
