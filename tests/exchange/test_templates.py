"""Templates to fill in: as they are they import nothing, filled in they import."""

import openpyxl
import pytest

from geo.crs import SourceCrs
from geo.exchange import conform, read_file, template, template_name
from geo.frames import CONTRACTS

LEVELS = ("县", "社区", "网格")
CGCS2000 = SourceCrs("epsg", 4490)
KINDS = sorted(CONTRACTS)


@pytest.fixture
def blank(tmp_path):
    def write(kind):
        path = tmp_path / template_name(kind)
        path.write_bytes(template(kind, levels=LEVELS))
        return path

    return write


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_template_has_no_row_and_no_reject(blank, kind):
    found = conform(read_file(blank(kind)), CONTRACTS[kind], timezone="Asia/Shanghai")
    assert (len(found.frame), found.rejects, found.rows_read) == (0, [], 0)
    assert {"example_left_out", "no_rows"} <= {n.code for n in found.notes}
    assert not {"two_headings", "headings_unused"} & {n.code for n in found.notes}
    assert set(found.mapping) == set(CONTRACTS[kind].names)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_without_its_mark_is_a_good_row(blank, kind):
    path = blank(kind)
    book = openpyxl.load_workbook(path)
    first = book["填写"]["A2"]
    assert first.value.startswith("示例")
    first.value = first.value.removeprefix("示例")
    book.save(path)
    found = conform(read_file(path, crs=CGCS2000), CONTRACTS[kind], timezone="Asia/Shanghai")
    assert found.rejects == []
    assert len(found.frame) == 1
    empty = {"address", "name", "class", "home_building", "planned_households"}
    row = found.frame.drop(columns="geometry", errors="ignore").iloc[0]
    assert set(row.index[row.isna()]) <= empty
    assert (kind == "areas") or "geometry" not in found.frame or found.frame.geometry.notna().all()


def test_codes_stay_text_in_rows_that_are_typed_below(blank):
    page = openpyxl.load_workbook(blank("areas"))["填写"]
    assert page["A1"].value == "编码*"
    assert page.column_dimensions["A"].number_format == "@"
    assert page["A2"].number_format == "@"


def test_words_to_choose_from_are_lists(blank):
    page = openpyxl.load_workbook(blank("members"))["填写"]
    rules = {rule.formula1 for rule in page.data_validations.dataValidation}
    assert rules == {'"居民党员,在职党员,流动党员"'}
    areas = openpyxl.load_workbook(blank("areas"))["填写"]
    assert [r.formula1 for r in areas.data_validations.dataValidation] == ['"县,社区,网格"']


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_sheet_explains_every_column(blank, kind):
    book = openpyxl.load_workbook(blank(kind))
    headings = [cell.value.rstrip("*") for cell in book["填写"][1]]
    explained = [row[0].value for row in book["说明"].iter_rows(min_row=2) if row[0].value]
    assert explained == headings
    needed = {row[0].value for row in book["说明"].iter_rows(min_row=2) if row[1].value == "必填"}
    marked = {cell.value[:-1] for cell in book["填写"][1] if cell.value.endswith("*")}
    assert needed == marked
