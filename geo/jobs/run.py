"""One job in the hands of a worker: run, tell how far it is, write what came of it.

A job may be killed at any moment and is run again: whatever it does is done in one transaction,
or is found done already.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from geo.db import Engine, Transaction, Unreachable
from geo.errors import Busy, WanggeError
from geo.jobs import store
from geo.jobs.actions import asker
from geo.jobs.kinds import KINDS
from geo.progress import Cancelled
from geo.settings import Settings

log = logging.getLogger("wangge.jobs")

_PATIENCE_S = 0.25


class Stopped(Exception):
    """The worker is to end; the job goes back to the queue."""


class Watched:
    """Stores how far a job is, and stops it when it is to stop.

    Its connection is its own: others see the steps while the work's transaction is open.
    """

    def __init__(self, own: Transaction, number: int, stopping: Callable[[], bool]) -> None:
        self._own, self._number, self._stopping = own, number, stopping
        self._step, self._at = "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how far a step is (`geo.progress.Progress`)."""
        now = time.monotonic()
        if step == self._step and done < total and now - self._at < _PATIENCE_S:
            return
        self._step, self._at = step, now
        if store.tell(self._own, self._number, step=step, done=done, total=total):
            raise Cancelled
        if self._stopping():
            raise Stopped


def run_job(
    engine: Engine, settings: Settings, number: int, *, stopping: Callable[[], bool], last: bool
) -> None:
    """Run a job to its end, and write how it ended.

    Parameters
    ----------
    stopping
        Tells that the worker is to end.
    last
        Whether it is not to be tried again.

    Raises
    ------
    Stopped
        When the worker is to end; the job waits again.
    Busy, Unreachable
        When trying again later helps.
    """
    with closing(store.watch(engine)) as own:
        if not store.hold(own, number):
            raise Busy("Another worker runs this job.", "另一个工作进程正在执行该任务。")
        try:
            row = store.begin(own, number)
            if row is not None:
                _run(engine, settings, row, own, Watched(own, number, stopping), last=last)
        finally:
            if not own.invalidated:
                store.let_go(own, number)


def _run(
    engine: Engine,
    settings: Settings,
    row: store.Row,
    own: Transaction,
    progress: Watched,
    *,
    last: bool,
) -> None:
    number = row["id"]
    try:
        result = KINDS[row["kind"]].run(
            engine,
            settings,
            row["arguments"],
            plan=row["plan_id"],
            actor=asker(row),
            progress=progress,
        )
    except Cancelled:
        store.end(own, number, "cancelled")
    except Stopped:
        store.wait_again(own, number)
        raise
    except Unreachable:
        raise
    except WanggeError as error:
        if isinstance(error, Busy) and not last:
            store.wait_again(own, number)
            raise
        store.end(own, number, "failed", problem=problem_of(error))
    except Exception:
        log.exception("job %s failed", number)
        store.end(own, number, "failed", problem=problem_of(_unexpected(number)))
    else:
        store.end(own, number, "done", result=result)


def problem_of(error: WanggeError) -> dict[str, Any]:
    """Give an error as plain data: code, en, zh, facts."""
    facts = json.loads(json.dumps(error.facts, default=str))
    return {"code": error.code, "en": error.en, "zh": error.zh, "facts": facts}


def _unexpected(number: int) -> WanggeError:
    return WanggeError(
        f"Something unexpected happened; nothing half-done was kept. Ask for it again; if it"
        f" happens again, give your administrator the number of the job: {number}.",
        f"发生了意外错误，未保留任何未完成的内容。请重新提交；如仍然失败，"
        f"请将任务编号 {number} 告知系统管理员。",
    )
