"""What people do with the page, in a real browser with the network cut off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import town

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def over(x: float, y: float, zoom: float = 17) -> str:
    """The address of the map with a point of the town (metres) at its centre."""
    lon, lat = town.lonlat(x, y)
    return f"map={zoom}/{lat:.6f}/{lon:.6f}"


def card(page: Page):
    return page.locator("aside.card")


def found(page: Page):
    return page.locator("#search-results [role=option]")


def test_the_page_opens_on_the_whole_town_in_chinese(visit):
    page = visit().open()
    expect(page).to_have_title("小城 · 网格")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator(".edition select")).to_have_value("2")
    expect(page.get_by_text("审图号：甲测字 1 号")).to_be_visible()
    expect(page.locator("canvas")).to_have_attribute("aria-label", re.compile("小城地图"))


def test_a_clicked_grid_shows_its_card_with_the_chain_and_the_households(visit):
    here = visit()
    page = here.open(over(150, 150))
    here.click_map()
    expect(card(page).locator("h2")).to_have_text("第6网格")
    expect(card(page).locator(".chain li")).to_have_text(["小城县", "东街社区", "第6网格"])
    expect(card(page).locator(".figure strong")).to_have_text("100")
    expect(card(page).get_by_text("62112200100100" + "6", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("area=16"))


def test_a_click_into_a_building_names_it(visit):
    here = visit()
    page = here.open(over(25, 15, zoom=18))
    here.click_map()
    expect(card(page)).to_contain_text("锦绣家园 3号楼")
    expect(card(page)).to_contain_text("6 层")


def test_a_click_outside_every_area_says_so_and_what_to_do(visit):
    here = visit()
    page = here.open(over(200, -100))
    here.click_map()
    expect(card(page).locator("h2")).to_have_text("不在任何网格内")
    expect(card(page).locator(".empty")).to_be_visible()


def test_the_chain_leads_upward_and_over_the_limit_is_said_with_a_number(visit):
    here = visit()
    page = here.open(f"edition=1&{over(150, 150)}")
    here.click_map()
    card(page).get_by_role("button", name="东街社区").click()
    expect(card(page).locator("h2")).to_have_text("东街社区")
    expect(card(page).locator(".figure")).to_contain_text("400 / 350 户")
    expect(card(page).locator(".figure .over")).to_have_text("▲ 超出 50")


def test_zooming_with_wheel_buttons_and_keys_moves_the_address(visit):
    here = visit()
    page = here.open(over(200, 100, zoom=16))
    page.get_by_role("button", name="放大").click()
    page.wait_for_url(re.compile(r"map=17\.00"))
    page.locator("canvas").focus()
    page.keyboard.press("-")
    page.wait_for_url(re.compile(r"map=16\.00"))
    before = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != before)
    here.settle()


def test_search_finds_a_community_flies_there_and_opens_its_card(visit):
    here = visit()
    page = here.open(over(2000, 2000, zoom=15))
    page.keyboard.press("/")
    page.keyboard.type("西街社")
    expect(found(page).first).to_contain_text("西街社区")
    page.keyboard.press("Enter")
    expect(card(page).locator("h2")).to_have_text("西街社区")
    lon, _ = town.lonlat(250, 100)
    page.wait_for_url(re.compile(rf"/{lon:.3f}"))
    here.settle()


def test_search_understands_coordinates_and_explains_when_nothing_is_found(visit):
    here = visit()
    page = here.open()
    box = page.get_by_role("combobox", name="搜索")
    box.fill("不存在的地方")
    expect(page.locator(".search-none")).to_contain_text("没有找到")
    lon, lat = town.lonlat(350, 50)
    box.fill(f"{lat:.6f} {lon:.6f}")
    expect(found(page)).to_contain_text("纬度在前")
    box.press("Enter")
    expect(card(page).locator(".chain li").last).to_have_text("第4网格")
    here.settle()


def test_the_language_switches_without_a_reload(visit):
    here = visit()
    page = here.open(over(150, 150))
    here.click_map()
    page.evaluate("window.same = true")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Little Town · Wangge")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(card(page).get_by_role("heading", name="Households", exact=True)).to_be_visible()
    assert page.evaluate("window.same") is True
    assert page.locator("header, .side").filter(has_text="图层").count() == 0
    here.settle()


def test_another_edition_gives_its_own_answer_and_says_that_it_is_not_the_current_one(visit):
    here = visit()
    page = here.open(over(150, 50))
    here.click_map()
    expect(card(page).locator(".chain li").nth(1)).to_have_text("西街社区")
    page.locator(".edition select").select_option("1")
    expect(card(page).locator(".chain li").nth(1)).to_have_text("东街社区")
    expect(page.locator(".banner.old")).to_contain_text("第 1 版")
    expect(page).to_have_url(re.compile("edition=1"))
    page.get_by_role("button", name="回到现行版本").click()
    expect(card(page).locator(".chain li").nth(1)).to_have_text("西街社区")
    here.settle()


def test_the_ten_minute_circles_are_drawn_and_named_as_straight_line(visit, shot, redrawn):
    here = visit()
    page = here.open(over(200, 100, zoom=15))
    before = shot(page)
    page.get_by_role("button", name="10 分钟").click()
    expect(page.locator(".circles .note")).to_contain_text("直线距离，不是实际步行")
    expect(page.locator(".circles .legend")).to_contain_text("641 m")
    here.settle()
    expect(page).to_have_url(re.compile("circles=10"))
    redrawn(page, before)
    page.get_by_role("button", name="10 分钟").click()
    here.settle()
    expect(page).not_to_have_url(re.compile("circles"))


def test_a_shared_address_shows_the_same_again_and_back_goes_a_step_back(visit):
    here = visit()
    page = here.open(over(150, 150))
    here.click_map()
    expect(card(page).locator("h2")).to_have_text("第6网格")
    again = visit()
    again.page.goto(page.url)
    expect(card(again.settle()).locator("h2")).to_have_text("第6网格")
    page.go_back()
    expect(card(page)).to_have_count(0)
    page.go_forward()
    expect(card(page).locator("h2")).to_have_text("第6网格")
    here.settle()


def test_the_dashboard_sorts_and_a_row_is_the_area_on_the_map(visit):
    here = visit()
    page = here.open("mode=table")
    rows = page.locator("tbody tr")
    expect(page.locator(".summary")).to_contain_text("1 个超过 350 户")
    expect(rows.first).to_contain_text("西街社区")
    page.locator("thead").get_by_role("button", name="户数").click()
    expect(rows.first).to_contain_text("东街社区")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(card(page).locator("h2")).to_have_text("西街社区")
    expect(rows.last).to_have_attribute("aria-selected", "true")
    here.settle()


def test_everything_can_be_reached_and_left_by_keyboard(visit):
    here = visit(first=True)
    page = here.open(over(150, 150))
    expect(page.get_by_role("heading", name="三件可以先试的事")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="三件可以先试的事")).to_have_count(0)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const e = document.activeElement
                    return e.getAttribute('aria-label') || e.title || e.closest('label')?.innerText
                      || e.innerText || e.tagName
                }"""
            ).split("\n")[0]
        )
    for name in ("版本", "搜索", "看板", "English", "社区", "楼栋", "10 分钟", "收起", "看全城"):
        assert name in reached, f"{name} is not reached by Tab: {sorted(reached)}"
    assert any("小城地图" in name for name in reached)
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    expect(card(page).locator("h2")).to_have_text("第6网格")
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="帮助")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="帮助")).to_be_hidden()
    here.settle()


def test_on_a_phone_search_and_whose_grid_come_first_and_the_card_is_a_sheet(visit):
    here = visit(**PHONE)
    page = here.open(over(150, 150))
    first = page.locator("header").locator("input, button")
    expect(first.nth(0)).to_have_attribute("aria-label", "搜索")
    expect(first.filter(visible=True).nth(1)).to_have_text("我在哪个网格")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.touchscreen.tap(195, 448)
    expect(card(page).locator("h2")).to_have_text("第6网格")
    here.settle()
    low = card(page).bounding_box()
    assert low is not None
    assert (low["x"], low["width"]) == (0, 390)
    assert low["height"] < 0.4 * 844
    card(page).locator(".handle").click()
    expect(card(page)).to_have_class(re.compile("tall"))
    expect(card(page).get_by_role("button", name="复制链接")).to_be_in_viewport()


def test_whose_grid_uses_the_position_or_else_a_cross(visit):
    lon, lat = town.lonlat(350, 150)
    known = visit(
        **PHONE,
        geolocation={"longitude": lon, "latitude": lat},
        permissions=["geolocation"],
    )
    page = known.open()
    page.get_by_role("button", name="我在哪个网格").click()
    expect(card(page).locator(".chain li").last).to_have_text("第8网格")
    known.settle()
    unknown = visit(**PHONE)
    page = unknown.open(over(50, 50))
    page.get_by_role("button", name="我在哪个网格").click()
    expect(page.locator(".cross")).to_be_visible()
    expect(card(page).locator(".chain li").last).to_have_text("第1网格")
    unknown.settle()


def test_without_webgl_the_page_says_what_to_do_and_still_answers(visit_without_webgl):
    here = visit_without_webgl()
    page = here.page
    page.goto(here.base)
    expect(page.get_by_role("heading", name="这个浏览器画不出地图")).to_be_visible()
    expect(page.get_by_text("图形加速")).to_be_visible()
    page.get_by_role("combobox", name="搜索").fill("西街社区")
    found(page).first.wait_for()
    page.keyboard.press("Enter")
    expect(card(page).locator("h2")).to_have_text("西街社区")


def test_a_lost_server_is_said_in_words_and_what_was_shown_stays(visit):
    here = visit()
    page = here.open(over(150, 150))
    page.route("**/areas/*", lambda route: route.fulfill(status=500, body="broken"))
    here.click_map()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("服务器出了问题（500）")
    page.unroute("**/areas/*")
    alert.get_by_role("button", name="重试").click()
    expect(card(page).locator("h2")).to_have_text("第6网格")
    here.complaints[:] = [text for text in here.complaints if "500" not in text]
    here.settle()
