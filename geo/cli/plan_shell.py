"""What the commands about plans share: areas by their codes, tables of areas, what was done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import pandas as pd
import typer

from geo.cli.findings import show_findings
from geo.cli.shell import actor, out, table, words
from geo.db import Transaction
from geo.errors import BadInput, NotFound
from geo.plans import (
    PROVISIONAL,
    STATES,
    Done,
    Draft,
    PlanHead,
    State,
    Survey,
    Words,
    base_survey,
    check,
    check_context,
    metrics,
    plan_head,
    records,
    survey_of,
    touched,
)

PlanNumber = Annotated[int, typer.Argument(help="方案 Number of the plan.", show_default=False)]
Area = Annotated[str, typer.Argument(help="区域 Its code or name; ~ID for a new one.")]
Note = Annotated[str | None, typer.Option(help="说明 Why.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]

_MOST_NAMED = 8


def said(label: Words) -> str:
    """Choose the sentence in the language of the installation."""
    return words(label.zh, label.en)


def state_word(state: State) -> str:
    """Name a state of plans."""
    english, chinese = STATES[state]
    return words(chinese, english)


def area_id(draft: Draft, text: str) -> int:
    """Find the area that is meant: by code (`~ID` for new ones), else by name.

    Raises
    ------
    NotFound
        If there is none.
    BadInput
        If several have the name.
    """
    if text.startswith(PROVISIONAL) and text[1:].isdecimal():
        return draft.place(int(text[1:])).id
    for field in ("code", "name"):
        found = [place for place in draft.places.values() if getattr(place, field) == text]
        if len(found) == 1:
            return found[0].id
        if found:
            codes = "、".join(place.code for place in found[:_MOST_NAMED])
            raise BadInput(
                f"{len(found)} areas are called {text}: {codes}. Give the code.",
                f"有 {len(found)} 个区域名为 {text}：{codes}。请改用编码。",
            )
    raise NotFound(
        f"The plan has no area “{text}”. Give its code or its whole name; `wangge plan areas` lists"
        " them.",
        f"方案中没有区域“{text}”。请给出编码或完整名称，可用 wangge plan areas 查看。",
    )


def area_ids(draft: Draft, texts: Iterable[str]) -> tuple[int, ...]:
    """Find several areas."""
    return tuple(area_id(draft, text) for text in texts)


def printed(document: Any) -> None:  # noqa: ANN401 - plain data
    """Print plain data as JSON."""
    out.print_json(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:  # noqa: ANN401
    return sorted(value) if isinstance(value, frozenset) else str(value)


# -- areas and what was done


def measured(survey: Survey, areas: Iterable[int], base: Survey) -> pd.DataFrame:
    """Measure areas, by level and code: level, code, name, parent and all metrics."""
    draft = survey.draft
    ranks = {level.key: level.rank for level in draft.site.levels}
    places = sorted(
        (draft.places[n] for n in areas), key=lambda p: (ranks[p.level], p.code.encode(), p.id)
    )
    numbers = [place.id for place in places]
    named = pd.DataFrame(
        {
            "level": [place.level for place in places],
            "code": [place.code for place in places],
            "name": [place.name for place in places],
            "parent": [None if p.parent is None else draft.places[p.parent].code for p in places],
        },
        index=pd.Index(numbers, name="id", dtype="int64"),
    )
    return named.join(metrics(survey, numbers, base=base))


def area_table(survey: Survey, areas: Iterable[int], base: Survey) -> None:
    """Print areas with their households, against the limit and against the base."""
    rows = records(measured(survey, areas, base).reset_index())
    names = {level.key: words(level.zh, level.en) for level in survey.draft.site.levels}
    table(
        [words("层级", "level"), words("编码", "code"), words("名称", "name"),
         words("户数", "households"), words("上限", "limit"), words("余量*", "headroom*"),
         words("单元", "units"), words("迁入户", "moved in"), words("紧凑度", "compact")],
        [
            (
                names[row["level"]], row["code"], row["name"], _households(row),
                _shown(row["limit"]), _shown(row["headroom"]), _shown(row["units"]),
                _shown(row["households_moved"]), _shown(row["polsby_popper"]),
            )
            for row in rows
        ],
        whole=[words("编码", "code")],
    )  # fmt: skip
    out.print(words("* 余量 = 上限 − 户数 − 在建户数",
                    "* headroom = limit − households − households under construction"))  # fmt: skip


def _households(row: dict[str, Any]) -> str:
    if row["households"] is None:
        return "?"
    return f"{row['households']:,}" + ("" if row["complete"] else "+")


def _shown(value: Any) -> str:  # noqa: ANN401 - a number or None
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}"


def show_done(tx: Transaction, plan: int, done: Done, *, as_json: bool, kept: bool = True) -> None:
    """Print what an operation did: its areas above the units, and what is found in them."""
    base = base_survey(tx, plan_head(tx, plan, actor=actor()).base, actor=actor())
    draft = done.survey.draft
    gone = sorted(done.change.places - draft.places.keys())
    before = survey_of(tx, plan, revision=done.revision - 1, actor=actor())
    again = touched(before, done.survey, done.change)
    found = check(done.survey, again, base=base, context=check_context(tx))
    changed = done.areas | (done.change.places & draft.places.keys())
    if as_json:
        rows = records(measured(done.survey, changed, base).reset_index())
        printed(
            {
                "plan": plan, "revision": done.revision, "kind": done.kind, "kept": kept,
                "label": done.label._asdict(), "changed": rows, "gone": gone,
                "findings": [finding.to_json() for finding in found],
            }
        )  # fmt: skip
        return
    head = (
        words("预演，未保存", "preview, not kept")
        if not kept
        else (words(f"方案 {plan} 第 {done.revision} 步", f"plan {plan}, revision {done.revision}"))
    )
    out.print(f"{head}: {said(done.label)}")
    area_table(done.survey, [n for n in changed if draft.places[n].shape is None], base)
    if gone:
        out.print(words(f"撤销区域 {len(gone)} 个", f"{len(gone)} areas retired"))
    show_findings([finding for finding in found if finding.severity != "info"])


def show_plan(head: PlanHead) -> None:
    """Print a plan in a line, then its locks and its life."""
    out.print(
        words(f"方案 {head.id}《{head.title}》：{state_word(head.state)}，第 {head.revision} 步，"
              f"基于第 {head.base} 版",
              f"Plan {head.id} “{head.title}”: {state_word(head.state)}, revision {head.revision},"
              f" on edition {head.base}")
    )  # fmt: skip
    if head.stale:
        out.print(words("  已有更新的版本，发布前须 wangge plan rebase",
                        "  there is a later edition: wangge plan rebase before publishing"))  # fmt: skip


def loaded(tx: Transaction, plan: int) -> tuple[PlanHead, Survey, Survey]:
    """Load a plan as it stands, and the lines that it starts from."""
    head = plan_head(tx, plan, actor=actor())
    survey = survey_of(tx, plan, revision=head.revision, actor=actor())
    return head, survey, base_survey(tx, head.base, actor=actor())


def events_table(head: PlanHead, site_time: Sequence[str]) -> None:
    """Print what happened to a plan as a whole."""
    table(
        [words("时间", "when"), words("谁", "who"), words("事项", "what"), words("说明", "why")],
        [
            (when, event.actor, event.what, event.note or "")
            for when, event in zip(site_time, head.events, strict=True)
        ],
    )
