"""Importing in the browser: choose, look, check, mend, commit."""

import io
import re
from collections.abc import Iterator

import geopandas as gpd
import openpyxl
import pytest
import shapely
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.crs import GCJ02, SourceCrs, convert_xy
from geo.db.schema import compound, facility, member
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.conftest import serving

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def live_server(engine, tmp_path_factory) -> Iterator[str]:
    """The little town over a database; whoever comes from this machine is the demo's user."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    frame = town.areas()
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    columns = ["level", "code", "name", "parent", "households", "geometry"]
    for kind, rows in {
        "areas": frame[columns],
        "buildings": town.registers()["buildings"].rename(columns={"id": "key"}),
    }.items():
        rows.to_parquet(settings.home / f"{kind}.parquet")
        order = ImportOrder(kind, source="test", commit=True)
        path = settings.home / f"{kind}.parquet"
        import_file(engine, settings, order, path, actor=operator("test"))
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    folder = PublishedFolder(published_folder(settings))
    with serving(create_app(settings, folder, engine, demo=True)) as base:
        yield base


def count(engine, table, source):
    with engine.connect() as tx:
        return tx.scalar(sa.select(sa.func.count()).where(table.c.source == source))


def gcj02(x, y):
    lon, lat = convert_xy(*([v] for v in town.metres(x, y)), SourceCrs("epsg", town.EPSG), GCJ02)
    return f"{lon[0]:.9f}", f"{lat[0]:.9f}"


def stations(path, *, bad=False):
    """Thirty reading rooms as AMap would give them, in GBK; two of them wrong when asked for."""
    rows = [
        (str(n), "红色书吧", f"第{n}书吧", *gcj02(15 + 12 * n, 60 + 2 * n)) for n in range(1, 31)
    ]
    if bad:
        rows[3] = ("4", "", "没有类型", *rows[3][3:])
        rows[7] = ("8", "红色书吧", "=没有坐标", "", "")
    lines = [("编号", "设施类型", "名称", "经度", "纬度"), *rows]
    path.write_bytes("\n".join(",".join(line) for line in lines).encode("gb18030"))
    return path


def parts_of_a_shapefile(folder):
    shapes = [shapely.box(*town.metres(x, 5), *town.metres(x + 80, 90)) for x in (105, 205, 305)]
    frame = gpd.GeoDataFrame(
        {"小区名称": ["锦绣园", "丽景苑", "阳光里"]}, geometry=shapes, crs=town.EPSG
    )
    frame.to_file(folder / "小区.shp", encoding="gbk")
    (folder / "小区.cpg").unlink(missing_ok=True)
    return sorted(folder.glob("小区.*"))


def panel(page: Page):
    return page.locator("aside.side")


def field(page: Page, name: str):
    """The control below a field's name."""
    named = page.locator(".field-name", has_text=re.compile(f"^{name}$"))
    return panel(page).locator("label.field", has=named).locator("select, input")


def choose(page: Page, *paths):
    panel(page).locator("input[type=file]").set_input_files([str(path) for path in paths])
    expect(panel(page).locator(".files strong")).to_be_visible()


def ready(page: Page):
    expect(panel(page).locator(".imports-body")).to_have_attribute("aria-busy", "false")


def check(page: Page):
    ready(page)
    panel(page).get_by_role("button", name="检查", exact=True).click()
    expect(panel(page).locator(".outcome")).to_be_visible()


def figures(page: Page):
    names = panel(page).locator(".import-figures dt").all_inner_texts()
    return dict(
        zip(names, panel(page).locator(".import-figures dd").all_inner_texts(), strict=True)
    )


@pytest.fixture
def imports(visit):
    """The panel, opened from the top bar."""
    here = visit()
    # Far from the town, so that going to the rows is seen.
    page = here.open("map=15/35.2/104.9")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(panel(page).locator(".drop")).to_be_visible()
    return here


def test_a_gbk_csv_in_gcj02_is_looked_at_checked_and_committed(imports, engine, tmp_path):
    page = imports.page
    choose(page, stations(tmp_path / "书吧_20261121.csv"))
    expect(field(page, "来源")).to_have_value("facilities")
    expect(field(page, "文字编码")).to_have_value("gb18030")
    expect(field(page, "数据类型")).to_have_value("facilities")
    # Nothing is guessed about the system: it must be chosen, with a remedy that says so.
    expect(panel(page).locator(".asks")).to_contain_text("坐标系")
    expect(panel(page).get_by_role("button", name="检查", exact=True)).to_be_disabled()
    field(page, "坐标系").select_option("gcj02")
    expect(panel(page).locator(".asks")).to_have_count(0)
    imports.settle()
    expect(page).to_have_url(re.compile(r"map=[\d.]+/35\.00\d+/104\.6[12]"))
    check(page)
    assert figures(page) == {
        "读取": "30", "新增": "30", "更新": "0", "未变": "0", "落入网格": "30", "区外": "0",
        "拒绝": "0",
    }  # fmt: skip
    assert count(engine, facility, "facilities") == 0
    panel(page).get_by_role("button", name="提交 30 行").click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, facility, "facilities") == 30
    panel(page).get_by_role("button", name="再导入一份").click()
    expect(panel(page).locator(".drop")).to_be_visible()
    imports.settle()


def test_the_parts_of_a_gbk_shapefile_are_one_file_and_another_encoding_shows_other_words(
    imports, engine, tmp_path
):
    page = imports.page
    choose(page, *parts_of_a_shapefile(tmp_path))
    expect(panel(page).locator(".files strong")).to_have_text("小区.shp")
    ready(page)
    samples = panel(page).locator(".columns-samples").first
    expect(samples).to_contain_text("锦绣园")
    field(page, "数据类型").select_option("compounds")
    field(page, "文字编码").select_option("big5")
    expect(samples).not_to_contain_text("锦绣园")
    field(page, "文字编码").select_option("gb18030")
    expect(samples).to_contain_text("锦绣园")
    check(page)
    panel(page).get_by_role("button", name="提交 3 行").click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, compound, "compounds") == 3
    imports.settle()


def test_rejected_rows_are_listed_downloaded_and_left_out_only_when_said(imports, engine, tmp_path):
    page = imports.page
    choose(page, stations(tmp_path / "带错误.csv", bad=True))
    field(page, "来源").fill("带错误")
    field(page, "坐标系").select_option("gcj02")
    check(page)
    rows = panel(page).locator(".rejects tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("kind")
    commit = panel(page).get_by_role("button", name="提交 28 行")
    expect(commit).to_be_disabled()
    with page.expect_download() as coming:
        panel(page).get_by_role("link", name="下载待修正的行").click()
    sheet = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes())).active
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][:4] == ("行号", "字段", "原因", "处理办法")
    assert len(cells) == 3
    assert {"没有类型", "=没有坐标"} <= {cell for row in cells for cell in row}
    panel(page).get_by_label("跳过这 2 行，只写入其余的行").check()
    commit.click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, facility, "带错误") == 28
    imports.settle()


def test_an_excel_file_is_read_like_any_other(imports, engine, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["设施类型", "名称", "经纬度"])
    for n in (1, 2, 3):
        lon, lat = gcj02(40 * n, 90)
        sheet.append(["警务室", f"{n}号警务室", f"{lon},{lat}"])
    book.save(tmp_path / "警务室.xlsx")
    page = imports.page
    choose(page, tmp_path / "警务室.xlsx")
    field(page, "来源").fill("警务室")
    field(page, "坐标系").select_option("gcj02")
    check(page)
    assert figures(page)["新增"] == "3"
    panel(page).get_by_role("button", name="提交 3 行").click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, facility, "警务室") == 3
    imports.settle()


def test_a_broken_file_is_refused_with_what_to_do_and_the_next_one_can_be_taken(imports, tmp_path):
    page = imports.page
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04 half")
    choose(page, tmp_path / "坏.zip")
    expect(panel(page).locator(".problem")).to_contain_text("请重新打包")
    expect(panel(page).get_by_role("button", name="检查", exact=True)).to_be_disabled()
    panel(page).get_by_role("button", name="换文件").click()
    choose(page, stations(tmp_path / "好.csv"))
    expect(field(page, "数据类型")).to_have_value("facilities")


def test_a_column_is_chosen_where_its_heading_says_nothing(imports, tmp_path):
    page = imports.page
    text = stations(tmp_path / "a.csv").read_bytes().decode("gb18030")
    (tmp_path / "b.csv").write_text(text.replace("设施类型", "甲"), "utf-8")
    choose(page, tmp_path / "b.csv")
    field(page, "数据类型").select_option("facilities")
    expect(panel(page).locator(".missing")).to_contain_text("类型")
    panel(page).get_by_label("甲 → 作为").select_option("kind")
    expect(panel(page).locator(".missing")).to_have_count(0)
    field(page, "坐标系").select_option("gcj02")
    check(page)
    assert figures(page)["拒绝"] == "0"


def test_a_finding_leads_to_its_place_on_the_map(imports, tmp_path):
    frame = town.areas().query("level == 'grid'").head(1)
    moved = frame.assign(geometry=frame.translate(3, 0), parent="621122001001")
    moved[["level", "code", "name", "parent", "geometry"]].to_file(
        tmp_path / "lines.gpkg", driver="GPKG"
    )
    page = imports.page
    choose(page, tmp_path / "lines.gpkg")
    field(page, "数据类型").select_option("areas")
    check(page)
    expect(panel(page).locator(".findings li").first).to_be_visible()
    panel(page).get_by_role("button", name="在地图上查看").first.click()
    page.wait_for_url(re.compile(r"map=17\.50"))
    imports.settle()


def test_a_building_is_chosen_for_an_address_that_is_written_otherwise(imports, engine, tmp_path):
    roster = "编号,姓名,地址\n1,甲,锦绣家园3号楼\n2,乙,锦绣嘉园13幢\n"
    (tmp_path / "名册.csv").write_text(roster, "utf-8")
    page = imports.page
    choose(page, tmp_path / "名册.csv")
    expect(field(page, "数据类型")).to_have_value("members")
    check(page)
    assert figures(page)["拒绝"] == "1"
    panel(page).locator(".rejects select").select_option(label="锦绣家园13号楼（102）")
    expect(panel(page).get_by_role("button", name="提交 1 行")).to_be_disabled()
    panel(page).get_by_role("button", name="重新检查").click()
    panel(page).get_by_role("button", name="提交 2 行").click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, member, "members") == 2


def test_on_a_phone_the_panel_is_a_sheet_and_works_the_same(visit, engine, tmp_path):
    here = visit(**PHONE)
    page = here.open()
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="导入", exact=True).click()
    choose(page, stations(tmp_path / "手机.csv"))
    field(page, "来源").fill("手机")
    field(page, "坐标系").select_option("gcj02")
    check(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    panel(page).get_by_role("button", name="提交 30 行").click()
    expect(panel(page).locator(".done")).to_be_visible()
    assert count(engine, facility, "手机") == 30
    here.settle()


def test_the_panel_is_used_with_the_keyboard_alone(imports, tmp_path):
    page = imports.page
    choose(page, stations(tmp_path / "键盘.csv"))
    ready(page)
    field(page, "坐标系").focus()
    page.keyboard.type("GCJ")
    expect(panel(page).locator(".asks")).to_have_count(0)
    ready(page)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "检查":
            break
    page.keyboard.press("Enter")
    expect(panel(page).locator(".outcome")).to_be_visible()


def test_english_is_whole(visit, tmp_path):
    here = visit(locale="en-GB")
    page = here.open()
    page.get_by_role("button", name="Import", exact=True).click()
    choose(page, stations(tmp_path / "rooms.csv"))
    ready(page)
    expect(panel(page).locator(".asks")).to_contain_text("coordinate system gcj02")
    field(page, "Coordinate system").select_option("gcj02")
    ready(page)
    panel(page).get_by_role("button", name="Check", exact=True).click()
    expect(panel(page).locator(".outcome")).to_contain_text("What it would do")


def test_a_visitor_of_a_published_folder_is_not_offered_to_import(browser, tmp_path):
    app = create_app(Settings(), PublishedFolder(town.publish_two(tmp_path)))
    context = browser.new_context(locale="zh-CN")
    with serving(app) as base:
        page = context.new_page()
        page.goto(base)
        page.get_by_role("button", name="看板", exact=True).wait_for()
        expect(page.get_by_role("button", name="导入", exact=True)).to_have_count(0)
        context.close()
