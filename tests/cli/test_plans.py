"""`wangge plan`: what planners do at the command line, in the hamlet: East (02) has 220 households."""

import json

import pytest

from tests.publish import hamlet


@pytest.fixture
def plan(open_town):
    """The number of a new plan."""
    said = open_town.does("plan", "new", "试划", "--note", "为什么").out
    return int(said.split()[1])


def households(town, plan):
    rows = town.run("plan", "areas", plan, "--level", "community", "--json").json
    return {row["code"]: row["households"] for row in rows}


def test_a_plan_is_begun_listed_and_shown(open_town, plan):
    assert f"Plan {plan} “试划”: a draft" in open_town.does("plan", "show", plan).out
    listed = open_town.run("plan", "list", "--json").json
    assert plan in [head["id"] for head in listed]
    assert "为什么" in open_town.does("plan", "show", plan).out


def test_a_grid_is_moved_by_code_shown_undone_and_done_again(open_town, plan):
    shown = open_town.does("plan", "move", plan, "0203", "--to", "01", "--preview").out
    assert "preview, not kept" in shown
    assert households(open_town, plan) == {"01": 140, "02": 220}
    done = open_town.does("plan", "move", plan, "0203", "--to", "西社区", "--note", "桥").out
    assert f"plan {plan}, revision 1" in done
    assert households(open_town, plan) == {"01": 170, "02": 190}
    open_town.does("plan", "undo", plan)
    assert households(open_town, plan) == {"01": 140, "02": 220}
    open_town.does("plan", "redo", plan)
    assert households(open_town, plan) == {"01": 170, "02": 190}
    log = open_town.run("plan", "log", plan, "--json").json
    assert [entry["undoes"] for entry in log] == [None, 1, 2]


def test_a_drawn_line_splits_and_new_areas_go_by_their_provisional_code(open_town, plan):
    (x1, y1), (x2, y2) = hamlet.metres(190, 100), hamlet.metres(410, 100)
    line = f"LINESTRING({x1} {y1}, {x2} {y2})"
    done = open_town.run(
        "plan", "split", plan, "02", "--line", line, "--crs", hamlet.EPSG, "--json"
    ).json
    new = next(r for r in done["changed"] if r["level"] == "community" and r["code"] != "02")
    # The upper row has 70 + 80 households and keeps the code; the lower one has 30 + 40.
    assert (new["households"], new["code"]) == (70, f"~{new['id']}")
    open_town.does("plan", "rename", plan, new["code"], "南社区")
    assert households(open_town, plan) == {"01": 140, "02": 150, new["code"]: 70}
    open_town.does("plan", "merge", plan, "南社区", "02", "--into", "02")
    assert households(open_town, plan) == {"01": 140, "02": 220}


def test_an_operation_may_be_given_as_json_or_in_a_file(open_town, plan, tmp_path):
    rows = open_town.run("plan", "areas", plan, "--level", "community", "--json").json
    area = next(row["id"] for row in rows if row["code"] == "01")
    said = {"kind": "rename", "area": area, "name": "新西社区"}
    open_town.does("plan", "do", plan, json.dumps(said))
    path = tmp_path / "operation.json"
    path.write_text(json.dumps({**said, "name": "老西社区"}), "utf-8")
    assert "老西社区" in open_town.does("plan", "do", plan, path).out


def test_a_plan_is_locked_submitted_returned_approved_and_withdrawn(open_town, plan):
    open_town.does("plan", "lock", plan, "01", "--note", "在画")
    assert "is locked by" in open_town.does("plan", "show", plan).out
    open_town.does("plan", "unlock", plan, "01")
    for step, state in (("submit", "in review"), ("return", "a draft"), ("submit", "in review"),
                        ("approve", "approved"), ("withdraw", "withdrawn")):  # fmt: skip
        assert state in open_town.does("plan", step, plan).out
    assert open_town.run("plan", "rename", plan, "01", "x").code == 1


@pytest.mark.parametrize(
    "name", ["plan.gpkg", "plan.zip", "plan.parquet", "plan.geojson", "plan.xlsx"]
)
def test_a_plan_goes_out_and_comes_back_the_same(open_town, plan, tmp_path, name):
    open_town.does("plan", "move", plan, "0203", "--to", "01")
    open_town.does("plan", "export", plan, tmp_path / name)
    fresh = int(open_town.does("plan", "new", "再来").out.split()[1])
    assert "preview" in open_town.does("plan", "import", fresh, tmp_path / name).out
    open_town.does("plan", "import", fresh, tmp_path / name, "--commit")
    assert households(open_town, fresh) == {"01": 170, "02": 190}


def test_plans_are_checked_compared_and_their_impact_told(open_town, plan, tmp_path):
    open_town.does("plan", "move", plan, "0203", "--to", "01")
    assert "errors 0" in open_town.does("plan", "check", plan).out
    fork = int(open_town.does("plan", "fork", plan, "乙", "--at", "0").out.split()[1])
    assert "units put elsewhere: 1" in open_town.does("plan", "compare", plan, fork).out
    for name in ("impact.xlsx", "impact.html"):
        open_town.does("plan", "impact", plan, "--out", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
    flows = open_town.run("plan", "impact", plan, "--json").json["flows"]
    moved = [f for f in flows if f["level"] == "community" and f["from_id"] != f["to_id"]]
    assert [f["households"] for f in moved] == [30]


def test_every_warning_of_a_check_can_be_answered_as_it_is_typed(open_town, plan):
    # Two communities of one name: lawful, but somebody has to say why.
    open_town.does("plan", "rename", plan, "01", "东社区")
    findings = open_town.run("plan", "check", plan, "--json").json
    codes = sorted({f["code"] for f in findings if f["severity"] == "warning"})
    assert "same_name" in codes
    said = open_town.does("plan", "check", plan).out
    typed = " ".join(f'--reason "{code}=…"' for code in codes)
    assert typed in said
    assert f"⚠ {codes[0]}: " in said
    assert "每种警告须写明理由" in open_town.run("plan", "check", plan, language="zh").out
    for step in ("submit", "approve"):
        open_town.does("plan", step, plan)
    refused = open_town.run("plan", "publish", plan, "--title", "x")
    assert (refused.code, f"Add: {typed}" in refused.err) == (1, True), refused.err


def test_the_tables_say_what_they_count(open_town, plan):
    open_town.does("plan", "move", plan, "0203", "--to", "01")
    shown = open_town.run("plan", "areas", plan, language="zh").out
    assert "余量 = 上限 − 户数 − 在建户数" in shown
    told = open_town.run("plan", "impact", plan, language="zh").out
    assert "调整后" in told
    assert "现有" not in told


def test_a_code_is_never_broken_over_lines(open_town, plan):
    code = "621122099001" * 3
    open_town.does("plan", "rename", plan, "01", "一个名字很长很长很长很长很长很长的社区")
    open_town.does("plan", "recode", plan, "01", code)
    assert code in open_town.does("plan", "areas", plan, "--level", "community").out


def test_proposals_become_forks(open_town, plan):
    found = open_town.run(
        "plan", "propose", plan, "split", "02", "--parts", "2", "--way", "balanced",
        "--seconds", "2", "--json",
    ).json  # fmt: skip
    (fork,) = found["plans"].values()
    parts = households(open_town, fork)
    assert (len(parts), sum(parts.values())) == (3, 360)
    said = open_town.does(
        "plan", "propose", plan, "split", "02", "--parts", "2", "--way", "balanced",
        "--seconds", "2",
    ).out  # fmt: skip
    assert f"wangge plan compare {plan} " in said
    assert f"a fork of plan {plan}" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", 999), "There is no plan 999"),
        (("move", "{plan}", "0999", "--to", "01"), "has no area “0999”"),
        (("split", "{plan}", "02", "--line", "POINT(1 2)"), "wants one line"),
        (("do", "{plan}", "[]"), "is a JSON object"),
        (("propose", "{plan}", "burn", "02"), "no proposal “burn”"),
        (("propose", "{plan}", "split", "02", "--way", "odd"), "no way “odd”"),
        (("import", "{plan}", "x.csv", "--match", "odd"), "can't be “odd”"),
        (("export", "{plan}", "plan.doc"), "does not say its format"),
        (("publish", "{plan}", "--title", "x", "--reason", "nonsense"), "is not CODE=TEXT"),
        (("publish", "{plan}", "--title", "x"), "is not approved"),
    ],
)
def test_what_can_not_be_done_ends_with_the_remedy(open_town, plan, arguments, said):
    done = open_town.run("plan", *(str(a).format(plan=plan) for a in arguments))
    assert (done.code, said in done.err) == (1, True), done.err


def test_an_edition_that_is_the_first_can_not_be_withdrawn(open_town):
    done = open_town.run("edition", "withdraw", 1, "--title", "x", "--reason", "y")
    assert (done.code, "first edition" in done.err) == (1, True)
