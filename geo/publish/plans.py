"""A drawn plan becomes the next edition; an edition is withdrawn by publishing the former again.

Both may be killed at any moment and asked for again with the same arguments: what was published
is found and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

from geo.access import Actor
from geo.boundaries import (
    Finding,
    Ready,
    Site,
    drawn,
    editions,
    former,
    highest_edition,
    load_site,
    today,
)
from geo.db import Engine, Transaction
from geo.errors import BadInput, ChecksFailed, NoEdition, Refused
from geo.plans import (
    PlanHead,
    advance,
    base_survey,
    check,
    check_context,
    codes_ever,
    hold_plan,
    lines_to_publish,
    plan_head,
    survey_of,
)
from geo.progress import Progress, quiet, unstoppable
from geo.publish.actions import published_folder, refresh
from geo.publish.issue import (
    Published,
    edition_title,
    effective_day,
    hold_publishing,
    issue,
    stop_at_errors,
)
from geo.settings import Settings

#: All editions by number, columns as in `geo.boundaries.editions`.
Rows: TypeAlias = dict[int, dict[Hashable, Any]]


def publish_plan(
    engine: Engine,
    settings: Settings,
    plan: int,
    *,
    title: str,
    effective: str | dt.date | None = None,
    reasons: Mapping[str, str] | None = None,
    actor: Actor,
    progress: Progress = quiet,
) -> Published:
    """Publish an approved plan as the next edition, in one transaction.

    A plan that is published already is not published again: its edition is given.

    Parameters
    ----------
    title, effective
        Of the edition; None: in force from today. A later day leaves the current edition in
        force until then.
    reasons
        Why each warning may stand, by its code.

    Raises
    ------
    Refused
        If the plan is not approved, does not start from the highest edition, or a code was given
        away meanwhile.
    ChecksFailed
        If an error stands, or a warning without a reason (`facts["missing"]`).
    BadInput
        If the title is empty, or the day lies before that of the last edition.
    Busy
        If somebody else is publishing or importing.
    """
    actor.require("publish")
    with engine.begin() as tx:
        hold_publishing(tx)
        published = _of_plan(tx, plan)
        if published is None:
            head = hold_plan(tx, plan, actor=actor)
            site = load_site(tx)
            day = _ready(tx, site, head, title, effective)
            ready = _checked(tx, head, reasons or {}, actor=actor, progress=progress)
            published = issue(
                tx, site, published_folder(settings), ready, title=title, effective=day,
                actor=actor, progress=progress, plan=plan, reasons=dict(reasons or {}),
            )  # fmt: skip
            advance(
                tx, plan, "publish", actor=actor, edition=published.number,
                effective=day.isoformat(), reasons=dict(reasons or {}),
            )  # fmt: skip
    refresh(engine, settings, progress=unstoppable(progress))
    return published


def require_publishable(
    tx: Transaction,
    plan: int,
    *,
    title: str,
    effective: str | dt.date | None = None,
    actor: Actor,
) -> None:
    """Let pass only what `publish_plan` would not refuse before it looks at the lines.

    Publishing checks it again: much may happen until it begins.

    Raises
    ------
    NotFound
        If there is no such plan.
    Refused, BadInput
        As `publish_plan`.
    """
    actor.require("publish")
    head = plan_head(tx, plan, actor=actor)
    if _of_plan(tx, plan) is None:
        _ready(tx, load_site(tx), head, title, effective)


def withdraw_edition(
    engine: Engine,
    settings: Settings,
    number: int,
    *,
    title: str,
    effective: str | dt.date | None = None,
    reason: str,
    actor: Actor,
    progress: Progress = quiet,
) -> Published:
    """Withdraw the last edition: the lines before it are published again as a new one.

    Nothing is deleted. Places come back with their codes, and what was bound to them is theirs
    again; areas that only the withdrawn edition had are retired with their lineage. An edition
    that is withdrawn already is not withdrawn again: the one that did it is given.

    Parameters
    ----------
    effective
        Day from which the new edition is in force; None: today, or the day of the last edition
        if that is still to come (which then never comes into force).
    reason
        Why; kept in the audit trail.

    Raises
    ------
    NoEdition
        If there is no such edition.
    Refused
        If it is the first one, or later editions build on it.
    BadInput
        If title or reason is empty, or the day lies before that of the last edition.
    Busy
        If somebody else is publishing or importing.
    """
    actor.require("publish")
    if not reason.strip():
        raise BadInput(
            "Say why the edition is withdrawn: it is kept in the audit trail.",
            "请填写撤回原因，将记入操作记录。",
        )
    with engine.begin() as tx:
        hold_publishing(tx)
        rows = _rows(tx)
        restores = _before(rows, number)
        done = _withdrawn_by(rows, number, restores)
        if done is not None:
            published = _told(rows[done])
        else:
            site = load_site(tx)
            soonest = max(today(site), *(row["effective"] for row in rows.values()))
            day = effective_day(tx, site, effective or soonest)
            published = issue(
                tx, site, published_folder(settings), former(tx, site, restores), title=title,
                effective=day, actor=actor, progress=progress, withdraws=number,
                restores=restores, reason=reason.strip(),
            )  # fmt: skip
    refresh(engine, settings, progress=unstoppable(progress))
    return published


def _checked(
    tx: Transaction,
    head: PlanHead,
    reasons: Mapping[str, str],
    *,
    actor: Actor,
    progress: Progress,
) -> Ready:
    """Check a plan as a whole and give its lines, every place with a real code."""
    progress("survey", 0, 1)
    survey = survey_of(tx, head.id, actor=actor)
    base = base_survey(tx, head.base, actor=actor)
    progress("checks", 0, 1)
    findings = check(survey, base=base, context=check_context(tx))
    stop_at_errors(findings)
    _require_reasons(findings, reasons)
    progress("codes", 0, 1)
    ready = drawn(lines_to_publish(survey, codes_ever(tx), base=base), head.id)
    return Ready(ready.areas, (*findings, *ready.findings), ready.source)


def _ready(
    tx: Transaction, site: Site, head: PlanHead, title: str, effective: str | dt.date | None
) -> dt.date:
    """Let pass only a plan that can be published by its state; give the day of the edition."""
    _require_approved(head, highest_edition(tx))
    edition_title(title)
    return effective_day(tx, site, effective)


def _require_approved(head: PlanHead, highest: int | None) -> None:
    if head.state != "approved":
        raise Refused(
            f"Plan {head.id} is not approved. Submit it and let a steward approve it.",
            f"方案 {head.id} 尚未批准。请先提交审核，由管理员批准。",
            plan=head.id,
            state=head.state,
        )
    if head.stale or head.base != highest:
        raise Refused(
            f"Plan {head.id} starts from edition {head.base}, but the last edition is {highest}."
            " Rebase it, look at it again, then publish.",
            f"方案 {head.id} 基于第 {head.base} 版，而最新为第 {highest} 版。"
            "请先变基，重新查看后再发布。",
            plan=head.id,
            base=head.base,
            highest=highest,
        )


def _require_reasons(findings: list[Finding], reasons: Mapping[str, str]) -> None:
    warnings = [f for f in findings if f.severity == "warning"]
    missing = sorted({f.code for f in warnings if not reasons.get(f.code, "").strip()})
    if missing:
        first = [next(f for f in warnings if f.code == code) for code in missing[:3]]
        raise ChecksFailed(
            f"Say why these warnings may stand: {', '.join(missing)}. "
            + " ".join(f.en for f in first),
            f"请说明保留以下警告的理由：{'、'.join(missing)}。" + "".join(f.zh for f in first),
            missing=missing,
            findings=[f.to_json() for f in warnings if f.code in missing][:100],
        )


def _rows(tx: Transaction) -> Rows:
    rows = editions(tx).astype(object)
    known = rows.where(rows.notna(), None).to_dict("records")
    return {int(row["number"]): row for row in known}


def _of_plan(tx: Transaction, plan: int) -> Published | None:
    """Give the edition that a plan was published as."""
    rows = _rows(tx).values()
    return next((_told(row) for row in rows if row["drawn_plan"] == plan), None)


def _told(row: Mapping[Hashable, Any]) -> Published:
    """Tell of an edition that was published before."""
    return Published(int(row["number"]), row["effective"], row["sealed"], [], [])


def _before(rows: Rows, number: int) -> int:
    """Give the edition before one."""
    numbers = sorted(rows)
    if number not in rows:
        raise NoEdition(
            f"There is no edition {number}. The editions are: {numbers}.",
            f"没有第 {number} 版。现有版本：{numbers}。",
            edition=number,
        )
    if number == numbers[0]:
        raise Refused(
            "The first edition can't be withdrawn: there is none before it. Publish better lines.",
            "第一个版本之前没有版本，不能撤回。请改正后发布新版本。",
            edition=number,
        )
    return numbers[numbers.index(number) - 1]


def _withdrawn_by(rows: Rows, number: int, restores: int) -> int | None:
    """Give the edition that withdrew one already; None while it may be withdrawn.

    That is the last edition, or the one whose lines the last one has brought back.
    """
    shown = last = max(rows)
    while rows[shown]["restores"] is not None:
        shown = int(rows[shown]["restores"])
    if number in {last, shown}:
        return None
    later = [n for n in sorted(rows) if n > number and rows[n]["restores"] == restores]
    if later:
        return later[0]
    raise Refused(
        f"Later editions build on edition {number}. Withdraw the last one first: {last}.",
        f"之后的版本以第 {number} 版为基础。请先撤回最新的第 {last} 版。",
        edition=number,
        last=last,
    )
