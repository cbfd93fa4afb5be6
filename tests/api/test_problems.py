"""Errors: one shape, both languages, what to do; and nothing that is not understood is ignored."""

import time

import httpx
import pytest

from api.app import create_app
from api.problems import STATUS, status_of
from api.words import TITLES
from geo import errors
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town


def questions(client: httpx.Client) -> list[tuple[str, str]]:
    """Every method and path that the OpenAPI document knows, and the documents themselves."""
    paths = client.get("/openapi.json").json()["paths"]
    known = [
        (method.upper(), path.replace("{id}", "1")) for path in paths for method in paths[path]
    ]
    return [*known, ("GET", "/openapi.json"), ("GET", "/docs")]


def declared(client: httpx.Client) -> list[tuple[str, str, str]]:
    """Every query parameter of every route."""
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), path.replace("{id}", "1"), parameter["name"])
        for path in paths
        for method, operation in paths[path].items()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    ]


def test_every_route_refuses_a_parameter_it_does_not_know(view):
    asked = questions(view)
    assert ("GET", "/locate") in asked
    assert len(asked) >= 16
    for method, path in asked:
        response = view.request(method, path, params={"nonsense": "1"})
        assert response.status_code == 400, (method, path)
        assert response.json()["code"] == "unknown_option", (method, path)
        assert response.json()["parameter"] == "nonsense"


def test_every_route_refuses_a_parameter_that_is_given_twice(view):
    asked = declared(view)
    assert ("GET", "/hexes/incidents", "from") in asked
    for method, path, name in asked:
        response = view.request(method, path, params=[(name, "1"), (name, "1")])
        assert response.status_code == 400, (method, path, name)
        assert response.json()["code"] == "bad_input"
        assert "given 2 times" in response.json()["detail"]


def test_a_wrong_method_is_told_all_that_the_path_takes(view):
    for path, methods in (
        ("/locate", "GET, POST"),
        ("/areas/1", "GET"),
        ("/incidents", "GET, POST"),
    ):
        answer = view.delete(path)
        assert (answer.status_code, answer.json()["code"]) == (405, "wrong_method")
        assert answer.headers["allow"] == answer.json()["allowed"] == methods


def test_tiles_refuse_parameters_too(view):
    url = view.get("/tiles/areas.json").json()["tiles"][0].format(z=16, x=0, y=0)
    assert view.get(url + "?v=1").status_code == 400


def test_a_misspelt_parameter_is_told_the_one_that_was_meant(view):
    problem = view.get("/locate?lon=1&lat=2&editon=1").json()
    assert "Is it “edition”?" in problem["detail"]
    assert problem["known"] == ["at", "crs", "edition", "lat", "lon"]


def test_the_sentence_comes_in_the_language_that_is_preferred(view):
    for accept, language, word in (
        ("", "zh", "没有"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "没有"),
        ("en-GB,en;q=0.9", "en", "no area"),
        ("en;q=0.3,zh;q=0.7", "zh", "没有"),
        ("fr, en;q=0.5", "en", "no area"),
        ("de;q=x", "zh", "没有"),
    ):
        response = view.get("/areas/999", headers={"Accept-Language": accept})
        assert response.headers["content-language"] == language, accept
        assert word in response.json()["detail"]


def test_a_problem_document_has_the_five_members_and_its_facts(view):
    response = view.get("/areas/999")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = response.json()
    assert (problem["status"], problem["code"], problem["id"]) == (404, "not_found", 999)
    assert problem["type"] == "/docs#not_found"
    assert problem["title"] == "Not found"


def test_each_parameter_that_is_wrong_is_named_with_its_remedy(view):
    problem = view.get("/locate?lon=abc&at=21.11.2026").json()
    assert problem["code"] == "bad_input"
    named = {row["name"]: row["remedy"] for row in problem["parameters"]}
    assert named == {
        "lon": "lon (abc): must be a number such as 104.63.",
        "lat": "lat: is missing; add it.",
        "at": "at (21.11.2026): must be a date such as 2026-11-21.",
    }
    chinese = view.get("/locate?lon=1", headers={"Accept-Language": "zh"}).json()
    assert chinese["detail"] == "lat: 缺少此参数，请补上"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("at=2026-02-30", "must be a date"),
        ("at=1700000000", "must be a date"),
        ("edition=0", "at least 1"),
        ("edition=1.5", "whole number"),
        ("edition=two", "whole number"),
        ("edition=1&at=2026-01-01", "Give one of them"),
        ("crs=4326x", "not a coordinate system"),
        ("crs=999999", "not a known coordinate system"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(view, query, word):
    response = view.get(f"/locate?lon=1&lat=2&{query}")
    assert response.status_code == 400, response.text
    assert word in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "word"),
    [("edition=3", "1 (from 2020-01-01), 2 (from 2024-07-01)"), ("at=2019-01-01", "in force on")],
)
def test_an_edition_that_does_not_exist_is_not_found_and_those_that_do_are_named(view, query, word):
    response = view.get(f"/locate?lon=1&lat=2&{query}")
    assert response.status_code == 404
    assert word in response.json()["detail"]
    assert [row["number"] for row in response.json()["editions"]] == [1, 2]


@pytest.mark.parametrize("path", ["/nix", "/areas/1/2", "/tiles/abc", "/index.php", "/assets/x.js"])
def test_an_unknown_address_is_a_404_problem_and_never_the_page(view, path):
    response = view.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "nothing_here"
    assert view.post(path).status_code == 404


def test_a_wrong_verb_says_which_one_is_right(view):
    response = view.delete("/areas/1")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert "Use GET" in response.json()["detail"]


def test_incidents_and_members_are_not_in_a_view(view):
    for path in ("/hexes/incidents?zoom=12", "/hexes/members?zoom=12", "/incidents/kinds"):
        response = view.get(path)
        assert response.status_code == 404
        assert "wangge serve" in response.json()["detail"]


class Breaking(PublishedFolder):
    """A folder whose reading fails in a way that nobody foresaw, once it is told to."""

    broken = False

    def edition_for(self, *args, **named):
        if self.broken:
            raise RuntimeError("secret internals")
        return super().edition_for(*args, **named)


def test_what_nobody_foresaw_is_a_500_without_internals_and_is_logged(serve, town_folder, caplog):
    folder = Breaking(town_folder)
    client = serve(create_app(Settings(), folder))
    folder.broken = True
    response = client.get("/areas/1")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json()["code"] == "error"
    assert "content-security-policy" in response.headers
    # The server logs when the answer is already on its way.
    deadline = time.monotonic() + 10
    while "secret internals" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "secret internals" in caplog.text
    folder.broken = False
    assert client.get("/areas/1").status_code == 200


def test_a_published_file_that_is_broken_is_a_503(serve, tmp_path):
    town.publish_two(tmp_path)
    folder = PublishedFolder(tmp_path)
    sealed = folder.edition_for(1).sealed
    (tmp_path / "sealed" / sealed / "areas.parquet").write_bytes(b"")
    client = serve(create_app(Settings(), folder))
    response = client.get("/areas/1?edition=1")
    assert response.status_code == 503
    assert response.json()["code"] == "unavailable"
    assert client.get("/areas/1").status_code == 200


def error_classes() -> list[type[errors.WanggeError]]:
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.WanggeError)
    ]


def test_every_error_has_a_status_and_a_title_in_both_languages():
    expected = {
        "BadInput": 400, "UnknownOption": 400, "UnreadableFile": 400, "WrongCrs": 400,
        "NotFound": 404, "NoEdition": 409, "Refused": 409, "ChecksFailed": 409, "Busy": 409,
        "MovedOn": 409, "TooOften": 429, "NotAllowed": 403, "NotSignedIn": 401,
        "Unavailable": 503, "WanggeError": 500,
    }  # fmt: skip
    assert {kind.__name__: status_of(kind("en", "zh")) for kind in error_classes()} == expected
    assert status_of(errors.NoEdition("en", "zh", editions=[{"number": 1}])) == 404
    for kind in [*error_classes(), *STATUS]:
        assert set(TITLES[kind.code]) == {"zh", "en"}, kind
