"""The fewest households moved: blocks to communities by constraint programming."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from geo.plans.proposals.board import Board

# A block outside a community's part of the first drawing makes a way to its root so much longer.
_ABROAD = 1_000.0


class _Listener(cp_model.CpSolverSolutionCallback):
    """Tells of every better answer; keeps what was raised meanwhile, for the solver would not."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self.tell = tell
        self.stop: BaseException | None = None

    def on_solution_callback(self) -> None:
        try:
            self.tell()
        except BaseException as stop:  # noqa: BLE001 (raised again when the solver has ended)
            self.stop = stop
            self.stop_search()


@dataclass(frozen=True, eq=False)
class County:
    """Blocks that are to belong to communities with the fewest households moved.

    Attributes
    ----------
    board : Board
    first : sequence of int
        A contiguous drawing: the label of each block.
    parts, cap, floor : int
    """

    board: Board
    first: Sequence[int]
    parts: int
    cap: int
    floor: int

    def fewest_moved(
        self, *, effort: float, budget_s: float, seed: int, tell: Callable[[], None]
    ) -> list[int] | None:
        """Look for labels with fewer households moved, near the first drawing.

        Each community has a root, the middle of its part of the first drawing. A block may go to
        its own community or one beside it, and only together with a neighbour that is nearer to
        that root; so every answer is contiguous. Ways are measured within the part first, so the
        first drawing is an answer if it keeps the limits.

        Parameters
        ----------
        effort : float
            Deterministic time of the solver, about seconds.
        budget_s : float
            Seconds by the clock.
        seed : int
        tell : callable
            Called at every better answer; raising from it ends the search.

        Returns
        -------
        list of int, or None
            None if nothing was found.
        """
        model = cp_model.CpModel()
        x = self._choices(model)
        for label in range(self.parts):
            self._contiguous(model, x[label], label)
            households = [self.board.households[block] for block in x[label]]
            total = cp_model.LinearExpr.weighted_sum(list(x[label].values()), households)
            model.add_linear_constraint(total, self.floor, self.cap)
        stays = [
            (self.board.stay[block].get(label, 0), var)
            for label, blocks in enumerate(x)
            for block, var in blocks.items()
        ]
        model.maximize(sum(stay * var for stay, var in stays if stay))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = effort
        solver.parameters.max_time_in_seconds = budget_s
        listener = _Listener(tell)
        status = solver.solve(model, listener)
        if listener.stop is not None:
            raise listener.stop
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        labels = list(self.first)
        for label, blocks in enumerate(x):
            for block, var in blocks.items():
                if solver.boolean_value(var):
                    labels[block] = label
        return labels

    def _choices(self, model: cp_model.CpModel) -> list[dict[int, cp_model.IntVar]]:
        """Give, by label, the blocks that may have it; each block has exactly one."""
        beside = [{label} for label in range(self.parts)]
        for block, others in enumerate(self.board.near):
            beside[self.first[block]].update(self.first[other] for other in others)
        x: list[dict[int, cp_model.IntVar]] = [{} for _ in range(self.parts)]
        for block, first in enumerate(self.first):
            labels = [first] if self.board.pinned[block] else sorted(beside[first])
            for label in labels:
                x[label][block] = model.new_bool_var("")
                model.add_hint(x[label][block], label == first)
            model.add_exactly_one(x[label][block] for label in labels)
        return x

    def _contiguous(
        self, model: cp_model.CpModel, x: dict[int, cp_model.IntVar], label: int
    ) -> None:
        """Let each block have a neighbour of the same community that is nearer to its root."""
        root = self._root(label)
        far = self._ways(root, label, x)
        model.add(x[root] == 1)
        for block, var in x.items():
            if block != root:
                way = far.get(block, math.inf)
                nearer = [x[o] for o in self.board.near[block] if far.get(o, math.inf) < way]
                model.add_bool_or([*nearer, ~var])

    def _root(self, label: int) -> int:
        board = self.board
        blocks = [block for block, first in enumerate(self.first) if first == label]
        x = sum(board.x[block] for block in blocks) / len(blocks)
        y = sum(board.y[block] for block in blocks) / len(blocks)
        return min(blocks, key=lambda b: (math.hypot(board.x[b] - x, board.y[b] - y), b))

    def _ways(self, root: int, label: int, x: dict[int, cp_model.IntVar]) -> dict[int, float]:
        """Measure the way from a root to the blocks that may have its label."""
        board = self.board
        far, heap = {root: 0.0}, [(0.0, root)]
        while heap:
            way, block = heapq.heappop(heap)
            if way > far[block]:
                continue
            for other in board.near[block]:
                if other in x:
                    metres = math.hypot(
                        board.x[block] - board.x[other], board.y[block] - board.y[other]
                    )
                    abroad = _ABROAD if self.first[other] != label else 0.0
                    longer = way + 1.0 + metres / 10_000 + abroad
                    if longer < far.get(other, math.inf):
                        far[other] = longer
                        heapq.heappush(heap, (longer, other))
        return far
