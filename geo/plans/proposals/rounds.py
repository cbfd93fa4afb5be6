"""Rounds of the search for a split: each draws anew, or makes the best drawing better."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.plans.proposals.anneal import Best, Clock, Pace, anneal
from geo.plans.proposals.board import Board, Drawing, Wish
from geo.plans.proposals.grow import grow, kernel_of

# A round draws whole blocks and then their atoms, or atoms from the first, or goes on from the
# best; blocks find the large shape quickly, atoms find what blocks can't make.
_ROUNDS = ("blocks", "atoms", "blocks", "best")
_HOT = {"blocks": 0.01, "atoms": 0.05, "best": 0.004}
_DRAFTS, _DRAFT_STEPS, _DRAFT_HOT = 3, 3_000, 0.05
_STEPS_PER_ATOM, _MOST_STEPS = 75, 30_000


@dataclass(frozen=True, eq=False)
class Ground:
    """A contiguous board that is to be drawn in parts; locked atoms belong to part 0."""

    board: Board
    parts: int

    @cached_property
    def kernel(self) -> list[int]:
        """The locked atoms, and what joins them."""
        pinned = [atom for atom, fixed in enumerate(self.board.pinned) if fixed]
        return kernel_of(self.board, pinned, inside=range(len(self.board.near)))

    @property
    def roomy(self) -> bool:
        """Whether each part can have an atom."""
        return len(self.board.near) - len(self.kernel) >= self.parts - bool(self.kernel)

    def drawn(self, wish: Wish, rng: random.Random) -> Drawing:
        """Give a fresh drawing; the limits are not looked at."""
        label = grow(
            self.board, range(len(self.board.near)), self.parts, rng=rng, kernel=self.kernel
        )
        labels = [label[atom] for atom in range(len(label))]
        return Drawing(self.board, labels, self.parts, wish)


@dataclass(frozen=True, eq=False)
class Search:
    """A search on atoms, with blocks for drafts."""

    fine: Ground
    coarse: Ground
    wish: Wish

    def round(self, best: Best, seed: str, turn: int, clock: Clock) -> bool:
        """Search once; False if the time was up before.

        An unfinished round counts only where nothing lawful was known, so that the same seed and
        rounds give the same answer.
        """
        rng = random.Random(seed)  # noqa: S311 (a search, no secret)
        kind = _ROUNDS[turn % len(_ROUNDS)]
        if kind == "best" and best.labels is not None:
            drawing = Drawing(self.fine.board, best.labels, self.fine.parts, self.wish)
        elif kind == "blocks":
            drawing = self._draft(rng, clock)
        else:
            drawing = self.fine.drawn(self.wish, rng)
        own = Best(accept=best.accept)
        bold = 1.0 if best.labels else 1.0 + turn  # nothing acceptable yet: go further
        steps = min(_STEPS_PER_ATOM * len(drawing.labels), _MOST_STEPS)
        pace = Pace(steps, _HOT[kind] * bold)
        finished = anneal(drawing, own, pace=pace, rng=rng, go_on=lambda _: not clock.past())
        if (finished or best.labels is None) and own.cost < best.cost:
            best.cost, best.labels = own.cost, own.labels
        return finished

    def _draft(self, rng: random.Random, clock: Clock) -> Drawing:
        """Give the best of some drawings with whole blocks, lawful or not, on atoms."""
        drafts = []
        for _ in range(_DRAFTS):
            drawing, best = self.coarse.drawn(self.wish, rng), Best(accept=lambda _: True)
            pace = Pace(_DRAFT_STEPS, _DRAFT_HOT, chunks=0.0)
            anneal(drawing, best, pace=pace, rng=rng, go_on=lambda _: not clock.past())
            lawful = best.labels is not None
            drafts.append((best.cost, best.labels) if lawful else (drawing.cost, drawing.labels))
        labels = np.array(min(drafts)[1])[self.coarse.board.group]
        atoms = np.unique(self.fine.board.group, return_index=True)[1]
        return Drawing(self.fine.board, labels[atoms].tolist(), self.fine.parts, self.wish)
