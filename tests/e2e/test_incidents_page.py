"""Incidents in a real browser: reported by the map, moved, advanced, handed on, by the right people."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.living import (
    PHONE,
    advance_behind,
    living,
    over,
    report,
    served,
    sign_in,
    signed_in,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory):
    with living(cluster, template, tmp_path_factory.mktemp("incidents")) as installed:
        yield installed


@pytest.fixture(scope="module")
def live_server(village):
    with served(village) as base:
        yield base


def at(x: float, y: float, zoom: float = 18, **more: object) -> str:
    """The address of the incidents with a point of the hamlet at the map's centre."""
    words = "".join(f"&{key.replace('_', '-')}={value}" for key, value in more.items())
    return f"mode=incidents{words}&{over(x, y, zoom)}"


def card(page: Page):
    return page.locator("aside.card.incident")


def rows(page: Page):
    return page.locator(".incident-list [data-incident]")


def present(page: Page):
    """The step of the timeline that the incident is at."""
    return page.locator(".timeline [aria-current=step]")


def test_a_visitor_is_told_to_sign_in_and_finds_the_list_after_it(visit):
    here = visit()
    page = here.open(at(150, 50))
    expect(page.locator("aside.side")).to_contain_text("这里需要登录")
    page.locator("aside.side").get_by_role("button", name="登录").click()
    sign_in(page, "wang")
    expect(rows(page).first).to_be_visible()
    here.settle()


def test_a_click_on_the_map_reports_an_incident_that_is_placed_at_once(visit):
    here = signed_in(visit, "li", at(150, 150))
    page = here.page
    page.get_by_role("button", name="上报", exact=True).click()
    form = page.locator("aside.report")
    expect(form).to_contain_text("请点击地图上事发的位置")
    here.click_map()
    expect(form.locator(".where")).to_contain_text("西社区 › 第6网格")
    page.keyboard.type("井盖")
    form.get_by_label("内容").fill("井盖松动")
    form.get_by_role("button", name="上报", exact=True).click()
    expect(page.locator(".toast")).to_have_text("已上报，归第6网格")
    expect(card(page).locator("h2")).to_have_text("井盖松动")
    expect(card(page).locator(".chain li")).to_have_text(["小村", "西社区", "第6网格"])
    expect(present(page)).to_contain_text("收集")
    expect(rows(page).filter(has_text="井盖松动")).to_have_count(1)
    here.settle()


def test_an_incident_is_reported_by_the_keyboard_alone(visit):
    here = signed_in(visit, "li", at(150, 150))
    page = here.page
    page.get_by_role("button", name="上报", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("canvas").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("类型").last).to_be_focused()
    page.keyboard.type("噪声")
    page.keyboard.press("Enter")
    expect(card(page).locator("h2")).to_have_text("噪声")
    here.settle()


def test_a_report_that_was_closed_by_mistake_is_still_there(visit):
    here = signed_in(visit, "li", at(150, 150))
    page = here.page
    page.get_by_role("button", name="上报", exact=True).click()
    page.get_by_label("内容").fill("写了很长的说明")
    page.keyboard.press("Escape")
    expect(page.locator("aside.report")).to_have_count(0)
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_label("内容")).to_have_value("写了很长的说明")


def test_a_place_on_the_map_offers_to_report_there(visit):
    here = signed_in(visit, "li", over(150, 150))
    here.click_map()
    here.page.get_by_role("button", name="在此上报事件").click()
    expect(here.page.locator("aside.report .where")).to_contain_text("第6网格")
    here.settle()


def test_a_pin_is_moved_with_a_look_at_its_new_grid_and_only_kept_when_said(village, visit):
    number = report(village, 150, 150, title="乱停车")
    here = signed_in(visit, "li", at(150, 150, zoom=17, incident=number))
    page = here.page
    page.get_by_role("button", name="移动位置").click()
    here.click_map(dx=-180)  # at zoom 17 about 88 m to the west
    expect(page.locator(".steps .hint")).to_contain_text("西社区 › 第5网格")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="移动位置")).to_be_visible()
    expect(card(page).locator(".chain li").last).to_have_text("第6网格")

    page.get_by_role("button", name="移动位置").click()
    here.click_map(dx=-180)
    expect(page.locator(".steps .hint")).to_contain_text("第5网格")
    page.get_by_role("button", name="保留").click()
    expect(card(page).locator(".chain li").last).to_have_text("第5网格")
    expect(page.locator(".history li").first).to_contain_text("移动了位置 li")
    here.settle()


def test_a_pin_is_moved_by_dragging(village, visit):
    number = report(village, 150, 150, title="垃圾")
    here = signed_in(visit, "li", at(150, 150, zoom=17, incident=number))
    page = here.page
    page.get_by_role("button", name="移动位置").click()
    box = page.locator(".placed-pin").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.move(x - 180, y, steps=4)
    page.mouse.up()
    expect(page.locator(".steps .hint")).to_contain_text("第5网格")
    page.get_by_role("button", name="保留").click()
    expect(card(page).locator(".chain li").last).to_have_text("第5网格")
    here.settle()


def test_the_verbs_lead_through_the_states_and_back_only_with_a_note(village, visit):
    number = report(village, 150, 150)
    page = signed_in(visit, "li", at(150, 150, incident=number)).page
    for verb, state in (
        ("受理", "受理"), ("派遣", "派遣"), ("开始处理", "处理"), ("回访", "回访"), ("办结", "办结"),
    ):  # fmt: skip
        page.locator(".steps").get_by_role("button", name=verb, exact=True).click()
        expect(present(page)).to_contain_text(state)
    expect(present(page)).to_contain_text(re.compile(r"\d\d-\d\d\s*\d\d:\d\d"))

    others = page.get_by_role("combobox", name="其他状态")
    others.select_option("handling")
    expect(page.locator(".steps .wrong")).to_have_text("退回需要先写备注。")
    expect(present(page)).to_contain_text("办结")
    page.get_by_role("textbox", name="备注").fill("住户说没有修好")
    others.select_option("handling")
    expect(present(page)).to_contain_text("处理")
    expect(page.locator(".history li").first).to_contain_text("住户说没有修好")


def test_the_card_names_whom_to_send_and_which_posts_are_vacant(village, visit):
    number = report(village, 70, 50)
    page = signed_in(visit, "li", at(70, 50, incident=number)).page
    staff = page.locator(".staff li")
    expect(staff.filter(has_text="网格长")).to_contain_text("空缺")
    expect(staff.filter(has_text="网格员")).to_contain_text("孙网格")
    expect(staff.get_by_role("link")).to_have_attribute("href", "tel:13800000011")


def test_an_escalation_says_to_whom_and_the_card_names_the_handler(village, visit):
    number = report(village, 70, 50)
    page = signed_in(visit, "li", at(70, 50, incident=number)).page
    page.get_by_role("button", name="升级到西社区").click()
    expect(card(page)).to_contain_text("由西社区办理")
    expect(page.get_by_role("button", name="升级到小村")).to_be_visible()


def test_near_a_border_both_grids_are_named_and_one_is_chosen_by_hand(village, visit):
    number = report(village, 108, 150)  # 8 m east of grid 5, in grid 6
    page = signed_in(visit, "li", at(150, 150, incident=number)).page
    border = page.locator("section.border")
    expect(border).to_contain_text("离界线 8.0 m")
    expect(border.locator("li").first).to_contain_text("第6网格现归此处")
    border.locator("li", has_text="第5网格").get_by_role("button", name="归这里").click()
    expect(card(page).locator(".chain li").last).to_have_text("第5网格")
    expect(card(page)).to_contain_text("人工指定")
    expect(page.locator(".history li").first).to_contain_text("改归第5网格")


def test_what_somebody_else_did_meanwhile_is_said_and_the_note_stays(village, visit):
    number = report(village, 150, 150)
    here = signed_in(visit, "li", at(150, 150, incident=number))
    page = here.page
    note = page.get_by_role("textbox", name="备注")
    note.fill("我来处理")
    advance_behind(village, number, "dispatched")
    page.get_by_role("button", name="受理", exact=True).click()
    said = card(page).get_by_role("alert").filter(has_text="刚被别人改过")
    expect(said).to_contain_text("孙网格")
    assert all("status of 409" in line for line in here.complaints)
    here.complaints.clear()
    said.get_by_role("button", name="载入最新内容").click()
    expect(present(page)).to_contain_text("派遣")
    expect(note).to_have_value("我来处理")
    page.get_by_role("button", name="开始处理").click()
    expect(present(page)).to_contain_text("处理")


def test_a_worker_sees_the_own_area_only(village, visit):
    west = report(village, 150, 150, title="西边的事")
    east = report(village, 350, 150, title="东边的事")
    here = signed_in(visit, "zhao", at(350, 150))
    page = here.page
    expect(rows(page).filter(has_text="东边的事")).to_have_count(1)
    expect(rows(page).filter(has_text="西边的事")).to_have_count(0)
    expect(page.locator(f"[data-incident='{east}']")).to_be_visible()
    page.evaluate(f"location.hash = 'mode=incidents&incident={west}&{over(350, 150)}'")
    expect(card(page)).to_contain_text("不在您的账号所辖区域内")
    assert all("status of 403" in line for line in here.complaints)
    here.complaints.clear()


def test_filters_narrow_the_list_and_stay_in_the_address(village, visit):
    report(village, 150, 150, kind="噪声扰民", title="夜间施工")
    report(village, 350, 150, kind="噪声扰民", title="广场音响")
    here = signed_in(visit, "wang", at(200, 100))
    page = here.page
    page.get_by_label("类型").select_option("噪声扰民")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("区域").select_option(label="东社区")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("广场音响")
    page.wait_for_url(re.compile(r"incident-area=\d+&incident-kind="))
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("区域")).to_have_value(re.compile(r"\d+"))
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator(".list-head .number")).not_to_have_text("共 1 件")
    here.settle()


def test_many_are_advanced_at_once_and_who_can_not_says_why(village, visit):
    first = report(village, 120, 120, kind="批量", title="一")
    report(village, 130, 130, kind="批量", title="二")
    done = report(village, 140, 140, kind="批量", title="三")
    advance_behind(village, done, "accepted")
    here = signed_in(visit, "li", at(150, 150, incident_kind="批量"))
    page = here.page
    expect(rows(page)).to_have_count(3)
    page.get_by_role("checkbox", name="选中已列出的全部").check()
    page.get_by_role("combobox", name="推进到").select_option("accepted")
    page.get_by_role("button", name="推进 3 件").click()
    expect(page.locator(".toast")).to_have_text("已推进 2 件")
    expect(page.locator(".bulk .wrong")).to_contain_text("1 件没有推进：")
    expect(page.locator(f"[data-incident='{first}']")).to_contain_text("受理")
    here.settle()


def test_statistics_count_by_area_with_the_lines_of_the_day_or_todays(village, visit):
    for n in range(6):
        # Grid 4, which edition 2 gave to grid 3: by both lines it lies in community 02.
        report(village, 310 + 10 * n, 40, kind="统计")
    here = signed_in(visit, "wang", at(200, 100))
    page = here.page
    page.get_by_role("button", name="统计", exact=True).click()
    areas = page.locator(".stat-areas li")
    expect(areas.filter(has_text="东社区")).to_be_visible()
    expect(page.locator(".stat-legend li", has_text="统计")).to_contain_text("6")
    page.get_by_role("button", name="今日界线").click()
    expect(page.get_by_role("button", name="今日界线")).to_have_attribute("aria-pressed", "true")
    expect(areas.filter(has_text="东社区")).to_be_visible()
    page.get_by_role("button", name="月份").click()
    expect(page.locator(".stat-legend li").first).to_contain_text(re.compile(r"\d{4}-\d\d"))
    here.settle()


def test_pins_and_rows_are_one_selection(village, visit):
    number = report(village, 250, 150, title="中间的事", kind="选择")
    here = signed_in(visit, "wang", at(250, 150, incident_kind="选择"))
    page = here.page
    expect(rows(page)).to_have_count(1)
    here.settle()
    here.click_map(dy=-12)  # a pin's head is above its point
    expect(card(page).locator("h2")).to_have_text("中间的事")
    expect(page.locator(f"[data-incident='{number}']")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    rows(page).locator(".incident-row").press("Enter")
    expect(card(page).locator("h2")).to_have_text("中间的事")


def test_on_a_phone_the_card_is_a_sheet_and_a_tap_reports(visit):
    here = visit(**PHONE)
    page = here.open(over(150, 150))
    sign_in_on_phone(page)
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="事件", exact=True).click()
    page.get_by_role("button", name="上报", exact=True).click()
    page.touchscreen.tap(195, 300)
    expect(page.locator("aside.report .where")).to_contain_text("小村")
    page.get_by_label("类型").last.fill("积水")
    page.locator("aside.report").get_by_role("button", name="上报", exact=True).click()
    sheet = card(page).bounding_box()
    assert sheet["x"] == 0
    assert sheet["width"] == 390
    assert round(sheet["y"] + sheet["height"]) == 844
    here.settle()


def sign_in_on_phone(page: Page) -> None:
    sign_in(page, "li")
    expect(page.locator(".signin")).to_be_hidden()
