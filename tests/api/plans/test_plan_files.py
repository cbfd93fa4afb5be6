"""Plans as files over HTTP: what is handed over is the same plan again."""

import pytest

from tests.api.planning import EAST, WEST, act, by_id, grid

FORMATS = ("gpkg", "geojson", "shp", "parquet", "xlsx")


def upload(client, name, content):
    number = client.post("/imports").json()["id"]
    sent = client.put(f"/imports/{number}/files/{name}", content=content)
    assert sent.status_code == 200, sent.text
    return number


def bring(client, plan, number, *, status=200, **more):
    order = {"upload": number, "match": "units", "expects_revision": 0, **more}
    answer = client.post(f"/plans/{plan}/imports", json=order)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def drawn(client, plan, ids):
    """Grid 2 has gone to West, and there is a new community of grids 1 and 5."""
    act(client, plan, {"kind": "move", "units": [ids[grid(2)]], "to": ids[WEST]})
    new = {"kind": "create", "level": "community", "parent": ids["621122"],
           "units": [ids[grid(1)], ids[grid(5)]], "name": "新街社区"}  # fmt: skip
    act(client, plan, new, sees=1)
    return plan


def communities(client, plan):
    rows = client.get(f"/plans/{plan}/areas?level=community").json()["areas"]
    return {row["name"]: row["metrics"]["households"] for row in rows}


@pytest.mark.parametrize("kind", FORMATS)
def test_an_export_taken_into_a_fresh_plan_is_the_same_plan(client, drawn, ids, kind):
    file = client.get(f"/plans/{drawn}/export?format={kind}")
    assert file.status_code == 200
    assert "attachment" in file.headers["content-disposition"]
    name = {"shp": "plan.zip"}.get(kind, f"plan.{kind}")
    number = upload(client, name, file.content)
    fresh = client.post("/plans", json={"title": "再来"}).json()["plan"]["id"]
    shown = bring(client, fresh, number)
    assert (shown["committed"], shown["plan"]["revision"]) == (False, 0)
    assert communities(client, fresh) == {"东街社区": 400, "西街社区": 400}
    kept = bring(client, fresh, number, commit=True)
    assert (kept["committed"], kept["plan"]["revision"]) == (True, 1)
    assert communities(client, fresh) == communities(client, drawn)
    assert communities(client, fresh) == {"东街社区": 100, "西街社区": 500, "新街社区": 200}


def test_a_table_of_units_and_areas_is_taken_and_what_is_unknown_is_told(client, plan, ids):
    table = f"编码,上级编码\n{grid(2)},{WEST}\n999,{WEST}\n"
    number = upload(client, "plan.csv", table.encode())
    done = bring(client, plan, number, commit=True)
    assert by_id(done["changed"])[ids[grid(2)]]["parent"] == ids[WEST]
    assert [remark["code"] for remark in done["remarks"]] == ["999"]
    assert communities(client, plan) == {"东街社区": 300, "西街社区": 500}


def test_a_file_that_changes_nothing_keeps_nothing(client, drawn, ids):
    file = client.get(f"/plans/{drawn}/export?format=geojson").content
    done = bring(client, drawn, upload(client, "plan.geojson", file), commit=True)
    assert (done["committed"], done["plan"]["revision"]) == (False, 2)
    table = upload(client, "plan.csv", f"编码,上级编码\n{grid(6)},{EAST}\n".encode())
    assert "already" in bring(client, drawn, table, commit=True, status=409)["detail"]


def test_an_upload_is_its_owners_alone(client, plan):
    assert bring(client, plan, "none", status=404)["code"] == "not_found"
