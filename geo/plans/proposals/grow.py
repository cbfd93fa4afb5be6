"""First drawings: parts grown from seeds that lie apart."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence

from geo.plans.proposals.board import Board

_LLOYD = 5


def grow(
    board: Board,
    atoms: Sequence[int],
    parts: int,
    *,
    rng: random.Random,
    kernel: Sequence[int] = (),
) -> dict[int, int]:
    """Grow contiguous parts of about equal households over some atoms.

    Parameters
    ----------
    board : Board
    atoms : sequence of int
        Atoms that passable borders join, at least as many as parts beside the kernel.
    parts : int
    kernel : sequence of int
        Atoms that part 0 begins with; contiguous.

    Returns
    -------
    dict
        The part, 0 … parts − 1, of each atom.
    """
    seeds = _seeds(board, [atom for atom in atoms if atom not in set(kernel)], parts, rng, kernel)
    inside, label = set(atoms), {}
    front: list[list[tuple[float, int]]] = [[] for _ in range(parts)]
    size = [0.0] * parts

    def join(atom: int, part: int) -> None:
        label[atom] = part
        size[part] += board.households[atom] + 0.01
        for other in board.near[atom]:
            if other in inside and other not in label:
                heapq.heappush(front[part], (_far(board, other, seeds[part]), other))

    for part, seed in enumerate(seeds):
        for atom in kernel if part == 0 and kernel else (seed,):
            join(atom, part)
    open_parts = set(range(parts))
    while open_parts:
        part = min(open_parts, key=lambda p: (size[p], p))
        while front[part] and front[part][0][1] in label:
            heapq.heappop(front[part])
        if front[part]:
            join(heapq.heappop(front[part])[1], part)
        else:
            open_parts.discard(part)
    return label


def _seeds(
    board: Board, free: Sequence[int], parts: int, rng: random.Random, kernel: Sequence[int]
) -> list[int]:
    """Choose atoms far from each other, then draw them to the middle of their households."""
    seeds = [kernel[0]] if kernel else [rng.choice(free)]
    while len(seeds) < parts:
        weight = [
            (board.households[atom] + 1) * min(_far(board, atom, seed) for seed in seeds)
            for atom in free
        ]
        seeds.append(rng.choices(free, weight if any(weight) else None)[0])
    for _ in range(_LLOYD):
        near: list[list[int]] = [[] for _ in seeds]
        for atom in free:
            near[min(range(parts), key=lambda p: _far(board, atom, seeds[p]))].append(atom)
        moved = [
            _middle(board, group) if group else seed
            for group, seed in zip(near, seeds, strict=True)
        ]
        if kernel:
            moved[0] = seeds[0]
        if moved == seeds or len(set(moved)) < parts:
            break
        seeds = moved
    return seeds


def _middle(board: Board, atoms: Sequence[int]) -> int:
    weight = [board.households[atom] + 0.01 for atom in atoms]
    x = sum(board.x[a] * w for a, w in zip(atoms, weight, strict=True)) / sum(weight)
    y = sum(board.y[a] * w for a, w in zip(atoms, weight, strict=True)) / sum(weight)
    return min(atoms, key=lambda a: ((board.x[a] - x) ** 2 + (board.y[a] - y) ** 2, a))


def _far(board: Board, one: int, other: int) -> float:
    return (board.x[one] - board.x[other]) ** 2 + (board.y[one] - board.y[other]) ** 2


def kernel_of(board: Board, atoms: Sequence[int], *, inside: Sequence[int]) -> list[int]:
    """Join some atoms by short ways inside a contiguous set; the answer is contiguous."""
    kernel, allowed = list(atoms[:1]), set(inside)
    for atom in atoms[1:]:
        if atom not in kernel:
            kernel += _way(board, atom, set(kernel), allowed)
    return kernel


def _way(board: Board, start: int, goal: set[int], allowed: set[int]) -> list[int]:
    """Give the atoms of a short way from a start up to, without, the first of a goal."""
    ways = {start: [start]}
    front = [start]
    for atom in front:
        for other in board.near[atom]:
            if other in goal:
                return ways[atom]
            if other in allowed and other not in ways:
                ways[other] = [*ways[atom], other]
                front.append(other)
    return []
