"""The app: tiles by a raw callable, everything else by FastAPI behind one layer of headers.

`create_app(settings, folder, engine)` serves live over a database; without an engine it is the
read-only view of a published folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.deps import Service, current_edition
from api.docs import add_docs
from api.headers import SecurityHeaders, content_policy
from api.host import HostCheck
from api.page import add_page
from api.routes import (
    areas,
    changes,
    files,
    health,
    imports,
    incidents,
    jobs,
    locate,
    members,
    people,
    plan_edits,
    plan_files,
    plan_impact,
    plan_states,
    plans,
    posts,
    questions,
    registers,
    reports,
    search,
    session,
    site,
    tiles,
)
from api.tiles import TileApp
from geo.access import Sessions, read_secret
from geo.db import Engine
from geo.publish import PublishedFolder
from geo.settings import Settings

_ROUTES = (
    session,
    imports,
    files,
    posts,
    site,
    tiles,
    locate,
    areas,
    search,
    questions,
    changes,
    people,
    members,
    incidents,
    registers,
    reports,
    plan_impact,
    plans,
    plan_edits,
    plan_states,
    plan_files,
    jobs,
    health,
)
_COMPRESS_FROM_BYTES = 1000


def create_app(
    settings: Settings,
    folder: PublishedFolder,
    engine: Engine | None = None,
    *,
    demo: bool = False,
) -> ASGIApp:
    """Make the ASGI app over a published folder, live where a database stands behind it.

    Parameters
    ----------
    demo
        Whether requests of this machine itself act for the demo's user, without signing in.
    """
    sessions = None if engine is None else Sessions(read_secret(settings.home))
    service = Service(settings, folder, engine, sessions, demo)
    return HostCheck(_Dispatcher(TileApp(folder.archive), _web(service)), settings.hosts)


class _Dispatcher:
    """Sends tiles past all middleware."""

    def __init__(self, tile_app: ASGIApp, web: ASGIApp) -> None:
        self._tiles, self._web = tile_app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            if scope["path"].endswith(".mvt"):
                await self._tiles(scope, receive, send)
                return
            if scope["method"] == "HEAD":
                # The same headers as GET; the server leaves the body out.
                scope = {**scope, "method": "GET"}
        await self._web(scope, receive, send)


def _web(service: Service) -> ASGIApp:
    app = FastAPI(
        title="Wangge 网格",
        version=version("wangge"),
        summary="Whose grid is this? Areas, editions, places, tiles of a town.",
        description="Every answer names the edition it used; every question may name `edition=`"
        " or `at=`. Errors are problem documents in Chinese or English (`Accept-Language`)."
        " Unknown parameters are refused.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_warm(service),
    )
    app.state.service = service
    for module in _ROUTES:
        app.include_router(module.routes)
    problems.install(app)
    add_docs(app)
    add_page(app)
    packed = GZipMiddleware(app, minimum_size=_COMPRESS_FROM_BYTES, compresslevel=5)
    return SecurityHeaders(packed, content_policy(service.settings.basemap_url))


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _warm(service: Service) -> Lifespan:
    """Read the current edition before the first question, so that it need not wait."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_sync(_read_books, service)
        yield

    return lifespan


def _read_books(service: Service) -> None:
    edition = current_edition(service)
    if edition is not None:
        for book in (edition.areas, edition.registers):
            book.warm()
        for sha in (edition.ref.sealed, edition.ref.registers):
            if sha is not None:
                edition.folder.archive(sha)
