"""Bring a whole town under the limit with the fewest households moved."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from geo.errors import Refused
from geo.plans.proposals.anneal import Best, Clock, Pace, anneal
from geo.plans.proposals.board import Board, Drawing, Prices, Wish
from geo.plans.proposals.county import County
from geo.plans.proposals.first import first_drawing, homes_of
from geo.plans.proposals.graph import Graph, Ints
from geo.plans.proposals.groups import atoms_of, blocks_of
from geo.plans.proposals.proposal import (
    Proposal,
    check_locks,
    check_room,
    must_move,
    none_found,
)
from geo.progress import Progress, quiet

BUDGET_S, ALLOWANCE = 60.0, 0.12

# Shares of the budget after which the drawing of blocks, and the solver, must be done.
_DRAWN_BY, _SOLVED_BY = 0.3, 0.5
_STEPS_PER_ATOM, _MOST_STEPS = 600, 300_000
_TURNS, _EFFORT = 2, 1.0
# Lines are drawn for few moves first; then the borders of what has changed are made better.
_FEW_MOVES = Prices(streets=0.0, grids=0.0, balance=0.0, tolerance=1.0, moves=1e-3)
_GOOD_BORDERS = Prices(streets=0.1, grids=0.001, balance=0.0, tolerance=1.0, moves=1e-3)
_HOT, _WARM = 0.1, 0.002


def redraw(
    graph: Graph,
    *,
    cap: int,
    floor: int,
    parts: int | None = None,
    allowance: float = ALLOWANCE,
    seed: int = 0,
    budget_s: float | None = BUDGET_S,
    progress: Progress = quiet,
) -> Proposal:
    """Propose lines that keep the limit everywhere and move few households.

    Parameters
    ----------
    graph : Graph
        All units.
    cap, floor : int
        Most and fewest households of a community.
    parts : int, optional
        How many communities; without it those of today and as few more as hold what is above
        the limit.
    allowance : float
        Share of the households that must move which may move besides for better borders.
    seed : int
    budget_s : float, optional
        Seconds; without it the search ends by itself.
    progress : Progress
        Told all along; raising from it cancels the search.

    Returns
    -------
    Proposal

    Raises
    ------
    Refused
        If there is no lawful answer, or none was found in time; with the reason.
    """
    clock = Clock(budget_s)
    names, today = np.unique(graph.today, return_inverse=True)
    must = must_move(graph, cap=cap, floor=floor)
    if parts is None:
        above = np.maximum(0, np.bincount(today, graph.households) - cap).sum()
        parts = len(names) + math.ceil(above / cap)
    if parts < max(1, len(names)):
        raise Refused(
            f"There are {len(names)} communities today; a redraw keeps or adds some, it has no"
            f" lines with {parts}. Merge communities first.",
            f"现有{len(names)}个社区；重划只会保留或新增，不能划成{parts}个。请先合并社区。",
            reason="fewer_than_today",
        )
    check_room(int(graph.households.sum()), parts, cap=cap, floor=floor)
    atoms = atoms_of(graph, cap=cap)
    town = replace(graph, today=today.astype(np.int64))
    search = _Search(town, parts, Wish(cap, floor, _FEW_MOVES), seed, clock, progress)
    labels, drawn = search.few_moves(atoms)
    labels, refined = search.better_borders(atoms, labels, int(must * (1 + allowance)))
    new = np.arange(1, parts - len(names) + 1) + names.max()
    return Proposal.checked(
        graph, np.append(names, new)[labels], cap=cap, floor=floor, seed=seed,
        parameters={"parts": parts, "allowance": allowance},
        repeatable=drawn and refined, seconds=clock.spent_s,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Search:
    """A redraw under way; communities of today are 0 … c − 1, new ones follow."""

    graph: Graph
    parts: int
    wish: Wish
    seed: int
    clock: Clock
    progress: Progress

    def few_moves(self, atoms: Ints) -> tuple[Ints, bool]:
        """Draw with whole grids, or else with atoms; then let the solver save moves."""
        finished = True
        for group in (blocks_of(self.graph, atoms, cap=self.wish.cap), atoms):
            board = Board.of(self.graph, group)
            check_locks(board, np.array(homes_of(board)), cap=self.wish.cap)
            labels = first_drawing(board, self.parts, rng=self._dice("first"))
            best = Best(accept=lambda _: True)
            start = Drawing(board, labels, self.parts, self.wish)
            finished &= self._anneal(start, best, _HOT, ("draw", _DRAWN_BY))
            if best.labels is not None:
                solved, in_time = self._solve(board, best.labels)
                return np.array(solved)[group], finished and in_time
        raise none_found(self.parts, self.clock)

    def better_borders(self, atoms: Ints, labels: Ints, free_moves: int) -> tuple[Ints, bool]:
        """Improve the borders of the communities that have changed."""
        graph = self.graph
        other = labels != graph.today
        changed = np.union1d(labels[other], graph.today[other])
        moved = int(graph.households[other].sum())
        board = Board.of(replace(graph, fixed=graph.fixed | ~np.isin(labels, changed)), atoms)
        wish = replace(self.wish, prices=_GOOD_BORDERS, free_moves=max(free_moves, moved))
        best = Best(accept=lambda _: True)
        first = labels[np.unique(atoms, return_index=True)[1]].tolist()
        start = Drawing(board, first, self.parts, wish)
        finished = self._anneal(start, best, _WARM, ("refine", 1.0))
        return np.array(best.labels)[atoms], finished

    def _anneal(self, drawing: Drawing, best: Best, hot: float, stage: tuple[str, float]) -> bool:
        steps = min(_STEPS_PER_ATOM * len(drawing.labels), _MOST_STEPS)
        return anneal(
            drawing,
            best,
            pace=Pace(steps, hot=hot, cold=hot / 100),
            rng=self._dice(stage[0]),
            go_on=self._teller(stage, steps),
        )

    def _dice(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed} {purpose}")  # noqa: S311 (a search, no secret)

    def _teller(self, stage: tuple[str, float], steps: int) -> Callable[[int], bool]:
        """Give a function that tells each hundredth done, and says whether there is time left."""
        name, until = stage
        told = -1

        def go_on(done: int) -> bool:
            nonlocal told
            if 100 * done // steps > told:
                told = 100 * done // steps
                self.progress(name, told, 100)
            return not self.clock.past(until)

        return go_on

    def _solve(self, board: Board, labels: list[int]) -> tuple[list[int], bool]:
        for turn in range(_TURNS):
            self.progress("solve", turn, _TURNS)
            if self.clock.past(_SOLVED_BY):
                return labels, False
            county = County(board, labels, self.parts, self.wish.cap, self.wish.floor)
            found = county.fewest_moved(
                effort=_EFFORT,
                budget_s=self.clock.left_s(_SOLVED_BY),
                seed=self.seed + turn,
                tell=partial(self.progress, "solve", turn, _TURNS),
            )
            if found is None:
                return labels, False
            labels = found
        return labels, not self.clock.past(_SOLVED_BY)
