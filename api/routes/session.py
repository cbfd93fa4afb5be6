"""Who is asking; signing in and out in a browser. Open to everybody."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from api.deps import Service, TheService, current_edition, read_only
from api.strict import router
from api.who import COOKIE, Asker, TheAsker
from api.wire import problem_response
from api.wire.session import HeldRole, PasswordChange, ScopeArea, SessionOut, SignIn, User
from geo.access import (
    RIGHTS,
    SESSION_S,
    Grant,
    Session,
    Sessions,
    actor_of_session,
    change_password,
    display_of,
    sign_in,
    sign_out,
)
from geo.db import Engine
from geo.errors import NotFound, NotSignedIn

routes = router("session")

#: A password takes 64 MiB and a processor to verify: whoever guesses waits in line, without
#: keeping the threads of others.
_VERIFYING = CapacityLimiter(2)
_NEVER_KEPT = {"Cache-Control": "no-store"}


async def _accounts(service: TheService) -> tuple[Engine, Sessions]:
    if service.engine is None or service.sessions is None:
        raise read_only()
    return service.engine, service.sessions


_Accounts = Annotated[tuple[Engine, Sessions], Depends(_accounts)]


@routes.get("/session", summary="Who is signed in", response_model=SessionOut)
def session(service: TheService, asker: TheAsker) -> Response:
    """Say who asks, with roles and rights; for a browser also the token for writing."""
    return _answer(_session_out(service, asker))


@routes.post(
    "/session",
    summary="Sign in",
    response_model=SessionOut,
    responses={
        401: problem_response("The name or the password is wrong."),
        429: problem_response("Too many attempts; Retry-After says how many seconds to wait."),
    },
)
async def enter(request: Request, service: TheService, of: _Accounts, body: SignIn) -> Response:
    """Start the session of a browser: a signed cookie, good for 12 hours."""
    engine, sessions = of

    def enter() -> tuple[Session, SessionOut]:
        session = sign_in(engine, body.name, body.password, address=_address(request))
        with engine.begin() as tx:
            actor = actor_of_session(tx, session)
        if actor is None:
            raise NotSignedIn(
                "The account was closed or changed this moment. Sign in again.",
                "账号刚刚被更改或关闭，请重新登录。",
            )
        asker = Asker(actor, sessions.csrf(session.mark), session)
        return session, _session_out(service, asker)

    session, said = await run_sync(enter, limiter=_VERIFYING)
    response = _answer(said)
    _keep(response, request, sessions.seal(session))
    return response


@routes.delete("/session", summary="Sign out", status_code=204)
def leave(request: Request, of: _Accounts, asker: TheAsker) -> Response:
    """End the session at once, also for whoever copied the cookie."""
    if asker.session is not None:
        with of[0].begin() as tx:
            sign_out(tx, asker.session, actor=asker.actor)
    response = Response(status_code=204, headers=_NEVER_KEPT)
    response.delete_cookie(
        COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@routes.put(
    "/session/password",
    summary="Change one's own password",
    status_code=204,
    responses={
        401: problem_response("Nobody is signed in here by name and password."),
        403: problem_response("The old password is wrong, or the CSRF token."),
        429: problem_response("Too many attempts; Retry-After says how many seconds to wait."),
    },
)
async def new_password(
    request: Request, of: _Accounts, asker: TheAsker, body: PasswordChange
) -> Response:
    """End all other sessions and all tokens of the account; this session goes on."""
    engine, sessions = of
    session = asker.session
    if session is None:
        raise NotSignedIn(
            "A password is changed by who signed in with it. Sign in first.",
            "只有用密码登录后才能修改密码，请先登录。",
        )

    def change() -> Session:
        return change_password(
            engine,
            session,
            name=asker.actor.name,
            old=body.old,
            new=body.new,
            address=_address(request),
        )

    changed = await run_sync(change, limiter=_VERIFYING)
    response = Response(status_code=204, headers=_NEVER_KEPT)
    _keep(response, request, sessions.seal(changed))
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else "here"


def _keep(response: Response, request: Request, sealed: str) -> None:
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=SESSION_S,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _answer(said: SessionOut) -> Response:
    return JSONResponse(said.model_dump(mode="json"), headers=_NEVER_KEPT)


def _session_out(service: Service, asker: Asker) -> SessionOut:
    user = _user(service, asker) if asker.actor.signed_in else None
    return SessionOut(user=user, demo=asker.demo, csrf=asker.csrf)


def _user(service: Service, asker: Asker) -> User:
    actor = asker.actor
    return User(
        name=actor.name,
        display=_display(service, asker),
        roles=[HeldRole(role=g.role, area=_area(service, g)) for g in actor.grants],
        rights=[right for right in RIGHTS if actor.may(right)],
    )


def _display(service: Service, asker: Asker) -> str:
    if asker.demo or service.engine is None:
        return "演示 Demo"
    with service.engine.begin() as tx:
        return display_of(tx, asker.actor.name)


def _area(service: Service, grant: Grant) -> ScopeArea | None:
    """Describe the area of a role as it is now, else as the last edition had it."""
    if grant.place is None:
        return None
    now, folder = current_edition(service), service.folder
    refs = [ref for ref in reversed(folder.editions()) if now is None or ref != now.ref]
    for ref in [now.ref, *refs] if now else refs:
        with suppress(NotFound):
            found = folder.areas(ref).facts(grant.place)
            current = now is not None and ref == now.ref
            return ScopeArea(
                id=found.id, code=found.code, name=found.name, level=found.level, current=current
            )
    return ScopeArea(id=grant.place, code="", name="", level="", current=False)
