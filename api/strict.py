"""Routes that know their parameters and who may ask them.

An unknown or a repeated parameter is refused, never ignored; who lacks the right of a route is
refused before the body is read, and a body only as far as it may be long.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import Message

from api.deps import service_of
from api.problems import TooLarge
from api.who import Needs, asker_of
from api.wire import PROBLEMS
from geo.access import OPEN
from geo.errors import BadInput, UnknownOption

#: Bytes of a JSON body; files and batches are read, with limits of their own, by their routes.
MAX_JSON_BYTES = 4 * 1024**2

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """A route that answers 400 to query parameters it does not declare, and 401 or 403 by right."""

    def get_route_handler(self) -> Handler:
        """Check the names of the query and the right, then answer."""
        answer = super().get_route_handler()
        known = frozenset(_declared(self.dependant))
        needed = needs_of(self.dependant)
        public = all(OPEN.issuperset(need.rights) for need in needed)
        takes_json = self.body_field is not None

        async def checked(request: Request) -> Response:
            check_names(request, known)
            if needed:
                asker = await asker_of(request, await service_of(request))
                for need in needed:
                    await need(asker)
            response = await answer(await _read(request) if takes_json else request)
            if not public:
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return checked


async def _read(request: Request) -> Request:
    """Read a body that is not too long, and give the request to be read again.

    Raises
    ------
    TooLarge
        As soon as more has come.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise TooLarge(
                f"The body has more than {MAX_JSON_BYTES >> 20} MB. Send less at once; many"
                " incidents go to /incidents/batch, files to /imports.",
                f"请求体超过 {MAX_JSON_BYTES >> 20} MB，请减少一次发送的内容；大量事件请用"
                " /incidents/batch，文件请用 /imports。",
                limit_bytes=MAX_JSON_BYTES,
            )
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def receive() -> Message:
        return whole.pop() if whole else await request.receive()

    return Request(request.scope, receive)


def needs_of(dependant: Dependant) -> list[Needs]:
    """List the rights that a route declares."""
    return [part.call for part in dependant.dependencies if isinstance(part.call, Needs)]


def _declared(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for part in dependant.dependencies:
        yield from _declared(part)


def check_names(request: Request, known: frozenset[str]) -> None:
    """Refuse query parameters that are not known, or are given twice.

    Raises
    ------
    UnknownOption
        The sentence names the known ones, and the one that was probably meant.
    BadInput
        If a parameter is repeated.
    """
    given = Counter(name for name, _ in request.query_params.multi_items())
    for name, count in given.items():
        if name not in known:
            raise _unknown(name, sorted(known))
        if count > 1:
            raise BadInput(
                f"The parameter “{name}” is given {count} times. Give it once.",
                f"参数“{name}”出现了 {count} 次，只能给一次。",
                parameter=name,
            )


def _unknown(name: str, known: list[str]) -> UnknownOption:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    meant_en, meant_zh = (f" Is it “{near[0]}”?", f"是否为“{near[0]}”？") if near else ("", "")
    if not known:
        return UnknownOption(
            f"This address takes no parameters; “{name}” is not understood. Leave it out.",
            f"此地址不接受参数，无法理解“{name}”，请去掉。",
            parameter=name,
            known=[],
        )
    return UnknownOption(
        f"There is no parameter “{name}” here.{meant_en} Known are: {', '.join(known)}.",
        f"没有参数“{name}”。{meant_zh}可用的参数：{'、'.join(known)}。",
        parameter=name,
        known=known,
    )


def router(tag: str) -> APIRouter:
    """Make the router of one subject: strict, with the problem documents described."""
    return APIRouter(route_class=StrictRoute, tags=[tag], responses=PROBLEMS)
