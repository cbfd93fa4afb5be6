"""The mark of each kind of facility: shape, colour and letter, the same as on the live map."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

SHAPES = ("circle", "square", "diamond", "hexagon")
COLOURS = (
    "#b3342d", "#1d6f8a", "#5a4fa3", "#2f7d4f", "#a8590c",
    "#8a3a78", "#4a6274", "#7a6a12", "#285ea8", "#6b4a33",
)  # fmt: skip
#: Letters of kinds whose own first character says little.
_LETTERS = {
    "党员驿站": "驿", "红色书吧": "书", "农贸市场": "菜", "便民超市": "超", "老年食堂": "食",
    "养老服务站": "养",
}  # fmt: skip
#: States of a facility that is drawn hollow.
HOLLOW = ("unused", "under_standard", "planned")


@dataclass(frozen=True)
class Mark:
    """How one kind is drawn."""

    shape: str
    colour: str
    letter: str


def marks(kinds: Sequence[str]) -> dict[str, Mark]:
    """Give every kind its mark, by its place in the list; letters differ while they last."""
    taken: set[str] = set()
    out: dict[str, Mark] = {}
    for row, kind in enumerate(kinds):
        letters = [_LETTERS.get(kind, ""), *(c.upper() for c in kind if c.isalnum())]
        letters = [letter for letter in letters if letter]
        letter = next((one for one in letters if one not in taken), (letters or ["?"])[0])
        taken.add(letter)
        out[kind] = Mark(SHAPES[row % len(SHAPES)], COLOURS[row % len(COLOURS)], letter)
    return out


def symbols(kinds: Sequence[str]) -> str:
    """Give every mark as two SVG symbols, `k0` filled and `k0h` hollow, and so on."""
    return "".join(
        _symbol(f"k{row}", mark, fill=mark.colour, ink="#fff")
        + _symbol(f"k{row}h", mark, fill="#fff", ink=mark.colour)
        for row, mark in enumerate(marks(kinds).values())
    )


def _symbol(name: str, mark: Mark, *, fill: str, ink: str) -> str:
    return (
        f'<symbol id="{name}" viewBox="-10 -10 20 20">'
        f'<path d="{_outline(mark.shape, 7.6)}" fill="{fill}" stroke="#fff" stroke-width="3.4"/>'
        f'<path d="{_outline(mark.shape, 7.6)}" fill="{fill}" stroke="{mark.colour}"'
        ' stroke-width="1.5"/>'
        f'<text y="3.6" text-anchor="middle" font-size="10" font-weight="600" fill="{ink}">'
        f"{html.escape(mark.letter)}</text></symbol>"
    )


def _outline(shape: str, r: float) -> str:
    if shape == "circle":
        return f"M{-r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 {-r} 0Z"
    corners, turn, reach = {
        "square": (4, math.pi / 4, 1.25),
        "diamond": (4, 0.0, 1.2),
        "hexagon": (6, 0.0, 1.08),
    }[shape]
    angles = [turn + step * 2 * math.pi / corners for step in range(corners)]
    points = [f"{r * reach * math.cos(a):.2f} {r * reach * math.sin(a):.2f}" for a in angles]
    return f"M{'L'.join(points)}Z"
