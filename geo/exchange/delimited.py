"""CSV and TSV: encoding proved, separator counted, every row kept with its number."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from geo.errors import UnreadableFile
from geo.exchange.encodings import Encoding, settle_encoding
from geo.exchange.grid import data_rows
from geo.exchange.headings import CERTAIN, find_header, is_known
from geo.exchange.table import Table
from geo.progress import Progress

_SEPARATORS = (",", "\t", ";", "|", "，")
_STEP = 50_000
_FIRST_LINES = 5
_PROTECTED = re.compile(r"^'+[=+\-@\t\r]")
_MAX_CELL = 64 * 1024 * 1024


def read_delimited(path: Path, *, encoding: str | None, progress: Progress) -> Table:
    """Read a CSV or TSV file; all cells are text, blank cells None.

    Titles above the headings and rows of totals are left out with a note; rows with more cells
    than headings are rejected.

    Raises
    ------
    UnreadableFile
        If the file has no headings or is in no known encoding.
    """
    text, settled = _decode(path.read_bytes(), encoding)
    rows = _records(path, text, _separator(text), progress)
    header = find_header(rows)
    if header is None:
        raise UnreadableFile(
            f"{path.name} is empty: it has no line of headings.",
            f"{path.name} 是空文件：没有表头行。",
        )
    found = data_rows(rows, header, strict=True)
    return Table(
        path,
        None,
        found.frame,
        encoding=settled.name,
        encoding_origin=settled.origin,
        left_out=found.left_out,
        rejects=found.rejects,
        notes=(*settled.notes, *header.notes, *found.notes),
    )


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
    """Take the sign that parts one of the first lines into known headings.

    Where none does, the one that parts the first line most often, outside quotes.
    """
    lines = text.lstrip().split("\n", _FIRST_LINES)[:_FIRST_LINES]
    known = {
        (line, sign): sum(is_known(cell.strip(' "\r')) for cell in line.split(sign))
        for line in lines
        for sign in _SEPARATORS
    }
    best = max(known, key=known.__getitem__)
    if known[best] >= CERTAIN:
        return best[1]
    bare = "".join(lines[0].split('"')[::2])
    sign = max(_SEPARATORS, key=bare.count)
    return sign if sign in bare else ","


def _records(path: Path, text: str, separator: str, progress: Progress) -> list[list[str | None]]:
    """Part the text into rows of cells; blank lines stay, so that rows keep their numbers."""
    total = text.count("\n") + 1
    records: list[list[str | None]] = []
    csv.field_size_limit(_MAX_CELL)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            records.append([_cell(cell) for cell in record])
            if len(records) % _STEP == 0:
                progress("read", len(records), max(total, len(records)))
    except csv.Error as error:
        raise UnreadableFile(
            f"{path.name} can't be read after row {len(records)}: {error}. Check the quotes there.",
            f"{path.name} 在第 {len(records)} 行之后无法读取：{error}。请检查该处的引号。",
        ) from error
    progress("read", total, total)
    return records


def _cell(cell: str) -> str | None:
    """Trim a cell, and take off the apostrophe that keeps it from running as a formula."""
    text = cell.strip()
    return (text[1:] if _PROTECTED.match(text) else text) or None
