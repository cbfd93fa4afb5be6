"""Who is asking: a program by its token, a browser by its session, the demo; else a visitor."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.deps import Service, TheService, read_only
from api.host import host_in, is_loopback
from geo.access import (
    VISITOR,
    Actor,
    Grant,
    Right,
    Session,
    actor_of_session,
    actor_of_token,
)
from geo.db import Engine
from geo.errors import NotAllowed, NotSignedIn

COOKIE = "wangge_session"
CSRF_HEADER = "X-CSRF-Token"

#: Whoever asks a published folder: there are no accounts, and all that is in it is public.
_READER = Actor("visitor", (Grant("system"),), signed_in=False)
#: Whom the demo acts for, with nobody signed in.
DEMO = Actor("demo", (Grant("planner"), Grant("steward")))
_READING = ("GET", "HEAD", "OPTIONS")
_FORWARDED = ("forwarded", "x-real-ip", "via")


class NoCsrf(NotAllowed):
    """A browser's request that does not prove that our own page sent it."""

    code = "csrf"


@dataclass(frozen=True)
class Asker:
    """Who asks, and by what: `csrf` is what a browser must send along to write."""

    actor: Actor
    csrf: str | None = None
    session: Session | None = None

    @property
    def demo(self) -> bool:
        """Whether it is the demo's own user."""
        return self.actor is DEMO


async def asker_of(request: Request, service: TheService) -> Asker:
    """Find who is asking: token before session before demo.

    Raises
    ------
    NotSignedIn
        A token is sent that is not good.
    NoCsrf
        A browser writes without the token of its session.
    """
    # Asynchronous so that a visitor waits neither for a thread nor for the database.
    known: Asker | None = getattr(request.state, "asker", None)
    if known is None:
        known = request.state.asker = await _find(request, service)
    return known


TheAsker = Annotated[Asker, Depends(asker_of)]


async def _actor(asker: TheAsker) -> Actor:
    return asker.actor


TheActor = Annotated[Actor, Depends(_actor)]


class Needs:
    """A route's declaration: one of these rights is needed, for some area at least."""

    def __init__(self, *rights: Right) -> None:
        self.rights = rights

    async def __call__(self, asker: TheAsker) -> None:
        """Let pass who has one; which areas it reaches, the action checks."""
        if not any(asker.actor.may(right) for right in self.rights):
            if asker.actor is _READER:
                raise read_only()
            asker.actor.scope(self.rights[0])  # raises, with what would be needed


def needs(*rights: Right) -> Any:  # noqa: ANN401 - what FastAPI takes as a dependency
    """Declare the right that a route needs (of several: any one): `dependencies=[needs("ask")]`."""
    return Depends(Needs(*rights))


async def _find(request: Request, service: Service) -> Asker:
    engine, sessions = service.engine, service.sessions
    if engine is None or sessions is None:
        return Asker(_READER)
    header = request.headers.get("authorization")
    if header is not None:
        return Asker(await run_in_threadpool(_by_token, engine, _token_in(header)))
    cookie = request.cookies.get(COOKIE)
    session = None if cookie is None else sessions.open(cookie)
    if session is not None:
        actor = await run_in_threadpool(_by_session, engine, session)
        if actor is not None:
            return _proved(request, Asker(actor, sessions.csrf(session.mark), session))
    if service.demo and _is_here(request):
        return _proved(request, Asker(DEMO, sessions.csrf(DEMO.name)))
    return Asker(VISITOR)


def _by_token(engine: Engine, token: str) -> Actor:
    with engine.begin() as tx:
        return actor_of_token(tx, token)


def _by_session(engine: Engine, session: Session) -> Actor | None:
    with engine.begin() as tx:
        return actor_of_session(tx, session)


def _token_in(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(
            "The header Authorization is not understood. Send: Authorization: Bearer wgt_…",
            "无法理解请求头 Authorization，应为：Authorization: Bearer wgt_…",
        )
    return token.strip()


def _proved(request: Request, asker: Asker) -> Asker:
    """Let a browser write only with the token that our own page was given."""
    given = request.headers.get(CSRF_HEADER, "")
    if request.method in _READING or hmac.compare_digest(
        given.encode(), (asker.csrf or "").encode()
    ):
        return asker
    raise NoCsrf(
        f"The request does not carry the token of this session ({CSRF_HEADER}, from GET /session)."
        " Reload the page and try again.",
        f"请求未携带本次登录的校验令牌（{CSRF_HEADER}，取自 GET /session）。请刷新页面后重试。",
    )


def _is_here(request: Request) -> bool:
    """Tell whether a request was made on this machine, for this machine, by nobody's order."""
    client, host = request.client, host_in(request.headers.get("host", "").encode("latin-1"))
    forwarded = any(
        name in _FORWARDED or name.startswith("x-forwarded-") for name in request.headers
    )
    return (
        client is not None
        and is_loopback(client.host)
        and host is not None
        and is_loopback(host)
        and not forwarded
    )
