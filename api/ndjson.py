"""Long work told line by line: progress as it comes, the result or the problem as the last line."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.problems import answer_error, answer_unforeseen, answer_unreachable
from geo.db import Unreachable
from geo.errors import WanggeError
from geo.progress import Progress

MEDIA_TYPE = "application/x-ndjson"

Json = dict[str, Any]
Work = Callable[[Progress], Json]

log = logging.getLogger("wangge.api")
_EVERY_S = 0.1
#: Work goes on in its thread when the reader has gone; it must not be collected meanwhile.
_running: set[asyncio.Task[Json]] = set()


class _ReaderGone(Exception):
    """Raised inside work that may stop because nobody waits for it."""


def wants_lines(request: Request) -> bool:
    """Tell whether the caller asked for progress lines."""
    return MEDIA_TYPE in request.headers.get("accept", "")


def told(request: Request, work: Work, *, may_stop: bool) -> StreamingResponse:
    """Answer with `{step, done, total}` lines, then `{report}` or `{problem}`.

    With `may_stop` the work ends at its next step once the client has gone; otherwise it goes on
    to its end.
    """
    # Named as its own encoding, so that nothing on the way holds lines back to pack them.
    headers = {"Content-Encoding": "identity", "Cache-Control": "no-store"}
    lines = _lines(request, work, may_stop=may_stop)
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=headers)


async def _lines(request: Request, work: Work, *, may_stop: bool) -> AsyncIterator[bytes]:
    loop, gone = asyncio.get_running_loop(), threading.Event()
    queue: asyncio.Queue[Json | None] = asyncio.Queue()

    def put(line: Json) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, line)

    task = asyncio.create_task(run_in_threadpool(work, _progress(put, gone, may_stop=may_stop)))
    _running.add(task)
    task.add_done_callback(lambda _: queue.put_nowait(None))
    task.add_done_callback(_forget)
    try:
        while (line := await queue.get()) is not None:
            yield _text(line)
        yield _text(_outcome(request, task))
    finally:
        gone.set()


def _progress(put: Callable[[Json], None], gone: threading.Event, *, may_stop: bool) -> Progress:
    told_at, last = 0.0, ""

    def progress(step: str, done: int, total: int) -> None:
        nonlocal told_at, last
        if gone.is_set():
            if may_stop:
                raise _ReaderGone
            return
        now = time.monotonic()
        if step != last or done == total or now - told_at >= _EVERY_S:
            told_at, last = now, step
            put({"step": step, "done": done, "total": total})

    return progress


def _forget(task: asyncio.Task[Json]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # looked at: what nobody reads any more is no error of the server


def _outcome(request: Request, task: asyncio.Task[Json]) -> Json:
    error = task.exception()
    if error is None:
        return {"report": task.result()}
    answer: Response
    if isinstance(error, WanggeError):
        answer = answer_error(request, error)
    elif isinstance(error, Unreachable):
        answer = answer_unreachable(request, error)
    else:
        # Where it broke, without its message: that may quote a row of the file.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s %s %s\n%s", request.method, request.url.path, type(error).__name__, where)
        answer = answer_unforeseen(request, Exception())
    return {"problem": json.loads(bytes(answer.body))}


def _text(line: Json) -> bytes:
    return (json.dumps(line, ensure_ascii=False) + "\n").encode()
