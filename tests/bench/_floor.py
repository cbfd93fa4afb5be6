"""The least a Python server can do: fixed bytes from a dict by a raw ASGI callable."""

import os
from pathlib import Path

from geo.tiles import Archive

TILES = {}
for pair in os.environ["FLOOR_ARCHIVES"].split(os.pathsep):
    sha, _, file = pair.partition("=")
    with Archive(Path(file)) as archive:
        for z, x, y in archive:
            body = archive.get(z, x, y)
            headers = [
                (b"content-type", b"application/vnd.mapbox-vector-tile"),
                (b"content-encoding", b"gzip"),
                (b"content-length", b"%d" % len(body)),
            ]
            TILES[f"/tiles/{sha}/{z}/{x}/{y}.mvt"] = headers, body


async def app(scope, _receive, send):
    headers, body = TILES[scope["path"]]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
