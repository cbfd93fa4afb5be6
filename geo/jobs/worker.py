"""The worker: takes jobs from the queue, and takes up those of workers that died."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import procrastinate
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import Job, Status

from geo.db import Engine, Unreachable
from geo.errors import Busy, Unavailable
from geo.jobs import store
from geo.jobs.queue import QUEUE, TASK
from geo.jobs.run import Stopped, problem_of, run_job
from geo.settings import Settings

log = logging.getLogger("wangge.jobs")

#: A job is tried so often, whatever stopped it: what kills its worker must not do so for ever.
MOST_ATTEMPTS = 5
_AT_ONCE = 2


@dataclass(frozen=True)
class Pace:
    """How often a worker shows that it lives and looks for jobs that were put back.

    After a silence of `dead_after_s` it is taken for dead.
    """

    heartbeat_s: float = 3.0
    dead_after_s: float = 15.0


def work(engine: Engine, settings: Settings, *, pace: Pace | None = None) -> None:
    """Work until told to stop (SIGINT, SIGTERM); a job that runs then goes back to the queue.

    Raises
    ------
    Unavailable
        If the database went away.
    """
    try:
        asyncio.run(_work(engine, settings, pace or Pace()))
    except (ConnectorException, Unreachable) as error:
        raise Unavailable(
            "The database went away; jobs go on when the worker is started again.",
            "数据库连接中断，重新启动工作进程后任务会继续。",
        ) from error


async def _work(engine: Engine, settings: Settings, pace: Pace) -> None:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4)
    app = procrastinate.App(connector=connector)
    _add_task(app, engine, settings)
    async with app.open_async():
        await _mend(app, engine, pace)
        mending = asyncio.create_task(_keep_mending(app, engine, pace))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=_AT_ONCE,
                fetch_job_polling_interval=pace.heartbeat_s,
                shutdown_graceful_timeout=0,
                delete_jobs="always",
                update_heartbeat_interval=pace.heartbeat_s,
                stalled_worker_timeout=pace.dead_after_s,
            )
        finally:
            mending.cancel()


def _add_task(app: procrastinate.App, engine: Engine, settings: Settings) -> None:
    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=_Patience())
    def run(context: procrastinate.JobContext, *, job: int) -> None:
        last = context.job.attempts + 1 >= MOST_ATTEMPTS
        try:
            run_job(engine, settings, job, stopping=context.should_abort, last=last)
        except Stopped as error:
            raise JobAborted from error


class _Patience(procrastinate.BaseRetryStrategy):
    """Tries again what the moment prevented, each time a little later."""

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> procrastinate.RetryDecision | None:
        if isinstance(exception, JobAborted):
            return procrastinate.RetryDecision()
        if isinstance(exception, Busy | Unreachable) and job.attempts + 1 < MOST_ATTEMPTS:
            return procrastinate.RetryDecision(retry_in={"seconds": 2 * (job.attempts + 1)})
        return None


async def _keep_mending(app: procrastinate.App, engine: Engine, pace: Pace) -> None:
    while True:
        await asyncio.sleep(pace.dead_after_s / 2)
        try:
            await _mend(app, engine, pace)
        except (ConnectorException, Unreachable) as error:
            # The worker itself notices too, and ends if the database stays away.
            log.warning("could not look for jobs of dead workers: %s", error)


async def _mend(app: procrastinate.App, engine: Engine, pace: Pace) -> None:
    """Queue the jobs of dead workers again; end those that can't go on."""
    manager = app.job_manager
    stalled = await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=pace.dead_after_s)
    given_up = []
    for job in stalled:
        log.warning("taking up job %s of a worker that died", job.task_kwargs["job"])
        if job.attempts + 1 < MOST_ATTEMPTS:
            await manager.retry_job(job, retry_at=dt.datetime.now(dt.UTC))
        else:
            given_up.append(int(str(job.task_kwargs["job"])))
            await manager.finish_job(job, Status.FAILED, delete_job=True)
    await asyncio.to_thread(partial(_end_lost, engine, given_up))


def _end_lost(engine: Engine, given_up: Iterable[int]) -> None:
    died = Unavailable(
        f"The worker died {MOST_ATTEMPTS} times at this job; nothing of it was kept. Look at the"
        " memory of the machine and the log of the worker, then ask for it again.",
        f"执行该任务的工作进程已 {MOST_ATTEMPTS} 次异常退出，未保留任何结果。"
        "请检查内存和工作进程日志后重新提交。",
    )
    lost = Unavailable(
        "The database was restored from a backup while this job was waiting or running. Ask for"
        " it again if it is still wanted.",
        "该任务等待或执行期间，数据库已从备份恢复。如仍需要，请重新提交。",
    )
    with engine.begin() as tx:
        for number in given_up:
            store.end(tx, number, "failed", problem=problem_of(died))
        for number in store.forgotten(tx):
            store.end(tx, number, "failed", problem=problem_of(lost))
