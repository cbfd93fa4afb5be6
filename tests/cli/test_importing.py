"""`wangge import` as people type it: what it says, what it stores, how it ends."""

import csv
import json

import openpyxl
import pytest

from tests.publish import hamlet


def table(folder, text, name="areas.csv"):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


GOOD = "code,level,name,parent\n0,town,小村,\n01,community,西社区,0\n"
BAD = GOOD + "02,block,东社区,0\n,community,无名,0\n"


def test_without_commit_nothing_is_stored(town, tmp_path):
    before = town.sizes()
    done = town.does("import", "areas", hamlet.write(tmp_path, hamlet.whole()))
    assert "(dry run)" in done.out
    assert "11" in done.out
    assert done.err == ""
    assert town.sizes() == before


def test_with_commit_the_rows_are_staged_and_audited(here, tmp_path):
    here.does("init", here.home / "site.toml")
    done = here.does("import", "areas", hamlet.write(tmp_path, hamlet.whole()), "--commit")
    assert "(stored)" in done.out
    sizes = here.sizes()
    assert (sizes["staged_area"], sizes["staged_plan"], sizes["audit"]) == (11, 1, 2)


def test_rejected_rows_forbid_storing_until_they_are_left_out(here, tmp_path):
    here.does("init", here.home / "site.toml")
    path = table(tmp_path, BAD)
    refused = here.run("import", "areas", path, "--commit")
    assert refused.code == 1
    assert "2 of 4 rows are rejected" in refused.err
    assert "--skip-rejected" in refused.err
    # The whole report is there all the same.
    assert "“block” is no level of this" in refused.out
    assert here.sizes()["staged_area"] == 0
    here.does("import", "areas", path, "--commit", "--skip-rejected")
    assert here.sizes()["staged_area"] == 2


def test_the_list_of_rejects_opens_in_a_spreadsheet(town, tmp_path):
    out = tmp_path / "rejects.csv"
    town.does("import", "areas", table(tmp_path, BAD), "--rejects", out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row no."], row["field"]) for row in rows] == [("4", "level"), ("5", "code")]
    assert all(row["reason"] and row["remedy"] for row in rows)


def test_the_list_of_rejects_is_written_also_when_nothing_was_stored(town, tmp_path):
    out = tmp_path / "rejects.csv"
    assert town.run("import", "areas", table(tmp_path, BAD), "--commit", "--rejects", out).code == 1
    assert len(out.read_text("utf-8-sig").splitlines()) == 3


def test_rejected_rows_mended_in_excel_are_imported(here, tmp_path):
    here.does("init", here.home / "site.toml")
    out = tmp_path / "rejects.xlsx"
    here.does(
        "import", "areas", table(tmp_path, BAD), "--commit", "--skip-rejected", "--rejects", out
    )
    book = openpyxl.load_workbook(out)
    page = book.active
    headings = [cell.value for cell in page[1]]
    assert headings[4:] == ["code", "level", "name", "parent"]
    page.cell(2, headings.index("level") + 1).value = "community"
    page.cell(3, headings.index("code") + 1).value = "03"
    book.save(out)
    here.does("import", "areas", out, "--commit")
    assert here.sizes()["staged_area"] == 4


def test_the_report_as_json_is_one_document_and_says_the_same(town, tmp_path):
    done = town.does("import", "areas", table(tmp_path, BAD), "--json")
    report = done.json
    assert (report["kind"], report["committed"]) == ("areas", False)
    assert (report["rows_read"], report["new"], report["reject_count"]) == (4, 2, 2)
    assert {r["code"] for r in report["rejects"]} == {"unknown_level", "missing_value"}
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"], finding["row"]) == ("no_outline", "error", 3)
    assert finding["zh"]


def test_findings_name_the_row_and_each_remedy_stands_once(town, tmp_path):
    rows = hamlet.whole(g1={"parent": "91"}, g2={"parent": "92"})
    said = town.does("import", "areas", hamlet.write(tmp_path, rows)).out
    assert "✗ row 4: 0101 names the parent 91, which does not exist." in said
    assert "✗ row 5: 0102 names the parent 92, which does not exist." in said
    assert said.count("Import the parent too, or correct the parent code.") == 1


def test_repair_tells_in_a_dry_run_what_would_move(town, tmp_path):
    bent = [(0, 0), (100, 0), (100.002, 50), (100, 100), (0, 100)]
    shape = hamlet.shapely.Polygon([hamlet.metres(*xy) for xy in bent])
    path = hamlet.write(tmp_path, hamlet.whole(g1={"geometry": shape}))
    assert "differ by hairs" in town.does("import", "areas", path).out
    said = town.does("import", "areas", path, "--repair").out
    assert "outlines are mended: no border moves by more than 2 mm" in said
    assert "hairs" not in said


def test_reports_speak_chinese(town, tmp_path):
    done = town.run("import", "areas", table(tmp_path, BAD), language="zh")
    assert "预演，未写入" in done.out
    assert "“block”不是本站点的层级" in done.out.replace("\n", "")
    refused = town.run("import", "areas", table(tmp_path, BAD), "--commit", language="zh")
    assert "4 行中有 2 行被拒绝" in refused.err


def test_several_files_are_imported_one_after_the_other(here, tmp_path):
    here.does("init", here.home / "site.toml")
    upper = hamlet.write(tmp_path, hamlet.upper(), "upper")
    grids = hamlet.write(tmp_path, [hamlet.grid(n) for n in hamlet.GRIDS], "grids")
    said = here.does("import", "areas", upper, grids, "--commit").out
    assert said.index("upper.csv") < said.index("grids.parquet")
    # Dropping what was staged before concerns the first file only.
    here.does("import", "areas", upper, grids, "--commit", "--discard")
    assert here.sizes()["staged_area"] == 22
    here.does("publish", "--title", "x")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("area", "{file}"), "“area” is not a kind of import. Choose one of: areas, buildings"),
        (("areas", "{file}", "--column", "x"), "“x” is not NAME=HEADING"),
        (("areas", "{file}", "--column", "foo=name"), "no column “foo”"),
        (("areas", "{file}", "--column", "code=Kode"), "The file has no column “Kode”"),
        (("areas", "{file}", "--crs", "9999999"), "not a known coordinate system"),
        (("areas", "{file}", "--crs", "here"), "is not a coordinate system"),
        (("areas", "{file}", "--encoding", "foo"), "not a known encoding"),
        (("areas", "{file}", "--level", "street"), "Choose one of: town, community, grid"),
        (("areas", "nothere.gpkg"), "There is no file"),
        (("areas", "{folder}"), "There is no file"),
        (("areas", "{file}", "--rejects", "no/such/folder.csv"), "can't be written"),
        (("areas", "{file}", "--rejects", "{folder}"), "can't be written"),
        (("incidents", "{file}"), "need a column “kind”"),
    ],
)
def test_what_can_not_be_understood_ends_with_the_remedy(town, tmp_path, arguments, said):
    file = table(tmp_path, GOOD)
    done = town.run("import", *(a.format(file=file, folder=tmp_path) for a in arguments))
    assert done.code == 1
    assert said in done.err
    assert "Traceback" not in done.err
    assert done.err.startswith("✗")


@pytest.mark.parametrize(
    "arguments", [(), ("areas",), ("areas", "x.csv", "--nonsense"), ("areas", "x", "--json=1")]
)
def test_a_command_that_is_typed_wrongly_ends_with_2(town, arguments):
    done = town.run("import", *arguments)
    assert done.code == 2
    assert done.err.startswith("✗")


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"code,level\n\xff\xff,town\n", b"not a table at all"],
    ids=["empty", "binary", "no text", "no columns"],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(town, tmp_path, content):
    path = tmp_path / "areas.csv"
    path.write_bytes(content)
    done = town.run("import", "areas", path, "--commit")
    assert done.code == 1
    assert done.err.startswith("✗")
    assert town.sizes()["staged_area"] == 0


def test_names_with_brackets_are_shown_as_they_are_written(town, tmp_path):
    path = table(tmp_path, "code,level,name\n[/bold],block,x\n0,town,[red]y\n", "[1] areas.csv")
    done = town.does("import", "areas", path)
    assert "[1] areas.csv" in done.out
    refused = town.run("import", "areas", "[/x].csv")
    assert refused.code == 1
    assert "[/x].csv" in refused.err


def test_before_init_the_first_step_is_named(here, tmp_path):
    for command in (("import", "areas", table(tmp_path, GOOD)), ("publish", "--title", "x")):
        done = here.run(*command)
        assert (done.code, "wangge init SITE.toml" in done.err) == (1, True)


def test_a_setting_that_does_not_exist_is_refused(town):
    done = town.run("doctor", WANGGE_HOUSE="x")
    assert done.code == 1
    assert "WANGGE_HOUSE is not a setting" in done.err
    assert "WANGGE_LANGUAGE" in town.run("doctor", language="fr").err
    assert "不是网格的设置项" in town.run("doctor", language="zh", WANGGE_HOUSE="x").err


def test_json_of_a_refused_import_is_still_one_document(town, tmp_path):
    done = town.run("import", "areas", table(tmp_path, BAD), "--commit", "--json")
    assert done.code == 1
    assert json.loads(done.out)["committed"] is False
