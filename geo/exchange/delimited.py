"""CSV and TSV: encoding proved, separator counted, every row kept with its number."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geo.errors import UnreadableFile
from geo.exchange.encodings import Encoding, settle_encoding
from geo.exchange.table import Table
from geo.findings import Note, Reject
from geo.progress import Progress

_SEPARATORS = (",", "\t", ";", "|", "，")
_STEP = 50_000
_TOTALS = frozenset(("合计", "总计", "小计", "total", "sum"))
_PROTECTED = re.compile(r"^'+[=+\-@\t\r]")
_MAX_CELL = 64 * 1024 * 1024


def read_delimited(path: Path, *, encoding: str | None, progress: Progress) -> Table:
    """Read a CSV or TSV file; all cells are text, blank cells None.

    Blank lines keep their row numbers and are left out; rows with more cells than headings are
    rejects, as are rows of totals.

    Raises
    ------
    UnreadableFile
        If the file has no headings or is in no known encoding.
    """
    text, settled = _decode(path.read_bytes(), encoding)
    separator = _separator(text)
    records = _records(path, text, separator, progress)
    headings, notes = _headings(path, records[0] if records else [])
    rows: list[list[str]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    aside: dict[int, list[str]] = {}
    for number, record in enumerate(records[1:], start=1):
        cells = [_bare(cell.strip()) for cell in record]
        if not any(cells):
            continue
        found = reject_of(number, cells, len(headings))
        if found is not None:
            rejects.append(found)
            aside[number] = cells
            continue
        numbers.append(number)
        rows.append((cells + [""] * len(headings))[: len(headings)])
    return Table(
        path,
        None,
        _frame(headings, rows, numbers),
        encoding=settled.name,
        encoding_origin=settled.origin,
        left_out=_aside(headings, aside),
        rejects=tuple(rejects),
        notes=(*settled.notes, *notes),
    )


def reject_of(number: int, cells: Sequence[str], width: int) -> Reject | None:
    """Reject a row with text beyond the headings, or a row of totals."""
    if any(cells[width:]):
        beyond = next(c for c in cells[width:] if c)
        return Reject.of(
            "too_many_cells", row=number, field="row", value=beyond,
            found=len(cells), expected=width,
        )  # fmt: skip
    first = next(c for c in cells if c)
    if first.strip(" :：").replace(" ", "").lower() in _TOTALS:
        return Reject.of("total_row", row=number, field="row", value=first)
    return None


def _bare(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from running as a formula."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def _decode(data: bytes, encoding: str | None) -> tuple[str, Encoding]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding is None:
        return data.decode("utf-16"), Encoding("utf-16", "file")
    bare = data.removeprefix(b"\xef\xbb\xbf")
    if bare != data and encoding is None:
        settled = settle_encoding([bare], declared="utf-8")
        return bare.decode("utf-8"), Encoding(settled.name, "file")
    settled = settle_encoding(bare.split(b"\n"), declared=encoding)
    return bare.decode(settled.name), settled


def _separator(text: str) -> str:
    """Take the sign that parts the heading line most often, outside quotes."""
    line = text.lstrip().partition("\n")[0]
    bare = "".join(line.split('"')[::2])
    counts = Counter({sign: bare.count(sign) for sign in _SEPARATORS})
    sign, count = counts.most_common(1)[0]
    return sign if count else ","


def _records(path: Path, text: str, separator: str, progress: Progress) -> list[list[str]]:
    total = text.count("\n") + 1
    records: list[list[str]] = []
    csv.field_size_limit(_MAX_CELL)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if records or any(record):
                records.append(record)
            if len(records) % _STEP == 0:
                progress("read", len(records), max(total, len(records)))
    except csv.Error as error:
        raise UnreadableFile(
            f"{path.name} can't be read after row {len(records)}: {error}. Check the quotes there.",
            f"{path.name} 在第 {len(records)} 行之后无法读取：{error}。请检查该处的引号。",
        ) from error
    progress("read", total, total)
    return records


def _headings(path: Path, record: Sequence[str]) -> tuple[list[str], list[Note]]:
    names = [name.strip().lstrip("\ufeff") for name in record]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile(
            f"{path.name} is empty: it has no line of headings.",
            f"{path.name} 是空文件：没有表头行。",
        )
    seen: Counter[str] = Counter()
    unique: list[str] = []
    notes: list[Note] = []
    for at, name in enumerate(names, start=1):
        heading = name or f"column {at}"
        seen[heading] += 1
        if seen[heading] > 1:
            notes.append(
                Note.of("heading_twice", heading=heading, name=f"{heading}.{seen[heading]}")
            )
            heading = f"{heading}.{seen[heading]}"
        unique.append(heading)
    return unique, notes


def _aside(headings: list[str], aside: dict[int, list[str]]) -> pd.DataFrame | None:
    """Keep rejected rows whole; cells beyond the headings get columns of their own."""
    if not aside:
        return None
    widest = max(len(headings), *(len(cells) for cells in aside.values()))
    beyond = [f"column {at + 1}" for at in range(len(headings), widest)]
    rows = [(cells + [""] * widest)[:widest] for cells in aside.values()]
    return _frame([*headings, *beyond], rows, list(aside))


def _frame(headings: list[str], rows: list[list[str]], numbers: list[int]) -> pd.DataFrame:
    cells = np.array(rows, dtype=object).reshape(len(rows), len(headings))
    cells[cells == ""] = None
    index = pd.Index(numbers, dtype="int64", name="row")
    return pd.DataFrame(cells, columns=pd.Index(headings), index=index, dtype=object)
