"""The law of proposals: contiguous, within the limits, locks respected, compounds whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.plans.proposals.graph import NOBODY, Graph, Ints, pieces


@dataclass(frozen=True)
class Breach:
    """One reason why a labelling is not lawful.

    Attributes
    ----------
    reason : str
        'not_contiguous', 'over_cap', 'under_floor', 'locked_moved' or 'compound_cut'.
    where : tuple of int
        The communities concerned; for the last two, units.
    en, zh : str
    """

    reason: str
    where: tuple[int, ...]
    en: str
    zh: str


def lawful(graph: Graph, labels: Ints, *, cap: int, floor: int) -> list[Breach]:
    """List the reasons why a labelling is not lawful; none if it is."""
    names, part = np.unique(labels, return_inverse=True)
    households = np.bincount(part, graph.households).astype(np.int64)
    _, first = np.unique(pieces(graph, labels), return_index=True)
    torn = names[np.bincount(part[first]) > 1]
    found = [
        (
            "not_contiguous",
            torn,
            "These communities are not contiguous: {}.",
            "以下社区不连片：{}。",
        ),
        (
            "over_cap",
            names[households > cap],
            f"These communities are over {cap} households: {{}}.",
            f"以下社区超过{cap}户：{{}}。",
        ),
        (
            "under_floor",
            names[households < floor],
            f"These communities are under {floor} households: {{}}.",
            f"以下社区不足{floor}户：{{}}。",
        ),
        (
            "locked_moved",
            np.flatnonzero(graph.fixed & (labels != graph.today)),
            "These locked units have moved: {}.",
            "以下锁定的单元被移动：{}。",
        ),
        (
            "compound_cut",
            _cut(graph, part),
            "These units are of compounds that are cut: {}.",
            "以下单元所在的小区被切开：{}。",
        ),
    ]
    breaches = []
    for reason, where, en, zh in found:
        places = tuple(where.tolist())
        if places:
            shown = ", ".join(map(str, places))
            breaches.append(Breach(reason, places, en.format(shown), zh.format(shown)))
    return breaches


def _cut(graph: Graph, part: Ints) -> Ints:
    """Give the units of compounds that lie in more than one part."""
    has = graph.compound != NOBODY
    pairs = np.unique(np.column_stack([graph.compound[has], part[has]]), axis=0)
    compounds, parts = np.unique(pairs[:, 0], return_counts=True)
    return np.flatnonzero(np.isin(graph.compound, compounds[parts > 1]) & has)
