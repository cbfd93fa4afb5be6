"""A graph as the search plays on it: plain lists, and what a step would change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.plans.proposals.graph import Graph, Ints

# A part outside the law costs this per share of the limit, and a little for being so at all.
_UNLAWFUL, _UNLAWFUL_AT_ALL = 20.0, 0.01


class Touch(NamedTuple):
    """A border of an atom: with whom, how long, how much of it new if cut, and along streets."""

    atom: int
    length_m: float
    new_m: float
    street_m: float


@dataclass(frozen=True, eq=False)
class Board:
    """Atoms (groups of units that never part) by position 0 … n − 1.

    Attributes
    ----------
    group : int array
        The atom of each unit of the graph.
    households, area_m2, outer_m : lists
    x, y : lists
    near : list of lists of int
        Atoms one can pass to.
    touch : list of lists of Touch
    grid : list of int
        The grid of the first unit of each atom.
    stay : list of dict
        Households that stay, by community.
    pinned : list of bool
    """

    group: Ints
    households: list[int]
    area_m2: list[float]
    outer_m: list[float]
    x: list[float]
    y: list[float]
    near: list[list[int]]
    touch: list[list[Touch]]
    grid: list[int]
    stay: list[dict[int, int]]
    pinned: list[bool]

    @classmethod
    def of(cls, graph: Graph, group: Ints) -> Board:
        """Lay out a graph whose units are put together by group 0 … n − 1."""
        size = int(group.max()) + 1

        def total(values: np.ndarray) -> np.ndarray:
            return np.bincount(group, values, size)

        area = total(graph.area_m2)
        stay: list[dict[int, int]] = [{} for _ in range(size)]
        triples = zip(group.tolist(), graph.today.tolist(), graph.households.tolist(), strict=True)
        for atom, home, households in triples:
            stay[atom][home] = stay[atom].get(home, 0) + households
        near, touch = _borders(graph, group, size)
        first = np.unique(group, return_index=True)[1]
        return cls(
            group=group,
            households=total(graph.households).astype(np.int64).tolist(),
            area_m2=area.tolist(),
            outer_m=total(graph.outer_m).tolist(),
            x=(total(graph.area_m2 * graph.xy[:, 0]) / area).tolist(),
            y=(total(graph.area_m2 * graph.xy[:, 1]) / area).tolist(),
            near=near,
            touch=touch,
            grid=np.unique(graph.grid, return_inverse=True)[1][first].tolist(),
            stay=stay,
            pinned=(total(graph.fixed) > 0).tolist(),
        )


def _borders(graph: Graph, group: Ints, size: int) -> tuple[list[list[int]], list[list[Touch]]]:
    ends = np.sort(group[graph.edges], axis=1)
    between = np.flatnonzero(ends[:, 0] != ends[:, 1])
    pairs, pair = np.unique(ends[between], axis=0, return_inverse=True)
    new = (graph.today[graph.edges[:, 0]] == graph.today[graph.edges[:, 1]])[between]

    def total(values: np.ndarray) -> list[float]:
        return [float(value) for value in np.bincount(pair, values, len(pairs))]

    shared, street = graph.shared_m[between], graph.street_m[between]
    passable = total(graph.passable[between])
    near: list[list[int]] = [[] for _ in range(size)]
    touch: list[list[Touch]] = [[] for _ in range(size)]
    figures = zip(total(shared), total(shared * new), total(street * new), passable, strict=True)
    for (one, other), (length, new_m, street_m, ways) in zip(pairs.tolist(), figures, strict=True):
        for here, there in ((one, other), (other, one)):
            touch[here].append(Touch(there, length, new_m, street_m))
            if ways:
                near[here].append(there)
    return near, touch


@dataclass(frozen=True)
class Prices:
    """What lines cost, where mean Polsby–Popper from 0 to 1 is worth 1.

    Attributes
    ----------
    streets : float
        Of new borders wholly off the streets, against wholly along them.
    grids : float
        Of one grid cut.
    balance, tolerance : float
        Of each part's deviation from the mean, per share beyond the tolerance.
    moves : float
        Of each household that moves beyond those that are free.
    """

    streets: float
    grids: float
    balance: float
    tolerance: float
    moves: float = 0.0


@dataclass(frozen=True)
class Wish:
    """What a search is after: the law, and the prices of what is lawful."""

    cap: int
    floor: int
    prices: Prices
    free_moves: int = 0


class Step(NamedTuple):
    """Some atoms that change from one part to another, and the figures afterwards."""

    atoms: Sequence[int]
    here: int
    there: int
    households: tuple[int, int]
    area_m2: tuple[float, float]
    outline_m: tuple[float, float]
    costs: tuple[float, float]
    new_m: float
    street_m: float
    grids_cut: int
    moved: int
    cost: float


class Drawing:
    """A labelling under change, with its figures kept up to date."""

    def __init__(self, board: Board, labels: Sequence[int], parts: int, wish: Wish) -> None:
        self.board, self.wish, self.parts = board, wish, parts
        self.labels = list(labels)
        self.households = [0] * parts
        self.area_m2 = [0.0] * parts
        self.outline_m = [0.0] * parts
        self.atoms = [0] * parts
        self.in_grid: list[dict[int, int]] = [{} for _ in range(max(board.grid) + 1)]
        self.new_m = self.street_m = 0.0
        self.moved = 0
        for atom, part in enumerate(self.labels):
            self._count(atom, part)
        self.new_m /= 2
        self.street_m /= 2
        self.grids_cut = sum(len(parts) > 1 for parts in self.in_grid)
        self.mean = sum(self.households) / parts or 1.0
        self.costs = [
            self._part(*figures)
            for figures in zip(self.households, self.area_m2, self.outline_m, strict=True)
        ]
        self.cost = sum(self.costs) + self._whole(
            self.new_m, self.street_m, self.grids_cut, self.moved
        )

    def _count(self, atom: int, part: int) -> None:
        board = self.board
        self.households[part] += board.households[atom]
        self.area_m2[part] += board.area_m2[atom]
        self.outline_m[part] += board.outer_m[atom]
        self.atoms[part] += 1
        grid = self.in_grid[board.grid[atom]]
        grid[part] = grid.get(part, 0) + 1
        self.moved += board.households[atom] - board.stay[atom].get(part, 0)
        for touch in board.touch[atom]:
            if self.labels[touch.atom] != part:
                self.outline_m[part] += touch.length_m
                self.new_m += touch.new_m
                self.street_m += touch.street_m

    def _part(self, households: int, area_m2: float, outline_m: float) -> float:
        wish, prices = self.wish, self.wish.prices
        cost = -4 * math.pi * area_m2 / (outline_m * outline_m * self.parts)
        off = abs(households / self.mean - 1) - prices.tolerance
        if off > 0:
            cost += prices.balance * off
        beyond = max(households - wish.cap, wish.floor - households)
        if beyond > 0:
            cost += _UNLAWFUL * (_UNLAWFUL_AT_ALL + beyond / wish.cap)
        return cost

    def _whole(self, new_m: float, street_m: float, grids_cut: int, moved: int) -> float:
        prices = self.wish.prices
        cost = prices.grids * grids_cut
        if new_m > 0:
            cost -= prices.streets * street_m / new_m
        if moved > self.wish.free_moves:
            cost += prices.moves * (moved - self.wish.free_moves)
        return cost

    def lawful(self) -> bool:
        """Say whether every part keeps the limit and the floor."""
        return min(self.households) >= self.wish.floor and max(self.households) <= self.wish.cap

    def step(self, atoms: Sequence[int], there: int) -> Step:
        """Say what it would be like if some atoms of one grid and part went to another part."""
        board, labels = self.board, self.labels
        here = labels[atoms[0]]
        outline = left = met = new = street = area = 0.0
        households = stay = 0
        for atom in atoms:
            households += board.households[atom]
            area += board.area_m2[atom]
            outline += board.outer_m[atom]
            staying = board.stay[atom]
            stay += staying.get(here, 0) - staying.get(there, 0)
            for other, length, new_m, street_m in board.touch[atom]:
                part = labels[other]
                if part == here:
                    if other in atoms:
                        continue
                    left += length
                    new += new_m
                    street += street_m
                elif part == there:
                    met += length
                    new -= new_m
                    street -= street_m
                outline += length
        totals = (self.households[here] - households, self.households[there] + households)
        areas = (self.area_m2[here] - area, self.area_m2[there] + area)
        outlines = (
            self.outline_m[here] - outline + 2 * left,
            self.outline_m[there] + outline - 2 * met,
        )
        costs = (
            self._part(totals[0], areas[0], outlines[0]),
            self._part(totals[1], areas[1], outlines[1]),
        )
        grid = self.in_grid[board.grid[atoms[0]]]
        kinds = len(grid) + (there not in grid) - (grid[here] == len(atoms))
        cut = self.grids_cut + (kinds > 1) - (len(grid) > 1)
        new_m, street_m, moved = self.new_m + new, self.street_m + street, self.moved + stay
        cost = (
            self.cost
            - self._whole(self.new_m, self.street_m, self.grids_cut, self.moved)
            - self.costs[here]
            - self.costs[there]
            + sum(costs)
            + self._whole(new_m, street_m, cut, moved)
        )
        return Step(
            atoms, here, there, totals, areas, outlines, costs, new_m, street_m, cut, moved, cost
        )

    def holds_without(self, atoms: Sequence[int], here: int) -> bool:
        """Say whether a part stays contiguous, and is not empty, without some of its atoms."""
        near, labels = self.board.near, self.labels
        need = {
            other for atom in atoms for other in near[atom] if labels[other] == here
        }.difference(atoms)
        if not need:
            return False
        start = need.pop()
        seen = {start, *atoms}
        front = [start]
        while need and front:
            for other in near[front.pop()]:
                if labels[other] == here and other not in seen:
                    seen.add(other)
                    need.discard(other)
                    front.append(other)
        return not need

    def take(self, step: Step) -> None:
        """Do it."""
        here, there = step.here, step.there
        grid = self.in_grid[self.board.grid[step.atoms[0]]]
        for atom in step.atoms:
            self.labels[atom] = there
        grid[there] = grid.get(there, 0) + len(step.atoms)
        grid[here] -= len(step.atoms)
        if not grid[here]:
            del grid[here]
        self.atoms[here] -= len(step.atoms)
        self.atoms[there] += len(step.atoms)
        self.households[here], self.households[there] = step.households
        self.area_m2[here], self.area_m2[there] = step.area_m2
        self.outline_m[here], self.outline_m[there] = step.outline_m
        self.costs[here], self.costs[there] = step.costs
        self.new_m, self.street_m = step.new_m, step.street_m
        self.grids_cut, self.moved, self.cost = step.grids_cut, step.moved, step.cost
