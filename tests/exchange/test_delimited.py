"""CSV and TSV as they really come."""

import pytest
import shapely

from geo.crs import GCJ02, WGS84, SourceCrs
from geo.errors import UnknownOption, UnreadableFile, WrongCrs
from geo.exchange import require_crs
from geo.exchange.coordinates import read_coordinate


def codes(found):
    return [(r.row, r.code) for r in found]


@pytest.mark.parametrize("sign", [",", "\t", ";", "|", "，"])
def test_the_separator_is_found_by_counting(read_text, sign):
    table = read_text(f"编码{sign}名称\n1{sign}甲\n")
    assert table.headings == ("编码", "名称")
    assert table.frame.loc[2].tolist() == ["1", "甲"]


def test_gbk_without_a_word_is_read_right_and_said(read_text):
    table = read_text("编码,名称\n1,陇西县\n".encode("gbk"))
    assert table.frame.loc[2, "名称"] == "陇西县"
    assert (table.encoding, table.encoding_origin) == ("gb18030", "guessed")
    assert [n.code for n in table.notes] == ["encoding_guessed"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_names_the_encoding(read_text, encoding):
    table = read_text("编码\t名称\n1\t甲\n".encode(encoding))
    assert table.headings == ("编码", "名称")
    assert table.encoding_origin == "file"


def test_rows_are_numbered_as_the_user_counts_and_blank_ones_left_out(read_text):
    table = read_text('a,b\n1,x\n\n,,\n2,"two\nlines"\n3,z\n')
    assert list(table.frame.index) == [2, 5, 6]
    assert table.frame.loc[5, "b"] == "two\nlines"


def test_a_trailing_comma_is_harmless_and_a_short_row_has_blanks(read_text):
    table = read_text("a,b,c\n1,2,3,\n4,5\n")
    assert table.frame.loc[2].tolist() == ["1", "2", "3"]
    assert table.frame.loc[3].tolist() == ["4", "5", None]
    assert table.rejects == ()


def test_text_beyond_the_headings_rejects_its_row_only(read_text):
    table = read_text("a,b\n1,2\n3,4,5\n")
    assert codes(table.rejects) == [(3, "too_many_cells")]
    assert list(table.frame.index) == [2]


def test_rows_of_totals_are_left_out_and_counted(read_text):
    table = read_text("序号,编码,户数\n1,621,10\n,小计：,10\n合 计,,10\n")
    assert list(table.frame.index) == [2]
    assert [n.en for n in table.notes] == [
        "2 rows of totals were left out, first row 3 (“小计：”)."
    ]


def test_a_thing_called_total_is_no_row_of_totals(read_text):
    assert len(read_text("编号,名称\n1,Total\n").frame) == 1


def test_a_title_above_the_headings_is_left_out_and_said(read_text):
    table = read_text("陇西县网格一览表,,\n填报单位：民政局,,2026年3月\n编码,名称,户数\n1,甲,2\n")
    assert table.headings == ("编码", "名称", "户数")
    assert list(table.frame.index) == [4]
    assert [n.code for n in table.notes] == ["title_above"]


def test_a_heading_that_appears_twice_is_said(read_text):
    table = read_text("名称,名称\n甲,乙\n")
    assert table.headings == ("名称", "名称.2")
    assert [n.code for n in table.notes] == ["heading_twice"]


def test_an_empty_file_is_refused_and_a_file_of_headings_is_noted(read_text):
    with pytest.raises(UnreadableFile, match="empty"):
        read_text("")
    assert [n.code for n in read_text("a,b\n").notes] == ["no_rows"]


def test_longitude_and_latitude_are_found_by_their_headings(read_text):
    for lon, lat in (
        ("经度", "纬度"),
        ("LON", "LAT"),
        ("lng", "lat"),
        ("x", "y"),
        ("经 度", "纬度(°)"),
    ):
        table = read_text(f"{lat},名称,{lon}\n35.0,甲,104.6\n", crs=WGS84)
        assert table.frame.loc[2, "geometry"] == shapely.Point(104.6, 35.0)
        assert table.source_crs == WGS84


def test_columns_named_by_the_user_win(read_text):
    options = {"lon": "E", "lat": "N"}
    table = read_text("E,N,lon,lat\n104.6,35.0,1,2\n", columns=options, crs=GCJ02)
    assert table.frame.loc[2, "geometry"] == shapely.Point(104.6, 35.0)
    with pytest.raises(UnknownOption, match="E, N"):
        read_text("E,N\n1,2\n", columns={"lon": "east", "lat": "N"})


def test_both_coordinates_in_one_cell(read_text):
    table = read_text('名称,坐标\n甲,"104.6,35.0"\n乙,104.7 35.1\n丙,\n丁,"104.6"\n', crs=WGS84)
    assert table.frame.loc[2, "geometry"] == shapely.Point(104.6, 35.0)
    assert table.frame.loc[3, "geometry"] == shapely.Point(104.7, 35.1)
    assert table.frame.loc[4, "geometry"] is None
    assert codes(table.rejects) == [(5, "one_coordinate")]


def test_wkt_in_a_column(read_text):
    text = 'name;wkt\n甲;"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n乙;POLYGON ((0 0\n丙;\n'
    table = read_text(text, crs=WGS84)
    assert table.frame.loc[2, "geometry"].area == 0.5
    assert codes(table.rejects) == [(3, "broken_shape")]
    assert table.frame.loc[4, "geometry"] is None


def test_bad_coordinates_reject_their_row_with_the_cell(read_text):
    table = read_text("lon,lat\n104.6,35\n东边,35\n104.6,\n,\nnan,35\n104.6,inf\n", crs=WGS84)
    assert codes(table.rejects) == [
        (3, "not_a_coordinate"), (4, "one_coordinate"), (6, "not_a_coordinate"), (7, "not_a_coordinate"),
    ]  # fmt: skip
    assert table.rejects[0].field == "lon"
    assert table.rejects[0].value == "东边"
    assert list(table.frame.index) == [2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("104.5", 104.5), ("１０４．５", 104.5), ("104°30′", 104.5), ("104°30'00\"E", 104.5),
        ("东经104度30分0秒", 104.5), ("33°30′S", -33.5), ("104 30 0", 104.5), ("-0.5", -0.5),
        ("1.045e2", 104.5), ("104.5°", 104.5), ("W 77.5", -77.5), ("E104°30′", 104.5), ("104°37′48″", 104.63), ("104-37-48", 104.63),
        ("104-37-48E", 104.63), ("35.0.36", 35.01), ("东经：104.5", 104.5), ("33-30-00S", -33.5),
    ],
)  # fmt: skip
def test_coordinates_as_people_write_them(text, expected):
    assert read_coordinate(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "nan", "inf", "1_0", "104°75′", "abc", "104,5", "1e999", "104-37", "104-75-00", "1-2-3-4"],
)
def test_what_is_no_coordinate_is_nan(text):
    assert read_coordinate(text) != read_coordinate(text)


def test_degrees_without_a_system_are_refused_with_the_choices(read_text):
    table = read_text("lon,lat\n104.6,35.0\n")
    assert table.crs_origin == "missing"
    with pytest.raises(WrongCrs, match=r"--crs 4490.*gcj02.*bd09") as caught:
        require_crs(table)
    assert "gcj02" in caught.value.zh


@pytest.mark.parametrize(
    ("x", "y", "remedy"),
    [
        (35399087, 3983681, "--crs 4523"),
        (18399087, 3983681, "--crs 4496"),
        (399087, 3983681, "--crs 4544"),
    ],
)
def test_metres_without_a_system_are_refused_with_the_likely_zones(read_text, x, y, remedy):
    with pytest.raises(WrongCrs, match=remedy):
        require_crs(read_text(f"x,y\n{x},{y}\n"))


@pytest.mark.parametrize("epsg", [4214, 4610])
def test_the_old_chinese_systems_are_warned_of(read_text, epsg):
    table = read_text("lon,lat\n104.6,35\n", crs=SourceCrs("epsg", epsg))
    assert "crs_ballpark" in [n.code for n in table.notes]


def test_numbers_that_belie_the_declared_system_are_refused(read_text):
    with pytest.raises(WrongCrs, match="means degrees"):
        read_text("x,y\n399087,3983681\n", crs=WGS84)
    with pytest.raises(WrongCrs, match="means metres"):
        read_text("x,y\n104.6,35.0\n", crs=SourceCrs("epsg", 4544))
