"""The town as a graph of units: what a proposal is searched on, measured by and checked against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Graph:
    """Units and the borders between them; positions 0 … n − 1 name the units.

    A labelling of it is an int array of shape (n,): the community of each unit.

    Attributes
    ----------
    households, area_m2, outer_m : arrays, shape (n,)
        Of each unit: households, area, length of border with nobody.
    xy : float array, shape (n, 2)
        A point within each unit, in metres.
    edges : int array, shape (m, 2)
        Pairs of units that share a border, or that a declared link joins; each pair once.
    shared_m, street_m : float arrays, shape (m,)
        Length of the shared border (0 for a link), and how much of it runs along streets.
    passable : bool array, shape (m,)
        Whether the pair holds a community together: shared borders of positive length and links
        do, rivers, railways and walls don't. Borders that part still count as outline.
    grid : int array, shape (n,)
        The grid of each unit; grids should stay whole.
    compound : int array, shape (n,)
        The compound of each unit, or −1; compounds must stay whole.
    today : int array, shape (n,)
        The community of each unit.
    fixed : bool array, shape (n,)
        Whether the unit is locked: it must stay where it is today.
    """

    households: Ints
    area_m2: Floats
    xy: Floats
    outer_m: Floats
    edges: Ints
    shared_m: Floats
    street_m: Floats
    passable: Bools
    grid: Ints
    compound: Ints
    today: Ints
    fixed: Bools

    def __len__(self) -> int:
        """Count the units."""
        return len(self.households)

    def within(self, units: Ints) -> Self:
        """Give the graph of some units alone; borders with the others become outer border."""
        place = np.full(len(self), NOBODY)
        place[units] = np.arange(len(units))
        ends = place[self.edges]
        inside = (ends >= 0).all(axis=1)
        outer = self.outer_m.copy()
        for end in (0, 1):
            np.add.at(outer, self.edges[~inside, end], self.shared_m[~inside])
        return type(self)(
            households=self.households[units],
            area_m2=self.area_m2[units],
            xy=self.xy[units],
            outer_m=outer[units],
            edges=ends[inside],
            shared_m=self.shared_m[inside],
            street_m=self.street_m[inside],
            passable=self.passable[inside],
            grid=self.grid[units],
            compound=self.compound[units],
            today=self.today[units],
            fixed=self.fixed[units],
        )


def pieces(graph: Graph, labels: Ints) -> Ints:
    """Give the contiguous pieces of a labelling.

    Returns
    -------
    int array, shape (n,)
        0, 1, …: by the first unit of each piece. Two units are in one piece if a way of passable
        pairs with one label joins them.
    """
    joined = graph.passable & (labels[graph.edges[:, 0]] == labels[graph.edges[:, 1]])
    return joined_up(len(graph), graph.edges[joined])


def joined_up(count: int, pairs: Ints) -> Ints:
    """Give the number of the component, by its first node, of each of `count` nodes."""
    root = list(range(count))

    def top(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in pairs.tolist():
        low, high = sorted((top(one), top(other)))
        root[high] = low
    tops = np.array([top(node) for node in range(count)], dtype=np.int64)
    return np.unique(tops, return_inverse=True)[1].astype(np.int64)


def together(graph: Graph, *keys: Ints) -> Ints:
    """Give the number of the group of each unit, when what shares a key stays together.

    Parameters
    ----------
    keys : int arrays, shape (n,)
        −1 is shared with nobody.

    Returns
    -------
    int array, shape (n,)
        0, 1, …: by the first unit of each group.
    """
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for key in keys:
        order = np.argsort(key, kind="stable")
        same = (key[order[1:]] == key[order[:-1]]) & (key[order[1:]] != NOBODY)
        pairs.append(np.column_stack([order[:-1][same], order[1:][same]]))
    return joined_up(len(graph), np.concatenate(pairs))
