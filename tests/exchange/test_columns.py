"""Headings find their columns: by option, by name, by what files call them."""

import pytest

from geo.errors import BadInput, UnknownOption
from geo.exchange.columns import find_heading, map_columns
from geo.frames import AREAS, CONTRACTS, FACILITIES, INCIDENTS


def mapped(contract, *headings, **options):
    chosen = options.pop("chosen", {})
    return map_columns(contract, headings, chosen=chosen, **options)


def test_chinese_headings_are_understood():
    mapping, notes = mapped(AREAS, "网格编码", "网格名称", "上级网格", "户数", "人口数", "备注")
    assert mapping == {
        "code": "网格编码", "name": "网格名称", "parent": "上级网格",
        "households": "户数", "people": "人口数",
    }  # fmt: skip
    assert [n.code for n in notes] == ["headings_taken", "headings_unused"]
    assert "备注" in notes[1].zh


@pytest.mark.parametrize("heading", ["GEOID", "geo_id", " Geo ID ", "ｇｅｏｉｄ"])
def test_case_blanks_underscores_and_width_do_not_matter(heading):
    assert mapped(AREAS, heading)[0] == {"code": heading}


def test_a_unit_in_brackets_does_not_matter():
    assert mapped(FACILITIES, "类型", "建筑面积（㎡）")[0]["floor_area_m2"] == "建筑面积（㎡）"


def test_an_option_wins_over_every_guess():
    mapping, _ = mapped(AREAS, "code", "GEOID", "H1", chosen={"code": "geoid", "households": "H1"})
    assert (mapping["code"], mapping["households"]) == ("GEOID", "H1")


def test_a_column_that_is_said_to_be_unused_is_left_out_however_its_heading_looks():
    mapping, notes = mapped(AREAS, "code", "户数", chosen={"households": ""})
    assert mapping == {"code": "code"}
    assert [n.code for n in notes] == ["headings_unused"]
    assert "户数" in notes[0].zh
    with pytest.raises(BadInput, match="code"):
        mapped(AREAS, "code", "户数", chosen={"code": ""})


def test_the_canonical_name_wins_over_other_words_and_the_choice_is_said():
    mapping, notes = mapped(AREAS, "adcode", "code")
    assert mapping["code"] == "code"
    assert [n.code for n in notes] == ["two_headings", "headings_unused"]


def test_one_heading_is_used_once():
    mapping, _ = mapped(INCIDENTS, "类型", "地址", "事发地址")
    assert mapping["address"] == "地址"
    assert len(set(mapping.values())) == len(mapping)


@pytest.mark.parametrize(("encoding", "heading"), [("gb18030", "居住楼栋编"), ("utf-8", "居住楼")])
def test_a_heading_that_dbf_cut_at_10_bytes_is_understood(encoding, heading):
    from geo.frames import MEMBERS

    mapping, _ = mapped(MEMBERS, "姓名", heading, cut_bytes=10, encoding=encoding)
    assert mapping["home_building"] == heading


def test_a_canonical_name_that_dbf_cut_is_understood():
    mapping, _ = mapped(CONTRACTS["buildings"], "planned_ho", cut_bytes=10)
    assert mapping["planned_households"] == "planned_ho"


def test_a_prefix_means_nothing_where_headings_are_not_cut():
    assert find_heading(["planned_ho"], ["planned_households"]) == []


def test_an_unknown_column_or_heading_lists_what_there_is():
    with pytest.raises(UnknownOption, match="households"):
        mapped(AREAS, "code", chosen={"houses": "code"})
    with pytest.raises(UnknownOption, match="code, name"):
        mapped(AREAS, "code", "name", chosen={"households": "H1"})


def test_a_missing_required_column_says_how_to_name_it():
    with pytest.raises(BadInput, match="code=HEADING") as caught:
        mapped(AREAS, "a", "b")
    assert "a, b" in caught.value.zh


def test_coordinate_columns_are_not_called_unused():
    _, notes = mapped(AREAS, "code", "经度", "纬度", "E", chosen={"wkt": "E"})
    assert notes == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.kind)
def test_no_word_stands_for_two_columns_of_a_contract(contract):
    words = [w for c in contract.columns for w in (c.name, *c.aliases)]
    assert len(words) == len(set(words))
    for column in contract.columns:
        choices = [w for v, ws in column.choices.items() for w in {v, *ws}]
        assert len(choices) == len(set(choices))
