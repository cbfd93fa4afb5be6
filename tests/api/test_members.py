"""Members, counts and aliases over HTTP, in the little town."""

import pandas as pd
import pytest
import sqlalchemy as sa

from api.app import create_app
from geo.access import operator
from geo.boundaries import init_site
from geo.db.schema import audit
from geo.publish import ImportOrder, PublishedFolder, import_file, publish, published_folder
from geo.settings import Settings
from tests import town
from tests.api.tokens import bearer

EAST, WEST = "621122001001", "621122001002"
#: Six live in 锦绣家园3号楼 (grid 1, East), seven in the house of grid 3 (West), one serves there.
PEOPLE = [
    *(
        (f"e{n}", f"东{n}", f"1381234567{n}", "居民党员", "锦绣家园3号楼2单元", None)
        for n in range(6)
    ),
    *((f"w{n}", f"西{n}", None, "流动党员", "老粮站", None) for n in range(6)),
    ("w6", "西六", "13900000000", "在职党员", "老粮站", f"{EAST}002"),
]


def bring(engine, settings, kind, frame, **more):
    path = settings.home / (f"{kind}.parquet" if "geometry" in frame else f"{kind}.csv")
    frame.to_parquet(path) if "geometry" in frame else frame.to_csv(path, index=False)
    order = ImportOrder(kind, source="test", commit=True, **more)
    report = import_file(engine, settings, order, path, actor=operator("test"))
    assert report.committed, report.rejects
    return report


def areas():
    frame = town.areas()
    codes = frame.set_index("place_id")["code"]
    frame = frame.assign(parent=frame["parent_id"].map(codes))
    return frame[["level", "code", "name", "parent", "households", "geometry"]]


def roster(rows=PEOPLE):
    columns = ["key", "name", "phone", "kind", "地址", "duty_area"]
    return pd.DataFrame(rows, columns=columns, dtype=str)


@pytest.fixture(scope="module")
def live(serve, engine, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    bring(engine, settings, "areas", areas())
    houses = town.registers()["buildings"].rename(columns={"id": "key"})
    bring(engine, settings, "buildings", houses)
    publish(engine, settings, title="第一版", actor=operator("test"), effective="2020-01-01")
    bring(engine, settings, "members", roster())
    return serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))


def place(live, code):
    rows = live.get("/members/counts", params={"level": "community"}).json()["rows"]
    return next(row["area"]["id"] for row in rows if row["area"]["code"] == code)


def test_a_worker_reads_the_members_of_the_own_area_with_masked_phones(live, engine):
    worker = bearer(engine, "worker", place(live, EAST))
    answer = live.get("/members", headers=worker)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert [m["name"] for m in body["members"]] == [*(f"东{n}" for n in range(6)), "西六"]
    first, *_, last = body["members"]
    assert (first["phone"], first["kind"]) == ("138****5670", "resident")
    assert first["home"]["name"] == "锦绣家园3号楼"
    assert [a["level"] for a in first["home"]["chain"]] == ["county", "community", "grid"]
    assert (last["home"], last["duty"]["code"]) == (None, f"{EAST}002")
    assert body["next"] is None
    assert body["edition"]["number"] == 1


def test_pages_are_followed_by_their_address(live, engine):
    headers, seen, address = bearer(engine, "steward"), [], "/members?limit=5"
    while address:
        body = live.get(address, headers=headers).json()
        seen += [m["id"] for m in body["members"]]
        address = body["next"]
    assert len(seen) == len(set(seen)) == 13
    assert seen == sorted(seen)


def test_each_reading_stands_in_the_audit_trail_without_names(live, engine):
    live.get("/members?q=东1&full=true", headers=bearer(engine, "steward"))
    with engine.begin() as tx:
        last = tx.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(1)).one()
    assert last.action == "read members"
    assert (last.detail["rows"], last.detail["full"], last.detail["searched"]) == (1, True, True)
    assert "东1" not in str(last.detail)


@pytest.mark.parametrize(
    ("role", "status"),
    [("viewer", 403), ("system", 403), ("planner", 403), ("worker", 200), ("steward", 200)],
)
def test_rows_are_for_those_in_charge(live, engine, role, status):
    assert live.get("/members", headers=bearer(engine, role)).status_code == status
    assert live.get("/members").status_code == 401


def test_another_area_is_refused_and_an_unknown_one_is_named(live, engine):
    worker = bearer(engine, "worker", place(live, EAST))
    assert live.get(f"/members?area={place(live, WEST)}", headers=worker).status_code == 403
    assert live.get("/members?area=999999", headers=worker).status_code == 404
    # Whose lines: those in force. Older ones would open areas that are not one's own any more.
    assert live.get("/members?edition=1", headers=worker).status_code == 400


def test_everybody_sees_counts_and_small_ones_as_less_than_five(live):
    body = live.get("/members/counts?level=community").json()
    assert body["suppress_below"] == 5
    assert [(r["area"]["code"], r["count"]) for r in body["rows"]] == [(EAST, 6), (WEST, 7)]
    grids = {r["area"]["code"]: r for r in live.get("/members/counts?level=grid").json()["rows"]}
    told = {code: (r["count"], r["suppressed"], r["low"]) for code, r in grids.items()}
    assert told[f"{EAST}001"] == (6, False, None)
    assert told[f"{EAST}002"] == (None, True, "<5")


def test_no_count_names_anybody(live):
    for path in ("/members/counts?level=grid", "/hexes/members"):
        text = live.get(path).text
        assert not any(secret in text for secret in ("东1", "13812345671", "老粮站"))


def test_a_parent_and_a_kind_narrow_the_counts(live):
    west = live.get(f"/members/counts?level=grid&parent={place(live, WEST)}").json()["rows"]
    assert len(west) == 4
    rows = live.get("/members/counts?level=community&kind=resident").json()["rows"]
    assert [r["count"] for r in rows] == [6, None]  # one in service lives in the west
    assert live.get("/members/counts?level=community&kind=nobody").status_code == 400
    assert live.get("/members/counts?level=village").status_code == 404


def test_a_member_is_forgotten_by_a_steward_of_the_area(live, engine):
    everybody = live.get("/members", headers=bearer(engine, "steward")).json()["members"]
    last = next(m["id"] for m in everybody if m["name"] == "西六")
    east, west = (bearer(engine, "steward", place(live, code)) for code in (EAST, WEST))
    assert live.delete(f"/members/{last}", headers=east).status_code == 403
    assert live.delete(f"/members/{last}", headers=west).status_code == 204
    assert live.delete(f"/members/{last}", headers=west).status_code == 404
    assert len(live.get("/members", headers=bearer(engine, "steward")).json()["members"]) == 12


def test_aliases_are_kept_listed_and_forgotten(live, engine):
    headers = bearer(engine, "steward")
    kept = live.put("/aliases", headers=headers, json={"spelling": "锦秀家园3号楼1单元", "building": "101"})  # fmt: skip
    assert kept.status_code == 200, kept.text
    assert (kept.json()["spelling"], kept.json()["name"]) == ("锦秀家园#3", "锦绣家园3号楼")
    assert live.get("/aliases", headers=headers).json() == {"aliases": [kept.json()]}
    gone = live.delete("/aliases", headers=headers, params={"spelling": "锦秀家园#3"})
    assert gone.status_code == 204
    assert live.get("/aliases", headers=headers).json() == {"aliases": []}


def test_an_alias_of_an_unknown_building_is_refused(live, engine):
    body = {"spelling": "锦秀家园3号楼", "building": "999"}
    assert live.put("/aliases", headers=bearer(engine, "steward"), json=body).status_code == 404
    assert live.put("/aliases", headers=bearer(engine, "worker"), json=body).status_code == 403


def test_aliases_come_with_an_import_and_go_with_its_dry_run(live, engine, tmp_path):
    settings = Settings(home=tmp_path)
    row = [("n1", "新人", None, "居民党员", "金秀家园13栋501", None)]
    path = tmp_path / "members.csv"
    roster(row).to_csv(path, index=False)
    dry = ImportOrder("members", source="test", aliases={"金秀家园13号楼": "102"})
    assert import_file(engine, settings, dry, path, actor=operator("test")).new == 1
    assert live.get("/aliases", headers=bearer(engine, "steward")).json() == {"aliases": []}
    bring(engine, settings, "members", roster(row), aliases={"金秀家园13号楼": "102"})
    kept = live.get("/aliases", headers=bearer(engine, "steward")).json()["aliases"]
    assert [alias["spelling"] for alias in kept] == ["金秀家园#13"]


def test_a_published_folder_has_no_members(view):
    assert view.get("/members/counts?level=community").status_code == 404
