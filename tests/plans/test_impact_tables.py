"""The impact as plain data and as a workbook."""

import json

import openpyxl
import pytest

from geo.plans.checks import CheckContext, Post
from geo.plans.impact import impact
from geo.plans.impact_tables import without_counts, write_impact
from tests.plans.pictures import but, changed, community, grid, moved, survey

A, B, C = map(community, "ABC")
POSTS = {
    A: (Post("社区书记", held=True, holder="王某"), Post("网格员", held=False)),
    B: (Post("社区书记", held=True),),
}


@pytest.fixture(scope="module")
def found():
    town = survey("AABB", households={grid(0, k): n for k, n in enumerate((3, 5, 7, 11))})
    new = but(town, B, id=C, code=f"~{C}", name="新社区")
    plan = changed(town, new, but(town, grid(0, 2), parent=C), but(town, grid(0, 3), parent=C))
    plan = changed(moved(plan, C, grid(0, 1)), gone=[B])
    return impact(town, plan, CheckContext({}, POSTS))


def test_the_data_can_be_sent_as_json_and_name_every_place(found):
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert set(data) == {"summary", "flows", "areas", "workers", "needed", "freed", "codes"}
    rows = {
        (row["from_name"], row["to_name"]): row["households"]
        for row in data["flows"]
        if row["level"] == "community"
    }
    assert rows == {("A社区", "A社区"): 3, ("A社区", "新社区"): 5, ("B社区", "新社区"): 18}
    (freed,) = data["freed"]
    assert (freed["code"], freed["title"], freed["holder"]) == ("6202", "社区书记", None)


def test_areas_that_neither_give_nor_get_are_not_listed(found):
    levels = {row["level"] for row in found.to_json()["flows"]}
    assert levels == {"community"}


def test_the_summary_counts_what_becomes_of_areas_and_who_goes_elsewhere(found):
    county, communities, grids = found.to_json()["summary"]
    assert communities["level"] == "community"
    assert [communities[key] for key in ("areas_before", "areas_after", "new", "retired", "redrawn")] == [2, 2, 1, 1, 1]  # fmt: skip
    assert (communities["households_before"], communities["households_after"]) == (26, 26)
    assert communities["households_elsewhere"] == 23
    assert county["households_elsewhere"] == grids["households_elsewhere"] == 0
    assert grids["moved"] == 3


def test_a_retired_code_names_its_successors_with_their_shares(found):
    rows = {row["code_before"]: row for row in found.to_json()["codes"]}
    assert rows["6202"]["heirs"] == f"~{C} 100%"
    assert rows[None]["code_after"] == f"~{C}"


def test_whoever_may_not_know_the_members_sees_none(found):
    data = without_counts(found, "members").to_json()
    for table in ("flows", "areas", "workers", "summary"):
        told = {value for row in data[table] for key, value in row.items() if "members" in key}
        assert told == {None}
    assert {row["households"] for row in data["workers"]} == {5, 18}


@pytest.mark.parametrize(("language", "first"), [("zh", "总览"), ("en", "Summary")])
def test_the_workbook_opens_with_a_sheet_per_table(found, language, first, tmp_path):
    write_impact(tmp_path / "i.xlsx", found, language=language)
    book = openpyxl.load_workbook(tmp_path / "i.xlsx")
    assert book.sheetnames[0] == first
    assert len(book.sheetnames) == 7
    workers = book.worksheets[3]
    heads = [cell.value for cell in workers[1]]
    assert all(heads)
    assert not any("_" in head for sheet in book.worksheets for head in (c.value for c in sheet[1]))
    said = {cell.value for row in workers.iter_rows(min_row=2) for cell in row}
    vacant = "空缺" if language == "zh" else "vacant"
    assert any("社区书记（王某）" in str(one) and vacant in str(one) for one in said)
    assert ("尚未配备" if language == "zh" else "nobody yet") in said
