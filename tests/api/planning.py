"""The little town with plans in it: East has 400 households and may have 350."""

from geo.access import operator
from geo.boundaries import init_site
from geo.publish import ImportOrder, import_file, publish
from tests import town

EAST, WEST = "621122001001", "621122001002"
TESTER = operator("tester")


def grid(number):
    return f"{WEST if (number - 1) % 4 > 1 else EAST}00{number}"


def fill(engine, settings):
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=TESTER)
    areas = town.areas()
    codes = areas.set_index("place_id")["code"]
    parents = areas["parent_id"].map(codes)
    grids = areas["level"] == "grid"
    areas = areas.assign(
        parent=parents,
        code=areas["code"].where(~grids, [grid(n % 10) for n in areas["place_id"]]),
    )
    columns = ["level", "code", "name", "parent", "households", "geometry"]
    path = settings.home / "areas.parquet"
    areas[columns].to_parquet(path)
    order = ImportOrder("areas", source="test", commit=True)
    assert import_file(engine, settings, order, path, actor=TESTER).committed
    publish(engine, settings, title="第一版", actor=TESTER, effective="2020-01-01")


def act(client, plan, operation, *, sees=0, status=200, **more):
    body = {"expects_revision": sees, "operation": operation, **more}
    answer = client.post(f"/plans/{plan}/operations", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def by_id(rows):
    return {row["id"]: row for row in rows}
