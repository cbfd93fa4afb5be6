"""What a planner's program may send by mistake or malice is answered, soon, with a remedy."""

import json
import random

import pytest

from geo import plans
from geo.publish import publish_plan
from tests import town
from tests.api.planning import EAST, TESTER, WEST, act, grid
from tests.api.tokens import bearer


def approve(engine, plan):
    with engine.begin() as tx:
        plans.submit(tx, plan, actor=TESTER)
        plans.approve(tx, plan, actor=TESTER)


def publish_all(engine, settings, plan):
    """Publish an approved plan with a reason for whatever is found."""
    with engine.begin() as tx:
        survey = plans.survey_of(tx, plan, actor=TESTER)
        base = plans.base_survey(tx, plans.plan_head(tx, plan, actor=TESTER).base, actor=TESTER)
    found = plans.check(survey, base=base, context=plans.CheckContext())
    reasons = {finding.code: "如此" for finding in found}
    publish_plan(engine, settings, plan, title="二", reasons=reasons, actor=TESTER)


def drawn(kind, ids, coordinates):
    about = {
        "split": {"area": ids[EAST]},
        "cut": {"unit": ids[grid(1)]},
        "reshape": {"first": ids[grid(1)], "second": ids[grid(2)]},
    }
    line = {"type": "LineString", "coordinates": coordinates}
    return {"kind": kind, **about[kind], "line": line}


@pytest.mark.parametrize("kind", ["split", "cut", "reshape"])
def test_a_scribble_is_refused_before_its_crossings_are_computed(client, plan, ids, kind):
    at = random.Random(1)  # noqa: S311 - a scribble
    scribble = [town.lonlat(at.uniform(-50, 450), at.uniform(-50, 250)) for _ in range(2_000)]
    refused = act(client, plan, drawn(kind, ids, scribble), status=400)
    assert "crosses itself" in refused["detail"]
    act(client, plan, drawn(kind, ids, [[104, 35], [105, 35]] * 1_001), status=400)


def test_half_a_character_is_refused_by_name(client, plan, ids):
    operation = {"kind": "rename", "area": ids[EAST], "name": "a\ud800"}
    body = json.dumps({"expects_revision": 0, "operation": operation})
    answer = client.post(
        f"/plans/{plan}/operations", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert "operation.rename.name" in answer.json()["detail"]


def test_renumbering_passes_over_the_code_of_an_area_that_is_no_more(client, engine, places, ids):
    settings, _ = places
    first = client.post("/plans", json={"title": "并"}).json()["plan"]["id"]
    act(client, first, {"kind": "unite", "units": [ids[grid(6)]], "into": ids[grid(5)]})
    approve(engine, first)
    publish_all(engine, settings, first)
    second = client.post("/plans", json={"title": "切"}).json()["plan"]["id"]
    line = [town.lonlat(50, -20), town.lonlat(50, 120)]
    act(client, second, drawn("cut", ids, line))
    done = act(client, second, {"kind": "renumber", "area": ids[EAST]}, sees=1)
    codes = {row["code"] for row in done["changed"] if row["unit"]}
    assert codes == {f"{EAST}007"}, "…006 was that of grid 6, which is no more"


# -- long work that can't come to anything is refused when it is asked for


def jobs_of(client, plan):
    return client.get(f"/jobs?plan={plan}").json()["jobs"]


def test_publishing_what_is_not_ready_is_refused_at_once(client, engine, places, plan):
    settings, _ = places
    steward = bearer(engine, "steward")

    def ask(status, **order):
        answer = client.post(f"/plans/{plan}/publish", json=order, headers=steward)
        assert answer.status_code == status, answer.text
        return answer.json()

    assert "let a steward approve it" in ask(409, title="二")["detail"]
    approve(engine, plan)
    for title in ("", "  "):
        assert "title" in ask(400, title=title)["detail"]
    assert "can't begin before it" in ask(400, title="二", effective="2019-12-31")["detail"]
    assert jobs_of(client, plan) == []
    assert ask(202, title="二")["job"]["state"] == "waiting"
    other = client.post("/plans", json={"title": "先"}).json()["plan"]["id"]
    approve(engine, other)
    publish_all(engine, settings, other)
    assert "Rebase it" in ask(409, title="二")["detail"]
    assert len(jobs_of(client, plan)) == 1


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"kind": "split"}, (400, "name it")),
        ({"kind": "split", "areas": [EAST, WEST]}, (400, "name it")),
        ({"kind": "split", "areas": [999_999]}, (404, "Load the plan anew")),
        ({"kind": "split", "areas": [EAST], "locked": [999_999]}, (404, "Load the plan anew")),
        ({"kind": "split", "areas": [grid(1)]}, (400, "Name the area that it lies in")),
        ({"kind": "redraw", "areas": [EAST, grid(3)]}, (400, "Name the area that it lies in")),
        ({"kind": "redraw", "areas": [EAST, "621122"]}, (400, "Ask for each alone")),
        ({"kind": "split", "areas": ["621122"]}, (409, "household_limit")),
        # East has four units and 400 households, and may have 350.
        ({"kind": "split", "areas": [EAST], "parts": 5}, (409, "cut units")),
        ({"kind": "redraw", "areas": [EAST], "parts": 9_999}, (409, "cut units")),
        ({"kind": "redraw", "parts": 2}, (409, "Ask for 3 parts or more")),
    ],
)
def test_proposals_that_can_not_be_are_refused_at_once(client, plan, ids, order, expected):
    status, remedy = expected
    order = {**order, "areas": [ids.get(area, area) for area in order.get("areas", ())]}
    answer = client.post(f"/plans/{plan}/proposals", json=order)
    assert answer.status_code == status, answer.text
    assert remedy in answer.json()["detail"]
    assert jobs_of(client, plan) == []


def test_proposals_that_can_be_are_looked_for(client, plan, ids):
    for order in ({"kind": "split", "areas": [ids[EAST]], "parts": 2}, {"kind": "redraw"}):
        answer = client.post(f"/plans/{plan}/proposals", json=order)
        assert answer.status_code == 202, answer.text
    assert client.post("/plans/999/proposals", json={"kind": "redraw"}).status_code == 404


def test_a_code_that_went_to_another_new_area_is_not_brought_back(client, plan, ids):
    made = []
    for turn, number in enumerate((1, 4)):
        name = f"新{number}社区"
        new = {"kind": "create", "level": "community", "parent": ids["621122"],
               "units": [ids[grid(number)]], "name": name}  # fmt: skip
        done = act(client, plan, new, sees=turn)
        made += [row["id"] for row in done["changed"] if row["name"] == name]
    code = "621122001077"
    act(client, plan, {"kind": "recode", "area": made[0], "code": code}, sees=2)
    assert client.post(f"/plans/{plan}/undo", json={"expects_revision": 3}).status_code == 200
    act(client, plan, {"kind": "recode", "area": made[1], "code": code}, sees=4)
    again = client.post(f"/plans/{plan}/redo", json={"expects_revision": 5, "revision": 4})
    assert again.status_code == 409, again.text
    assert f"“新4社区” has the code {code} by now" in again.json()["detail"]
