"""A file is read by what is in it, and nothing else is opened for it."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest

from geo.errors import UnreadableFile
from geo.exchange import read_file
from geo.exchange.drivers import ALLOWED

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="{layer}"><SrcDataSource>{source}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def test_no_other_driver_is_there() -> None:
    assert set(pyogrio.list_drivers()) <= ALLOWED


def test_no_other_driver_is_there_whatever_came_first() -> None:
    # In a process of its own: a notebook may have used GDAL before.
    first = "import pyogrio; assert 'OGR_VRT' in pyogrio.list_drivers(); import geo.exchange;"
    code = f"{first} assert 'OGR_VRT' not in pyogrio.list_drivers()"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


@pytest.mark.parametrize("ending", ["gpkg", "kml", "kmz", "fgb", "shp"])
def test_a_file_does_not_lead_to_another_file(tmp_path: Path, ending: str) -> None:
    other = tmp_path / "secret.csv"
    other.write_text("name,phone\n甲,13800000000\n", "utf-8")
    sent = tmp_path / f"网格.{ending}"
    sent.write_text(VRT.format(layer="secret", source=other), "utf-8")
    with pytest.raises(UnreadableFile):
        read_file(sent)


@pytest.mark.parametrize(
    "body",
    [
        VRT.format(layer="x", source="/vsicurl/{url}"),
        VRT.format(layer="x", source="WFS:{url}"),
        "<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "{url}">]><kml><Placemark><name>&x;</name></Placemark></kml>',
    ],
)
@pytest.mark.parametrize("ending", ["gpkg", "kml"])
def test_a_file_does_not_lead_into_the_network(
    tmp_path: Path, asked: list[str], ending: str, body: str
) -> None:
    sent = tmp_path / f"网格.{ending}"
    sent.write_text(body.replace("{url}", asked[0]), "utf-8")
    with pytest.raises(UnreadableFile):
        read_file(sent)
    assert asked[1:] == []


@pytest.fixture(name="asked")
def _asked() -> Iterator[list[str]]:
    """Give the address of a server of this machine, and then what it was asked for."""
    log: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            log.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        log.append(f"http://127.0.0.1:{server.server_port}/x.geojson")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield log
        server.shutdown()
        thread.join()
