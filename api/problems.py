"""From errors to answers: one table of statuses, one shape (`application/problem+json`).

The sentences are those of `geo.errors`, in the language that the caller prefers.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.words import REMEDIES, TITLES, TOKEN_NEEDED
from geo.db import Unkeepable, Unreachable
from geo.errors import (
    BadInput,
    Language,
    NoEdition,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    TooOften,
    Unavailable,
    WanggeError,
    WrongCrs,
)
from geo.findings import shorten

MEDIA_TYPE = "application/problem+json"

#: Fields of bodies that are never said again.
_SECRET = frozenset({"password", "old", "new"})

log = logging.getLogger("wangge.api")


class TooLarge(BadInput):
    """More than one request may carry."""

    code = "too_large"


class WrongHost(BadInput):
    """A name that this service does not answer to."""

    code = "wrong_host"


class NothingHere(NotFound):
    """A path that the service does not have."""

    code = "nothing_here"


class WrongMethod(BadInput):
    """A path that is asked with another verb."""

    code = "wrong_method"


#: The status of an error is that of its nearest class in this table.
STATUS: Mapping[type[WanggeError], HTTPStatus] = {
    WanggeError: HTTPStatus.INTERNAL_SERVER_ERROR,
    BadInput: HTTPStatus.BAD_REQUEST,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongMethod: HTTPStatus.METHOD_NOT_ALLOWED,
    WrongHost: HTTPStatus.MISDIRECTED_REQUEST,
    WrongCrs: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    Refused: HTTPStatus.CONFLICT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: WanggeError) -> int:
    """Give the HTTP status of an error."""
    if isinstance(error, NoEdition) and not error.facts.get("editions"):
        # Nothing is published: the question is right, the town is not ready for it.
        return HTTPStatus.CONFLICT
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def language_of(request: Request) -> Language:
    """Choose the language that the caller prefers; Chinese unless English is."""
    wanted: list[tuple[float, Language]] = []
    for part in request.headers.get("accept-language", "").split(","):
        name, _, quality = part.partition(";q=")
        base = name.strip().lower().partition("-")[0]
        if base in ("zh", "en"):
            wanted.append((_quality(quality), "zh" if base == "zh" else "en"))
    return max(wanted, key=lambda pair: pair[0], default=(0.0, "zh"))[1]


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def problem(
    request: Request, status: int, code: str, detail: str, facts: Mapping[str, object]
) -> Response:
    """Build the problem document."""
    document = {
        **facts,
        "type": f"/docs#{code}",
        "title": TITLES.get(code, TITLES["error"])[language_of(request)],
        "status": status,
        "detail": detail,
        "code": code,
    }
    said = json.dumps(document, ensure_ascii=False, default=str)
    return Response(
        # Half a pair of surrogates is what JSON can say and UTF-8 can't: as an escape it can.
        said.encode("utf-8", "backslashreplace"),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language_of(request), "Cache-Control": "no-store"},
    )


def answer_error(request: Request, error: WanggeError) -> Response:
    """Answer with one of our own errors."""
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s: %s", request.method, request.url.path, error)
    said = error.say(language_of(request))
    if isinstance(error, NotSignedIn) and "Bearer" not in said and not _from_a_browser(request):
        said += TOKEN_NEEDED[language_of(request)]
    response = problem(request, status, error.code, said, error.facts)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = 'Bearer realm="wangge"'
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.facts["retry_after_s"])
    return response


def _from_a_browser(request: Request) -> bool:
    """Tell a person at a browser, our page above all, from a program that needs a token."""
    headers = request.headers
    if "authorization" in headers:
        return False
    accept = headers.get("accept", "")
    return (
        "cookie" in headers
        or "sec-fetch-mode" in headers
        or "text/html" in accept
        or MEDIA_TYPE in accept
    )


def answer_validation(request: Request, error: RequestValidationError) -> Response:
    """Name each parameter that can't be understood, and how to mend it."""
    language = language_of(request)
    flaws = [_flaw(row, language) for row in error.errors()]
    detail = ("；" if language == "zh" else " ").join(flaw["remedy"] for flaw in flaws)
    return problem(request, HTTPStatus.BAD_REQUEST, "bad_input", detail, {"parameters": flaws})


def _flaw(row: Mapping[str, Any], language: Language) -> dict[str, str]:
    name = ".".join(str(step) for step in row["loc"][1:]) or str(row["loc"][0])
    remedy = REMEDIES.get(row["type"])
    context = row.get("ctx", {})
    said = remedy[language].format(**context) if remedy else str(row["msg"])
    # A whole body may hold a secret anywhere, and says nothing that its sender does not know.
    whole = row["type"] in ("missing", "json_invalid") or row["loc"] == ("body",)
    secret = whole or row["loc"][-1] in _SECRET
    given = "" if secret else f" ({shorten(str(row['input']))})"
    return {"name": name, "in": str(row["loc"][0]), "remedy": f"{name}{given}: {said}"}


def answer_http(request: Request, error: HTTPException) -> Response:
    """Answer what the router itself refuses: unknown paths and wrong verbs."""
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer_error(
            request,
            NothingHere(
                f"There is nothing at {path}. What can be asked is described at /docs.",
                f"{path} 不存在。可用的接口见 /docs。",
            ),
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods_here(request))
        response = answer_error(
            request,
            WrongMethod(
                f"{path} does not take {request.method}. Use {allowed}.",
                f"{path} 不接受 {request.method}，请使用 {allowed}。",
                allowed=allowed,
            ),
        )
        response.headers["Allow"] = allowed
        return response
    return problem(request, error.status_code, "bad_input", str(error.detail), {})


def _methods_here(request: Request) -> list[str]:
    """List the methods that a path takes, by whichever of its routes."""
    path = request.url.path
    here = (route for route in _routes(request.app.routes) if route.path_regex.match(path))
    return sorted({method for route in here for method in route.methods or ()})


def _routes(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Give plain routes, also those that FastAPI keeps in the routers that were included."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _routes(inner.routes)


def answer_unreachable(request: Request, _error: Exception) -> Response:
    """Say that the database does not answer; maps and places do without it."""
    return answer_error(
        request,
        Unavailable(
            "The database does not answer right now. Try again; if it stays, run `wangge doctor`.",
            "数据库暂时没有应答，请重试；若仍然如此，请运行 wangge doctor 检查。",
        ),
    )


def answer_unkeepable(request: Request, _error: Exception) -> Response:
    """Say that a value can't be stored or compared; nothing was changed."""
    return answer_error(
        request,
        BadInput(
            "A value can't be kept: a text holds the character NUL, or a number is out of range."
            " Correct it and send it again.",
            "有的值无法保存：文本中含空字符（NUL），或数字超出范围。请更正后重新发送。",
        ),
    )


def answer_unforeseen(request: Request, _error: Exception) -> Response:
    """Say that something broke, without its internals; the server logs those."""
    unforeseen = WanggeError(
        "Something went wrong on our side. Nothing was changed. Try again; if it stays, give the"
        " administrator the time and the address.",
        "服务出现内部错误，数据未被改动。请重试；若仍然出错，请把时间和网址告诉管理员。",
    )
    detail = unforeseen.say(language_of(request))
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, unforeseen.code, detail, {})


def install(app: FastAPI) -> None:
    """Let an app answer all errors in this one shape."""
    app.add_exception_handler(WanggeError, answer_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, answer_validation)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, answer_http)  # type: ignore[arg-type]
    app.add_exception_handler(Unreachable, answer_unreachable)
    app.add_exception_handler(Unkeepable, answer_unkeepable)
    app.add_exception_handler(Exception, answer_unforeseen)
