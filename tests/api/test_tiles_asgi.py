"""Tiles over HTTP, from a real server on a free loopback port."""

import gzip
import http.client
import json
import socket
import threading

import pytest
import uvicorn

from api.tiles import TileApp
from geo.tiles import Archive, gzipped, write_archive

SHA = "0123456789abcdef"
BROKEN = "bad0bad0bad0bad0"
TILE = f"/tiles/{SHA}/6/50/24.mvt"
CONTENT = b"the bytes of a tile " * 50
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    file = tmp_path_factory.mktemp("tiles") / "tiles.pmtiles"
    write_archive(
        file,
        {(6, 50, 24): gzipped(CONTENT)},
        bounds_lonlat=(104.0, 34.0, 105.0, 36.0),
        center=(104.5, 35.0, 11),
        min_zoom=6,
        max_zoom=16,
        metadata={},
    )
    with Archive(file) as archive, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        broken = file.with_name("broken.pmtiles")
        broken.write_bytes(b"PMTiles")
        app = TileApp(lambda sha: Archive(broken) if sha == BROKEN else {SHA: archive}.get(sha))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def ask(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(path=TILE, method="GET", **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_accept_encoding=True)
        for field in fields.items():
            connection.putheader(*field)
        connection.endheaders()
        response = connection.getresponse()
        return response, response.read()

    yield ask
    connection.close()


def test_a_tile_comes_gzipped_as_it_is_stored(ask):
    response, body = ask(accept_encoding="gzip, deflate, br")
    assert response.status == 200
    assert body == gzipped(CONTENT)
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert response.headers["content-length"] == str(len(body))


def test_a_tile_may_be_kept_for_ever(ask):
    response, _ = ask(accept_encoding="gzip")
    assert response.headers["cache-control"] == FOR_EVER
    assert response.headers["vary"] == "accept-encoding"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["etag"] == f'"{SHA}"'


@pytest.mark.parametrize("accepted", [None, "identity", "br", "gzip;q=0", "gzip; q=0.000, *", ""])
def test_a_client_without_gzip_gets_the_tile_unpacked_under_another_tag(ask, accepted):
    response, body = ask(**({} if accepted is None else {"accept_encoding": accepted}))
    assert response.status == 200
    assert body == CONTENT
    assert response.headers["content-encoding"] is None
    assert response.headers["etag"] != f'"{SHA}"'
    assert response.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("accepted", ["gzip", "GZIP;q=0.5", "br;q=1.0, gzip", "*", "*;q=0.1"])
def test_a_client_that_takes_gzip_in_any_way_gets_it(ask, accepted):
    assert ask(accept_encoding=accepted)[1] == gzipped(CONTENT)


@pytest.mark.parametrize("known", [f'"{SHA}"', f'W/"{SHA}"', f'"other", "{SHA}"', "*"])
def test_a_known_tile_is_not_sent_again(ask, known):
    response, body = ask(accept_encoding="gzip", if_none_match=known)
    assert (response.status, body) == (304, b"")
    assert response.headers["etag"] == f'"{SHA}"'
    assert response.headers["cache-control"] == FOR_EVER
    assert response.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("known", ['"other"', SHA, f'"{SHA}-plain"'])
def test_a_tile_known_under_another_tag_is_sent(ask, known):
    assert ask(accept_encoding="gzip", if_none_match=known)[0].status == 200


def test_the_unpacked_tile_has_a_tag_of_its_own(ask):
    tag = ask()[0].headers["etag"]
    assert ask(if_none_match=tag)[0].status == 304
    assert ask(if_none_match=f'"{SHA}"')[0].status == 200


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_says_what_get_would_and_sends_nothing(ask, accepted):
    got, _ = ask(accept_encoding=accepted)
    head, body = ask(method="HEAD", accept_encoding=accepted)
    assert (head.status, body) == (200, b"")
    for headers in (got.headers, head.headers):
        del headers["date"]
    assert head.headers.items() == got.headers.items()


@pytest.mark.parametrize("path", [f"/tiles/{SHA}/6/0/0.mvt", f"/tiles/{SHA}/16/65535/0.mvt"])
def test_an_empty_place_inside_the_archive_has_no_content(ask, path):
    response, body = ask(path, accept_encoding="gzip")
    assert (response.status, body) == (204, b"")
    assert response.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/fedcba9876543210/6/50/24.mvt",
        f"/tiles/{SHA}/5/0/0.mvt",
        f"/tiles/{SHA}/17/0/0.mvt",
        f"/tiles/{SHA}/6/64/0.mvt",
        f"/tiles/{SHA}/6/0/64.mvt",
        f"/tiles/{SHA}/6/050/24.mvt",
        f"/tiles/{SHA}/6/-1/24.mvt",
        f"/tiles/{SHA}/6/50/24.pbf",
        f"/tiles/{SHA}/6/50/24.mvt/",
        f"/tiles/{SHA}/6/%D9%A5/24.mvt",
        f"/tiles/{SHA}/6/99999999999999999999/0.mvt",
        "/tiles/../6/50/24.mvt",
        "/tiles/ABCDEF0123/6/50/24.mvt",
    ],
)
def test_what_is_not_the_address_of_a_tile_is_a_problem(ask, path):
    response, body = ask(path, accept_language="en")
    assert response.status == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (404, "not_found")
    assert "/tiles/areas.json" in problem["detail"]


def test_a_broken_archive_is_the_fault_of_the_service(ask):
    response, body = ask(f"/tiles/{BROKEN}/6/50/24.mvt", accept_language="en")
    assert response.status == 503
    assert "broken.pmtiles" in json.loads(body)["detail"]


def test_a_problem_is_told_in_the_language_of_the_caller(ask):
    assert (
        "没有" in json.loads(ask("/tiles/fedcba98/6/50/24.mvt", accept_language="zh")[1])["detail"]
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_tiles_are_only_read(ask, method):
    response, body = ask(method=method)
    assert response.status == 405
    assert response.headers["allow"] == "GET, HEAD"
    assert json.loads(body)["code"] == "wrong_method"


def test_a_tile_takes_no_parameters(ask):
    response, body = ask(f"{TILE}?edition=1")
    assert response.status == 400
    assert json.loads(body)["parameter"] == "edition"


def test_a_tile_can_be_decoded_by_an_ordinary_client(ask):
    _, body = ask(accept_encoding="gzip")
    assert gzip.decompress(body) == CONTENT
