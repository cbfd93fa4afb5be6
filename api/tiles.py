"""`/tiles/{sha}/{z}/{x}/{y}.mvt`: bytes out of a sealed archive, outside all middleware.

An address names the archive by its content, so what it answers never changes: the tag is known
beforehand and the answer may be kept for ever. No SQL, no framework on the way of a tile; only
refusals take the common road of `api.problems`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.problems import WrongMethod, answer_error
from api.strict import check_names
from geo.errors import NotFound, Unavailable, UnreadableFile, WanggeError
from geo.tiles import Archive

Header = tuple[bytes, bytes]

_PATH = re.compile(
    r"/tiles/([0-9a-f]{8,64})/(0|[1-9][0-9]?)/(0|[1-9][0-9]{0,9})/(0|[1-9][0-9]{0,9})\.mvt"
)
_FOR_EVER: list[Header] = [
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"vary", b"accept-encoding"),
]
_TILE: list[Header] = [
    *_FOR_EVER,
    (b"content-type", b"application/vnd.mapbox-vector-tile"),
    (b"x-content-type-options", b"nosniff"),
]
_GZIPPED: list[Header] = [*_TILE, (b"content-encoding", b"gzip")]


class TileApp:
    """A raw ASGI callable for tiles.

    Parameters
    ----------
    archive_of : sha → Archive or None
        Finds the open archive of a sealed folder; called for every tile, so it must be quick.
    """

    def __init__(self, archive_of: Callable[[str], Archive | None]) -> None:
        self._archive_of = archive_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for a tile."""
        try:
            status, headers, body = self._answer(scope)
        except WanggeError as error:
            response = answer_error(Request(scope), error)
            if isinstance(error, WrongMethod):
                response.headers["Allow"] = "GET, HEAD"
            await response(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope) -> tuple[int, list[Header], bytes]:
        method = scope["method"]
        if method not in ("GET", "HEAD"):
            raise _wrong_method(scope)
        if scope["query_string"]:
            check_names(Request(scope), frozenset())
        sha, tile = self._find(scope["path"])
        accepted, known = _asked(scope["headers"])
        gzip = accepted is not None and _takes_gzip(accepted)
        tag = f'"{sha}"'.encode() if gzip else f'"{sha}-plain"'.encode()
        if known is not None and _knows(known, tag):
            return 304, [*_FOR_EVER, (b"etag", tag)], b""
        if tile is None:
            return 204, [*_FOR_EVER, (b"etag", tag)], b""
        body = tile if gzip else zlib.decompress(tile, wbits=31)
        headers = [
            *(_GZIPPED if gzip else _TILE),
            (b"etag", tag),
            (b"content-length", b"%d" % len(body)),
        ]
        return 200, headers, b"" if method == "HEAD" else body

    def _find(self, path: str) -> tuple[str, bytes | None]:
        """Give the archive's sha and the tile, None where the archive is empty."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise _no_such_address(path)
        sha = match[1]
        z, x, y = int(match[2]), int(match[3]), int(match[4])
        try:
            archive = self._archive_of(sha)
        except UnreadableFile as error:  # nothing the caller could mend
            raise Unavailable(error.en, error.zh) from error
        if archive is None:
            raise _no_such_archive(sha)
        tile = archive.get(z, x, y)
        if tile is None and not (
            archive.about.min_zoom <= z <= archive.about.max_zoom and max(x, y) >> z == 0
        ):
            raise _no_such_address(path)
        return sha, tile


def _asked(headers: Iterable[Header]) -> tuple[bytes | None, bytes | None]:
    """Find Accept-Encoding and If-None-Match; ASGI gives header names in lower case."""
    accepted = known = None
    for name, value in headers:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            known = value
    return accepted, known


@lru_cache(maxsize=64)
def _takes_gzip(accepted: bytes) -> bool:
    """Tell whether Accept-Encoding admits gzip; a word on gzip itself goes before `*`."""
    admitted: dict[bytes, bool] = {}
    for part in accepted.lower().split(b","):
        name, _, quality = part.partition(b";")
        refused = re.fullmatch(rb"\s*q\s*=\s*0(\.0*)?\s*", quality) is not None
        admitted[name.strip()] = not refused
    return admitted.get(b"gzip", admitted.get(b"*", False))


def _knows(known: bytes, tag: bytes) -> bool:
    """Tell whether If-None-Match names the tag, by weak comparison (RFC 9110, 13.1.2)."""
    if known in (tag, b"*"):
        return True
    return any(one.strip().removeprefix(b"W/") == tag for one in known.split(b","))


def _wrong_method(scope: Scope) -> WanggeError:
    return WrongMethod(
        f"Tiles are only read: use GET or HEAD, not {scope['method']}.",
        f"切片只能读取：请使用 GET 或 HEAD，而不是 {scope['method']}。",
        allowed="GET, HEAD",
    )


def _no_such_address(path: str) -> WanggeError:
    return NotFound(
        f"{path} is not the address of a tile here. /tiles/areas.json and /tiles/registers.json"
        " name the addresses and zooms there are.",
        f"{path} 不是这里的切片地址。可用的地址和缩放级别见 /tiles/areas.json 和"
        " /tiles/registers.json。",
    )


def _no_such_archive(sha: str) -> WanggeError:
    return NotFound(
        f"No published archive has the hash {sha}. Ask /tiles/areas.json for the current one.",
        f"没有哈希为 {sha} 的已发布切片。请从 /tiles/areas.json 获取当前地址。",
        sha=sha,
    )
