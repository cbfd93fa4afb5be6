"""Workbooks as offices make them."""

import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest
import shapely

from geo.crs import WGS84
from geo.errors import UnknownOption, UnreadableFile
from geo.exchange import conform, layers_of, read_file, rejected_rows
from geo.frames import AREAS, BUILDINGS, FACILITIES, INCIDENTS, MEMBERS

SHANGHAI = "Asia/Shanghai"


@pytest.fixture
def workbook(tmp_path):
    """Write sheets (name → rows) with merged blocks, and read the file."""

    def read(*rows, merges=(), sheets=None, name="a.xlsx", **options):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, lines in (sheets or {"表": rows}).items():
            page = book.create_sheet(title)
            for line in lines:
                page.append(list(line))
            for block in merges:
                page.merge_cells(block)
        book.save(tmp_path / name)
        return read_file(tmp_path / name, **options)

    return read


def said(table):
    return [n.code for n in table.notes]


def reasons(found):
    return [(r.row, r.field, r.code) for r in found.rejects]


def test_a_title_and_headings_in_two_rows_with_groups(workbook):
    table = workbook(
        ["陇西县设施一览表"],
        ["填报单位：民政局", None, None, None, "2026年3月"],
        ["编号", "设施类型", "坐标", None, "建筑\n面积(㎡)"],
        [None, None, "经度", "纬度", None],
        ["A1", "书吧", 104.6, 35.0, 300],
        merges=("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"),
        crs=WGS84,
    )
    assert table.headings == ("编号", "设施类型", "经度", "纬度", "建筑 面积(㎡)")
    found = conform(table, FACILITIES, timezone=SHANGHAI)
    assert found.rejects == []
    assert found.frame.loc[5, ["key", "kind", "floor_area_m2"]].tolist() == ["A1", "书吧", 300.0]
    assert found.frame.loc[5, "geometry"] == shapely.Point(104.6, 35.0)


def test_a_group_is_named_only_where_the_lower_heading_alone_says_too_little(workbook):
    table = workbook(
        ["网格编码", "网格长", None, "网格员", None, "户数", None],
        [None, "姓名", "电话", "姓名", "电话", "规划", "现状"],
        ["621", "张", "1", "李", "2", 3, 4],
        merges=("A1:A2", "B1:C1", "D1:E1", "F1:G1"),
    )
    assert table.headings == (
        "网格编码", "网格长 姓名", "网格长 电话", "网格员 姓名", "网格员 电话", "规划户数", "户数 现状",
    )  # fmt: skip


def test_headings_in_two_rows_of_a_csv_without_any_merging(read_text):
    table = read_text("编码,名称,坐标,\n,,经度,纬度\n1,甲,104.6,35\n", crs=WGS84)
    assert table.headings == ("编码", "名称", "经度", "纬度")
    assert list(table.frame.index) == [3]


def test_headings_printed_again_on_the_next_page_are_left_out(workbook):
    table = workbook(["编码", "名称"], ["1", "甲"], ["编码", "名称"], ["2", "乙"])
    assert list(table.frame.index) == [2, 4]
    assert said(table) == ["headings_repeated"]


def test_cells_that_are_words_of_other_columns_do_not_become_headings(workbook):
    table = workbook(["甲列", "乙列", "丙列"], ["1", "x", "y"], ["name", "名称", "code"])
    assert table.headings == ("甲列", "乙列", "丙列")
    assert list(table.frame.index) == [2, 3]


def test_years_may_be_headings(workbook):
    table = workbook(["户数统计"], ["编码", "名称", 2024, 2025], ["1", "甲", 30, 40])
    assert table.headings == ("编码", "名称", "2024", "2025")


def test_headings_may_hold_figures_where_others_are_known(workbook):
    table = workbook(["各月事件数"], ["编码", "名称", 1, 2, 3], ["1", "甲", 30, 40, 50])
    assert table.headings == ("编码", "名称", "1", "2", "3")


def test_a_table_that_begins_in_the_middle_of_a_sheet(workbook):
    table = workbook([], [], [None, None, "编码", "名称"], [None, None, "1", "甲"])
    assert (table.headings, list(table.frame.index)) == (("编码", "名称"), [4])


def test_headings_in_three_rows(workbook):
    table = workbook(
        ["基本信息", None, "位置", None],
        ["编码", "名称", "中心坐标", None],
        [None, None, "经度", "纬度"],
        ["1", "甲", 104.1, 35.1],
        merges=("A1:B1", "C1:D1", "A2:A3", "B2:B3", "C2:D2"),
        crs=WGS84,
    )
    assert (table.headings, list(table.frame.index)) == (("编码", "名称", "经度", "纬度"), [4])


def test_rows_of_totals_remarks_and_blanks_are_left_out_and_counted(workbook):
    table = workbook(
        ["街道", "编码", "名称", "户数"],
        ["巩昌", "621", "甲", 10],
        [],
        [None, "小计", None, 10],
        ["合　计", None, None, 10],
        ["填表人：张三", None, "审核人：李四"],
        merges=(),
    )
    assert list(table.frame.index) == [2]
    assert said(table) == ["totals_left_out", "remarks_left_out"]
    assert "2 rows" in table.notes[0].en


def test_a_name_merged_over_rows_belongs_to_each_and_a_sum_to_the_first(workbook):
    table = workbook(
        ["上级编码", "编码", "户数"],
        [621122001001, "01", 300],
        [None, "02", None],
        ["621122001002", "03", 50],
        merges=("A2:A3", "C2:C3"),
    )
    found = conform(table, AREAS, timezone=SHANGHAI)
    assert found.frame["parent"].tolist() == ["621122001001", "621122001001", "621122001002"]
    assert found.frame["households"].sum() == 350
    assert {"merged_spread", "merged_sums"} <= set(said(table))


def test_codes_that_became_numbers_are_restored_exactly_or_rejected(workbook):
    table = workbook(
        ["编码", "名称"],
        [621122001001, "甲"],
        [621122001001001, "乙"],
        [9007199254740991, "丙"],
        [1234567890123450, "丁"],
        [6.211220010010012e17, "戊"],
        ["6.21E+11", "己"],
        [dt.date(2026, 3, 1), "庚"],
        ["００７", "辛"],
    )
    found = conform(table, AREAS, timezone=SHANGHAI)
    assert found.frame["code"].tolist() == [
        "621122001001", "621122001001001", "9007199254740991", "007",
    ]  # fmt: skip
    assert reasons(found) == [
        (5, "code", "code_as_number"), (6, "code", "code_as_number"),
        (7, "code", "code_as_number"), (8, "code", "code_as_date"),
    ]  # fmt: skip
    assert "codes_from_numbers" in [n.code for n in found.notes]


def test_days_and_serial_numbers_are_times_of_the_site(workbook):
    table = workbook(
        ["事件类型", "上报时间", "经度", "纬度"],
        ["噪音", dt.datetime(2026, 3, 5, 14, 20), 104.6, 35],  # noqa: DTZ001 - as Excel has it
        ["噪音", 43374.5, 104.6, 35],
        ["噪音", "2018-10", 104.6, 35],
        ["噪音", "43374", 104.6, 35],
        ["噪音", 20181001, 104.6, 35],
        crs=WGS84,
    )
    found = conform(table, INCIDENTS, timezone=SHANGHAI)
    assert found.frame["reported_at"].tolist() == [
        pd.Timestamp("2026-03-05T06:20Z"),
        # 43374 days after 30 December 1899 is 1 October 2018
        pd.Timestamp("2018-10-01T04:00Z"),
        pd.Timestamp("2018-09-30T16:00Z"),
        pd.Timestamp("2018-09-30T16:00Z"),
    ]
    assert reasons(found) == [(4, "reported_at", "time_month_only")]


def test_workbooks_that_count_from_1904_say_so(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["类型", "上报时间"])
    book.active.append(["噪音", 43374 - 1462])
    book.save(tmp_path / "a.xlsx")
    table = read_file(tmp_path / "a.xlsx")
    assert table.day_zero == dt.date(1904, 1, 1)


def test_a_building_number_that_became_a_day_is_warned_of(workbook):
    table = workbook(["编号", "楼栋"], ["1", dt.date(2026, 3, 1)])
    notes = conform(table, BUILDINGS, timezone=SHANGHAI).notes
    assert "3-1" in next(n.zh for n in notes if n.code == "texts_from_days")


def test_full_width_digits_and_both_coordinates_in_one_cell(workbook):
    table = workbook(
        ["姓名", "手机号", "坐标"],
        ["张三", 13893212345, "１０４．５，３５．２５"],
        ["李四", "１３８９３２１２３４６", "104°30′E，35°15′N"],
        crs=WGS84,
    )
    found = conform(table, MEMBERS, timezone=SHANGHAI)
    assert found.frame["phone"].tolist() == ["13893212345", "13893212346"]
    assert [s.coords[0] for s in found.frame.geometry] == [(104.5, 35.25)] * 2


def test_the_only_filled_sheet_is_taken_and_of_several_one_must_be_named(workbook, tmp_path):
    one = {"空": [], "网格": [["编码"], ["1"]], "说明": [["怎样填写"]]}
    assert workbook(sheets=one).layer == "网格"
    two = {"城关": [["编码"], ["1"]], "巩昌": [["编码"], ["2"]]}
    with pytest.raises(UnreadableFile, match="城关, 巩昌") as caught:
        workbook(sheets=two)
    assert caught.value.facts["layers"] == ["城关", "巩昌"]
    assert workbook(sheets=two, layer="巩昌").frame["编码"].tolist() == ["2"]
    with pytest.raises(UnknownOption, match="城关"):
        workbook(sheets=two, layer="x")
    assert layers_of(tmp_path / "a.xlsx") == ("城关", "巩昌")


def test_errors_and_formulas_that_were_never_calculated_are_said(workbook, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编码", "名称", "户数"])
    book.active.append(["1", "#REF!", "=1+1"])
    book.active["B2"].data_type = "e"
    book.save(tmp_path / "b.xlsx")
    table = read_file(tmp_path / "b.xlsx")
    assert table.frame.loc[2].tolist()[0] == "1"
    texts = {n.code: n.en for n in table.notes}
    assert "B2" in texts["cell_errors"]
    assert "C2" in texts["formulas_without_value"]


def test_a_calculated_formula_gives_its_value(workbook, tmp_path):
    workbook(["编码", "户数"], ["1", 12345])
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as before,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as after,
    ):
        for part in before.namelist():
            data = before.read(part).replace(b"<v>12345</v>", b"<f>5*2469</f><v>12345</v>")
            after.writestr(part, data)
    table = read_file(tmp_path / "b.xlsx")
    assert table.frame.loc[2, "户数"] == 12345
    assert table.notes == ()


def test_an_opendocument_sheet_is_read_too(tmp_path):
    cells = "".join(
        f"<table:table-row>{row}</table:table-row>"
        for row in (
            '<table:table-cell office:value-type="string"><text:p>编码</text:p></table:table-cell>',
            '<table:table-cell office:value-type="float" office:value="621122001001"/>',
        )
    )
    xml = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="网格">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", xml)
        archive.writestr("META-INF/manifest.xml", manifest)
    assert read_file(tmp_path / "a.ods").frame["编码"].tolist() == [621122001001]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("编码,名称\n1,甲\n".encode("gbk"), "csv"),
        (b"PK\x03\x04nonsense", "no readable workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nonsense", "no readable workbook"),
        (b"", "no readable workbook"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_what_only_calls_itself_a_workbook_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile, match=said):
        read_file(tmp_path / name)


def test_a_workbook_under_the_wrong_ending_is_read_as_what_it_is(workbook, tmp_path):
    workbook(["编码"], [621122001001])
    (tmp_path / "a.xlsx").rename(tmp_path / "b.xls")
    assert read_file(tmp_path / "b.xls").frame["编码"].tolist() == [621122001001]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("broken", [b"", b"<", b"<a><b></a>", b"\x00\xff"])
def test_a_workbook_with_a_broken_part_is_refused(workbook, tmp_path, part, broken):
    workbook(["编码"], ["1"])
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as before,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as after,
    ):
        for name in before.namelist():
            after.writestr(name, broken if name == part else before.read(name))
    with pytest.raises(UnreadableFile):
        read_file(tmp_path / "b.xlsx")


def test_a_truncated_workbook_is_refused(workbook, tmp_path):
    workbook(["编码"], *[[str(k)] for k in range(500)])
    whole = (tmp_path / "a.xlsx").read_bytes()
    for share in range(1, 10):
        (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) * share // 10])
        with pytest.raises(UnreadableFile):
            read_file(tmp_path / "cut.xlsx")


def test_rejected_rows_of_a_workbook_come_back_with_their_types(workbook):
    table = workbook(["编码", "名称", "户数"], [621122001001, "甲", "许多"], [2, "乙", 5])
    found = conform(table, AREAS, timezone=SHANGHAI)
    rows = rejected_rows(table, found.rejects, language="zh")
    assert rows.loc[0, ["行号", "编码", "名称", "户数"]].tolist() == [2, 621122001001, "甲", "许多"]


def test_an_empty_workbook_is_refused(workbook):
    with pytest.raises(UnreadableFile, match="empty"):
        workbook()
