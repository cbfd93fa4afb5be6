"""Split a community that has grown too large into contiguous parts within the limit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from geo.errors import Refused, UnknownOption
from geo.plans.proposals.anneal import Best, Clock
from geo.plans.proposals.board import Board, Prices, Wish
from geo.plans.proposals.graph import Graph, Ints, pieces
from geo.plans.proposals.groups import atoms_of, blocks_of
from geo.plans.proposals.proposal import Proposal, check_locks, check_room, none_found
from geo.plans.proposals.rounds import Ground, Search
from geo.progress import Progress, quiet

Emphasis = Literal["balanced", "compact", "streets"]
EMPHASES: tuple[Emphasis, ...] = get_args(Emphasis)
ROUNDS, BUDGET_S = 24, 10.0

_WISHES: dict[Emphasis, Prices] = {
    "balanced": Prices(streets=0.10, grids=0.01, balance=5.0, tolerance=0.00),
    "compact": Prices(streets=0.02, grids=0.008, balance=10.0, tolerance=0.04),
    "streets": Prices(streets=0.50, grids=0.05, balance=10.0, tolerance=0.04),
}
_APART = 0.02


def split(
    graph: Graph,
    *,
    cap: int,
    floor: int = 1,
    parts: int | None = None,
    emphasis: Emphasis = "compact",
    seed: int = 0,
    rounds: int = ROUNDS,
    budget_s: float | None = BUDGET_S,
    unlike: Sequence[Proposal] = (),
    progress: Progress = quiet,
) -> Proposal:
    """Propose how to split one community.

    Parameters
    ----------
    graph : Graph
        The units of one community, contiguous.
    cap, floor : int
        Most and fewest households of a part.
    parts : int, optional
        How many; without it as few as the limit allows, at least two.
    emphasis : 'balanced', 'compact' or 'streets'
        What counts most among lawful lines.
    seed : int
    rounds : int
        Tries; the same seed and rounds give the same answer.
    budget_s : float, optional
        Seconds after which no round is finished.
    unlike : proposals
        The answer places at least 2 % of the households otherwise than each of these.
    progress : Progress
        Told after every round; raising from it cancels the search.

    Returns
    -------
    Proposal
        The part with the locked units, else the one with most households, keeps today's label;
        the others are numbered from the next one.

    Raises
    ------
    Refused
        If there is no lawful answer, or none was found in time; with the reason.
    """
    if emphasis not in EMPHASES:
        raise UnknownOption(
            f"There is no emphasis “{emphasis}”; choose one of {', '.join(EMPHASES)}.",
            f"没有“{emphasis}”这一侧重；可选：{'、'.join(EMPHASES)}。",
        )
    clock = Clock(budget_s)
    task = _Task.of(graph, cap=cap, floor=floor, parts=parts, emphasis=emphasis)
    best, done = Best(accept=task.unlike(unlike)), 0
    while done < rounds and task.search.round(best, f"{seed} {done}", done, clock):
        done += 1
        progress("split", done, rounds)
    if best.labels is None:
        raise none_found(task.parts, clock)
    labels = _named(graph, np.array(best.labels)[task.board.group])
    asked = {"parts": task.parts, "emphasis": emphasis, "rounds": max(done, 1)}
    return Proposal.checked(
        graph, labels, cap=cap, floor=floor, seed=seed, parameters=asked,
        repeatable=done > 0, seconds=clock.spent_s,
    )  # fmt: skip


def alternatives(
    graph: Graph,
    *,
    cap: int,
    floor: int = 1,
    parts: int | None = None,
    seed: int = 0,
    rounds: int = ROUNDS,
    budget_s: float | None = BUDGET_S,
    progress: Progress = quiet,
) -> dict[Emphasis, Proposal]:
    """Propose one split for each emphasis, each unlike the others, within one budget of seconds.

    Fewer than three are given where the ground has no more that differ, never none.

    Raises
    ------
    Refused
        If there is no lawful answer, or none was found in time; with the reason.
    """
    clock = Clock(budget_s)
    found: dict[Emphasis, Proposal] = {}
    for turn, emphasis in enumerate(EMPHASES):

        def told(step: str, done: int, total: int, turn: int = turn) -> None:
            progress(step, turn * total + done, len(EMPHASES) * total)

        left = None if budget_s is None else (budget_s - clock.spent_s) / (len(EMPHASES) - turn)
        try:
            found[emphasis] = split(
                graph, cap=cap, floor=floor, parts=parts, emphasis=emphasis, seed=seed,
                rounds=rounds, budget_s=left, unlike=tuple(found.values()), progress=told,
            )  # fmt: skip
        except Refused:
            if not found:
                raise
    return found


@dataclass(frozen=True, eq=False)
class _Task:
    """A split that may be lawful: every simple reason against it has been looked at."""

    parts: int
    board: Board
    search: Search

    @classmethod
    def of(
        cls, graph: Graph, *, cap: int, floor: int, parts: int | None, emphasis: Emphasis
    ) -> _Task:
        total = int(graph.households.sum())
        parts = parts or max(2, math.ceil(total / cap))
        _one_whole(graph)
        check_room(total, parts, cap=cap, floor=floor)
        atoms = atoms_of(graph, cap=cap)
        fine = Ground(Board.of(graph, atoms), parts)
        check_locks(fine.board, np.zeros(len(fine.board.near), dtype=np.int64), cap=cap)
        if not fine.roomy:
            raise Refused(
                f"There are too few movable units for {parts} parts. Unlock or cut units.",
                f"可移动的单元不足以分成{parts}部分。请解除锁定或切分单元。",
                reason="too_few_units",
            )
        coarse = Ground(Board.of(graph, blocks_of(graph, atoms, cap=cap)), parts)
        wish = Wish(cap, floor, _WISHES[emphasis])
        return cls(parts, fine.board, Search(fine, coarse if coarse.roomy else fine, wish))

    def unlike(self, proposals: Sequence[Proposal]) -> Callable[[list[int]], bool]:
        """Give the test whether labels differ from each of some proposals."""
        first = np.unique(self.board.group, return_index=True)[1]
        others = [proposal.labels[first].tolist() for proposal in proposals]
        households = self.board.households
        apart = _APART * sum(households)

        def differ(labels: list[int]) -> bool:
            return all(_differing(households, labels, other) > apart for other in others)

        return differ


def _differing(households: Sequence[int], labels: Sequence[int], others: Sequence[int]) -> int:
    """Count the households that lie outside the largest overlap of their part, at least."""
    overlap: dict[int, dict[int, int]] = {}
    for count, label, other in zip(households, labels, others, strict=True):
        row = overlap.setdefault(label, {})
        row[other] = row.get(other, 0) + count
    return sum(sum(row.values()) - max(row.values()) for row in overlap.values())


def _one_whole(graph: Graph) -> None:
    """Refuse what is not one contiguous community."""
    homes = np.unique(graph.today)
    if len(homes) != 1:
        raise Refused(
            f"A split is for one community; the units belong to {len(homes)}.",
            f"拆分只针对一个社区，而这些单元属于{len(homes)}个社区。",
            reason="several_communities",
        )
    piece = pieces(graph, graph.today)
    if piece.any():
        sizes = [
            {"first_unit": int(np.argmax(piece == k)), "units": int((piece == k).sum()),
             "households": int(graph.households[piece == k].sum())}
            for k in range(int(piece.max()) + 1)
        ]  # fmt: skip
        shown = ", ".join(f"{size['units']}" for size in sizes)
        raise Refused(
            f"The community lies in {len(sizes)} pieces of {shown} units that no passable border"
            " joins. Declare a link between them, or split each piece for itself.",
            f"该社区由互不连通的{len(sizes)}块组成（单元数：{shown}）。请声明连接，或分别拆分各块。",
            reason="not_contiguous",
            pieces=sizes,
        )


def _named(graph: Graph, part: Ints) -> Ints:
    """Name parts by communities: one keeps today's label, the others follow by first unit."""
    keeper = part[np.argmax(graph.fixed)]
    if not graph.fixed.any():
        keeper = np.bincount(part, graph.households).argmax()
    _, first = np.unique(part, return_index=True)
    order = [int(keeper), *(int(p) for p in part[np.sort(first)] if p != keeper)]
    label = np.empty(len(order), dtype=np.int64)
    label[order] = graph.today[0] + np.arange(len(order))
    return label[part]
