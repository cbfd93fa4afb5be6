"""Signing in and out, in a real browser: the map stays, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from geo.access import Grant, add_account, operator
from tests.e2e.living import PASSWORD, PHONE, living, over, report, served, sign_in, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def here(cluster, template, tmp_path_factory):
    with living(cluster, template, tmp_path_factory.mktemp("signing")) as installed:
        yield installed


@pytest.fixture(scope="module")
def live_server(here):
    with served(here) as base:
        yield base


@pytest.fixture(scope="module")
def demo_server(here):
    with served(here, demo=True) as base:
        yield base


def user(page: Page):
    return page.locator(".user > button")


def modes(page: Page):
    return page.get_by_role("group", name="模式").get_by_role("button")


def forgive(visit, status: int) -> None:
    """A refused request is a complaint of the console; here it is what the test is about."""
    assert visit.complaints
    assert all(f"status of {status}" in line for line in visit.complaints)
    visit.complaints.clear()


def test_a_visitor_has_the_map_and_a_way_in_but_no_wall(visit):
    page = visit().open(over(150, 50))
    expect(user(page)).to_have_text("登录")
    expect(page.locator(".popover")).to_have_count(0)
    expect(modes(page)).to_have_text(["看图", "看板"])


def test_the_account_shows_roles_and_areas_and_signs_out_again(visit):
    page = signed_in(visit, "li", over(150, 50)).page
    expect(modes(page)).to_contain_text(["看图", "看板", "事件"])
    expect(user(page)).to_have_text("李网格")
    user(page).click()
    expect(page.locator(".roles li")).to_have_text(["网格员 · 西社区"])
    page.get_by_role("button", name="退出登录").click()
    expect(user(page)).to_have_text("登录")
    expect(modes(page)).to_have_text(["看图", "看板"])


def test_a_session_outlives_a_reload(visit):
    here = signed_in(visit, "wang", over(150, 50))
    here.page.reload()
    expect(user(here.page)).to_have_text("王管理")
    here.settle()


def test_a_wrong_password_says_so_and_keeps_the_name(visit):
    here = visit()
    page = here.open(over(150, 50))
    sign_in(page, "wang", "wrong-wrong-wrong")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码错误")
    expect(page.get_by_label("账号")).to_have_value("wang")
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    forgive(here, 401)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(user(page)).to_have_text("王管理")


def test_guessing_is_locked_out_and_the_page_says_for_how_long(here, visit):
    with here.engine.begin() as tx:
        add_account(
            tx, "guessed", display="钱", grants=[Grant("viewer")], password=PASSWORD,
            actor=operator("tester"),
        )  # fmt: skip
    one = visit()
    page = one.open(over(150, 50))
    for _ in range(6):
        sign_in(page, "guessed", "wrong-wrong-wrong")
        expect(page.get_by_role("button", name="登录").last).to_be_enabled()
        expect(page.get_by_label("密码", exact=True)).to_have_value("")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"请 1\d 分钟后再试"))
    one.complaints.clear()


def test_escape_closes_the_card_and_gives_the_focus_back(visit):
    page = visit().open(over(150, 50))
    user(page).click()
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".signin")).to_be_hidden()
    expect(user(page)).to_be_focused()


def test_a_session_lost_while_working_loses_nothing_and_the_step_goes_on(here, visit):
    number = report(here, 150, 150, title="路灯不亮")
    one = signed_in(visit, "li", f"mode=incidents&incident={number}&{over(150, 150)}")
    page = one.page
    note = page.get_by_role("textbox", name="备注")
    note.fill("已联系电工")
    page.context.clear_cookies()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.locator(".signin")).to_contain_text("已填写的内容都还在")
    expect(note).to_have_value("已联系电工")
    forgive(one, 401)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".timeline .here")).to_contain_text("受理")
    expect(page.locator(".history")).to_contain_text("已联系电工")
    expect(note).to_have_value("")


def test_a_list_that_needs_the_lost_session_offers_the_way_in_and_comes_back(here, visit):
    report(here, 150, 150, kind="路灯", title="路灯闪烁")
    one = signed_in(visit, "li", f"mode=incidents&{over(150, 150)}")
    page = one.page
    rows = page.locator("[data-incident]")
    expect(rows.filter(has_text="路灯闪烁")).to_have_count(1)
    page.context.clear_cookies()
    page.get_by_label("状态").select_option("collected")
    expect(user(page)).to_have_text("重新登录")
    page.locator("aside.side").get_by_role("button", name="重试").click()
    forgive(one, 401)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(rows.filter(has_text="路灯闪烁")).to_have_count(1)
    expect(page.get_by_label("状态")).to_have_value("collected")
    expect(user(page)).to_have_text("李网格")
    one.settle()


def test_a_new_password_counts_at_once(here, visit):
    with here.engine.begin() as tx:
        add_account(
            tx, "sun", display="孙", grants=[Grant("viewer")], password=PASSWORD,
            actor=operator("tester"),
        )  # fmt: skip
    page = signed_in(visit, "sun", over(150, 50)).page
    user(page).click()
    page.get_by_role("button", name="修改密码").click()
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_label("新密码").fill("把酒问青天-2026")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".toast")).to_have_text("密码已修改")
    page.get_by_role("button", name="退出登录").click()
    expect(user(page)).to_have_text("登录")
    sign_in(page, "sun", "把酒问青天-2026")
    expect(user(page)).to_have_text("孙")


def test_the_demo_says_that_it_signed_in_by_itself(demo_server, visit):
    one = visit()
    one.base = demo_server
    page = one.open(over(150, 50))
    user(page).click()
    expect(page.locator(".account .hint")).to_have_text("示例：已自动登录为规划员、管理员。")


def test_on_a_phone_the_card_lies_under_the_bar_and_the_buttons_are_large(visit):
    one = visit(**PHONE)
    page = one.open(over(150, 50))
    user(page).click()
    box = page.locator(".signin").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    sign_in(page, "li")
    expect(page.locator(".signin")).to_be_hidden()
    page.get_by_role("button", name="菜单").click()
    expect(modes(page)).to_contain_text(["事件"])
