"""What the parts of an .xlsx say that its cells do not: errors, formulas without a result, the day zero."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from geo.findings import Note

_BOOK = "xl/workbook.xml"
_FROM_1904 = re.compile(rb"date1904=\"(1|true)\"")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]+)<")
_ERROR = re.compile(rb"\bt=\"e\"")
_PLACE = re.compile(rb"\br=\"([A-Z]+[0-9]+)\"")
_SHEET = "{*}sheets/{*}sheet"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cells_without_value(path: Path, sheet: str) -> tuple[Note, ...]:
    """Count the cells of a sheet that show an error, and the formulas without a result.

    Both are read as blank, which must not happen silently. Other formats than .xlsx don't tell.
    """
    if not _has_parts(path):
        return ()
    errors: list[str] = []
    blank: list[str] = []
    with zipfile.ZipFile(path) as parts:
        part = _part_of(parts, sheet)
        for place, is_error in _silent(parts.read(part)) if part else ():
            (errors if is_error else blank).append(place)
    found = (("cell_errors", errors), ("formulas_without_value", blank))
    return tuple(Note.of(c, count=len(cells), place=cells[0]) for c, cells in found if cells)


def counts_from_1904(path: Path) -> bool:
    """Tell a workbook whose days are counted from 1904, as old Macs did."""
    if not _has_parts(path):
        return False
    with zipfile.ZipFile(path) as parts:
        return _FROM_1904.search(parts.read(_BOOK)) is not None


def unpacked_size(path: Path) -> int:
    """Give the bytes that a zipped workbook would unpack to."""
    with zipfile.ZipFile(path) as parts:
        return sum(part.file_size for part in parts.infolist())


def is_binary(path: Path) -> bool:
    """Tell an .xlsb, whose cells can't be looked at before it is read."""
    with zipfile.ZipFile(path) as parts:
        return any(name.lower().endswith("workbook.bin") for name in parts.namelist())


def _has_parts(path: Path) -> bool:
    """Tell an .xlsx by what is in it: files go by wrong endings."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as parts:
        return _BOOK in parts.namelist()


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str | None:
    book = ET.fromstring(parts.read(_BOOK))  # noqa: S314 - only names are taken
    related = next((s.get(_RELATED) for s in book.iterfind(_SHEET) if s.get("name") == sheet), None)
    links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next((link.get("Target") for link in links if link.get("Id") == related), None)
    name = posixpath.normpath(posixpath.join("/xl", target or ""))[1:]
    return name if name in parts.namelist() else None


def _silent(xml: bytes) -> Iterator[tuple[str, bool]]:
    for about, inside in _CELL.findall(xml):
        value = _VALUE.search(inside)
        error = value is not None and _ERROR.search(about) is not None
        unknown = value is None and _FORMULA.search(inside) is not None
        if error or unknown:
            place = _PLACE.search(about)
            yield (place[1].decode() if place else "?"), error
