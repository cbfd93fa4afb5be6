"""`wangge plan …`: plans begun, listed, looked at, locked, led to approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from geo import plans
from geo.boundaries import load_site
from geo.cli import plan_jobs, plan_look, plan_work
from geo.cli.plan_shell import (
    Area,
    AsJson,
    Note,
    PlanNumber,
    area_id,
    area_table,
    events_table,
    loaded,
    measured,
    printed,
    said,
    show_plan,
    state_word,
)
from geo.cli.shell import actor, database, out, table, words
from geo.settings import read_settings

Step = Callable[..., plans.PlanHead]
plan = typer.Typer(no_args_is_help=True, help="方案 Plans: the next version of the lines.")
plan_work.add_to(plan)
plan_look.add_to(plan)
plan_jobs.add_to(plan)


@plan.command("list")
def list_plans(as_json: AsJson = False) -> None:
    """列出方案 List all plans, the newest first."""
    with database(read_settings()) as engine, engine.connect() as tx:
        found = plans.list_plans(tx, actor=actor())
    if as_json:
        printed([asdict(head) for head in found])
        return
    table(
        [words("方案", "plan"), words("标题", "title"), words("状态", "state"),
         words("步数", "revision"), words("基于版本", "edition"), words("建立者", "by")],
        [
            (h.id, h.title, state_word(h.state) + (" !" if h.stale and h.state == "draft" else ""),
             h.revision, h.base, h.created_by)
            for h in found
        ],
    )  # fmt: skip


@plan.command("new")
def new(
    title: Annotated[str, typer.Argument(help="标题 Its title.")],
    edition: Annotated[
        int | None, typer.Option(help="版本 The edition it starts from; else the highest.")
    ] = None,
    note: Note = None,
) -> None:
    """新建方案 Begin a plan on the lines of an edition."""
    with database(read_settings()) as engine, engine.begin() as tx:
        head = plans.create_plan(tx, title=title, base=edition, actor=actor(), note=note)
    show_plan(head)


@plan.command("fork")
def fork(
    number: PlanNumber,
    title: Annotated[str, typer.Argument(help="标题 Title of the new plan.")],
    at: Annotated[int | None, typer.Option(help="步 As it was at this revision.")] = None,
) -> None:
    """另起方案 Begin a plan where another one is."""
    with database(read_settings()) as engine, engine.begin() as tx:
        head = plans.fork_plan(tx, number, title=title, actor=actor(), at=at)
    show_plan(head)


@plan.command("show")
def show(number: PlanNumber, as_json: AsJson = False) -> None:
    """查看方案 Show a plan: its state, its locks, what happened to it."""
    with database(read_settings()) as engine, engine.connect() as tx:
        head, survey, _ = loaded(tx, number)
        zone = ZoneInfo(load_site(tx).timezone)
    if as_json:
        printed(asdict(head))
        return
    show_plan(head)
    for lock in head.locks:
        place = survey.draft.places.get(lock.place)
        name = place.name if place else f"~{lock.place}"
        out.print(words(f"  {name} 由 {lock.actor} 锁定 {lock.note or ''}",
                        f"  {name} is locked by {lock.actor} {lock.note or ''}"))  # fmt: skip
    events_table(head, [f"{e.at.astimezone(zone):%Y-%m-%d %H:%M}" for e in head.events])


@plan.command("areas")
def areas(
    number: PlanNumber,
    level: Annotated[str | None, typer.Option(help="层级 Only this level (its key).")] = None,
    parent: Annotated[str | None, typer.Option("--in", help="区域 Only what lies in it.")] = None,
    as_json: AsJson = False,
) -> None:
    """列出区域 List the areas of a plan with what is measured in them."""
    with database(read_settings()) as engine, engine.connect() as tx:
        _, survey, base = loaded(tx, number)
    draft = survey.draft
    chosen = [n for n, place in draft.places.items() if place.shape is None]
    if level is not None:
        draft.site.level(level)
        chosen = draft.at_level(level)
    if parent is not None:
        top = area_id(draft, parent)
        found = chosen if level is not None else list(draft.children.get(top, ()))
        chosen = [n for n in found if top in {place.id for place in draft.chain(n)}]
    if as_json:
        printed(plans.records(measured(survey, chosen, base).reset_index()))
        return
    area_table(survey, chosen, base)


@plan.command("log")
def log(number: PlanNumber, as_json: AsJson = False) -> None:
    """操作记录 List what was done to a plan, in order."""
    with database(read_settings()) as engine, engine.connect() as tx:
        head = plans.plan_head(tx, number, actor=actor())
        entries = plans.log(tx, number, after=0, limit=max(head.revision, 1), actor=actor())
        zone = ZoneInfo(load_site(tx).timezone)
    if as_json:
        printed([{**asdict(entry), "label": entry.label._asdict()} for entry in entries])
        return
    table(
        [words("步", "revision"), words("时间", "when"), words("谁", "who"), words("操作", "what"),
         words("说明", "why")],
        [
            (e.revision, f"{e.at.astimezone(zone):%Y-%m-%d %H:%M}", e.actor,
             said(e.label) + ("" if e.stands else words("（已撤销）", " (taken back)")), e.note or "")
            for e in entries
        ],
    )  # fmt: skip


# -- locks and states


@plan.command("lock")
def lock(number: PlanNumber, area: Area, note: Note = None) -> None:
    """锁定区域 Keep an area to oneself."""
    with database(read_settings()) as engine, engine.begin() as tx:
        _, survey, _ = loaded(tx, number)
        plans.lock_area(tx, number, area_id(survey.draft, area), actor=actor(), note=note)
    out.print(words(f"已锁定 {area}", f"{area} is locked"))


@plan.command("unlock")
def unlock(number: PlanNumber, area: Area) -> None:
    """解除锁定 Let others edit an area again."""
    with database(read_settings()) as engine, engine.begin() as tx:
        head, survey, _ = loaded(tx, number)
        place = _locked(head, area) or area_id(survey.draft, area)
        plans.unlock_area(tx, number, place, actor=actor())
    out.print(words(f"已解除 {area} 的锁定", f"{area} is unlocked"))


def _locked(head: plans.PlanHead, text: str) -> int | None:
    """Find a lock by its `~ID`: the area itself may have been retired."""
    return next((lock.place for lock in head.locks if text == f"~{lock.place}"), None)


def _step(take: Step, title: str) -> Callable[..., None]:
    """Make the command of a step in the life of a plan."""

    def command(number: PlanNumber, note: Note = None) -> None:
        with database(read_settings()) as engine, engine.begin() as tx:
            head = take(tx, number, actor=actor(), note=note)
        show_plan(head)

    command.__doc__ = title
    return command


plan.command("submit")(_step(plans.submit, "提交审核 Hand a plan in for review."))
plan.command("return")(_step(plans.return_plan, "退回修改 Make a plan a draft again."))
plan.command("approve")(_step(plans.approve, "批准方案 Approve a plan: it can be published then."))
plan.command("withdraw")(
    _step(plans.withdraw, "撤回方案 Give a plan up; it stays to be looked at and forked.")
)


@plan.command("rebase")
def rebase(number: PlanNumber) -> None:
    """移到最新版本 Do the operations again on the highest edition."""
    with database(read_settings()) as engine, engine.begin() as tx:
        done = plans.rebase(tx, number, actor=actor())
        head = plans.plan_head(tx, done.plan, actor=actor())
    show_plan(head)
    out.print(words(f"保留 {done.kept} 步，冲突 {len(done.conflicts)} 步",
                    f"{done.kept} operations kept, {len(done.conflicts)} in conflict"))  # fmt: skip
    for one in done.conflicts:
        out.print(f"  ✗ {one.revision} {said(one.label)} ({one.actor}): {said(one.why)}")
