"""Members, posts and branches in a real browser: rows for those in charge, counts for others."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.living import audited, living, over, served, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory):
    with living(cluster, template, tmp_path_factory.mktemp("members")) as installed:
        yield installed


@pytest.fixture(scope="module")
def live_server(village):
    with served(village) as base:
        yield base


def section(page: Page):
    return page.locator("section.members")


def members(page: Page):
    return page.locator(".member-list li")


def opened(here, name: str):
    """Click the map's centre and take the area of this name out of the card's chain."""
    here.click_map()
    here.page.locator(".chain").get_by_role("button", name=name).click()
    expect(here.page.locator("aside.card h2")).to_have_text(name)
    return here.page


def listed(visit, who: str, x: float, community: str):
    here = signed_in(visit, who, over(x, 50))
    page = opened(here, community)
    section(page).get_by_role("button", name="党员名单").click()
    expect(members(page).first).to_be_visible()
    return page


def test_a_worker_lists_the_members_of_the_own_area_and_the_reading_is_logged(village, visit):
    before = len(audited(village, "read members"))
    page = listed(visit, "li", 150, "西社区")
    expect(members(page)).to_have_count(6)
    expect(page.locator(".members-card .hint")).to_have_text("每次查看都会记入审计日志。")
    lines = audited(village, "read members").iloc[before:]
    assert set(lines["actor"]) == {"li"}
    assert not lines["detail"].astype(str).str.contains("党员1|1390000").any()


def test_numbers_are_masked_until_shown_and_showing_them_is_logged_as_such(village, visit):
    page = listed(visit, "li", 150, "西社区")
    first = members(page).first
    expect(first).to_contain_text("****")
    expect(first.get_by_role("link")).to_have_count(0)
    before = len(audited(village, "read members"))
    page.get_by_role("button", name="显示完整号码（会记录）").click()
    expect(first.get_by_role("link")).to_have_attribute("href", "tel:13900000001")
    assert len(audited(village, "read members")) == before + 1


def test_the_list_is_narrowed_by_kind_and_by_name(visit):
    page = listed(visit, "wang", 150, "西社区")
    page.get_by_label("类型").select_option(label="流动党员")
    expect(members(page)).to_have_count(1)
    page.get_by_label("类型").select_option(label="全部")
    expect(members(page)).to_have_count(6)
    page.get_by_label("姓名").fill("党员3")
    expect(members(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(section(page)).to_be_visible()


def test_a_visitor_sees_at_most_a_count_and_no_list(visit):
    here = visit()
    page = opened(here_at(here, 350), "东社区")
    expect(section(page)).to_contain_text("少于 5 人")
    expect(section(page).get_by_role("button")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("1390000")


def here_at(here, x: float):
    here.open(over(x, 50))
    return here


def test_a_worker_of_another_area_is_refused_in_words(visit):
    here = signed_in(visit, "zhao", over(150, 50))
    page = opened(here, "西社区")
    section(page).get_by_role("button", name="党员名单").click()
    expect(page.locator(".members-card")).to_contain_text("不在您的账号所辖区域内")
    assert all("status of 403" in line for line in here.complaints)
    here.complaints.clear()


def test_vacancies_and_areas_without_a_branch_are_a_layer_and_a_list(visit):
    here = visit()
    page = here.open(over(200, 100, zoom=16))
    page.get_by_role("switch", name="岗位与支部").check()
    gaps = page.locator(".gaps li")
    expect(gaps).to_have_count(2)
    expect(gaps.first).to_contain_text("东社区")
    expect(gaps.first).to_contain_text("没有支部")
    expect(gaps.first).to_contain_text("社区书记 1")
    expect(gaps.last).to_contain_text("网格长 1")
    gaps.first.get_by_role("button").click()
    expect(page.locator("aside.card h2")).to_have_text("东社区")
    here.settle()


def test_a_steward_forgets_a_member_after_reading_what_it_means(village, visit):
    page = listed(visit, "wang", 350, "东社区")
    expect(members(page)).to_have_count(2)
    last = members(page).last
    last.get_by_role("button", name="删除").click()
    expect(last.get_by_role("alert")).to_contain_text("从名册中删除党员8的全部信息，不能恢复")
    last.get_by_role("alert").get_by_role("button", name="删除").click()
    expect(page.locator(".toast")).to_have_text("已删除党员8")
    expect(members(page)).to_have_count(1)
