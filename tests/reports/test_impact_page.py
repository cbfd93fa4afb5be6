"""The page of an impact: offline, in either language, one sheet after the other."""

import datetime as dt
import json
import re

import geopandas as gpd
import pytest
import shapely

from geo.plans.checks import CheckContext, Post
from geo.plans.impact import impact
from geo.plans.impact_tables import without_counts
from geo.reports import impact_report
from geo.reports.offline import require_offline
from tests.plans.pictures import but, changed, community, grid, moved, survey

A, B, C = map(community, "ABC")
POSTS = {
    A: (Post("社区书记", held=True, holder="王某"),), B: (Post("社区书记", held=True, holder="李某"),),
}  # fmt: skip


def change(posts=POSTS, *, name="新社区"):
    town = survey("AABB", "AABB", households=10)
    new = but(town, B, id=C, code=f"~{C}", name=name)
    plan = changed(town, new, but(town, grid(0, 2), parent=C), but(town, grid(1, 2), parent=C))
    plan = changed(moved(plan, C, grid(0, 3), grid(1, 3), grid(0, 1)), gone=[B])
    return impact(town, plan, CheckContext({}, posts))


def page(found, language="zh", **more):
    return impact_report(
        found, title="<拆分>", before="第 1 版", after="草案", day=dt.date(2026, 11, 22),
        language=language, **more,
    )  # fmt: skip


def text_of(made):
    body = re.sub(r"<(script|style)>.*?</\1>", "", made, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_asks_for_nothing_and_says_its_language(language):
    made = page(change(), language)
    require_offline(made)
    own = re.sub(r"<(script|style)>.*?</\1>", "", made, flags=re.DOTALL)
    assert not re.findall(r"(?:src|href)=['\"]?https?:", own)
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in made
    assert "&lt;拆分&gt;" in made
    assert "<拆分>" not in made


def test_the_figures_first_then_who_goes_where_staff_and_codes():
    said = text_of(page(change()))
    # B's four grids and one of A's have another community now: 50 of 80 households.
    assert "改属其他社区 50 / 80 户" in said
    assert "2 → 2 个；新设 1，撤销 1，范围调整 1" in said
    assert "社区之间的去向" in said
    assert "B社区 新社区 40" in said
    assert "A社区 新社区 10" in said
    assert "需配人员" in said
    assert "李某" in said
    assert f"6202 （无） ~{C} 100%" in said


def test_names_of_holders_are_there_only_if_the_reader_may_know_them():
    untold = {n: tuple(Post(p.title, held=p.held) for p in posts) for n, posts in POSTS.items()}
    said = text_of(page(change(untold)))
    assert "李某" not in said
    assert "社区书记" in said


@pytest.mark.parametrize(("count", "word"), [("members", "成员"), ("incidents", "未办结")])
def test_counts_are_left_out_for_whoever_may_not_know_them(count, word):
    assert word in text_of(page(change()))
    assert word not in text_of(page(without_counts(change(), count)))


def test_a_plan_that_changes_nothing_has_a_page_too():
    town = survey("AB")
    said = text_of(page(impact(town, town, CheckContext()), "en"))
    assert "0 new, 0 retired, 0 redrawn" in said
    assert "Page 1 of 1" in said


def test_long_lists_go_on_over_sheets_and_none_is_lost():
    picture = ["A" * 10] * 9 + ["B" * 10]
    town = survey(*picture)
    plan = moved(town, B, *(grid(r, c) for r in range(8) for c in range(10)))
    made = page(impact(town, plan, CheckContext()), "en")
    sheets = made.count('<section class="sheet">')
    assert sheets >= 3
    assert f"Page {sheets} of {sheets}" in text_of(made)
    assert "(continued)" in made
    for unit in (grid(0, 0), grid(7, 9)):
        assert f"第{unit}网格" in text_of(made)


def test_what_a_list_leaves_out_is_counted():
    picture = ["A" * 14] * 13 + ["B" * 14]
    town = survey(*picture)
    plan = moved(town, B, *(grid(r, c) for r in range(10) for c in range(14)))
    # 140 grids move; 120 are listed.
    assert "20 more rows: see the workbook." in text_of(
        page(impact(town, plan, CheckContext()), "en")
    )


def fitted(made):
    (bounds,) = re.findall(r"fitBounds\((\[\[.*?\]\]), ", made)
    (south, west), (north, east) = json.loads(bounds)
    return west, south, east, north


def test_the_map_holds_the_whole_town_where_much_of_it_changes_and_keeps_to_it():
    town = survey("AABB")
    # A and B change: they are all there is; no border may run off the sheet.
    plan = moved(town, B, grid(0, 1))
    made = page(impact(town, plan, CheckContext()))
    outline = shapely.union_all([town.draft.outline(n) for n in (A, B)])
    degrees = gpd.GeoSeries([outline], crs=town.draft.site.epsg).to_crs(4326).iloc[0]
    west, south, east, north = fitted(made)
    assert shapely.box(west, south, east, north).contains(degrees)
    for when in ("load", "resize", "beforeprint"):
        assert f"'{when}'" in made


def test_an_unchanged_neighbour_is_whole_and_named_on_the_map():
    town = survey("AABBCC")
    plan = moved(town, B, grid(0, 1))
    made = page(impact(town, plan, CheckContext()))
    assert json.dumps("C社区")[1:-1] in made
    west, _, east, _ = fitted(made)
    ends = gpd.GeoSeries([town.draft.outline(C)], crs=town.draft.site.epsg).to_crs(4326)
    assert west < ends.total_bounds[0] < ends.total_bounds[2] < east


def test_names_on_the_map_are_escaped():
    assert "<b><i>x</i></b>" not in page(change(name="<i>x</i>"))


def test_equal_impacts_give_equal_bytes_and_the_review_number_is_on_it():
    first, second = (page(change(), review_number="甘S(2026)1号") for _ in range(2))
    assert first == second
    assert "甘S(2026)1号" in text_of(first)
