"""Units that go together: atoms, which never part, and blocks, which had better not."""

from __future__ import annotations

import numpy as np

from geo.errors import Refused
from geo.plans.proposals.graph import NOBODY, Graph, Ints, pieces, together


def atoms_of(graph: Graph, *, cap: int) -> Ints:
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
        compound = graph.compound[units[0]]
        alone = compound == NOBODY
        raise Refused(
            f"{f'Unit {units[0]}' if alone else f'Compound {compound}'} alone has"
            f" {households[largest]} households, over the limit of {cap}."
            " Cut the unit, or raise the limit.",
            f"{f'单元{units[0]}' if alone else f'小区{compound}'}本身就有{households[largest]}户，"
            f"超过上限{cap}户。请切分该单元，或提高上限。",
            reason="atom_over_cap",
            units=units.tolist(),
            households=int(households[largest]),
        )
    return group


def _torn(graph: Graph, group: Ints) -> Ints:
    """Give the compounds whose groups are not contiguous."""
    piece = pieces(graph, group)
    _, first = np.unique(piece, return_index=True)
    torn = np.flatnonzero(np.bincount(group[first]) > 1)
    return np.unique(graph.compound[np.isin(group, torn)])


def blocks_of(graph: Graph, atoms: Ints, *, cap: int) -> Ints:
    """Give the contiguous group of each unit that holds whole grids and whole atoms.

    Locked and free units of a grid are apart, and so are the atoms of groups above the limit.
    """
    columns = np.column_stack([graph.today, graph.grid, graph.fixed])
    kind = np.unique(columns, axis=0, return_inverse=True)[1].ravel()
    group = together(graph, pieces(graph, kind), atoms)
    households = np.bincount(group, graph.households)
    return together(graph, np.where(households[group] > cap, NOBODY, group), atoms)
