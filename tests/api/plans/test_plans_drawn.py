"""Plans over HTTP: begun, looked at, drawn in."""

import pytest
import shapely

from tests import town
from tests.api.planning import EAST, WEST, act, by_id, grid

# -- begun and listed


def test_a_plan_begins_on_the_highest_edition_and_names_who_began_it(client, plan):
    head = client.get(f"/plans/{plan}").json()["plan"]
    assert (head["base"], head["revision"], head["state"], head["stale"]) == (1, 0, "draft", False)
    assert head["created_by"].startswith("planner-")
    assert [event["what"] for event in head["events"]] == ["created"]
    assert plan in [row["id"] for row in client.get("/plans?state=draft").json()["plans"]]
    assert client.get("/plans?state=approved").json()["plans"] == []


def test_a_plan_that_is_not_there_is_404(client):
    assert client.get("/plans/999").json()["code"] == "not_found"
    missing = client.post("/plans", json={"title": "x", "base": 7})
    assert missing.json()["code"] == "no_edition"


def test_unknown_fields_and_parameters_are_refused(client, plan):
    assert client.post("/plans", json={"title": "x", "colour": "red"}).status_code == 400
    assert client.get(f"/plans/{plan}/areas?lvl=grid").json()["code"] == "unknown_option"
    wrong = client.get(f"/plans/{plan}/areas?level=town")
    assert (wrong.status_code, "The levels are" in wrong.json()["detail"]) == (404, True)


# -- looked at


def test_areas_are_measured_against_their_limit(client, plan, ids):
    answer = client.get(f"/plans/{plan}/areas?level=community").json()
    assert answer["plan"] == {"id": plan, "revision": 0, "base": 1}
    assert answer["metrics"]["households"] == 1
    east = by_id(answer["areas"])[ids[EAST]]
    measured = east["metrics"]
    assert (measured["households"], measured["limit"], measured["headroom"]) == (400, 350, -50)
    assert (measured["units"], measured["area_m2"], measured["households_moved"]) == (4, 40_000, 0)
    # A square of 200 m: 4π · 40,000 / 800² = π / 4.
    assert measured["polsby_popper"] == pytest.approx(0.7854, abs=1e-4)


def test_areas_are_listed_from_the_top_and_below_an_area(client, plan, ids):
    top = client.get(f"/plans/{plan}/areas").json()["areas"]
    assert [row["level"] for row in top] == ["county", "community", "community"]
    below = client.get(f"/plans/{plan}/areas?parent={ids[EAST]}").json()["areas"]
    assert [row["code"] for row in below] == [grid(n) for n in (1, 2, 5, 6)]
    assert all(row["unit"] for row in below)


def test_an_area_says_what_is_found_in_it_and_how_it_is_drawn(client, plan, ids):
    answer = client.get(f"/plans/{plan}/areas/{ids[EAST]}").json()
    assert [head["level"] for head in answer["chain"]] == ["county", "community"]
    # The plan began with it, so it is a warning here.
    over = next(f for f in answer["findings"] if "350" in f["en"])
    assert over["severity"] == "warning"
    assert over["remedy_en"]
    assert ids[EAST] in [head["id"] for head in over["areas"]]
    drawn = shapely.from_geojson(str(answer["outline"]).replace("'", '"').replace("None", "null"))
    west, south, east, north = drawn.bounds
    assert (west, south) == pytest.approx(town.lonlat(0, 0), abs=1e-5)
    assert (east, north) == pytest.approx(town.lonlat(200, 200), abs=1e-5)


def test_units_come_in_pages_of_one_revision(client, plan, ids):
    first = client.get(f"/plans/{plan}/units?limit=3").json()
    assert first["plan"]["revision"] == 0
    act(client, plan, {"kind": "move", "units": [ids[grid(7)]], "to": ids[EAST]})
    rest, page = [], first
    while page["next"]:
        page = client.get(page["next"]).json()
        assert page["plan"]["revision"] == 0, "the pages that follow are of the first one's"
        rest += page["features"]
    seen = by_id([*first["features"], *rest])
    assert set(seen) == {ids[grid(n)] for n in range(1, 9)}
    assert seen[ids[grid(7)]]["properties"]["chain"][1] == ids[WEST]
    now = client.get(f"/plans/{plan}/units?parent={ids[EAST]}").json()
    assert len(now["features"]) == 5
    assert {feature["properties"]["households"] for feature in now["features"]} == {100}


@pytest.mark.parametrize("what", ["areas", "units"])
def test_a_parent_is_named_by_code_or_id_and_an_unknown_one_is_404(client, plan, ids, what):
    new = {"kind": "create", "level": "community", "parent": ids["621122"],
           "units": [ids[grid(1)], ids[grid(5)]], "name": "新街社区"}  # fmt: skip
    done = act(client, plan, new)
    made = next(row["id"] for row in done["changed"] if row["name"] == "新街社区")
    named = {EAST: [2, 6], ids[EAST]: [2, 6], f"~{made}": [1, 5], made: [1, 5]}
    for parent, expected in named.items():
        answer = client.get(f"/plans/{plan}/{what}?parent={parent}").json()
        found = [row["id"] for row in answer["areas" if what == "areas" else "features"]]
        assert sorted(found) == sorted(ids[grid(n)] for n in expected), parent
    below = client.get(f"/plans/{plan}/areas?level=community&parent=621122").json()["areas"]
    assert len(below) == 3
    for unknown in ("999999", "~999999", "9" * 99, "东"):
        for more in ("", "&level=community") if what == "areas" else ("",):
            missing = client.get(f"/plans/{plan}/{what}?parent={unknown}{more}")
            assert missing.status_code == 404, missing.text
            assert "list them" in missing.json()["detail"]


def test_units_are_found_by_a_box(client, plan, ids):
    (west, south), (east, north) = town.lonlat(10, 10), town.lonlat(90, 90)
    found = client.get(f"/plans/{plan}/units?bbox={west},{south},{east},{north}").json()
    assert [feature["id"] for feature in found["features"]] == [ids[grid(1)]]


def test_findings_are_counted_and_chosen_by_severity(client, plan, ids):
    act(client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]})
    found = client.get(f"/plans/{plan}/findings").json()
    assert found["counts"]["error"] == sum(f["severity"] == "error" for f in found["findings"])
    errors = client.get(f"/plans/{plan}/findings?severity=error").json()["findings"]
    assert {f["severity"] for f in errors} == {"error"}
    assert len(errors) == found["counts"]["error"]


# -- drawn


def test_a_move_says_what_changed_and_what_stands_in_the_log(client, plan, ids):
    done = act(
        client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]}, note="桥通了"
    )
    assert (done["plan"]["revision"], done["operation"]["kept"], done["gone"]) == (1, True, [])
    changed = by_id(done["changed"])
    assert changed[ids[EAST]]["metrics"]["households"] == 300
    assert changed[ids[WEST]]["metrics"]["households"] == 500
    assert changed[ids[WEST]]["metrics"]["households_moved"] == 100
    assert changed[ids[grid(2)]]["parent"] == ids[WEST]
    assert any(f["severity"] == "error" and "350" in f["en"] for f in done["findings"])
    log = client.get(f"/plans/{plan}/operations").json()
    (entry,) = log["operations"]
    assert (entry["kind"], entry["note"], entry["stands"]) == ("move", "桥通了", True)
    assert "西街社区" in entry["label"]["zh"]
    assert log["next"] is None


def test_a_preview_keeps_nothing(client, plan, ids):
    operation = {"kind": "create", "level": "community", "parent": ids["621122"],
                 "units": [ids[grid(1)], ids[grid(5)]], "name": "新街社区"}  # fmt: skip
    shown = act(client, plan, operation, preview=True)
    assert (shown["operation"]["kept"], shown["plan"]["revision"]) == (False, 0)
    made = next(row for row in shown["changed"] if row["name"] == "新街社区")
    assert (made["provisional"], made["metrics"]["households"]) == (True, 200)
    assert client.get(f"/plans/{plan}").json()["plan"]["revision"] == 0
    kept = act(client, plan, operation)
    made = next(row for row in kept["changed"] if row["name"] == "新街社区")
    assert made["code"] == f"~{made['id']}"


def test_new_numbers_are_none_that_an_edition_ever_had(client, plan, ids):
    # West gives its grid 8 away and takes grid 2 of East: number 8 was West's own once.
    for turn, (number, to) in enumerate([(8, EAST), (2, WEST)]):
        move = {"kind": "move", "units": [ids[grid(number)]], "to": ids[to]}
        act(client, plan, move, sees=2 * turn)
        done = act(client, plan, {"kind": "renumber", "area": ids[to]}, sees=2 * turn + 1)
    assert by_id(done["changed"])[ids[grid(2)]]["code"] == f"{WEST}009"


def test_a_line_in_degrees_splits_an_area(client, plan, ids):
    line = {"type": "LineString", "coordinates": [town.lonlat(-10, 100), town.lonlat(210, 100)]}
    split = {
        "kind": "split",
        "area": ids[EAST],
        "line": line,
        "names": ["东街南社区", "东街北社区"],
    }
    done = act(client, plan, split)
    named = {row["name"]: row for row in done["changed"] if row["level"] == "community"}
    assert set(named) == {"东街南社区", "东街北社区"}
    assert {row["metrics"]["households"] for row in named.values()} == {200}


def test_a_line_of_another_system_is_converted(client, plan, ids):
    metres = [town.metres(-10, 100), town.metres(210, 100)]
    line = {"type": "LineString", "coordinates": metres}
    done = act(client, plan, {"kind": "split", "area": ids[EAST], "line": line, "crs": "4544"})
    halves = [row for row in done["changed"] if row["level"] == "community"]
    assert [row["metrics"]["households"] for row in halves] == [200, 200]


@pytest.mark.parametrize("coordinates", [[[104.6, 35.0]], [[104.6, 35.0], [104.6, 35.0]]])
def test_a_line_without_length_is_refused(client, plan, ids, coordinates):
    line = {"type": "LineString", "coordinates": coordinates}
    act(client, plan, {"kind": "split", "area": ids[EAST], "line": line}, status=400)


def test_an_unknown_kind_of_work_is_refused_by_name(client, plan):
    body = {"expects_revision": 0, "operation": {"kind": "burn", "area": 1}}
    answer = client.post(f"/plans/{plan}/operations", json=body)
    assert (answer.status_code, "rename" in answer.json()["detail"]) == (400, True)


def test_who_is_late_is_told_who_was_there_and_nothing_is_overwritten(client, plan, ids, engine):
    act(client, plan, {"kind": "rename", "area": ids[EAST], "name": "东街一社区"})
    late = {"kind": "rename", "area": ids[EAST], "name": "东街二社区"}
    problem = act(client, plan, late, sees=0, status=409)
    assert problem["code"] == "moved_on"
    (by,) = problem["by"]
    assert by["revision"] == 1
    assert by["actor"].startswith("planner-")
    assert client.get(f"/plans/{plan}/areas/{ids[EAST]}").json()["area"]["name"] == "东街一社区"
    elsewhere = {"kind": "rename", "area": ids[WEST], "name": "西街一社区"}
    assert act(client, plan, elsewhere, sees=0)["plan"]["revision"] == 2


def test_undo_and_redo_lead_back_and_forth(client, plan, ids):
    act(client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]})
    undone = client.post(f"/plans/{plan}/undo", json={"expects_revision": 1}).json()
    assert by_id(undone["changed"])[ids[EAST]]["metrics"]["households"] == 400
    again = client.post(f"/plans/{plan}/redo", json={"expects_revision": 2}).json()
    assert by_id(again["changed"])[ids[EAST]]["metrics"]["households"] == 300
    entries = client.get(f"/plans/{plan}/operations?after=1").json()["operations"]
    assert [entry["undoes"] for entry in entries] == [1, 2]
    nothing = client.post(f"/plans/{plan}/redo", json={"expects_revision": 3})
    assert nothing.status_code == 409


def test_the_log_comes_in_pages(client, plan, ids):
    for turn in range(3):
        name = f"东街{turn}社区"
        act(client, plan, {"kind": "rename", "area": ids[EAST], "name": name}, sees=turn)
    first = client.get(f"/plans/{plan}/operations?limit=2").json()
    assert ([row["revision"] for row in first["operations"]], first["next"]) == ([1, 2], 2)
    last = client.get(f"/plans/{plan}/operations?limit=2&after=2").json()
    assert ([row["revision"] for row in last["operations"]], last["next"]) == ([3], None)


def test_a_fork_goes_its_own_way(client, plan, ids):
    act(client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]})
    fork = client.post(f"/plans/{plan}/fork", json={"title": "方案乙"}).json()["plan"]
    assert (fork["forked_from"], fork["revision"]) == (plan, 1)
    act(client, fork["id"], {"kind": "rename", "area": ids[EAST], "name": "乙"}, sees=1)
    assert client.get(f"/plans/{plan}/areas/{ids[EAST]}").json()["area"]["name"] == "东街社区"
    begun = client.post(f"/plans/{plan}/fork", json={"title": "方案丙", "revision": 0}).json()
    assert begun["plan"]["revision"] == 0
