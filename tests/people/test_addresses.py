"""Addresses by hand: what is read, and what is not guessed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.people.addresses import Prefixes, number_key, numeral, parse, place_key, plain
from geo.people.homes import AddressBook

# -- taken apart: place, number


@pytest.mark.parametrize(
    ("text", "place", "number"),
    [
        ("竹岭苑4号楼", "竹岭苑", "4"),
        ("竹岭苑４号楼", "竹岭苑", "4"),
        ("竹岭苑 04 号楼", "竹岭苑", "4"),
        ("竹岭苑四号楼", "竹岭苑", "4"),
        ("竹岭苑肆号楼", "竹岭苑", "4"),
        ("竹岭苑4栋", "竹岭苑", "4"),
        ("竹岭苑4幢2单元", "竹岭苑", "4"),
        ("竹岭苑4座501", "竹岭苑", "4"),
        ("竹岭苑4#", "竹岭苑", "4"),
        ("竹岭苑４＃楼", "竹岭苑", "4"),
        ("竹岭苑4#-2-501", "竹岭苑", "4"),
        ("竹岭苑4号樓", "竹岭苑", "4"),
        ("竹岭苑4棟", "竹岭苑", "4"),
        ("竹岭苑4号楼2单元501室", "竹岭苑", "4"),
        ("竹岭苑4号楼二单元三层东户", "竹岭苑", "4"),
        ("竹岭苑4号201室", "竹岭苑", "4"),
        ("竹岭苑4号楼3号", "竹岭苑", "4"),
        ("竹岭苑4号楼3楼", "竹岭苑", "4"),
        ("竹岭苑4-2-501", "竹岭苑", "4"),
        ("竹岭苑4—2—501", "竹岭苑", "4"),
        ("竹岭苑4/2/501", "竹岭苑", "4"),
        ("竹岭苑4-501", "竹岭苑", "4"),
        ("竹岭苑4-2-501号", "竹岭苑", "4"),
        ("竹岭苑 4 2单元 501", "竹岭苑", "4"),
        ("竹岭苑,4号楼,2单元", "竹岭苑", "4"),
        ("竹岭苑4号楼（原煤建公司）", "竹岭苑", "4"),
        ("竹岭苑4号楼(近3号楼)", "竹岭苑", "4"),
        ("竹岭苑（东区）4号楼", "竹岭苑东区", "4"),
        ("竹岭苑十二号楼", "竹岭苑", "12"),
        ("竹岭苑二十幢", "竹岭苑", "20"),
        ("竹岭苑一〇三号楼", "竹岭苑", "103"),
        ("竹岭苑一百零三号楼", "竹岭苑", "103"),
        ("竹岭苑壹拾贰号楼", "竹岭苑", "12"),
        ("竹岭苑A座", "竹岭苑", "A"),
        ("竹岭苑a座1201", "竹岭苑", "A"),
        ("竹岭苑3A栋", "竹岭苑", "3A"),
        ("竹岭苑Ａ－３号楼", "竹岭苑", "A3"),
        ("竹岭苑甲3号楼", "竹岭苑", "甲3"),
        ("竹岭苑3号楼A座", "竹岭苑", "3-A"),
        ("竹岭苑2-3号楼", "竹岭苑", "2-3"),
        ("锦绣二期3号楼", "锦绣2期", "3"),
        ("锦绣2期3号楼", "锦绣2期", "3"),
        ("三十里铺新村3栋", "30里铺新村", "3"),
        ("五一村三号楼", "五一村", "3"),
        ("仁达路81号", "仁达路", "81"),
        ("仁达路81-1号", "仁达路", "81-1"),
        ("仁达路甲81号", "仁达路", "甲81"),
        ("仁达路81号院4号楼", "仁达路81号院", "4"),
        ("仁达路81号竹岭苑4号楼", "仁达路81号竹岭苑", "4"),
        ("电厂五号楼家属院3号楼2单元", "电厂5号楼家属院", "3"),
        ("梅治村12号", "梅治村", "12"),
        ("4号楼501", "", "4"),
    ],
)
def test_a_number_is_found_however_it_is_written(text, place, number):
    read = parse(text)
    assert (read.place, read.number) == (place, number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "竹岭苑",
        "竹岭苑2单元501",  # a unit is no building
        "竹岭苑四单元501",
        "竹岭苑501室",
        "竹岭苑12",  # building 12, or room 12?
        "竹岭苑六楼",  # a floor
        "竹岭苑4号楼对面",
        "竹岭苑4号楼后面平房",
        "竹岭苑4号楼北楼",
        "竹岭苑4号楼附1号",
        "竹岭苑4号楼2单元金月小区3号楼",
        "竹岭苑3号楼和4号楼",
        "竹岭苑3号楼与4号楼之间",
        "仁达路81-2-301",  # house 81-2, or house 81, unit 2?
        "仁达路81号-2",
        "梅治村12-3",
    ],
)
def test_what_is_not_clear_gives_no_number(text):
    assert parse(text).number is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", "10"), ("十二", "12"), ("二十", "20"), ("九十九", "99"), ("一百零八", "108"),
     ("一百一十", "110"), ("二〇一", "201"), ("两", "2"), ("一百二", "一百二")],
)  # fmt: skip
def test_chinese_numerals(text, value):
    assert numeral(text) == value


@pytest.mark.parametrize("text", ["4号楼", "４", "4", "4#", "四栋", "04幢", "4座", "4号", "４＃楼"])
def test_all_ways_of_a_number_in_a_register_are_one(text):
    assert number_key(text) == "4"


@given(
    st.text(alphabet="竹岭苑路村号楼栋幢座单元室层#-0123456789０一二十百零AB（） 、旁", max_size=20)
)
def test_any_text_can_be_taken_apart_and_writing_it_plainly_changes_nothing(text):
    assert parse(plain(text)) == parse(text)
    assert place_key(place_key(text)) == place_key(text)


# -- what may stand before a compound

NAMES = Prefixes(["示例县", "金阳社区", "金阳第一网格", "永安村"], ["示例县"], ["仁达路"])


@pytest.mark.parametrize(
    "text",
    ["竹岭苑", "示例县竹岭苑", "甘肃省定西市示例县竹岭苑", "金阳社区竹岭苑", "金阳社区居委会竹岭苑",
     "示例县金阳社区金阳第一网格竹岭苑", "仁达路81号竹岭苑", "示例县仁达路竹岭苑"],
)  # fmt: skip
def test_areas_and_roads_before_a_compound_come_off(text):
    assert NAMES.strip(place_key(text))[-1] == "竹岭苑"


@pytest.mark.parametrize("text", ["安定区竹岭苑", "邻县竹岭苑", "仁义路竹岭苑", "定西市竹岭苑"])
def test_names_that_are_not_of_this_town_stay(text):
    assert NAMES.strip(place_key(text)) == (text,)


# -- one building, or none

BUILDINGS = pd.DataFrame(
    [
        (1, "B1", "竹岭苑", "1号楼", None, "示例县竹岭苑1号楼"),
        (2, "B2", "竹岭苑", "4号楼", None, "示例县竹岭苑4号楼"),
        (3, "B3", "竹岭苑", "A座", None, None),
        (4, "B4", "和平小区", "2号楼", None, None),
        (5, "B5", "和平小区", "2栋", None, None),  # another compound of the same name
        (6, "B6", "和平小区", "7栋", None, None),
        (7, "B7", None, "81号", None, "示例县仁达路81号"),
        (8, "B8", None, "12号", None, "示例县永安村12号"),
        (9, "B9", None, None, "老粮站", None),
        (10, "B10", "电厂五号楼", "2号", None, "示例县电厂五号楼2号"),
        (11, "B11", "阳光一百", "二号楼", None, None),
        (12, "B12", "锦绣家园", "3", None, "东街1号"),
        (13, "B13", "锦绣家园", "13", None, "东街1号"),
        (14, "B14", "锦绣家园二期", "3", None, None),
        (15, "B15", "新村", "3-2", None, None),
        (16, "B16", "新村", "3", None, None),
        (17, "B17", "永安村", "5号楼", None, None),
        (18, "B18", None, "5号", None, "仁达路5号"),
        (19, "B19", "兴旺家园", "1号楼", None, "示例县仁达路5号"),
        (20, "B20", None, "6号楼", None, "仁达路6号楼"),
    ],
    columns=["id", "key", "compound", "number", "name", "address"],
)
AREAS = pd.DataFrame({"name": ["示例县", "金阳社区", "永安村"], "top": [True, False, False]})
BOOK = AddressBook(
    BUILDINGS, AREAS, {"竹岭园#4": 2, "和平小区东院#2": 5, "老粮食站#": 9, "新街#1": 99}
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("竹岭苑4号楼2单元501", "B2"),
        ("示例县金阳社区仁达路81号竹岭苑四栋", "B2"),
        ("竹岭苑a座", "B3"),
        ("和平小区7-2-501", "B6"),  # its name is used twice, its number is not
        ("仁达路81号", "B7"),
        ("示例县仁达路81号2单元", "B7"),
        ("永安村12号", "B8"),
        ("示例县永安村5号楼", "B17"),
        ("老粮站", "B9"),
        ("仁达路6号楼", "B20"),
        ("仁达路5号1号楼", "B19"),
        ("电厂五号楼2号", "B10"),
        ("阳光一百二号楼", "B11"),
        ("锦绣家园3号楼", "B12"),
        ("东街1号13号楼", "B13"),
        ("锦绣家园2期3栋", "B14"),
        ("新村3-2-501", "B16"),
        ("竹岭园4号楼1单元", "B2"),  # by alias
        ("和平小区东院2号楼", "B5"),
        ("老粮食站", "B9"),
    ],
)
def test_one_hit_is_the_building(text, key):
    found = BOOK.match(text)
    assert BUILDINGS["key"][found.home] == key


@pytest.mark.parametrize(
    ("text", "reason", "first"),
    [
        ("竹岭苑99号楼", "unknown_number", "B2"),
        ("竹岭苑", "no_number", "B1"),
        ("竹岭院4号楼", "unknown_compound", "B2"),
        ("安定区竹岭苑4号楼", "unknown_compound", "B2"),
        ("和平小区2号楼", "several", "B4"),
        ("和平小区", "no_number", "B4"),
        ("东街1号", "unknown_compound", None),
        ("4号楼", "unknown_compound", None),
        ("新村3-2", "several", "B15"),
        ("竹岭苑4号楼对面", "no_number", "B1"),
        ("老粮站旁", "no_number", None),
        ("仁达路81号楼", "unknown_number", "B7"),  # a house is no building of a compound
        ("仁达路5号", "unknown_number", "B18"),  # a house, and a compound at the same number
        ("新街1号", "unknown_compound", None),  # the alias's building is gone
    ],
)
def test_none_or_several_are_rejected_with_candidates(text, reason, first):
    found = BOOK.match(text)
    assert (found.home, found.reason) == (-1, reason)
    keys = [candidate.key for candidate in found.candidates]
    assert len(keys) <= 5
    if first is not None:
        assert keys[0] == first


def test_both_buildings_of_a_name_used_twice_are_candidates():
    found = BOOK.match("和平小区2号楼")
    assert [candidate.id for candidate in found.candidates] == [4, 5]


def test_cells_of_compound_and_building_are_stronger_than_the_address():
    found = BOOK.match("仁义路8号", compound="竹岭苑", number="4")
    assert BUILDINGS["key"][found.home] == "B2"


@pytest.mark.parametrize("number", ["4", "4号楼", "４", "四号楼", "4栋2单元"])
def test_the_cell_of_the_building_may_be_written_in_any_way(number):
    assert BOOK.match(None, compound="竹岭苑", number=number).home == 1


def test_cells_that_lead_to_another_building_than_the_address_contradict_it():
    found = BOOK.match("竹岭苑1号楼", compound="竹岭苑", number="4")
    assert found.reason == "contradiction"
    assert {candidate.key for candidate in found.candidates} == {"B1", "B2"}


def test_an_address_without_a_compound_is_completed_by_its_cell():
    assert BOOK.match("4号楼2单元501", compound="竹岭苑").home == 1


def test_a_compound_that_the_address_does_not_lie_in_contradicts_it():
    assert BOOK.match("竹岭苑4号楼", compound="和平小区").reason == "contradiction"


def test_an_alias_leaves_unit_and_room_out_and_keeps_the_rest_of_what_has_no_number():
    assert BOOK.alias_key("示例县竹岭园4号楼2单元501") == "竹岭园#4"
    assert BOOK.alias_key("老粮食站2单元501") == "老粮食站2单元501#"
