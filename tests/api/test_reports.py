"""Reports over HTTP: one file with a policy of its own, kept while nothing changes."""

from collections.abc import Iterator

import pytest

from api.app import create_app
from geo.access import operator, record
from geo.publish import PublishedFolder
from tests.publish.conftest import bring_rows
from tests.reports.village import EAST, TOWN, Village, founded


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory) -> Iterator[Village]:
    home = tmp_path_factory.mktemp("village")
    with founded(cluster, template, "village_served", home) as here:
        yield here


@pytest.fixture(scope="module")
def client(serve, village):
    return serve(create_app(village.settings, PublishedFolder(village.published), village.engine))


def address(village, code=EAST):
    return f"/areas/{village.place(code)}/report"


def test_a_visitor_gets_a_page_that_may_load_nothing(client, village):
    answer = client.get(address(village), params={"lang": "zh"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "东社区网格治理情况" in answer.text
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''")


def test_the_language_is_the_readers_unless_said(client, village):
    assert "state of its grids" in client.get(address(village)).text
    assert client.get(address(village), params={"lang": "fr"}).status_code == 400


def test_a_page_is_the_same_until_what_it_shows_changes(client, village):
    tag = client.get(address(village)).headers["etag"]

    def again():
        return client.get(address(village), headers={"If-None-Match": tag})

    assert again().status_code == 304
    with village.engine.begin() as tx:
        record(tx, actor=operator("tester"), action="read members", rows=3)
        record(tx, actor=operator("tester"), action="import incidents", rows=0)
    assert again().status_code == 304  # the second line makes the page anew, and it is the same
    post = {"key": "9", "area": "0203", "title": "网格员"}
    bring_rows(village, [post], "positions", source="later")
    changed = again()
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_an_area_that_is_not_there_is_said_to_be_so(client):
    answer = client.get("/areas/999999/report")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_read_only_view_says_where_reports_are(serve, village):
    view = serve(create_app(village.settings, PublishedFolder(village.published)))
    assert view.get(address(village)).status_code == 404


def test_facilities_are_counted_for_each_area_of_a_level(client, village):
    answer = client.get("/levels/community/facilities").json()
    assert answer["edition"]["number"] == 1
    assert answer["rows"] == [
        {"id": village.place("01"), "facilities": 1, "under_standard": 1},
        {"id": village.place("02"), "facilities": 1, "under_standard": 0},
    ]
    whole = client.get("/levels/town/facilities").json()["rows"]
    assert whole == [{"id": village.place(TOWN), "facilities": 2, "under_standard": 1}]
    assert client.get("/levels/planet/facilities").status_code == 404
