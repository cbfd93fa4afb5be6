"""Excel and OpenDocument workbooks: the sheet chosen, cells with the values that Excel shows.

Numbers stay numbers and days stay days, because only the column's contract knows what they mean:
a code that became a number is made a code again, a day's serial number a time of the site.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import python_calamine as calamine

from geo.errors import UnknownOption, UnreadableFile
from geo.exchange.grid import data_rows
from geo.exchange.headings import Header, Merge, find_header, known_column
from geo.exchange.parts import cells_without_value, counts_from_1904, is_binary, unpacked_size
from geo.exchange.span import cells_spanned
from geo.exchange.table import Table
from geo.findings import Note, shorten
from geo.progress import Progress

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
#: Sheets that explain the others, as our templates have one.
EXPLAINS = ("说明", "填写说明", "填表说明", "Notes")
_EXACT = 2**53
_MAX_BYTES = 2 * 1024**3
_MAX_CELLS = 20_000_000
_DAY_ZERO, _DAY_ZERO_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_AMOUNTS = ("integer", "number")
_ERRORS = (
    calamine.CalamineError, calamine.XmlError, calamine.ZipError, zipfile.BadZipFile, zlib.error,
    ET.ParseError, NotImplementedError, EOFError, KeyError, OSError, ValueError,
)  # fmt: skip

Rows = list[list[object]]


def read_sheet(path: Path, *, layer: str | None, progress: Progress) -> Table:
    """Read one sheet; `layer` names it where several have cells.

    Raises
    ------
    UnreadableFile
        If it is no workbook, is locked, has no cells, or has several sheets and none was named.
    UnknownOption
        If it has no sheet of that name.
    """
    with _opened(path) as book:
        name = _choose(path, _filled(book), layer)
        progress("read", 0, 1)
        sheet = book.get_sheet_by_name(name)
        rows = [[_value(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        blocks = sheet.merged_cell_ranges or []
        silent = cells_without_value(path, name)
        day_zero = _DAY_ZERO_1904 if counts_from_1904(path) else _DAY_ZERO
    merges = [Merge(top, left, bottom, right) for (top, left), (bottom, right) in blocks]
    header = find_header(rows, merges, width=max((len(row) for row in rows), default=0))
    if header is None:
        raise UnreadableFile(
            f"{path.name} is empty: no sheet has a cell.", f"{path.name} 是空的：没有任何单元格。"
        )
    notes = _spread(rows, merges, header)
    found = data_rows(rows, header, strict=False)
    progress("read", 1, 1)
    unused = [n for n in header.names if n.startswith("column ") and found.frame[n].isna().all()]
    return Table(
        path,
        name,
        found.frame.drop(columns=unused),
        day_zero=day_zero,
        notes=(*header.notes, *notes, *found.notes, *silent),
    )


def sheets_of(path: Path) -> tuple[str, ...]:
    """Name the sheets that hold cells, apart from hidden ones and those that explain."""
    with _opened(path) as book:
        return _filled(book)


@contextmanager
def _opened(path: Path) -> Iterator[calamine.CalamineWorkbook]:
    """Open a workbook as what it is, whatever its ending, and put errors in our words."""
    start = path.read_bytes()
    try:
        _refuse_others(path, start)
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(start)) as book:
            yield book
    except calamine.PasswordError as error:
        raise UnreadableFile(
            f"{path.name} is locked with a password. Save it without one.",
            f"{path.name} 有密码保护，请取消密码后另存。",
        ) from error
    except _ERRORS as error:
        reason = shorten(str(error), length=120)
        raise UnreadableFile(
            f"{path.name} is no readable workbook: {reason}. Open it in Excel and save it as .xlsx.",
            f"{path.name} 不是可读的工作簿：{reason}。请在 Excel 中打开并另存为 .xlsx。",
        ) from error


def _filled(book: calamine.CalamineWorkbook) -> tuple[str, ...]:
    return tuple(
        about.name
        for about in book.sheets_metadata
        if about.typ == calamine.SheetTypeEnum.WorkSheet
        and about.visible == calamine.SheetVisibleEnum.Visible
        and about.name not in EXPLAINS
        and book.get_sheet_by_name(about.name).height
    )


def _choose(path: Path, names: Sequence[str], layer: str | None) -> str:
    listed = ", ".join(names)
    if layer is not None and layer not in names:
        raise UnknownOption(
            f"{path.name} has no filled sheet “{layer}”. It has: {listed}.",
            f"{path.name} 没有名为“{layer}”的非空工作表。现有：{listed}。",
            layers=list(names),
        )
    if not names:
        raise UnreadableFile(
            f"{path.name} is empty: no sheet has a cell.", f"{path.name} 是空的：没有任何单元格。"
        )
    if layer is None and len(names) > 1:
        raise UnreadableFile(
            f"{path.name} has {len(names)} filled sheets. Name one with --layer: {listed}.",
            f"{path.name} 有 {len(names)} 个非空工作表，请用 --layer 指定其一：{listed}。",
            layers=list(names),
        )
    return layer or names[0]


def _value(cell: object) -> object:
    """Give a cell as it is meant: blank ones None, whole numbers without “.0”."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell


def _spread(rows: Rows, merges: Sequence[Merge], header: Header) -> list[Note]:
    """Give every row of a merged block its value; figures stay in the first row alone.

    A name merged over ten rows is the name of all ten, a number of households is their sum.
    """
    spread: dict[str, int] = {}
    sums: dict[str, int] = {}
    for m in merges:
        value = rows[m.top][m.left] if m.top < len(rows) else None
        if m.top <= header.last or m.bottom == m.top or value is None:
            continue
        heading = header.names[m.left]
        column = known_column(heading)
        if column is not None and column.kind in _AMOUNTS:
            sums.setdefault(heading, m.top + 1)
            continue
        spread.setdefault(heading, m.top + 1)
        for row in rows[m.top + 1 : m.bottom + 1]:
            row[m.left] = value
    notes = []
    for code, found in (("merged_spread", spread), ("merged_sums", sums)):
        if found:
            facts = {"headings": "、".join(found), "row": min(found.values())}
            notes.append(Note.of(code, **facts))
    return notes


def _refuse_others(path: Path, content: bytes) -> None:
    """Say what a file is that only calls itself a workbook, as many systems export them."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise UnreadableFile(
            f"{path.name} is a web page under the name of a workbook. Open it in Excel and save "
            "it as .xlsx.",
            f"{path.name} 实际是网页，只是扩展名为 Excel。请在 Excel 中打开并另存为 .xlsx。",
        )
    if start and not start.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"\x09")):
        raise UnreadableFile(
            f"{path.name} is no workbook, perhaps text. Name it .csv, or save it as .xlsx in Excel.",
            f"{path.name} 不是 Excel 工作簿，可能是文本。请改名为 .csv，或在 Excel 中另存为 .xlsx。",
        )
    if zipfile.is_zipfile(path):  # whatever stands before it: the reader looks from the end
        _refuse_bursting(path)


def _refuse_bursting(path: Path) -> None:
    if is_binary(path):
        raise UnreadableFile(
            f"{path.name} is a binary workbook (.xlsb). Save it as .xlsx.",
            f"{path.name} 是二进制工作簿（.xlsb），请另存为 .xlsx。",
        )
    if unpacked_size(path) > _MAX_BYTES:
        raise UnreadableFile(
            f"{path.name} unpacks to more than 2 GB. Save the sheet as CSV, or split it.",
            f"{path.name} 解压后超过 2 GB，请另存为 CSV 或拆分。",
        )
    if cells_spanned(path, enough=_MAX_CELLS) >= _MAX_CELLS:
        raise UnreadableFile(
            f"A sheet of {path.name} spans more than {_MAX_CELLS // 1_000_000} million cells, most of"
            " them likely empty: some cell stands far from the others. Copy what is filled into a"
            " new workbook, or save the sheet as CSV.",
            f"{path.name} 中有工作表跨越超过 {_MAX_CELLS // 10_000} 万个单元格，多半是空的：某个"
            "单元格离其他内容很远。请把有内容的部分复制到新工作簿，或另存为 CSV。",
        )
