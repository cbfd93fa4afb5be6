"""Simulated annealing of a drawing: single atoms and chunks of grids change parts."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from geo.plans.proposals.board import Board, Drawing

_ROUND = 256


@dataclass(frozen=True)
class Pace:
    """How long and how boldly to search.

    Attributes
    ----------
    steps : int
        Steps that are weighed.
    hot, cold : float
        Price that a step may cost with probability 1/e, at the beginning and at the end.
    chunks : float
        Share of the steps that take a grid's whole chunk of a part along.
    """

    steps: int
    hot: float = 0.05
    cold: float = 0.0005
    chunks: float = 0.3


@dataclass
class Clock:
    """A time limit; None never ends."""

    budget_s: float | None
    began: float = field(default_factory=time.monotonic)

    @property
    def spent_s(self) -> float:
        """Give the seconds since it was made."""
        return time.monotonic() - self.began

    def left_s(self, share: float = 1.0) -> float:
        """Give the seconds left of a share of the budget."""
        return math.inf if self.budget_s is None else self.budget_s * share - self.spent_s

    def past(self, share: float = 1.0) -> bool:
        """Say whether a share of the budget is spent."""
        return self.left_s(share) <= 0


@dataclass
class Best:
    """The best lawful labels that were seen.

    Attributes
    ----------
    accept : callable
        Says whether labels that would be better may be kept.
    """

    accept: Callable[[list[int]], bool]
    cost: float = math.inf
    labels: list[int] | None = None

    def see(self, drawing: Drawing) -> None:
        """Keep the labels of a drawing if they are lawful, better and accepted."""
        better = drawing.cost < self.cost - 1e-12 and drawing.lawful()
        if better and self.accept(drawing.labels):
            self.cost, self.labels = drawing.cost, drawing.labels[:]


def anneal(
    drawing: Drawing,
    best: Best,
    *,
    pace: Pace,
    rng: random.Random,
    go_on: Callable[[int], bool],
) -> bool:
    """Change a drawing step by step; its parts stay contiguous, pinned atoms where they are.

    Parameters
    ----------
    drawing : Drawing
        With contiguous parts; it is changed.
    best : Best
        Shown every drawing on the way; it is changed.
    go_on : callable
        Asked every few steps with the number of steps done; False ends the search.

    Returns
    -------
    bool
        Whether all steps were done.
    """
    best.see(drawing)
    pick = _picker(drawing, pace.chunks, rng)
    cooling = math.log(pace.cold / pace.hot) / max(1, pace.steps)
    for done in range(0, pace.steps, _ROUND):
        if not go_on(done):
            return False
        temperature = pace.hot * math.exp(cooling * done)
        for _ in range(min(_ROUND, pace.steps - done)):
            move = pick()
            if move is None:
                return True
            step = drawing.step(*move)
            worse = step.cost - drawing.cost
            if worse > 0 and rng.random() >= math.exp(-worse / temperature):
                continue
            if drawing.holds_without(step.atoms, step.here):
                drawing.take(step)
                best.see(drawing)
    return True


def _picker(
    drawing: Drawing, chunks: float, rng: random.Random
) -> Callable[[], tuple[Sequence[int], int] | None]:
    """Give a function that draws a border of two parts and what may go across it."""
    board, labels, random_ = drawing.board, drawing.labels, rng.random
    ways = [(a, b) for a, others in enumerate(board.near) for b in others if not board.pinned[a]]
    mates = _mates(board)
    tries = 200 * len(ways)

    def pick() -> tuple[Sequence[int], int] | None:
        for _ in range(tries):
            atom, other = ways[int(random_() * len(ways))]
            here, there = labels[atom], labels[other]
            if here != there and drawing.atoms[here] > 1:
                if random_() >= chunks:
                    return (atom,), there
                chunk = _chunk(board, atom, [m for m in mates[atom] if labels[m] == here])
                pinned = any(board.pinned[mate] for mate in chunk)
                if not pinned and drawing.atoms[here] > len(chunk):
                    return chunk, there
        return None

    return pick


def _mates(board: Board) -> list[list[int]]:
    """Give, by atom, all atoms of its grid."""
    grids: dict[int, list[int]] = {}
    for atom, grid in enumerate(board.grid):
        grids.setdefault(grid, []).append(atom)
    return [grids[grid] for grid in board.grid]


def _chunk(board: Board, atom: int, mates: Sequence[int]) -> list[int]:
    """Give the mates that hang together with an atom; it is the first."""
    left = set(mates) - {atom}
    chunk = [atom]
    for member in chunk:
        if not left:
            break
        for other in board.near[member]:
            if other in left:
                left.discard(other)
                chunk.append(other)
    return chunk
