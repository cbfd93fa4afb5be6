"""The leader's page of the village: every figure worked out in `village.py`."""

import datetime as dt
import re

import pytest

from geo.access import VISITOR, Actor, Grant, operator, record
from geo.boundaries import areas
from geo.errors import NotFound
from geo.reports import area_report, gather, report_key
from tests.cli.running import wangge
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet
from tests.reports.village import EAST, HOLDER, TOWN, WEST

DAY = dt.date(2026, 11, 21)
TESTER = operator("tester")


def facts_of(village, code, actor=TESTER, **more):
    options = {"edition": 1, "day": DAY, "suppress_below": 5, "review_number": None, **more}
    with village.engine.begin() as tx:
        return gather(tx, village.place(code), actor=actor, **options)


@pytest.fixture(scope="module")
def town(village):
    return facts_of(village, TOWN)


@pytest.fixture(scope="module")
def east(village):
    return facts_of(village, EAST)


def text_of(page):
    body = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_households_stand_against_the_limit_with_what_is_being_built(east):
    # Grids 3 and 4 by their buildings (7, 3), 7 and 8 as imported (70, 80).
    assert east.area.households == 160
    assert east.area.over_by == 0
    assert (east.growth.buildings, east.growth.households, east.growth.unknown) == (1, 160, 0)
    said = text_of(area_report(east, language="zh"))
    assert "160 / 300 户" in said
    assert "建成后 320 户，超出上限 20 户" in said


def test_coverage_is_a_share_of_the_known_households(town):
    shares = {one.minutes: (one.households, one.share) for one in town.coverage}
    assert shares == {5: (12, 12 / 30), 10: (20, 20 / 30), 15: (20, 20 / 30)}
    assert all(one.disc for one in town.coverage)
    said = text_of(area_report(town, language="zh"))
    assert "按直线距离估算（10 分钟 = 100 米），不是实际步行" in said


def test_homes_beyond_the_circles_are_listed_by_address(town):
    # 7 at one address and 3 at the other: 3 is too few to tell, and 10 − 7 would tell it.
    assert [
        (one.households.names, one.buildings, one.households.count) for one in town.uncovered
    ] == [(("幸福里", "青年路"), 2, 10)]
    assert (town.uncovered_buildings, town.uncovered_households.count) == (2, 10)


def test_the_parts_are_those_of_the_level_with_the_limit_fullest_first(town, east):
    assert [(p.figures.name, p.figures.households, p.blind) for p in town.parts] == [
        ("东社区", 160, True),
        ("西社区", 130, False),
    ]
    assert [p.figures.households for p in east.parts] == [80, 70, 7, 3]


def test_facilities_belong_to_the_area_that_they_stand_in(town, east):
    assert [one.name for one in town.under_standard] == ["西站"]
    assert east.under_standard == ()
    assert {one.name: one.inside for one in town.facilities} == {"西站": True, "东驿": True}
    assert {one.name for one in east.facilities if one.inside} == {"东驿"}


def test_who_may_read_incidents_has_those_of_the_last_twelve_months_exactly(town):
    assert town.incidents.number == 7
    kinds = [(t.names, t.count) for t in town.incidents.kinds]
    assert kinds == [(("噪声扰民",), 6), (("邻里纠纷",), 1)]
    said = text_of(area_report(town, language="zh"))
    assert "近 12 个月事件 · 7" in said
    assert "事件为准确数字" in said


def test_all_others_have_what_the_statistics_tell_everybody(village):
    # Eight on record, all in grid 1: seven of noise, and one dispute that 8 - 7 would tell.
    found = facts_of(village, TOWN, actor=VISITOR).incidents
    assert (found.number, found.exact) == (8, False)
    assert [(t.names, t.count) for t in found.kinds] == []
    assert [t.count for t in found.states] == [8]
    said = text_of(area_report(facts_of(village, TOWN, actor=VISITOR), language="zh"))
    assert "登记的事件（不限时间） · 8" in said
    assert "邻里纠纷" not in said
    east = facts_of(village, EAST, actor=VISITOR)
    assert east.incidents.number is None  # none, or a few: nobody can tell
    assert "此处不列出" in text_of(area_report(east, language="zh"))


def test_a_role_for_one_area_gives_exact_incidents_there_alone(village):
    worker = Actor("li", (Grant("worker", village.place(WEST)),))
    assert facts_of(village, WEST, actor=worker).incidents.number == 7
    assert not facts_of(village, TOWN, actor=worker).incidents.exact


def test_vacancies_are_counted_by_title_without_a_name(village, town):
    assert (town.posts, dict(town.vacant), town.branches) == (3, {"网格员": 1, "网格长": 1}, 1)
    page = area_report(town, language="zh")
    assert HOLDER not in page
    assert "岗位空缺 · 2 / 3" in text_of(page)
    assert "没有党支部的社区（1 个）" in text_of(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_edition_and_date_in_either_language(town, language):
    page = area_report(town, language=language)
    said = text_of(page)
    assert "2026-01-01" in said
    assert "2026-11-21" in said
    assert ("第 1 版界线《初版》" if language == "zh" else "Lines of edition 1 “初版”") in said
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page


def test_equal_facts_give_equal_bytes(village):
    first, second = (area_report(facts_of(village, WEST), language="zh") for _ in range(2))
    assert first == second


def test_names_are_escaped(village):
    facts = facts_of(village, WEST, review_number="<b>审图号</b>")
    assert "<b>审图号</b>" not in area_report(facts, language="zh")


def test_everybody_may_have_the_page_it_holds_counts_only(village):
    worker = Actor("li", (Grant("worker", village.place(EAST)),))
    for actor in (VISITOR, worker):
        assert facts_of(village, WEST, actor=actor).area.name == "西社区"


def test_the_name_of_a_page_changes_with_the_data_and_with_what_may_be_seen(village):
    def name(actor=VISITOR):
        with village.engine.begin() as tx:
            place = village.place(WEST)
            return report_key(tx, place, edition=1, day=DAY, language="zh", actor=actor)

    def note(action):
        with village.engine.begin() as tx:
            record(tx, actor=TESTER, action=action, id=1)

    before = name()
    assert name(TESTER) != before
    for reading in ("read members", "read staff", "sign in", "add token"):
        note(reading)
    assert name() == before
    note("incident moved")
    assert name() != before


def test_an_area_that_the_edition_has_not_is_named(village):
    with village.engine.begin() as tx, pytest.raises(NotFound, match="has no area 999999"):
        gather(
            tx, 999_999, edition=1, day=DAY, suppress_below=5, review_number=None, actor=TESTER
        )  # fmt: skip


def test_the_command_writes_the_file_by_code_name_or_id(village, tmp_path):
    for number, area in enumerate((EAST, "东社区", str(village.place(EAST)))):
        out = tmp_path / f"{number}.html"
        done = wangge("report", area, "--out", out, env=village.environment)
        assert done.code == 0, done.err
        assert "东社区网格治理情况" in out.read_text("utf-8")
    done = wangge("report", "东", env=village.environment)
    assert done.code == 1
    assert "东社区" in done.err


def test_a_town_of_lines_alone_has_a_page_that_says_what_is_not_known(cluster, template, tmp_path):
    with new_hamlet(cluster, template, tmp_path) as here:
        bring_rows(here, hamlet.whole())
        issue_edition(here, "2026-01-01")
        with here.engine.begin() as tx:
            place = int(areas(tx, 1, epsg=hamlet.EPSG).query("code == '01'").index[0])
            facts = gather(
                tx, place, edition=1, day=DAY, suppress_below=5, review_number=None, actor=TESTER
            )  # fmt: skip
    said = text_of(area_report(facts, language="zh"))
    # Grids 1, 2, 5 and 6 as imported: 10 + 20 + 50 + 60.
    assert "140 / 300 户" in said
    for missing in ("没有服务圈", "没有登记岗位", "没有登记的事件", "没有在建住宅登记"):
        assert missing in said
