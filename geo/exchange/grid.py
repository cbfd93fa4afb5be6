"""From a grid of cells, of a CSV or of a sheet, to the rows of a table.

Rows are numbered as a person sees them in Excel: the first row of the sheet is 1, headings and
blank rows counted. Blank rows, rows of totals, headings printed again on the next page, remarks
under the table and the example of a template are no data; they are left out and counted in a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.exchange.headings import Header
from geo.findings import Note, Reject, shorten

EXAMPLE = "示例"
_ENGLISH_TOTAL = re.compile(r"^(total|sum|subtotal|grand total)\s*[:：]?$", re.IGNORECASE)
_CHINESE_TOTAL = re.compile(r"^[（(]?(合\s*计|总\s*计|小\s*计|共\s*计)[)）]?\s*[:：]?$")
_REMARK = re.compile(
    r"^(注|备注|说明|填表人|制表人|审核人|填报人|填报单位|单位负责人|制表日期)\s*[:：]"
)
_TOTAL_CELLS = 3


@dataclass(frozen=True)
class Rows:
    """The data rows of a grid, what was left out, and what is to be said of it.

    `frame` and `left_out` hold the cells by row number, blank ones None.
    """

    frame: pd.DataFrame
    left_out: pd.DataFrame | None
    rejects: tuple[Reject, ...]
    notes: tuple[Note, ...]


def data_rows(rows: Sequence[Sequence[object]], header: Header, *, strict: bool) -> Rows:
    """Take the data rows under a header.

    Parameters
    ----------
    rows : sequence of sequences
        All rows from the first of the sheet; None where a cell is blank.
    strict : bool
        Reject rows with cells beyond the headings (a CSV with stray separators).
    """
    width = len(header.names)
    kept: dict[int, Sequence[object]] = {}
    aside: dict[int, Sequence[object]] = {}
    rejects: list[Reject] = []
    skipped = _Skipped()
    for number, cells in enumerate(rows[header.last + 1 :], start=header.last + 2):
        known = [cell for cell in cells if cell is not None]
        if not known or skipped.take(number, known, header.names):
            continue
        beyond = [cell for cell in cells[width:] if cell is not None]
        if strict and beyond:
            aside[number] = cells
            rejects.append(
                Reject.of(
                    "too_many_cells", row=number, field="row", value=beyond[0],
                    found=len(cells), expected=width,
                )
            )  # fmt: skip
        else:
            kept[number] = cells
    return Rows(
        _frame(header.names, kept), _aside(header.names, aside), tuple(rejects), skipped.notes()
    )


class _Skipped:
    """Tells rows that are no data, and remembers them."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[int, str]]] = {}

    def take(self, number: int, known: Sequence[object], names: Sequence[str]) -> bool:
        code = _no_data(known, names)
        if code is not None:
            self._found.setdefault(code, []).append((number, shorten(known[0])))
        return code is not None

    def notes(self) -> tuple[Note, ...]:
        return tuple(
            Note.of(code, count=len(found), row=found[0][0], value=found[0][1])
            for code, found in self._found.items()
        )


def _no_data(known: Sequence[object], names: Sequence[str]) -> str | None:
    """Say what a row is when it is no data."""
    first = str(known[0])
    if len(known) > 1 and set(known) <= set(names):
        return "headings_repeated"
    if first.startswith(EXAMPLE):
        return "example_left_out"
    # 合计 may stand behind a running number or a town; Total may be the name of a thing.
    chinese = any(_CHINESE_TOTAL.match(str(cell)) for cell in known[:_TOTAL_CELLS])
    if chinese or _ENGLISH_TOTAL.match(first):
        return "totals_left_out"
    return "remarks_left_out" if _REMARK.match(first) else None


def _aside(names: Sequence[str], aside: dict[int, Sequence[object]]) -> pd.DataFrame | None:
    """Keep rejected rows whole; cells beyond the headings get columns of their own."""
    if not aside:
        return None
    widest = max(len(cells) for cells in aside.values())
    beyond = [f"column {at + 1}" for at in range(len(names), widest)]
    return _frame([*names, *beyond], aside)


def _frame(names: Sequence[str], rows: dict[int, Sequence[object]]) -> pd.DataFrame:
    width = len(names)
    cells = np.full((len(rows), width), None, dtype=object)
    for at, row in enumerate(rows.values()):
        taken = row[:width]
        cells[at, : len(taken)] = taken
    index = pd.Index(list(rows), dtype="int64", name="row")
    return pd.DataFrame(cells, columns=pd.Index(names), index=index, dtype=object)
