"""A live service over the little town, and a planner who asks it."""

import pytest

from api.app import create_app
from geo.boundaries import places_by_code
from geo.publish import PublishedFolder, published_folder
from geo.settings import Settings
from tests.api.planning import fill
from tests.api.tokens import bearer


@pytest.fixture(scope="module")
def places(engine, tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    fill(engine, settings)
    with engine.connect() as tx:
        frame = places_by_code(tx)
    named = {code: int(n) for code, n in zip(frame["code"], frame["place_id"], strict=True)}
    return settings, named


@pytest.fixture(scope="module")
def ids(places):
    return places[1]


@pytest.fixture(scope="module")
def client(serve, engine, places):
    settings, _ = places
    live = serve(create_app(settings, PublishedFolder(published_folder(settings)), engine))
    live.headers.update(bearer(engine, "planner"))
    return live


@pytest.fixture
def plan(client):
    made = client.post("/plans", json={"title": "拆分东街社区", "note": "超过 350 户"})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/plans/{made.json()['plan']['id']}"
    return made.json()["plan"]["id"]
