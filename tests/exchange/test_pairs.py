"""Two coordinates in one cell, in whichever order people wrote them."""

import pytest
import shapely

from geo.crs import WGS84
from geo.errors import WrongCrs

HERE = shapely.Point(104.5, 35.25)


def place(read_text, *cells, heading="坐标", **options):
    text = f"名称\t{heading}\n" + "".join(f"甲\t{cell}\n" for cell in cells)
    return read_text(text, name="file.tsv", crs=WGS84, **options)


@pytest.mark.parametrize(
    "cell",
    [
        "104.5,35.25", "104.5， 35.25", "（104.5；35.25）", "104.5 35.25", "104.5/35.25",
        "１０４．５，３５．２５", "104°30′,35°15′", "104°30′0″E 35°15′0″N", "104-30-00, 35-15-00",
        "E104°30′ N35°15′", "东经104度30分0秒北纬35度15分0秒", "经度：104.5，纬度：35.25",
        "lng=104.5,lat=35.25", "35°15′N, 104°30′E", "北纬35.25 东经104.5",
    ],
)  # fmt: skip
def test_pairs_as_people_write_them(read_text, cell):
    table = place(read_text, cell)
    assert table.rejects == ()
    assert shapely.equals_exact(table.shapes[0], HERE, tolerance=1e-12)


def test_the_numbers_say_that_the_latitude_is_first_and_the_note_says_so(read_text):
    table = place(read_text, "35.25,104.5", "35.5,104.75", heading="经纬度")
    assert [shape.coords[0] for shape in table.shapes] == [(104.5, 35.25), (104.75, 35.5)]
    assert "pairs_latitude_first" in [n.code for n in table.notes]


def test_one_exchanged_pair_does_not_turn_the_others(read_text):
    table = place(read_text, "104.5,35.25", "35.25,104.5", "104.6,35.3")
    assert [shape.x for shape in table.shapes] == [104.5, 35.25, 104.6]


def test_where_both_numbers_could_be_either_the_order_must_be_said(read_text):
    with pytest.raises(WrongCrs, match="--column latlon=坐标") as caught:
        place(read_text, "38.9,-77.0")
    assert "38.9,-77.0" in caught.value.zh
    for name, expected in (("lonlat", (38.9, -77.0)), ("latlon", (-77.0, 38.9))):
        table = place(read_text, "38.9,-77.0", columns={name: "坐标"})
        assert table.shapes[0].coords[0] == expected


def test_a_heading_that_names_the_order_is_believed_where_the_numbers_are_silent(read_text):
    assert place(read_text, "-77.0,38.9", heading="lng,lat").shapes[0].x == -77.0
    assert place(read_text, "38.9,-77.0", heading="lat,lng").shapes[0].x == -77.0


def test_a_cell_of_one_or_three_parts_rejects_its_row(read_text):
    table = place(read_text, "104.5,35.25", "104.5", "1,2,3")
    assert [(r.row, r.code) for r in table.rejects] == [
        (3, "one_coordinate"), (4, "one_coordinate"),
    ]  # fmt: skip
