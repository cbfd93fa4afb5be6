"""The page, its headers, and the documentation: nothing comes from elsewhere."""

import re

import httpx
import pytest
from fastapi import FastAPI

from api import problems
from api.app import create_app
from api.headers import content_policy
from api.page import add_page
from api.words import SUMMARIES_ZH
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town


def policy(response: httpx.Response) -> dict[str, str]:
    rules = response.headers["content-security-policy"].split("; ")
    return dict(rule.partition(" ")[::2] for rule in rules)


@pytest.mark.parametrize("path", ["/", "/docs", "/config.json", "/nix", "/areas/999", "/locate"])
def test_every_answer_carries_the_strict_policy_and_the_other_headers(view, path):
    response = view.get(path)
    assert policy(response) == {
        "default-src": "'self'",
        "img-src": "'self' data: blob:",
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "'self'",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "form-action": "'none'",
    }
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://t.example.org/{z}/{x}/{y}.png", "https://t.example.org"),
        ("http://10.0.0.5:8080/wmts?x={x}&y={y}&z={z}", "http://10.0.0.5:8080"),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "https://*.example.org"),
        ("https://t{0-7}.tianditu.gov.cn/{z}", "https://*.tianditu.gov.cn"),
        ("/basemap/{z}/{x}/{y}.png", "'self'"),
    ],
)
def test_only_the_origin_of_the_basemap_is_added(url, origin):
    rules = dict(rule.partition(" ")[::2] for rule in content_policy(url).split("; "))
    assert rules["img-src"] == f"'self' data: blob: {origin}"
    assert rules["connect-src"] == f"'self' {origin}"
    assert rules["default-src"] == "'self'"


def test_the_policy_of_the_app_names_the_basemap_of_its_settings(serve, town_folder):
    settings = Settings(basemap_url="https://t.example.org/{z}/{x}/{y}.png")
    client = serve(create_app(settings, PublishedFolder(town_folder)))
    assert "https://t.example.org" in policy(client.get("/"))["img-src"]


@pytest.fixture
def page(serve, tmp_path):
    """A client of the page alone, and the folder it is built into."""
    app = FastAPI()
    problems.install(app)
    static = tmp_path / "static"
    add_page(app, static)
    return serve(app), static


def build(static):
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>map</title>")
    (static / "favicon.svg").write_text("<svg/>")
    (static / "assets" / "index-abc.js").write_text("export {}")
    (static.parent / "secret.txt").write_text("secret")


def test_a_page_that_is_not_built_says_so_and_works_once_it_is(page):
    client, static = page
    before = client.get("/")
    assert before.status_code == 200
    assert "网页尚未构建" in before.text
    assert "npm run build" in before.text
    assert client.get("/favicon.svg").status_code == 404
    build(static)
    assert client.get("/").text == "<title>map</title>"


def test_the_index_is_always_asked_again_and_assets_are_kept_for_ever(page):
    client, static = page
    build(static)
    assert client.get("/").headers["cache-control"] == "no-cache"
    assert client.get("/favicon.svg").headers["cache-control"] == "no-cache"
    asset = client.get("/assets/index-abc.js")
    assert "immutable" in asset.headers["cache-control"]
    assert "javascript" in asset.headers["content-type"]


@pytest.mark.parametrize("path", ["/areas", "/assets", "/assets/", "/index", "/%2e%2e/secret.txt"])
def test_only_files_of_the_page_are_served_and_the_index_only_at_the_root(page, path):
    client, static = page
    build(static)
    assert client.get(path).status_code == 404


def test_the_docs_describe_every_route_and_load_nothing(view):
    docs = view.get("/docs")
    assert docs.headers["content-type"].startswith("text/html")
    for path in view.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in docs.text
    assert "<script" not in docs.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', docs.text)
    for code in ("unknown_option", "no_edition"):
        assert f'id="{code}"' in docs.text
    chinese = view.get("/docs", headers={"Accept-Language": "zh"})
    for summary in SUMMARIES_ZH.values():
        assert summary in chinese.text


def test_the_examples_of_the_docs_can_be_followed(view):
    links = re.findall(r'<a href="(/[^"]*)"><code>', view.get("/docs").text)
    assert "/locate?lon=104.63&amp;lat=35.0" in links
    for link in links:
        response = view.get(link.replace("&amp;", "&"))
        live_only = response.status_code == 404 and "wangge serve" in response.json()["detail"]
        assert response.status_code == 200 or live_only, link


def test_every_anchor_of_the_docs_leads_somewhere(view):
    page = view.get("/docs").text
    leads = set(re.findall(r'href="#([^"]+)"', page))
    assert "AreaHead" in leads
    assert leads <= set(re.findall(r'id="([^"]+)"', page))


def test_the_openapi_document_is_whole(view):
    document = view.get("/openapi.json").json()
    shapes = document["components"]["schemas"]
    refs = set(re.findall(r"#/components/schemas/(\w+)", view.get("/openapi.json").text))
    assert refs <= set(shapes)
    assert "HTTPValidationError" not in shapes
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            (done,) = {"200", "201", "202", "204"} & set(operation["responses"])
            if done != "204":
                said = operation["responses"][done]["description"]
                assert said != "Successful Response", where
            assert {"400", "404", "409", "503"} <= set(operation["responses"]), where
            assert "422" not in operation["responses"], where
            for code in ("400", "404"):
                assert "application/problem+json" in operation["responses"][code]["content"]
            for parameter in operation.get("parameters", ()):
                assert parameter["description"], f"{where} {parameter['name']}"


@pytest.mark.parametrize("path", ["/", "/health/live", "/config.json", "/areas/999", "/docs"])
def test_head_gives_the_headers_of_get_without_a_body(view, path):
    plain = {"Accept-Encoding": "identity"}
    head, got = view.head(path, headers=plain), view.get(path, headers=plain)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["content-type"] == got.headers["content-type"]


def test_large_json_is_packed_and_small_is_not(view):
    large = view.get("/openapi.json")
    assert large.headers["content-encoding"] == "gzip"
    plain = view.get("/openapi.json", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == large.json()
    assert "content-encoding" not in view.get("/health/live").headers


def test_tiles_are_not_packed_twice(view):
    about = view.get("/tiles/areas.json").json()
    from math import asinh, pi, radians, tan

    lon, lat = town.lonlat(20, 15)
    n = 2**14
    x, y = int((lon + 180) / 360 * n), int((1 - asinh(tan(radians(lat))) / pi) / 2 * n)
    tile = view.get(about["tiles"][0].format(z=14, x=x, y=y))
    assert tile.headers["content-encoding"] == "gzip"
    assert not tile.content.startswith(b"\x1f\x8b")
