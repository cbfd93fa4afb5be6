"""What a plan would do, plans side by side, and who may see which figures."""

import io

import openpyxl
import pytest

from tests.api.planning import EAST, WEST, act, by_id, grid
from tests.api.tokens import bearer, bearer_of


@pytest.fixture
def moved(client, plan, ids):
    """Grid 2 has gone to West."""
    act(client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]})
    return plan


def test_the_impact_tells_who_goes_where(client, moved, ids):
    answer = client.get(f"/plans/{moved}/impact").json()
    assert answer["plan"] == {"id": moved, "revision": 1, "base": 1}
    flows = [f for f in answer["impact"]["flows"] if f["level"] == "community"]
    found = {(f["from_id"], f["to_id"]): f["households"] for f in flows}
    assert found[ids[EAST], ids[WEST]] == 100
    assert sum(found.values()) == 800, "every household is accounted for"


def test_the_impact_comes_as_a_workbook(client, moved):
    file = client.get(f"/plans/{moved}/impact?format=xlsx")
    assert "attachment" in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True)
    assert len(book.sheetnames) > 3


def test_the_impact_comes_as_a_page_that_asks_for_nothing(client, moved):
    page = client.get(f"/plans/{moved}/impact?format=html")
    assert page.headers["content-type"].startswith("text/html")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "拆分东街社区" in page.text


def test_plans_stand_side_by_side(client, moved, ids):
    other = client.post("/plans", json={"title": "不动"}).json()["plan"]["id"]
    answer = client.get(f"/plans/compare?plans={moved},{other}").json()
    assert [ref["id"] for ref in answer["plans"]] == [moved, other]
    (unit,) = answer["comparison"]["units"]
    assert unit["id"] == ids[grid(2)]
    assert unit[f"parent_{moved}"] == ids[WEST]
    assert unit[f"parent_{other}"] == ids[EAST]
    totals = {row["plan"]: row for row in answer["comparison"]["totals"]}
    assert totals[str(moved)]["households_moved"] == 100
    assert totals[str(other)]["households_moved"] == 0
    assert client.get("/plans/compare?plans=1;2").status_code == 400
    assert client.get("/plans/compare?plans=1,2,3,4,5,6,7,8,9").status_code == 400


def measured(client, plan, headers, area):
    rows = client.get(f"/plans/{plan}/areas?level=community", headers=headers).json()["areas"]
    return by_id(rows)[area]["metrics"]


def test_members_are_counted_for_who_may_read_them_alone(client, engine, plan, ids):
    """Who could redraw areas a house apart would else subtract one count from another."""
    planner, steward = bearer(engine, "planner"), bearer(engine, "steward")
    assert measured(client, plan, planner, ids[EAST])["members"] is None
    assert measured(client, plan, steward, ids[EAST])["members"] == 0
    told = client.get(f"/plans/{plan}/impact", headers=planner).json()["impact"]["summary"]
    assert all(row["members_before"] is None for row in told)
    told = client.get(f"/plans/{plan}/impact", headers=steward).json()["impact"]["summary"]
    assert all(row["members_before"] == 0 for row in told)


def test_figures_of_an_area_are_told_to_who_is_for_all_of_its_ground(client, engine, moved, ids):
    from geo.access import Grant

    of_west = bearer_of(engine, Grant("planner", ids[WEST]), Grant("worker", ids[WEST]))
    own, others = (measured(client, moved, of_west, ids[code]) for code in (WEST, EAST))
    # A grid of East has come to West: its incidents and members would be told with West's.
    assert (own["incidents"], own["members"]) == (None, None)
    assert (others["incidents"], others["members"]) == (None, None)
    fresh = client.post("/plans", json={"title": "不动"}).json()["plan"]["id"]
    own = measured(client, fresh, of_west, ids[WEST])
    assert (own["incidents"], own["members"]) == (0, 0)
