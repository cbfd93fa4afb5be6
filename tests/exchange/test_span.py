"""Workbooks that would burst are refused before they are read."""

import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from geo.errors import UnreadableFile
from geo.exchange import read_file
from geo.exchange.span import cells_spanned

MANY = 10**12


def book(path: Path, *cells: tuple[int, int]) -> Path:
    made = Workbook()
    for row, column in cells:
        made.active.cell(row, column, "x")
    made.save(path)
    return path


def with_sheet(path: Path, sheet: str) -> Path:
    """The same workbook with another sheet inside."""
    plain = book(path.with_name("plain.xlsx"), (1, 1))
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(path, "w") as packed:
        for info in parts.infolist():
            kept = parts.read(info)
            packed.writestr(info.filename, sheet if "sheet1" in info.filename else kept)
    return path


def open_document(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def test_the_rectangle_from_the_first_to_the_last_cell_counts(tmp_path):
    assert cells_spanned(book(tmp_path / "a.xlsx", (2, 3), (11, 4)), enough=MANY) == 10 * 2


def test_two_cells_far_apart_are_refused_not_read(tmp_path):
    path = book(tmp_path / "名册.xlsx", (1, 1), (1_048_576, 16_384))
    assert cells_spanned(path, enough=MANY) == 1_048_576 * 16_384
    with pytest.raises(UnreadableFile, match="far from the others"):
        read_file(path)


@pytest.mark.parametrize(
    "last",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r = 'xfd1048576'><v>1</v></c></row>",
        '<x:row r="1048576"><x:c/><x:c r="XFC1048576"><x:v>1</x:v></x:c><x:c/></x:row>',
    ],
)
def test_however_the_places_are_written(tmp_path, last):
    sheet = f'<worksheet><sheetData><row><c r="A1"><v>1</v></c></row>{last}</sheetData></worksheet>'
    assert cells_spanned(with_sheet(tmp_path / "a.xlsx", sheet), enough=MANY) == 2**20 * 2**14


def test_cells_and_rows_without_places_follow_one_another(tmp_path):
    row = "<row><c><v>1</v></c><c/><c><v>3</v></c></row>"
    sheet = f"<worksheet><sheetData>{row * 4}</sheetData></worksheet>"
    assert cells_spanned(with_sheet(tmp_path / "a.xlsx", sheet), enough=MANY) == 4 * 3


def test_repeated_cells_of_an_open_document_count_as_often(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = open_document(tmp_path / "名册.ods", row)
    assert cells_spanned(path, enough=MANY) == 2**20 * 2**14
    with pytest.raises(UnreadableFile, match="far from the others"):
        read_file(path)


def test_blank_rows_at_the_end_of_an_open_document_count_for_nothing(tmp_path):
    full = '<table:table-row><table:table-cell office:value-type="float"/></table:table-row>'
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    end = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    assert cells_spanned(open_document(tmp_path / "a.ods", full * 3 + end), enough=MANY) == 3


def test_what_stands_before_a_workbook_hides_nothing(tmp_path):
    path = book(tmp_path / "名册.xls", (1, 1), (1_048_576, 16_384))
    path.write_bytes(b"\x09" + path.read_bytes())
    with pytest.raises(UnreadableFile, match="far from the others"):
        read_file(path)


def test_a_binary_workbook_is_to_be_saved_otherwise(tmp_path):
    path = tmp_path / "名册.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.bin", b"")
    with pytest.raises(UnreadableFile, match="binary workbook"):
        read_file(path)


@pytest.mark.parametrize("filler", [" ", "<!-- a -->", "<", "<c", 'x="'])
def test_a_long_sheet_is_looked_at_once(tmp_path, filler):
    # Cells before and after megabytes of anything: found, also where a piece ends inside a tag.
    long = filler * (5_000_000 // len(filler))
    cells = "".join(f'<row r="{n}"><c r="B{n}"/></row>' for n in range(1, 60_001))
    sheet = f'<worksheet><row r="1"><c r="A1"/></row>{long}>{cells}</worksheet>'
    path = with_sheet(tmp_path / "a.xlsx", sheet)
    begun = time.monotonic()
    assert cells_spanned(path, enough=MANY) == 60_000 * 2
    assert time.monotonic() - begun < 5
