"""Incidents by HTTP in the hamlet with two editions, as a program and as a worker use them."""

import itertools
import json
import time

import numpy as np
import pytest

from api.app import create_app
from geo.crs import GCJ02, WGS84, convert_xy
from tests.api.tokens import bearer
from tests.people.incidents import lines, lonlat, place
from tests.publish.conftest import bring_rows, new_hamlet, publish_two

_sources = (f"source-{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory):
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("village")) as installed:
        publish_two(installed)
        posts = [
            {"key": "1", "area": "0109", "title": "网格长", "holder": None, "phone": None},
            {
                "key": "2",
                "area": "01",
                "title": "社区书记",
                "holder": "王书记",
                "phone": "13800000001",
            },
            {"key": "3", "area": "01", "title": "民警", "holder": None, "phone": None},
            {"key": "4", "area": "0", "title": "镇长", "holder": "赵镇长", "phone": "13800000002"},
        ]
        bring_rows(installed, posts, "positions")
        yield installed


@pytest.fixture(scope="module")
def client(serve, village):
    return serve(create_app(village.settings, village.folder, village.engine))


@pytest.fixture(scope="module")
def of(village):
    """Headers of a role for an area (code), or for the whole town."""
    made = {}

    def headers(role, code=None):
        if (role, code) not in made:
            with village.engine.begin() as tx:
                area = None if code is None else place(tx, code)
            made[role, code] = bearer(village.engine, role, area)
        return made[role, code]

    return headers


@pytest.fixture(scope="module")
def system(of):
    return of("system")


@pytest.fixture
def report(client, system):
    def send(x, y, *, headers=system, **row):
        lon, lat = lonlat(x, y)
        body = {"kind": "路灯", "lon": lon, "lat": lat, **row}
        answer = client.post("/incidents", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["incident"]

    return send


def named(chain):
    return [area["code"] for area in chain]


def test_a_report_is_answered_with_its_areas_and_its_address(client, system):
    lon, lat = lonlat(195, 50)
    body = {"kind": "路灯", "title": "路灯不亮", "lon": lon, "lat": lat, "address": "东街 1 号"}
    answer = client.post("/incidents", json=body, headers=system)
    assert answer.status_code == 201
    said = answer.json()
    seen = said["incident"]
    assert said["edition"]["number"] == 2
    assert answer.headers["Location"] == f"/incidents/{seen['id']}"
    assert (seen["status"], seen["state"], seen["border_m"]) == ("placed", "collected", 5.0)
    assert named(seen["chain"]) == ["0", "01", "0102"]
    assert [named(c["chain"])[-1] for c in seen["candidates"]] == ["0102", "0203"]
    assert seen["handler"]["code"] == "0102"
    assert (seen["lon"], seen["lat"]) == pytest.approx((lon, lat), abs=1e-8)
    assert client.get(answer.headers["Location"], headers=system).json() == said


def test_both_days_answer_rightly(client, system, report):
    number = report(60, 50)["id"]
    chains = {
        at: client.get(f"/incidents/{number}?at={at}", headers=system).json()
        for at in ("2024-06-30", "2024-07-01")
    }
    assert {at: a["edition"]["number"] for at, a in chains.items()} == {
        "2024-06-30": 1, "2024-07-01": 2,
    }  # fmt: skip
    assert {at: named(a["incident"]["chain"])[-1] for at, a in chains.items()} == {
        "2024-06-30": "0101", "2024-07-01": "0109",
    }  # fmt: skip


def test_the_card_names_whom_to_send_up_to_the_first_area_where_somebody_is(
    client, of, report, village
):
    number = report(60, 50)["id"]
    seen = client.get(f"/incidents/{number}", headers=of("steward")).json()["incident"]
    told = [(p["area"]["code"], p["title"], p["holder"], p["vacant"]) for p in seen["staff"]]
    assert told == [
        ("0109", "网格长", None, True),
        ("01", "社区书记", "王书记", False),
        ("01", "民警", None, True),
    ]
    with village.engine.begin() as tx:
        assert lines(tx, "read staff")[-1] == {"incident": number, "rows": 1}


@pytest.mark.parametrize("who", [("system", None), ("planner", None), ("worker", "0109")])
def test_names_are_only_for_who_may_read_staff_of_that_very_area(client, of, report, who):
    number = report(60, 50)["id"]
    seen = client.get(f"/incidents/{number}", headers=of(*who))
    assert "王书记" not in seen.text
    assert "1380000" not in seen.text
    assert [p["vacant"] for p in seen.json()["incident"]["staff"]] == [True, False, True]


def test_the_events_name_their_actor_only_to_those_in_charge(client, of, report):
    number = report(60, 50)["id"]
    for role, told in (("system", False), ("worker", True)):
        seen = client.get(f"/incidents/{number}", headers=of(role)).json()["incident"]
        assert (seen["events"][0]["actor"] is not None) == told


def test_from_the_pin_to_the_closing(client, of, report):
    seen = report(60, 50)
    at, worker = f"/incidents/{seen['id']}", of("worker", "01")

    def do(what, **body):
        nonlocal seen
        answer = client.post(
            f"{at}/{what}", json={"version": seen["version"], **body}, headers=worker
        )
        assert answer.status_code == 200, answer.text
        seen = answer.json()["incident"]
        return seen

    lon, lat = lonlat(195, 50)
    assert named(do("move", lon=lon, lat=lat, note="在路口")["chain"])[-1] == "0102"
    assert do("advance", state="accepted")["next_states"] == [
        "dispatched", "handling", "reviewed", "closed",
    ]  # fmt: skip
    assert do("escalate")["handler"]["code"] == "01"
    assert do("escalate")["handler"]["code"] == "0"
    assert do("advance", state="closed")["closed_at"] is not None
    assert do("advance", state="handling", note="又坏了")["closed_at"] is None
    assert [e["what"] for e in seen["events"]] == [
        "reported", "moved", "state", "escalated", "escalated", "state", "state",
    ]  # fmt: skip
    assert [e["area"]["code"] for e in seen["events"] if e["area"]] == ["0102", "01", "0"]
    area = [c["chain"][-1]["id"] for c in seen["candidates"] if named(c["chain"])[-1] == "0203"]
    body = {"version": seen["version"], "area": area[0]}
    assert client.post(f"{at}/assign", json=body, headers=worker).status_code == 403
    seen = client.post(f"{at}/assign", json=body, headers=of("worker")).json()["incident"]
    assert (named(seen["chain"]), seen["manual"]) == (["0", "02", "0203"], True)
    # Now it is another community's.
    assert client.get(at, headers=worker).status_code == 403


def test_a_stale_version_is_answered_with_who_and_when(client, of, report):
    seen = report(60, 50)
    at, body = f"/incidents/{seen['id']}/advance", {"version": seen["version"], "state": "closed"}
    assert client.post(at, json=body, headers=of("worker")).status_code == 200
    late = client.post(at, json=body, headers=of("worker"))
    assert late.status_code == 409
    problem = late.json()
    assert (problem["code"], problem["what"]) == ("moved_on", "state")
    assert problem["who"].startswith("worker-")
    assert problem["who"] in problem["detail"]


def test_many_are_advanced_at_once(client, of, report):
    first, second = report(60, 50), report(350, 50)
    body = {"ids": [first["id"], second["id"], 2**60], "state": "closed"}
    said = client.post("/incidents/advance", json=body, headers=of("worker", "01")).json()
    assert said["done"] == 1
    assert [(r["done"], r["code"]) for r in said["results"]] == [
        (True, None), (False, "not_allowed"), (False, "not_found"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/incidents/1"),
        ("POST", "/incidents"),
        ("POST", "/incidents/batch"),
        ("POST", "/incidents/1/move"),
        ("POST", "/incidents/advance"),
    ],
)
def test_without_an_account_there_is_nothing_to_see_or_to_do(client, method, path):
    assert client.request(method, path).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "a", "lon": 104.6},
        {"kind": "a\x00", "lon": 104.6, "lat": 35.0},
        {"kind": "", "lon": 104.6, "lat": 35.0},
        {"kind": "a", "lon": 104.6, "lat": 35.0, "crs": "mars"},
        {"kind": "a", "lon": 1e300, "lat": 35.0},
        {"kind": "a", "lon": 35.0, "lat": 104.6},
        {"kind": "a", "lon": 104.6, "lat": 35.0, "reported_at": "soon"},
        {"kind": "a", "lon": 104.6, "lat": 35.0, "colour": "red"},
    ],
)
def test_what_can_not_be_understood_is_said(client, system, body):
    answer = client.post("/incidents", json=body, headers=system)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


def test_an_unknown_incident_is_not_found(client, system):
    assert client.get("/incidents/999999", headers=system).status_code == 404
    assert client.get(f"/incidents/{10**30}", headers=system).status_code == 400


# -- batches


def rows(count, *, crs=GCJ02, x=60.0, y=50.0):
    """Incidents spread over grids, in GCJ-02: every fifth lies outside the hamlet."""
    spots = [(-300, 50) if n % 5 == 4 else (x + 0.01 * (n % 1000), y) for n in range(count)]
    lon, lat = np.array([lonlat(*spot) for spot in spots]).T
    lon, lat = convert_xy(lon, lat, WGS84, crs)
    return [
        {"key": f"k{n}", "kind": "噪音", "lon": float(lon[n]), "lat": float(lat[n]),
         "reported_at": f"2026-03-{n % 28 + 1:02} 09:00:00"}
        for n in range(count)
    ]  # fmt: skip


def test_a_batch_says_what_it_would_do_does_it_once_and_nothing_the_second_time(client, system):
    body = {"crs": "gcj02", "source": next(_sources), "rows": rows(10)}
    dry = client.post("/incidents/batch?dry_run=true", json=body, headers=system).json()
    assert (dry["committed"], dry["new"], dry["placed"], dry["outside"]) == (False, 10, 8, 2)
    done = client.post("/incidents/batch", json=body, headers=system).json()
    assert {**done, "committed": False} == dry
    again = client.post("/incidents/batch", json=body, headers=system).json()
    assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, 10)
    body["rows"][3]["title"] = "很吵"
    changed = client.post("/incidents/batch", json=body, headers=system).json()
    assert (changed["new"], changed["updated"], changed["unchanged"]) == (0, 1, 9)


def test_a_batch_with_a_bad_row_is_kept_out_whole_unless_told_otherwise(client, system):
    body = {"crs": "gcj02", "source": next(_sources), "rows": rows(4)}
    body["rows"][1]["lat"] = "unknown"
    body["rows"][2] |= {"kind": "", "reported_at": "03/04/26"}
    refused = client.post("/incidents/batch", json=body, headers=system)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "rows_rejected"
    assert "skip_rejected=true" in problem["detail"]
    assert "--" not in problem["detail"]
    assert {(r["row"], r["field"]) for r in problem["rejects"]} == {
        (2, "lat"), (3, "kind"), (3, "reported_at"),
    }  # fmt: skip
    assert all(r["reason"] and r["remedy"] for r in problem["rejects"])
    done = client.post("/incidents/batch?skip_rejected=true", json=body, headers=system).json()
    assert (done["rows_read"], done["new"], done["rejected"]) == (4, 2, 2)


def test_csv_goes_the_same_way(client, system):
    source = next(_sources)
    text = "编号,事件类型,经度,纬度,上报时间,状态\n"
    for row in rows(3):
        text += f"{row['key']},{row['kind']},{row['lon']!r},{row['lat']!r},{row['reported_at']},已办结\n"
    at = f"/incidents/batch?crs=gcj02&source={source}"
    headers = {**system, "Content-Type": "text/csv"}
    done = client.post(at, content=text.encode("gb18030"), headers=headers)
    assert done.json()["new"] == 3, done.text
    again = client.post(at, content=text.encode(), headers=headers).json()
    assert again["unchanged"] == 3


def test_rows_without_a_key_are_known_by_their_values(client, system):
    body = {"crs": "gcj02", "source": next(_sources), "rows": rows(3)}
    for row in body["rows"]:
        del row["key"]
    body["rows"].append(body["rows"][0])
    first = client.post("/incidents/batch", json=body, headers=system).json()
    again = client.post("/incidents/batch", json=body, headers=system).json()
    assert (first["new"], again["unchanged"]) == (4, 4)


def test_a_worker_brings_rows_only_into_the_own_area_and_takes_none_from_elsewhere(
    client, of, system
):
    source, worker = next(_sources), of("worker", "01")
    mine, other = rows(1)[0], {**rows(1, x=350)[0], "key": "east"}
    body = {"crs": "gcj02", "source": source, "rows": [mine, other]}
    refused = client.post("/incidents/batch", json=body, headers=worker)
    assert refused.status_code == 409
    assert [(r["row"], r["code"]) for r in refused.json()["rejects"]] == [(2, "not_allowed")]
    assert client.post("/incidents/batch", json=body, headers=system).json()["new"] == 2
    # The eastern one can't be drawn over by giving its key another place.
    body["rows"] = [{**mine, "key": "east"}]
    assert client.post("/incidents/batch", json=body, headers=worker).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"rows": 1}', 400),
        (b'{"rows": [], "source": "x", "colour": 1}', 400),
        (b'{"rows": [{"key": "1", "kind": ["a"], "lon": 1, "lat": 2}], "source": "x"}', 400),
        (b'{"rows": [{"key": "1", "kind": "a\\u0000", "lon": 1, "lat": 2}], "source": "x"}', 400),
        (b'{"rows": [{"key": "1", "kind": "a", "lon": 1, "lat": 2}]}', 400),
        (b'{"rows": [{"key": "1", "lon": 104.6, "lat": 35}], "source": "x"}', 400),
        (b'{"rows": [{"key": "1", "kind": "a", "lon": NaN, "lat": 2}], "source": "x"}', 400),
    ],
)
def test_a_body_that_is_no_batch_is_refused(client, system, body, status):
    headers = {**system, "Content-Type": "application/json"}
    answer = client.post("/incidents/batch", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert json.loads(answer.text)["detail"]


def test_ten_thousand_rows_are_taken_in_seconds_and_read_back_by_area(client, system, village):
    body = {"crs": "gcj02", "source": next(_sources), "rows": rows(10_000, x=250, y=150)}
    start = time.perf_counter()
    done = client.post("/incidents/batch", json=body, headers=system)
    took = time.perf_counter() - start
    assert done.json()["new"] == 10_000, done.text
    assert done.json()["placed"] == 8_000
    assert took < 20, f"{took:.1f} s"
