"""`wangge report`: the leader's page of an area as one offline file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from geo.boundaries import areas, day_of, edition_on, editions, load_site, today
from geo.cli.shell import actor, database, out, require_writable, words
from geo.db import Transaction
from geo.errors import BadInput, Language, NoEdition, NotFound
from geo.settings import read_settings

_MOST_NAMED = 8


def report(
    area: Annotated[str, typer.Argument(help="编码、编号或名称 Code, place id or name.")],
    output: Annotated[Path | None, typer.Option("--out", help="文件 Where to write.")] = None,
    edition: Annotated[int | None, typer.Option(help="版本 The lines of that edition.")] = None,
    at: Annotated[str | None, typer.Option(help="日期 The lines of that day.")] = None,
    language: Annotated[str | None, typer.Option(help="语言 zh or en.")] = None,
) -> None:
    """区域报告 Write the leader's page of an area: one HTML file, to print and to hand over."""
    # Only here: the map library takes half a second, and no other command needs it.
    from geo.reports import area_report, gather

    settings = read_settings()
    said = _language(language or settings.language)
    if output is not None:
        require_writable(output)
    with database(settings) as engine, engine.begin() as tx:
        number = _edition(tx, edition, at)
        place = _place(tx, number, area)
        facts = gather(
            tx, place, edition=number, day=today(load_site(tx)),
            suppress_below=settings.suppress_below, review_number=settings.review_number,
            actor=actor(),
        )  # fmt: skip
    page = area_report(facts, language=said)
    path = output or Path(f"{facts.area.name}-{facts.day}.html".replace("/", "-"))
    require_writable(path)
    path.write_text(page, encoding="utf-8")
    out.print(
        words(
            f"{facts.area.name}（第 {number} 版）→ {path}，{len(page.encode()) // 1000:,} kB",
            f"{facts.area.name} (edition {number}) → {path}, {len(page.encode()) // 1000:,} kB",
        )
    )


def _language(text: str) -> Language:
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise BadInput(
        f"There is no language “{text}”. Say zh or en.", f"没有语言“{text}”，请用 zh 或 en。"
    )


def _edition(tx: Transaction, number: int | None, at: str | None) -> int:
    """Find the edition that is asked for: by number, by day, else today's."""
    if number is not None and at is not None:
        raise BadInput("Give --edition or --at, not both.", "--edition 和 --at 只能给一个。")
    known = [int(one) for one in editions(tx)["number"]]
    if number is None:
        day = today(load_site(tx)) if at is None else day_of(at)
        number = edition_on(tx, day)
    if number not in known:
        raise NoEdition(
            "There is no such edition. The editions are:"
            f" {', '.join(map(str, known)) or 'none yet (wangge publish)'}.",
            f"没有相应的版本。现有版本：{'、'.join(map(str, known)) or '尚未发布（wangge publish）'}。",
        )
    return int(number)


def _place(tx: Transaction, edition: int, text: str) -> int:
    """Find the area that is meant: by code, else by name, else by place id."""
    frame = pd.DataFrame(areas(tx, edition, epsg=load_site(tx).epsg)[["code", "name", "level"]])
    for column in ("code", "name"):
        found = frame[frame[column] == text]
        if len(found) == 1:
            return int(found.index[0])
        if len(found) > 1:
            codes = "、".join(found["code"][:_MOST_NAMED])
            raise BadInput(
                f"{len(found)} areas are called {text}: {codes}. Give the code.",
                f"有 {len(found)} 个区域名为 {text}：{codes}。请改用编码。",
            )
    if text.isdecimal() and int(text) in frame.index:
        return int(text)
    near = frame[frame["name"].str.contains(text, regex=False)]
    like = "、".join(f"{row.name}" for row in near[:_MOST_NAMED].itertuples(index=False))
    raise NotFound(
        f"Edition {edition} has no area “{text}”."
        + (f" Is it one of {like}?" if like else " Give its code, name or place id."),
        f"第 {edition} 版中没有区域“{text}”。"
        + (f"是否为：{like}？" if like else "请给出编码、名称或编号。"),
    )
