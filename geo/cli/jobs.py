"""`wangge worker` and `wangge job`: work that goes on while nobody waits."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from geo import jobs as work_of
from geo.cli.beside import end_with_parent
from geo.cli.shell import actor, database, out, table, words
from geo.settings import read_settings

job = typer.Typer(no_args_is_help=True, help="任务 Long work: see how far it is, stop it.")

_STATES = {
    "waiting": ("等待", "waiting"),
    "running": ("执行中", "running"),
    "done": ("完成", "done"),
    "failed": ("失败", "failed"),
    "cancelled": ("已取消", "cancelled"),
}
Number = Annotated[int, typer.Argument(help="任务编号 Number of the job.")]


def worker(
    attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False,
) -> None:
    """执行任务 Work on what is asked for, until stopped (serve and demo start one by themselves)."""
    if attached:
        end_with_parent()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings = read_settings()
    with database(settings) as engine:
        work_of.work(engine, settings)


@job.command("list")
def list_jobs() -> None:
    """列出任务 List the jobs, the newest first."""
    with database(read_settings()) as engine, engine.begin() as tx:
        found = work_of.list_jobs(tx, actor=actor())
    table(
        [words("编号", "job"), words("种类", "kind"), words("方案", "plan"), words("状态", "state"),
         words("进度", "progress"), words("提交人", "asked by")],
        [(one.id, one.kind, one.plan or "", words(*_STATES[one.state]), _progress(one),
          one.asked_by) for one in found],
    )  # fmt: skip


@job.command("show")
def show(number: Number) -> None:
    """查看任务 Show a job: how far it is, what came of it."""
    with database(read_settings()) as engine, engine.begin() as tx:
        one = work_of.job(tx, number, actor=actor())
    out.print(f"{one.id} {one.kind} {words(*_STATES[one.state])} {_progress(one)}".rstrip())
    if one.problem:
        out.print(one.problem["zh" if read_settings().language == "zh" else "en"])
    if one.result:
        out.print_json(data=dict(one.result))


@job.command("cancel")
def cancel(number: Number) -> None:
    """取消任务 Stop a job; nothing half-done stays."""
    with database(read_settings()) as engine, engine.begin() as tx:
        one = work_of.cancel_job(tx, number, actor=actor())
    out.print(
        words(f"任务 {number} 已取消。", f"Job {number} is cancelled.")
        if one.state == "cancelled"
        else words(f"任务 {number} 将在下一步停止。", f"Job {number} stops at its next step.")
    )


def _progress(one: work_of.Job) -> str:
    return "" if one.step is None else f"{one.step} {one.done}/{one.total}"
