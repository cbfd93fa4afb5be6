"""How many cells a workbook spans, told before it is read.

The reader makes room for the whole rectangle from the first cell to the last. Two cells at the
far ends of a sheet, in a file of two kilobytes, would ask for more memory than any machine has,
and the process would end. So the places of cells are looked at first, a piece at a time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PIECE = 1 << 20
_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c|table|table-row|table-cell)(?=[\s/>])([^<>]*)>")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")
_ROWS = re.compile(rb"number-rows-repeated\s*=\s*[\"']([0-9]+)")
_COLUMNS = re.compile(rb"number-columns-repeated\s*=\s*[\"']([0-9]+)")
_A = ord("A") - 1


def cells_spanned(path: Path, *, enough: int) -> int:
    """Give the cells of the largest rectangle in an .xlsx or .ods; may stop counting at `enough`."""
    most = 0
    with zipfile.ZipFile(path) as parts:
        for info in parts.infolist():
            # Which part is a sheet is said by other parts: all are looked at.
            with parts.open(info) as part:
                count = _repeated if info.filename == "content.xml" else _placed
                for cells in count(part):
                    most = max(most, cells)
                    if most >= enough:
                        return most
    return most


def _placed(part: IO[bytes]) -> Iterator[int]:
    """Give the cells of an .xlsx sheet so far: named ones, and those that follow one another."""
    row = column = 0
    top = left = 1 << 30
    bottom = right = 0
    for name, about in _tags(part):
        place = _PLACE.search(about)
        if name == b"row":
            row, column = (int(place[2]) if place else row + 1), 0
        elif name == b"c":
            if place and place[1]:
                row, column = int(place[2]), _number(place[1])
            else:
                column += 1
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
            yield (bottom - top + 1) * (right - left + 1)


def _repeated(part: IO[bytes]) -> Iterator[int]:
    """Give the cells of an .ods sheet so far: those with a value, as often as they are repeated."""
    rows = pending = width = columns = 0
    for name, about in _tags(part):
        if name == b"table":
            rows = pending = width = 0
        elif name == b"table-row":
            found = _ROWS.search(about)
            columns = 0
            pending += int(found[1]) if found else 1
        elif name == b"table-cell":
            found = _COLUMNS.search(about)
            columns += int(found[1]) if found else 1
            if b"value" in about or not about.endswith(b"/"):
                # Blank rows before count too, those after the last value do not.
                rows, pending = rows + pending, 0
                width = max(width, columns)
                yield rows * width


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - _A
    return number


def _tags(part: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    rest = b""
    while piece := part.read(_PIECE):
        text = rest + piece
        yield from _TAG.findall(text)
        # A tag that is cut comes again with the next piece; one as long as a piece is none.
        cut = text[max(text.rfind(b"<"), 0) :]
        rest = b"" if b">" in cut or not cut.startswith(b"<") or len(cut) > _PIECE else cut
