"""What goes on paper: the leader's page from disk, the printed map; and the dashboard beside them."""

import dataclasses
import datetime as dt
import re
import zlib

import pytest
from playwright.sync_api import Browser, Page, expect

from geo.access import operator
from geo.reports import area_report, gather
from geo.reports.facts import Facility, Incidents, Tally, Uncovered
from tests import town
from tests.e2e.test_map_page import card, over
from tests.reports.village import founded

pytestmark = pytest.mark.browser

A4_PX = (794, 1123)


# -- the leader's page


@pytest.fixture(scope="module")
def facts(cluster, template, tmp_path_factory):
    home = tmp_path_factory.mktemp("village")
    with founded(cluster, template, "village_e2e", home) as here, here.engine.begin() as tx:
        return gather(
            tx, here.place("0"), edition=1, day=dt.date(2026, 11, 21), suppress_below=5,
            review_number="审图号：甲测字 1 号", actor=operator("tester"),
        )  # fmt: skip


@pytest.fixture
def from_disk(browser: Browser, tmp_path):
    """Open a page as a file with the network off: `from_disk(html)` gives it and its requests."""
    opened = []

    def show(html: str, **options):
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 1200}, **options})
        context.set_offline(True)
        page = context.new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())
        opened.append((context, asked, complaints))
        return page

    yield show
    for context, asked, complaints in opened:
        context.close()
        assert [url for url in asked if not url.endswith("report.html")] == []
        assert complaints == []


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_opens_from_disk_offline_and_asks_for_nothing(facts, from_disk, language):
    page = from_disk(area_report(facts, language=language))
    expect(page.locator("h1")).to_have_text(
        "小村网格治理情况" if language == "zh" else "小村: state of its grids"
    )
    expect(page.locator(".folium-map path").first).to_be_attached()
    assert page.locator(".folium-map path").count() >= 5
    expect(page.locator(".leaflet-control-scale-line").first).to_be_visible()
    expect(page.get_by_text("审图号：甲测字 1 号").first).to_be_visible()
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 2


def test_text_of_the_report_can_be_selected(facts, from_disk):
    page = from_disk(area_report(facts, language="zh"))
    page.locator("h1").click(click_count=3)
    assert page.evaluate("getSelection().toString().trim()") == "小村网格治理情况"


def crowded(facts):
    """The same village with more of everything than a page holds."""
    part = facts.parts[0]
    parts = tuple(
        dataclasses.replace(part, figures=dataclasses.replace(part.figures, name=f"第{n}社区"))
        for n in range(90)
    )
    small = Facility("党群服务站", "某某街道某某社区第九党群服务站", None, 120.0, "under_standard", 104.6, 35.0, inside=True)  # fmt: skip
    tally = tuple(Tally((f"类别{n}",), 40 - n, 5) for n in range(14))
    return dataclasses.replace(
        facts,
        parts=parts,
        parts_first=False,
        uncovered=tuple(Uncovered(9, Tally((f"某某小区{n}期",), 90, 5)) for n in range(80)),
        uncovered_buildings=720,
        under_standard=(small,) * 30,
        incidents=Incidents(sum(one.count or 0 for one in tally), tally, tally, exact=True),
        vacant=tuple((f"岗位{n}", 9) for n in range(14)),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_crowded_report_stays_on_two_sheets_with_the_rest_counted(facts, from_disk, language):
    page = from_disk(area_report(crowded(facts), language=language))
    fits = "s => s.scrollHeight <= s.clientHeight + 1 && s.scrollWidth <= s.clientWidth + 1"
    for sheet in page.locator(".sheet").all():
        assert sheet.evaluate(fits)
        lowest = sheet.evaluate(
            "s => Math.max(...[...s.querySelectorAll('.columns *, .legend *')]"
            ".map(e => e.getBoundingClientRect().bottom))"
            " - s.querySelector('footer').getBoundingClientRect().top"
        )
        assert lowest <= 1, "a list runs into the foot of the sheet"
    expect(page.get_by_text("其余 50 个" if language == "zh" else "50 more")).to_be_visible()
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 2


def test_the_report_fits_a_phone(facts, from_disk):
    page = from_disk(
        area_report(facts, language="zh"), viewport={"width": 390, "height": 844}, is_mobile=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


# -- the printed map


def to_print(page: Page):
    page.get_by_role("button", name="打印地图").click()
    image = page.locator(".print-map img")
    image.wait_for()
    return image


def test_the_printed_pdf_shows_the_map_in_its_colours(visit):
    page = visit().open()
    image = to_print(page)
    dots, width = image.evaluate("i => [i.naturalWidth, i.clientWidth]")
    assert dots / (width / 96) >= 200
    pdf = page.pdf(prefer_css_page_size=True, print_background=False)
    assert pages_of(pdf) == 1
    colours = picture_colours(pdf)
    assert len(colours) > 50
    ground, border = (0xF6, 0xF5, 0xF1), (0x7A, 0x3B, 0x69)
    assert near(ground, colours)
    assert near(border, colours)
    assert page.locator(".print-tools").is_visible()


def picture_colours(pdf: bytes) -> set[tuple[int, ...]]:
    """Every 97th pixel of the largest picture in the document."""
    found = []
    for match in re.finditer(rb"/Subtype\s*/Image\s(.*?)stream\r?\n", pdf, re.DOTALL):
        width, height, length = (
            int(re.search(rb"/%s (\d+)" % key, match[1])[1]) for key in (b"Width", b"Height", b"Length")
        )  # fmt: skip
        found.append((width * height, pdf[match.end() : match.end() + length]))
    assert found, "there is no picture in the document"
    size, data = max(found)
    pixels = zlib.decompress(data)
    assert len(pixels) == 3 * size
    return {tuple(pixels[at : at + 3]) for at in range(0, len(pixels), 3 * 97)}


def near(colour, colours, within=12):
    return any(
        all(abs(a - b) <= within for a, b in zip(colour, one, strict=True)) for one in colours
    )


def test_the_print_page_says_title_edition_scale_and_where_north_is(visit):
    page = visit().open()
    to_print(page)
    sheet = page.locator(".print-sheet")
    expect(sheet.locator("h1")).to_have_text("小城网格图")
    page.get_by_label("标题").fill("小城 2026 年网格划分")
    expect(sheet.locator("h1")).to_have_text("小城 2026 年网格划分")
    for said in ("第 2 版界线", "制图日期", "比例尺 约 1:", "审图号：甲测字 1 号", "图例", "北"):
        expect(sheet).to_contain_text(said)
    page.get_by_role("button", name="返回").click()
    expect(page.locator(".print-page")).to_have_count(0)


def test_the_scale_bar_is_true(visit):
    page = visit().open(over(200, 100, zoom=17))
    image = to_print(page)
    metres = float(page.locator(".print-scale").get_attribute("data-metres"))
    bar = page.locator(".print-scale i").bounding_box()["width"]
    # The town is 400 m from west to east, and round it there is only ground.
    wide = image.evaluate(
        """i => {
          const c = new OffscreenCanvas(i.naturalWidth, i.naturalHeight), pen = c.getContext('2d')
          pen.drawImage(i, 0, 0)
          const y = Math.round(c.height / 2), row = pen.getImageData(0, y, c.width, 1).data
          const drawn = x => Math.abs(row[4*x] - 0xf6) + Math.abs(row[4*x+1] - 0xf5) + Math.abs(row[4*x+2] - 0xf1) > 40
          const xs = [...Array(c.width).keys()].filter(drawn)
          return (xs.at(-1) - xs[0]) * i.clientWidth / c.width
        }"""
    )
    assert wide * metres / bar == pytest.approx(400, rel=0.03)


def test_paper_can_be_turned_and_the_map_is_drawn_anew(visit):
    page = visit().open()
    first = to_print(page).get_attribute("src")
    page.get_by_role("button", name="纵向").click()
    image = page.locator(".print-sheet.portrait .print-map img")
    image.wait_for()
    assert image.get_attribute("src") != first
    box = page.locator(".print-sheet").bounding_box()
    assert (round(box["width"]), round(box["height"])) == pytest.approx(A4_PX, abs=2)


def test_without_webgl_the_print_page_says_what_can_be_printed(visit_without_webgl):
    here = visit_without_webgl()
    page = here.page
    page.goto(here.base)
    page.get_by_role("button", name="打印地图").click()
    expect(page.locator(".print-none")).to_contain_text("无法打印地图图面")
    expect(page.locator(".print-none")).to_contain_text("报告")
    page.get_by_role("button", name="返回").click()
    expect(page.locator(".print-page")).to_have_count(0)


# -- the dashboard


def rows(page: Page):
    return page.locator(".dashboard tbody tr")


def test_the_dashboard_names_what_is_over_the_limit_first(visit):
    page = visit().open("edition=1&mode=table")
    expect(page.locator(".summary")).to_have_text("▲ 2 个超过 350 户")
    expect(rows(page).first).to_contain_text("▲ 400")
    expect(page.locator(".dashboard tfoot")).to_contain_text("合计 2")
    expect(page.locator(".dashboard tfoot")).to_contain_text("800")


def test_the_dashboard_filters_by_fill_and_by_name(visit):
    page = visit().open("edition=2&mode=table")
    page.get_by_role("button", name="▲ 超限 1").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("西街社区")
    page.get_by_role("button", name="全部 2").click()
    page.get_by_role("searchbox", name="名称或编码").fill("东街")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("searchbox", name="名称或编码").fill("没有这个")
    expect(page.locator(".dashboard .empty")).to_contain_text("没有符合的")


def test_a_row_outlines_its_area_and_a_click_on_the_map_finds_the_row(visit):
    here = visit()
    page = here.open(f"mode=table&{over(200, 100, zoom=16)}")
    rows(page).filter(has_text="西街社区").click()
    expect(card(page).locator("h2")).to_have_text("西街社区")
    here.settle()
    page.keyboard.press("Escape")
    grid = town.lonlat(50, 150)
    page.goto(f"{here.base}/#mode=table&area={town.grid_id(5)}&map=16/{grid[1]:.5f}/{grid[0]:.5f}")
    expect(rows(page).filter(has_text="东街社区")).to_have_attribute("aria-selected", "true")
    here.settle()


def test_rows_are_walked_with_the_keyboard(visit):
    here = visit()
    page = here.open("mode=table")
    rows(page).first.focus()
    page.keyboard.press("End")
    expect(rows(page).last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(rows(page).nth(1)).to_have_attribute("aria-selected", "true")
    here.settle()


def test_the_table_downloads_as_a_file_that_spreadsheets_open(visit, tmp_path):
    page = visit().open("edition=1&mode=table")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 CSV").click()
    path = tmp_path / "table.csv"
    waiting.value.save_as(path)
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = text.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编码,名称,户数,上限,超出")
    assert len(lines) == 3
    assert waiting.value.suggested_filename == "小城-社区-看板-1.csv"


def test_the_map_lies_beside_the_dashboard_not_under_it(visit):
    page = visit(viewport={"width": 1280, "height": 800}).open("mode=table")
    side = page.locator("aside.side").bounding_box()
    lon, lat = (
        float(v) for v in re.search(r"map=[\d.]+/([\d.]+)/([\d.]+)", page.url).groups()[::-1]
    )
    middle, _ = town.lonlat(200, 100)
    # The town's middle lies east of the map's: to the right, where no panel covers it.
    assert side["x"] + side["width"] > 560
    assert middle > lon
    assert lat == pytest.approx(town.lonlat(200, 100)[1], abs=0.01)
