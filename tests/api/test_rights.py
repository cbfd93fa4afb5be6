"""Who may what, route by route: every role, for the whole town, inside and outside its area.

New routes are covered by themselves. A route whose path or required query needs a value that is
not in `PATHS` or `QUERIES` fails with a message that says which one to add.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.app import create_app
from api.strict import StrictRoute, needs_of
from geo.access import RIGHTS, ROLES, VISITOR, WHOLE_TOWN, Actor, Grant
from geo.boundaries import places_by_code
from geo.db.schema import building, facility, incident, member
from geo.publish import PublishedFolder, published_folder
from geo.settings import Settings
from tests import town
from tests.api.contract import CONTRACT
from tests.api.guarded_town import COUNTY, EAST, GRID, WEST, Town, fill
from tests.api.tokens import bearer, bearer_of

#: Routes that everybody may ask, whoever it is: no right, on purpose.
OPEN = {
    ("GET", "/session"), ("POST", "/session"), ("DELETE", "/session"), ("PUT", "/session/password"),
    ("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/openapi.json"), ("GET", "/docs"),
    ("GET", "/"), ("HEAD", "/"),
}  # fmt: skip

#: Rights that reach areas one by one: a request about one area is refused outside of it.
BY_AREA = {"incidents.read", "incidents.write", "staff.read", "members.read", "members.forget"}

#: What is written in a plan, by the areas that it is about.
DRAWN_IN_EAST = {("PUT", "/plans/{id}/locks/{area}"), ("POST", "/plans/{id}/operations")}
#: What who may only draw does with own plans and jobs alone; those of the town are the tester's.
OF_OTHERS = {
    ("POST", "/plans/{id}/return"): "plans.approve",
    ("POST", "/plans/{id}/withdraw"): "plans.approve",
    ("POST", "/plans/{id}/rebase"): "plans.approve",
    ("POST", "/jobs/{id}/cancel"): "publish",
}

#: Path parameters by the first step of the path; numbers of things are filled in by `world`.
PATHS = {
    "areas.id": EAST, "areas.code": EAST, "levels.key": "grid", "editions.number": "1",
    "templates.kind": "members", "imports.id": "none", "imports.name": "a.csv",
    "incidents.id": incident, "members.id": member, "facilities.id": facility,
    "buildings.id": building, "plans.id": "a new plan", "jobs.id": "a new job",
    "plans.area": EAST,
}  # fmt: skip
LON, LAT = town.lonlat(20, 15)  # in grid 1 of East
QUERIES = {"lon": LON, "lat": LAT, "zoom": 13, "level": "community", "q": "街", "kind": "纠纷",
           "format": "geojson", "spelling": "东街", "plans": "1"}  # fmt: skip
#: Optional parameters that make a request one about East.
ABOUT_EAST = {("GET", "/positions"): "area", ("GET", "/members"): "area"}
PIN = {"lon": LON, "lat": LAT}
#: Versions that nobody saw: who may gets a 409, and nothing changes.
STALE = {"version": 2**62}
BODIES = {
    ("POST", "/locate"): {"rows": [{"id": "1", **PIN}]},
    ("POST", "/incidents"): {"kind": "纠纷", **PIN},
    ("POST", "/incidents/batch"): {"source": "t", "rows": [{"key": "1", "kind": "纠纷", **PIN}]},
    ("POST", "/incidents/advance"): {"ids": [1], "state": "accepted"},
    ("POST", "/incidents/{id}/move"): {**PIN, **STALE},
    ("POST", "/incidents/{id}/advance"): {"state": "accepted", **STALE},
    ("POST", "/incidents/{id}/escalate"): STALE,
    ("POST", "/incidents/{id}/assign"): {"area": 1, **STALE},
    ("POST", "/plans"): {"title": "方案"},
    ("POST", "/plans/{id}/fork"): {"title": "方案"},
    ("POST", "/plans/{id}/undo"): {"expects_revision": 0},
    ("POST", "/plans/{id}/redo"): {"expects_revision": 0},
    ("POST", "/plans/{id}/proposals"): {"kind": "split", "areas": [1]},
    ("POST", "/plans/{id}/publish"): {"title": "第二版"},
    ("POST", "/editions/{number}/withdraw"): {"title": "恢复", "reason": "暂缓"},
    ("POST", "/plans/{id}/imports"): {"upload": "none", "match": "units", "expects_revision": 0},
}

#: What only those may read who have the right for East.
PERSONAL = {
    "东街甲案": "incidents.read",
    "王组长": "staff.read", "13900000001": "staff.read",
    "张党员": "members.read", "13800000002": "members.read",
}  # fmt: skip


# -- the routes of the app


def web_of(app):
    while not isinstance(app, FastAPI):
        app = next(getattr(app, name) for name in ("_web", "_app", "app") if hasattr(app, name))
    return app


def routes_of(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner)
        else:
            yield from ((method, route.path, route) for method in sorted(route.methods))


WEB = web_of(create_app(Settings(), PublishedFolder(Path("nowhere"))))
ROUTES = {(method, path): route for method, path, route in routes_of(WEB)}


def rights_of(route):
    return {right for need in needs_of(route.dependant) for right in need.rights}


GUARDED = {key: route for key, route in ROUTES.items() if key not in OPEN}


def test_every_route_declares_its_right_or_is_open_on_purpose():
    silent = [
        key for key, route in ROUTES.items()
        if key not in OPEN and not (isinstance(route, StrictRoute) and rights_of(route))
    ]  # fmt: skip
    assert silent == [], 'declare dependencies=[needs("…")] (api/who.py)'


def test_all_operations_of_the_document_are_looked_at():
    from api.docs import openapi_of

    documented = {
        (method.upper(), path)
        for path, operations in openapi_of(WEB)["paths"].items()
        for method in operations
    }
    assert documented <= set(ROUTES)
    assert len(documented) > 40


def test_open_routes_declare_no_right_and_none_is_forgotten():
    assert set(ROUTES) >= OPEN
    for key in OPEN:
        if isinstance(ROUTES[key], APIRoute):
            assert rights_of(ROUTES[key]) == set()


@pytest.mark.parametrize("key", CONTRACT, ids=" ".join)
def test_the_contract_holds(key):
    assert rights_of(ROUTES[key]) == CONTRACT[key]


# -- a town with something to hide


@pytest.fixture(scope="module")
def world(serve, engine, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    fill(engine, settings)
    with engine.connect() as tx:
        codes = places_by_code(tx)
        numbers = {
            t.name: tx.scalar(sa.select(sa.func.max(t.c.id)))
            for t in (incident, member, facility, building)
        }
    folder = PublishedFolder(published_folder(settings))
    places = {
        code: int(place) for code, place in zip(codes["code"], codes["place_id"], strict=True)
    }
    return Town(serve(create_app(settings, folder, engine)), places, numbers, engine)


def grants_by_name(places):
    """Who asks: each role for the whole town, for East, for West; and some with two roles."""
    east, west = places[EAST], places[WEST]
    named = {role: (Grant(role),) for role in ROLES}
    named |= {f"{role} of East": (Grant(role, east),) for role in ROLES}
    named |= {f"{role} of West": (Grant(role, west),) for role in ROLES}
    named["worker of West, system"] = (Grant("worker", west), Grant("system"))
    named["worker of East and of West"] = (Grant("worker", east), Grant("worker", west))
    named["worker of the county, viewer of West"] = (
        Grant("worker", places[COUNTY]), Grant("viewer", west),
    )  # fmt: skip
    named["worker of the grid, planner"] = (Grant("worker", places[GRID]), Grant("planner"))
    return named


@pytest.fixture(scope="module")
def askers(world, engine):
    """Name → (grants, headers); the visitor first."""
    named = {"visitor": (VISITOR.grants, {})}
    for name, grants in grants_by_name(world.places).items():
        named[name] = (grants, bearer_of(engine, *grants))
    return named


# -- what the table says


def has(grants, right, chain):
    """Whether grants give a right: for the places of a chain, or for any place where it is None."""
    if "viewer" in RIGHTS[right]:
        return True
    return any(
        grant.role in RIGHTS[right]
        and (grant.place is None or (right not in WHOLE_TOWN and (chain is None or grant.place in chain)))
        for grant in grants
    )  # fmt: skip


def is_about_east(key, rights):
    _, path = key
    if key in DRAWN_IN_EAST:
        return True
    return bool(rights & BY_AREA) and (
        "{id}" in path or key in ABOUT_EAST or key == ("POST", "/incidents")
    )


def fields_of(dependant):
    yield from dependant.query_params
    for part in dependant.dependencies:
        yield from fields_of(part)


def request_of(world, key):
    method, path = key
    start = path.split("/")[1]
    for name in ROUTES[key].param_convertors:
        value = PATHS.get(f"{start}.{name}")
        assert value is not None, f'{method} {path}: add a value for "{start}.{name}" to PATHS'
        if isinstance(value, sa.Table):
            value = world.numbers[value.name]
        elif f"{start}.{name}" in ("plans.id", "jobs.id"):
            value = world.made(start)
        else:
            value = world.places.get(value, value) if name in ("id", "area") else value
        path = path.replace(f"{{{name}}}", str(value))
    query = {}
    for field in fields_of(ROUTES[key].dependant):
        if field.field_info.is_required():
            assert field.alias in QUERIES, (
                f'{method} {path}: add a value for "{field.alias}" to QUERIES'
            )
            query[field.alias] = QUERIES[field.alias]
    if key in ABOUT_EAST:
        query[ABOUT_EAST[key]] = world.places[GRID]
    body = {} if method == "GET" else {"json": BODIES.get(key, {})}
    if key == ("POST", "/plans/{id}/operations"):
        rename = {"kind": "rename", "area": world.places[EAST], "name": "东街新社区"}
        body = {"json": {"expects_revision": 0, "operation": rename}}
    return {"method": method, "url": path, "params": query, **body}


@pytest.mark.parametrize("key", GUARDED, ids=" ".join)
def test_each_asker_is_refused_exactly_where_the_table_says(world, askers, key):
    rights = {OF_OTHERS[key]} if key in OF_OTHERS else rights_of(GUARDED[key])
    request = request_of(world, key)
    chain = {world.places[code] for code in (GRID, EAST, COUNTY)}
    reach = chain if is_about_east(key, rights) else None
    allowed = {
        name: any(has(grants, right, reach) for right in rights)
        for name, (grants, _) in askers.items()
    }
    # Who may not, first: what the others delete is still there.
    for name in sorted(askers, key=allowed.get):
        grants, headers = askers[name]
        answer = world.client.request(**request, headers=headers)
        where = f"{' '.join(key)} as {name}: {answer.status_code} {answer.text[:300]}"
        if allowed[name]:
            assert answer.status_code not in (401, 403), where
            assert answer.status_code < 500, where
        else:
            assert answer.status_code == (401 if name == "visitor" else 403), where
        told = [word for word in PERSONAL if word in answer.text]
        assert all(has(grants, PERSONAL[word], chain) for word in told), f"{where} tells {told}"


def test_who_may_read_does_read(world, askers):
    """So that finding nothing personal elsewhere means something."""
    _, headers = askers["worker of East"]
    client, grid = world.client, world.places[GRID]
    assert "东街甲案" in client.get("/incidents", headers=headers).text
    assert "王组长" in client.get(f"/positions?area={grid}", headers=headers).text
    found = client.get(f"/members?area={grid}&full=true", headers=headers)
    assert "张党员" in found.text
    assert "13800000002" in found.text


@pytest.mark.parametrize("path", ["/incidents", "/positions", "/members", "/changes"])
def test_a_list_without_an_area_is_narrowed_to_those_of_the_asker(world, askers, path):
    for name in ("worker of West", "steward of West"):
        answer = world.client.get(path, headers=askers[name][1])
        assert answer.status_code == 200
        assert [word for word in PERSONAL if word in answer.text] == []


def test_an_upload_is_checked_by_what_it_holds(world, askers):
    """A planner may import lines, not people."""
    headers = askers["planner"][1]
    client = world.client
    upload = client.post("/imports", headers=headers).json()["id"]
    sent = client.put(
        f"/imports/{upload}/files/a.csv", content="key,name\n1,赵\n".encode(), headers=headers
    )
    assert sent.status_code == 200, sent.text
    order = {"kind": "members", "source": "t"}
    for step in ("check", "commit"):
        answer = client.post(f"/imports/{upload}/{step}", json=order, headers=headers)
        assert answer.status_code == 403, answer.text
    stranger = client.get(f"/imports/{upload}/preview", headers=askers["steward"][1])
    assert stranger.status_code == 404, "an upload is its owner's alone"


def test_no_name_or_phone_is_in_any_published_file(world):
    """All bytes that anybody may fetch without signing in, unpacked."""
    config = world.client.get("/editions").json()["editions"][0]
    names = [f"/tiles/{register}.json" for register in ("areas", "registers")]
    words = [word.encode() for word in PERSONAL]
    seen = 0
    for name in names:
        about = world.client.get(name).json()
        zoom = about["maxzoom"]
        west, south, east, north = about["bounds"]
        for x, y in covering(zoom, west, south, east, north):
            tile = world.client.get(about["tiles"][0].format(z=zoom, x=x, y=y))
            seen += tile.status_code == 200
            assert not any(word in tile.content for word in words), (name, x, y)
    assert seen > 0
    assert config["number"] == 1


def covering(zoom, west, south, east, north):
    import math

    def position(lon, lat):
        scale = 2**zoom
        return (
            int((lon + 180) / 360 * scale),
            int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * scale),
        )

    (left, top), (right, bottom) = position(west, north), position(east, south)
    return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def test_the_body_of_who_may_not_is_not_read(world):
    """A visitor sends half a body and is answered at once, not when it is whole."""
    import http.client

    base = world.client.base_url
    connection = http.client.HTTPConnection(base.host, base.port, timeout=10)
    for path in ("/locate", "/incidents", "/imports/none/check"):
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "100000000")
        connection.endheaders(b"{")
        assert connection.getresponse().status == 401
        connection.close()


def test_roles_count_from_the_next_request_on(world, engine):
    from geo.access import set_roles

    headers = bearer(engine, "viewer")
    name = world.client.get("/session", headers=headers).json()["user"]["name"]
    assert world.client.get("/incidents", headers=headers).status_code == 403
    with engine.begin() as tx:
        set_roles(tx, name, grants=[Grant("system")], actor=Actor("boss", (Grant("admin"),)))
    assert world.client.get("/incidents", headers=headers).status_code == 200
