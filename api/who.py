"""Who is asking: a program by its token; otherwise a visitor."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.deps import Database, TheService
from geo.access import VISITOR, Actor, Grant, Right, actor_of_token
from geo.errors import NotSignedIn

#: Whoever asks a published folder: there are no accounts, and all that is in it is public.
_READER = Actor("visitor", (Grant("system"),), signed_in=False)


async def actor_of(request: Request, service: TheService) -> Actor:
    """Find who is asking.

    Raises
    ------
    NotSignedIn
        A token is sent that is not good.
    """
    # Asynchronous so that a visitor waits neither for a thread nor for the database.
    if service.engine is None:
        return _READER
    header = request.headers.get("authorization")
    if header is None:
        return VISITOR
    return await run_in_threadpool(_by_token, service.engine, _token_in(header))


TheActor = Annotated[Actor, Depends(actor_of)]


class Needs:
    """A route's declaration: one of these rights is needed, for some area at least."""

    def __init__(self, *rights: Right) -> None:
        self.rights = rights

    async def __call__(self, actor: TheActor) -> None:
        """Let pass who has one; which areas it reaches, the action checks."""
        if not any(actor.may(right) for right in self.rights):
            actor.scope(self.rights[0])  # raises, with what would be needed


def needs(*rights: Right) -> Any:  # noqa: ANN401 - what FastAPI takes as a dependency
    """Declare the right that a route needs (of several: any one): `dependencies=[needs("ask")]`."""
    return Depends(Needs(*rights))


def _token_in(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn(
            "The header Authorization is not understood. Send: Authorization: Bearer wgt_…",
            "无法理解请求头 Authorization，应为：Authorization: Bearer wgt_…",
        )
    return token.strip()


def _by_token(engine: Database, token: str) -> Actor:
    with engine.begin() as tx:
        return actor_of_token(tx, token)
