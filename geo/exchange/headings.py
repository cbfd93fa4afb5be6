"""Where a table begins on a sheet: titles above it, headings in one row or in several.

People put a title over a table, merge cells, and write groups over columns: 坐标 over 经度 and
纬度. What counts is which cells are headings that some contract knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from geo.exchange.columns import COORDINATES, bare, plain
from geo.findings import Note, shorten
from geo.frames import CONTRACTS, Column

_LOOKED_AT = 30
_YEAR = re.compile(r"^(19|20)\d\d$")
_HIGHEST = 4
CERTAIN = 2


class Merge(NamedTuple):
    """A block of merged cells, rows and columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


Row = Sequence[object]


@dataclass(frozen=True)
class Header:
    """The heading of every column, and the rows that they stand in.

    Rows from 0; `names` has one name per column, blank ones called “column N”.
    """

    first: int
    last: int
    names: tuple[str, ...]
    notes: tuple[Note, ...]


def find_header(
    rows: Sequence[Row], merges: Sequence[Merge] = (), *, width: int | None = None
) -> Header | None:
    """Find the headings of a sheet; None when it has no cell at all.

    Parameters
    ----------
    rows : sequence of sequences
        All rows from the first of the sheet; None where a cell is blank.
    merges : sequence of Merge
        Merged cells, as far as the format tells.
    width : int or None
        How many columns get a name; by default as many as the header rows have cells for.
    """
    main = _main_row(rows)
    if main is None:
        return None
    first = _up(rows, merges, main)
    last = _down(rows, merges, first, main)
    if width is None:
        width = max(_end(row) for row in rows[first : last + 1])
    labels = [_labels(rows[first : last + 1], merges, first, at) for at in range(width)]
    names, notes = _unique(_names(labels))
    if first and (above := [c for row in rows[:first] for c in row if c is not None]):
        said = shorten(str(above[0]))
        notes.insert(0, Note.of("title_above", row=first + 1, count=first, value=said))
    return Header(first, last, names, tuple(notes))


@lru_cache(maxsize=4096)
def known_column(heading: str) -> Column | None:
    """Give a column that goes by a heading in some contract, None if there is none."""
    wanted = {plain(heading), plain(bare(heading))}
    for contract in CONTRACTS.values():
        for column in contract.columns:
            if wanted & {plain(word) for word in (column.name, *column.aliases)}:
                return column
    words = {plain(word): name for name, known in COORDINATES.items() for word in known}
    named = next((words[w] for w in wanted if w in words), None)
    return Column(named) if named else None


def is_known(cell: object) -> bool:
    """Tell a heading that some contract knows."""
    return isinstance(cell, str) and known_column(" ".join(cell.split())) is not None


def _main_row(rows: Sequence[Row]) -> int | None:
    """Take the row of words with most known headings; with less than two, the first full one.

    A row of words above it that is as full is the heading all the same: what stands below may be
    a dictionary of columns.
    """
    looked = [at for at in range(len(rows)) if _filled(rows[at])][:_LOOKED_AT]
    if not looked:
        return None
    words = [at for at in looked if all(map(_is_word, rows[at]))]
    known = {at: sum(map(is_known, rows[at])) for at in looked}
    best = max(words, key=lambda at: (known[at], -at), default=looked[0])
    if best in words and known[best] >= CERTAIN:
        return next(at for at in words if at == best or _filled(rows[at]) >= _filled(rows[best]))
    half = max(_filled(rows[at]) for at in looked) / 2
    full = (at for at in words if _filled(rows[at]) >= half)
    mixed = (at for at in looked if known[at] >= CERTAIN)  # months as headings: 1, 2, 3
    return next(full, next(mixed, looked[0]))


def _end(row: Row) -> int:
    """Give the number of cells up to the last one that is not blank."""
    return max((at for at, cell in enumerate(row, start=1) if cell is not None), default=0)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _is_word(cell: object) -> bool:
    """Tell a word, a year or a blank from a figure."""
    if cell is None or _YEAR.match(str(cell)):
        return True
    return isinstance(cell, str) and not cell.replace(".", "").isdigit()


def _up(rows: Sequence[Row], merges: Sequence[Merge], main: int) -> int:
    """Add the rows of groups above; a title, which stands alone in its row, is none."""
    first = main
    while first > max(0, main - _HIGHEST):
        above, row = first - 1, rows[first]
        grouped = any(m.top == above and m.right > m.left for m in merges)
        reaches = any(m.top <= above and m.bottom >= first for m in merges)
        fills = any(
            is_known(cell) and (at >= len(row) or row[at] is None)
            for at, cell in enumerate(rows[above])
        )
        if _filled(rows[above]) < CERTAIN or not (grouped or reaches or fills):
            break
        first = above
    return first


def _down(rows: Sequence[Row], merges: Sequence[Merge], first: int, main: int) -> int:
    """Add the rows that merged headings reach into, or that stand under groups."""
    last = max([main, *(m.bottom for m in merges if first <= m.top <= main)])
    last = min(last, first + _HIGHEST - 1, len(rows) - 1)
    if last == main and main + 1 < len(rows) and _under_groups(rows[main], rows[main + 1]):
        last += 1
    return last


def _under_groups(upper: Row, lower: Row) -> bool:
    """Tell whether all cells of a row stand under blanks or under the first cell of a group."""
    upper = [*upper, *[None] * (len(lower) - len(upper))]

    def fits(at: int) -> bool:
        starts = at + 1 < len(upper) and upper[at + 1] is None
        return upper[at] is None or starts

    cells = [at for at, cell in enumerate(lower) if cell is not None]
    words = all(_is_word(lower[at]) for at in cells)
    return words and any(is_known(lower[at]) for at in cells) and all(map(fits, cells))


def _labels(rows: Sequence[Row], merges: Sequence[Merge], first: int, at: int) -> list[str]:
    """Give the labels over one column from the top, merged ones spread, none twice in a row."""
    labels: list[str] = []
    for number, row in enumerate(rows):
        cell = row[at] if at < len(row) else None
        for m in merges:
            if m.top <= first + number <= m.bottom and m.left <= at <= m.right and m.top >= first:
                source = rows[m.top - first]
                cell = source[m.left] if m.left < len(source) else None
        grouped = number < len(rows) - 1 and at < len(rows[-1]) and rows[-1][at] is not None
        if cell is None and grouped and not merges:
            cell = next((c for c in reversed(row[:at]) if c is not None), None)
        text = "" if cell is None else " ".join(str(cell).split()).lstrip("\ufeff")
        if text and labels[-1:] != [text]:
            labels.append(text)
    return labels


def _names(labels: Sequence[Sequence[str]]) -> list[str]:
    """Name every column by its lowest label, with the group's where that alone says too little."""
    lowest = Counter(stack[-1] for stack in labels if stack)
    return [_name(stack, alone=lowest[stack[-1]] == 1) if stack else "" for stack in labels]


def _name(stack: Sequence[str], *, alone: bool) -> str:
    own = stack[-1]
    if len(stack) == 1:
        return own
    group = stack[-2]
    if alone and is_known(own):
        return own
    joined = next((text for text in (group + own, own + group) if is_known(text)), None)
    return joined or (own if alone and not is_known(group) else f"{group} {own}")


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], list[Note]]:
    """Name blank headings by their place, and later ones of the same name by their number."""
    seen: Counter[str] = Counter()
    unique: list[str] = []
    notes: list[Note] = []
    for at, name in enumerate(names, start=1):
        heading = name or f"column {at}"
        seen[heading] += 1
        if seen[heading] > 1:
            other = f"{heading}.{seen[heading]}"
            notes.append(Note.of("heading_twice", heading=heading, name=other))
            heading = other
        unique.append(heading)
    return tuple(unique), notes
