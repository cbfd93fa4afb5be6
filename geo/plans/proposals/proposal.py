"""What a search hands back, and the refusals that searches share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geo.errors import Refused
from geo.plans.proposals.graph import NOBODY, Graph, Ints, pieces, together
from geo.plans.proposals.measures import Measures


@dataclass(frozen=True, eq=False)
class Proposal:
    """A lawful labelling and how it was found.

    Attributes
    ----------
    labels : int array, shape (n,)
        The community of each unit: a label of today, or a new one (above the highest of today).
    measures : Measures
    seed : int
    parameters : mapping
        All that the search was asked; with the seed and the rounds it gives the same labels again.
    rounds : int
        Rounds that were finished before the time was up.
    seconds : float
    bound_moved : int
        Households that must move whatever the lines.
    """

    labels: Ints
    measures: Measures
    seed: int
    parameters: Mapping[str, object]
    rounds: int
    seconds: float
    bound_moved: int


def must_move(graph: Graph, cap: int) -> int:
    """Count the households that today's communities have above the limit."""
    home = np.unique(graph.today, return_inverse=True)[1]
    households = np.bincount(home, graph.households)
    return int(np.maximum(0, households - cap).sum())


def atoms_of(graph: Graph, cap: int) -> Ints:
    """Give the group of each unit that never parts: its compound, or the unit alone.

    Raises
    ------
    Refused
        If a compound lies in pieces, or an atom alone is above the limit.
    """
    group = together(graph, graph.compound)
    torn = _torn(graph, group)
    if len(torn):
        raise Refused(
            f"Compound {torn[0]} lies in pieces that no border joins, so it can't stay whole in a"
            " contiguous community. Declare a link between its pieces, or correct its outline.",
            f"小区{torn[0]}由互不相连的几块组成，无法整体划入一个连片的社区。"
            "请声明各块之间的连接，或更正其范围。",
            reason="compound_in_pieces",
            compounds=torn.tolist(),
        )
    households = np.bincount(group, graph.households).astype(np.int64)
    largest = int(households.argmax())
    if households[largest] > cap:
        units = np.flatnonzero(group == largest)
        raise Refused(
            f"{_named(graph, units)} alone has {households[largest]} households, over the limit of"
            f" {cap}. Cut the unit, or raise the limit.",
            f"{_named_zh(graph, units)}本身就有{households[largest]}户，超过上限{cap}户。"
            "请切分该单元，或提高上限。",
            reason="atom_over_cap",
            units=units.tolist(),
            households=int(households[largest]),
        )
    return group


def _torn(graph: Graph, group: Ints) -> Ints:
    """Give the compounds whose groups are not contiguous."""
    piece = pieces(graph, group)
    spread = np.unique(np.column_stack([group, piece]), axis=0)[:, 0]
    torn = np.isin(group, np.flatnonzero(np.bincount(spread) > 1))
    return np.unique(graph.compound[torn & (graph.compound != NOBODY)])


def _named(graph: Graph, units: Ints) -> str:
    compound = graph.compound[units[0]]
    return f"Unit {units[0]}" if compound == NOBODY else f"Compound {compound}"


def _named_zh(graph: Graph, units: Ints) -> str:
    compound = graph.compound[units[0]]
    return f"单元{units[0]}" if compound == NOBODY else f"小区{compound}"


def blocks_of(graph: Graph, atoms: Ints) -> Ints:
    """Give the contiguous group of each unit that holds whole grids and whole atoms."""
    home = np.unique(graph.today, return_inverse=True)[1]
    grid = np.unique(graph.grid, return_inverse=True)[1]
    inside = pieces(graph, home * (int(grid.max()) + 1) + grid)
    return together(graph, inside, atoms)
