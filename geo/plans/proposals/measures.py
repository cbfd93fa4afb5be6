"""What a labelling is worth, and whether it is lawful; always from the labels alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.linear_sum_assignment import (  # type: ignore[import-untyped]
    SimpleLinearSumAssignment,
)

from geo.plans.proposals.graph import Graph, Ints, pieces


@dataclass(frozen=True)
class Measures:
    """A labelling in figures.

    Attributes
    ----------
    parts : int
    households : tuple of int
        Of each part, in the order of their labels.
    worst_deviation : float
        Largest |households / mean − 1| of a part.
    mean_compactness : float
        Mean over the parts of Polsby–Popper, 4π · area / outline².
    street_share : float
        Share of the length of new borders (within a community of today) along streets; 1 where
        no border is new.
    new_border_m : float
    grids_cut : int
        Grids that a new border cuts.
    broken : int
        Parts that are not contiguous.
    moved : int
        Households whose community differs from today's after the best matching.
    """

    parts: int
    households: tuple[int, ...]
    worst_deviation: float
    mean_compactness: float
    street_share: float
    new_border_m: float
    grids_cut: int
    broken: int
    moved: int


def measure(graph: Graph, labels: Ints) -> Measures:
    """Measure a labelling of a graph that is not empty."""
    part = np.unique(labels, return_inverse=True)[1]
    count = int(part.max()) + 1
    households = np.bincount(part, graph.households, count).astype(np.int64)
    one, other = graph.edges.T
    cut = part[one] != part[other]
    new = cut & (graph.today[one] == graph.today[other])
    border_m = float(graph.shared_m[new].sum())
    area = np.bincount(part, graph.area_m2, count)
    outline = np.bincount(part, graph.outer_m, count)
    for end in (one, other):
        outline += np.bincount(part[end[cut]], graph.shared_m[cut], count)
    return Measures(
        parts=count,
        households=tuple(households.tolist()),
        worst_deviation=float(np.abs(households / households.mean() - 1).max())
        if households.any()
        else 0.0,
        mean_compactness=float((4 * np.pi * area / outline**2).mean()),
        street_share=float(graph.street_m[new].sum()) / border_m if border_m else 1.0,
        new_border_m=border_m,
        grids_cut=_grids_cut(graph, part),
        broken=int((np.bincount(_part_of_pieces(graph, part), minlength=count) > 1).sum()),
        moved=moved(graph, labels),
    )


def _part_of_pieces(graph: Graph, part: Ints) -> Ints:
    _, first = np.unique(pieces(graph, part), return_index=True)
    return part[first]


def _grids_cut(graph: Graph, part: Ints) -> int:
    """Count the grids with more parts than communities of today."""

    def spread(labels: Ints) -> Ints:
        pairs = np.unique(np.column_stack([grid, labels]), axis=0)
        return np.bincount(pairs[:, 0])

    grid = np.unique(graph.grid, return_inverse=True)[1]
    return int((spread(part) > spread(graph.today)).sum())


def moved(graph: Graph, labels: Ints) -> int:
    """Count the households whose community changes when old and new are matched best."""
    old = np.unique(graph.today, return_inverse=True)[1]
    new = np.unique(labels, return_inverse=True)[1]
    size = int(max(old.max(), new.max())) + 1
    stay = np.zeros((size, size), dtype=np.int64)
    np.add.at(stay, (old, new), graph.households)
    left, right = np.indices(stay.shape)
    solver = SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(left.ravel(), right.ravel(), -stay.ravel())
    solver.solve()
    return int(graph.households.sum()) + int(solver.optimal_cost())
