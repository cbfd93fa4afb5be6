"""Rejected rows given back to be mended."""

import openpyxl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import WGS84
from geo.exchange import conform, rejected_rows, write_rows
from geo.exchange.delimited import _cell
from geo.exchange.write import _safe
from geo.frames import BUILDINGS, FACILITIES, MEMBERS

ROSTER = (
    "编号,姓名,人员类型,备注,经度,纬度\n"
    "1,张三,居民党员,甲,104.6,35.0\n"
    "2,,飞行员,=1+1,104.6,35.0\n"
    "3,李四,在职党员,乙,东边,35.0\n"
    "4,王五,在职党员,丙,104.6,35.0,多余\n"
)


def mend(table, contract, language="zh"):
    found = conform(table, contract, timezone="Asia/Shanghai")
    return rejected_rows(table, found.rejects, language=language)


def test_rows_come_back_as_they_came_whoever_rejected_them(read_text):
    rows = mend(read_text(ROSTER, crs=WGS84), MEMBERS)
    assert list(rows.columns) == [
        "行号", "字段", "原因", "处理办法",
        "编号", "姓名", "人员类型", "备注", "经度", "纬度", "column 7",
    ]  # fmt: skip
    cells = rows.loc[:, "编号":].astype(object).where(rows.loc[:, "编号":].notna(), None)
    assert cells.to_numpy().tolist() == [
        ["2", None, "飞行员", "=1+1", "104.6", "35.0", None],
        ["3", "李四", "在职党员", "乙", "东边", "35.0", None],
        ["4", "王五", "在职党员", "丙", "104.6", "35.0", "多余"],
    ]


def test_a_row_with_two_faults_stands_once_and_names_both(read_text):
    first = mend(read_text(ROSTER, crs=WGS84), MEMBERS).iloc[0]
    assert first["字段"] == "kind, name"
    assert "飞行员" in first["原因"]
    assert "为空" in first["原因"]
    assert "请填写该单元格。" in first["处理办法"]


def test_mended_and_imported_again_nothing_is_wrong_any_more(read_text):
    rows = mend(read_text(ROSTER, crs=WGS84), MEMBERS)
    rows.loc[0, ["姓名", "人员类型"]] = ["赵六", "流动党员"]
    rows.loc[1, "经度"] = "104.7"
    rows.loc[2, "column 7"] = None
    again = read_text(write_rows(rows, "csv"), crs=WGS84)
    found = conform(again, MEMBERS, timezone="Asia/Shanghai")
    assert found.rejects == []
    assert found.frame["name"].tolist() == ["赵六", "李四", "王五"]
    assert again.frame["备注"].tolist() == ["=1+1", "乙", "丙"]


def test_a_second_round_does_not_pile_up_columns(read_text):
    once = mend(read_text(ROSTER, crs=WGS84), MEMBERS)
    again = mend(read_text(write_rows(once, "csv"), crs=WGS84), MEMBERS, language="en")
    assert list(again.columns)[:5] == ["row no.", "field", "reason", "remedy", "编号"]
    assert "原因" not in again.columns


def test_shapes_of_a_map_file_come_back_as_text(read_features):
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    table = read_features(
        ({"编号": "1", "名称": "甲"}, shapely.geometry.mapping(bow)),
        ({"编号": "2", "名称": "乙"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}),
    )
    rows = mend(table, BUILDINGS)
    assert rows["行号"].tolist() == [1, 2]
    assert rows["名称"].tolist() == ["甲", "乙"]
    assert shapely.from_wkt(rows.loc[0, "wkt"]) == bow


def test_the_workbook_holds_every_cell_as_text_that_does_not_run(read_text, tmp_path):
    text = "编号,类型,名称\n007,站,=cmd|x\n621122001001,,@甲\n"
    rows = mend(read_text(text), FACILITIES)
    (tmp_path / "a.xlsx").write_bytes(write_rows(rows, "xlsx"))
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    cells = [[c.value for c in row] for row in page.iter_rows(min_row=2)]
    assert [c[4:] for c in cells] == [["007", "站", "=cmd|x"], ["621122001001", None, "@甲"]]
    formula = page.cell(2, 7)
    assert (formula.data_type, formula.quotePrefix, formula.number_format) == ("s", True, "@")
    assert page.freeze_panes == "A2"


@given(st.text(alphabet="'=+-@a1."))
def test_what_keeps_a_cell_from_running_is_taken_off_again(text):
    assert _cell(_safe(text)) == (text or None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_rejected_rows_make_a_file_of_headings(read_text, kind):
    rows = rejected_rows(read_text("编号,类型\n1,站\n"), [], language="zh")
    assert len(rows) == 0
    assert write_rows(rows, kind)
