"""The first drawing of a redraw: today's communities, the new ones carved out of the largest."""

from __future__ import annotations

import random
from collections.abc import Sequence

from geo.errors import Refused
from geo.plans.proposals.board import Board
from geo.plans.proposals.grow import grow, kernel_of


def homes_of(board: Board) -> list[int]:
    """Give the community in which most households of each atom live today."""
    return [max(stay, key=lambda home: (stay[home], -home)) for stay in board.stay]


def first_drawing(board: Board, parts: int, *, rng: random.Random) -> list[int]:
    """Give labels of contiguous parts, near today's lines; the limits are not looked at.

    Raises
    ------
    Refused
        If there is no room for the parts, or no community can reach some atoms.
    """
    members: dict[int, list[int]] = {}
    for atom, home in enumerate(homes_of(board)):
        members.setdefault(home, []).append(atom)
    cores = {home: _core(board, atoms) for home, atoms in sorted(members.items())}
    labels: dict[int, int] = {}
    new = max(members) + 1
    for home, share in _shares(board, cores, parts - new).items():
        pinned = [atom for atom in cores[home] if board.pinned[atom]]
        kernel = kernel_of(board, pinned, inside=cores[home])
        for atom, part in grow(board, cores[home], share, rng=rng, kernel=kernel).items():
            labels[atom] = new + part - 1 if part else home
        new += share - 1
    _spread(board, labels)
    return [labels[atom] for atom in range(len(board.near))]


def _core(board: Board, atoms: Sequence[int]) -> list[int]:
    """Give the piece with the locked atoms, else the one with most households."""
    left, found = set(atoms), []
    while left:
        piece = [min(left)]
        left.remove(piece[0])
        for atom in piece:
            joined = left.intersection(board.near[atom])
            left -= joined
            piece += sorted(joined)
        found.append(piece)
    return max(
        found,
        key=lambda piece: (
            any(board.pinned[atom] for atom in piece),
            sum(board.households[atom] for atom in piece),
        ),
    )


def _shares(board: Board, cores: dict[int, list[int]], new: int) -> dict[int, int]:
    """Say into how many parts each community of today is carved."""
    shares = dict.fromkeys(cores, 1)
    households = {home: sum(board.households[a] for a in atoms) for home, atoms in cores.items()}
    free = {home: sum(not board.pinned[a] for a in atoms) for home, atoms in cores.items()}
    for _ in range(new):
        roomy = [home for home in cores if free[home] > shares[home]]
        if not roomy:
            raise Refused(
                "There are too few movable units for so many communities. Unlock or cut units.",
                "可移动的单元不足以划出这么多社区。请解除锁定或切分单元。",
                reason="too_few_units",
            )
        shares[max(roomy, key=lambda home: (households[home] / shares[home], -home))] += 1
    return shares


def _spread(board: Board, labels: dict[int, int]) -> None:
    """Give the atoms without a label to the communities that reach them first."""
    front = sorted(labels)
    for atom in front:
        for other in board.near[atom]:
            if other not in labels:
                labels[other] = labels[atom]
                front.append(other)
    lost = len(board.near) - len(labels)
    if lost:
        raise Refused(
            f"{lost} places can't be reached from the main part of any community."
            " Declare links to them.",
            f"有{lost}处无法从任何社区的主体到达。请为其声明连接。",
            reason="not_contiguous",
            lost=[atom for atom in range(len(board.near)) if atom not in labels],
        )
