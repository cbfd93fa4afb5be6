"""The one writer of Excel workbooks: texts that never run, codes as text, widths for Chinese."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from geo.errors import BadInput
from geo.exchange.table import GEOMETRY

_MAX_TEXT = 32_767
_TOO_LONG = "（{count} 字，超过 Excel 单元格上限，请改用 CSV：too long for Excel, choose CSV）"
_MAX_ROWS = 1_048_575
_FIRST_YEAR = 1900
_LIST_ROWS = 10_000
_MEASURED_ROWS = 200
_WIDTHS = (8, 60)
_BOLD = Font(bold=True)
_HEADING = PatternFill("solid", fgColor="E8EEF4")
_REQUIRED = PatternFill("solid", fgColor="FCE8B2")
_TOP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Sheet:
    """One sheet: a frame under its headings.

    Attributes
    ----------
    name : str
        Name of the sheet.
    frame : pandas.DataFrame
        The rows. Integer columns get separators of thousands; cells of object columns are
        written by their own type, texts always as text. Shapes and the index are left out.
    required : tuple of str
        Headings that are marked.
    choices : mapping
        Heading → the words that its cells are chosen from.
    formats : mapping
        Heading → number format, where another than that of the type is wanted. `@` also makes a
        column of empty cells take what is typed as text.
    wrap : bool
        Break long texts into lines instead of letting them run on.
    """

    name: str
    frame: pd.DataFrame
    required: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    wrap: bool = False


def write_xlsx(target: Path | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook that people open without surprises.

    Texts stay texts, also when they begin with = + - @ or a tab; the headings stay in view.
    Times with a zone are written as text with their offset, because Excel knows no zones.

    Raises
    ------
    BadInput
        If a sheet has more rows than Excel can hold.
    """
    book = Workbook(write_only=True)
    for sheet in sheets:
        if len(sheet.frame) > _MAX_ROWS:
            raise BadInput(
                f"Excel holds {_MAX_ROWS:,} rows in a sheet, here are {len(sheet.frame):,}. "
                "Choose CSV.",
                f"Excel 每张表最多 {_MAX_ROWS:,} 行，此处有 {len(sheet.frame):,} 行，请改用 CSV。",
            )
        _write_sheet(book, sheet)
    book.save(target)


def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    frame = sheet.frame.drop(columns=GEOMETRY, errors="ignore")
    headings = [str(heading) for heading in frame.columns]
    for at, heading in enumerate(headings):
        letter = get_column_letter(at + 1)
        page.column_dimensions[letter].width = _width(heading, frame.iloc[:_MEASURED_ROWS, at])
        if sheet.formats.get(heading) == "@":
            page.column_dimensions[letter].number_format = "@"
        if heading in sheet.choices:
            page.data_validations.append(_chosen(letter, sheet.choices[heading]))
    page.append([_heading(page, h, required=h in sheet.required) for h in headings])
    columns = [_cells(frame.iloc[:, at]) for at in range(len(headings))]
    formats = [
        sheet.formats.get(h) or _format_of(frame.iloc[:, at]) for at, h in enumerate(headings)
    ]
    for row in zip(*columns, strict=True):
        page.append(
            [
                _cell(page, value, shown, wrap=sheet.wrap)
                for value, shown in zip(row, formats, strict=True)
            ]
        )


def _cells(column: pd.Series[Any]) -> Iterator[object]:
    """Give plain Python values, None for unknown ones."""
    for value in column.astype(object):
        known = not (value is None or value is pd.NaT or value is pd.NA or value != value)  # noqa: PLR0124
        yield (value.item() if isinstance(value, np.generic) else value) if known else None


def _format_of(column: pd.Series[Any]) -> str | None:
    return "#,##0" if pd.api.types.is_integer_dtype(column) else None


def _cell(page: Any, value: object, shown: str | None, *, wrap: bool) -> Any:  # noqa: ANN401 - openpyxl is untyped
    if value is None:
        return None
    if isinstance(value, dt.date) and not _fits(value):
        value = value.isoformat()
    if not isinstance(value, bool | int | float | dt.date | dt.time | dt.timedelta):
        return _text(page, str(value), wrap=wrap)
    cell = WriteOnlyCell(page, value)
    if shown is not None:
        cell.number_format = shown
    elif isinstance(value, int) and not isinstance(value, bool):
        cell.number_format = "0"  # a long number would be shown as 6.21E+11
    elif isinstance(value, dt.datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    return cell


def _fits(moment: dt.date) -> bool:
    """Tell whether Excel can hold a day or a time: it knows no zones and nothing before 1900."""
    zoned = isinstance(moment, dt.datetime) and moment.tzinfo is not None
    return moment.year >= _FIRST_YEAR and not zoned


def _text(page: Any, text: str, *, wrap: bool = False) -> Any:  # noqa: ANN401 - openpyxl is untyped
    if len(text) > _MAX_TEXT:
        text = _TOO_LONG.format(count=f"{len(text):,}")
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # else a text that begins with = would be a formula
    cell.number_format = "@"
    cell.quotePrefix = True
    if wrap:
        cell.alignment = _TOP
    return cell


def _heading(page: Any, heading: str, *, required: bool) -> Any:  # noqa: ANN401 - openpyxl is untyped
    cell = _text(page, heading)
    cell.font = _BOLD
    cell.fill = _REQUIRED if required else _HEADING
    return cell


def _chosen(letter: str, words: tuple[str, ...]) -> DataValidation:
    listed = ",".join(words)
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    rule.showErrorMessage = True
    rule.add(f"{letter}2:{letter}{_LIST_ROWS}")
    return rule


def _width(heading: str, column: pd.Series[Any]) -> int:
    """Measure in half widths: a Chinese character takes two."""
    texts = [heading, *(str(value) for value in column if value is not None)]
    longest = max(_half_widths(text) for text in texts)
    return min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])


def _half_widths(text: str) -> int:
    line = max(text.split("\n"), key=len)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
