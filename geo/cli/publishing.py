"""`wangge publish`."""

from __future__ import annotations

from typing import Annotated

import typer

from geo.boundaries import Site, load_site
from geo.cli.shell import Bars, actor, database, out, table, words
from geo.publish import Published
from geo.publish import publish as publish_edition
from geo.settings import read_settings


def publish(
    title: Annotated[str, typer.Option(help="标题 Title of the edition.")],
    effective: Annotated[
        str | None, typer.Option(help="生效日期 Date from which it is in force (YYYY-MM-DD).")
    ] = None,
) -> None:
    """发布新版本 Freeze the staged lines, or the current ones again, into a new edition."""
    settings = read_settings()
    with database(settings) as engine, Bars() as progress:
        with engine.begin() as tx:
            site = load_site(tx)
        done = publish_edition(
            engine, settings, title=title, effective=effective, actor=actor(), progress=progress
        )
    show_published(done, title, site)


def show_published(done: Published, title: str, site: Site) -> None:
    """Print an edition that was made: its day, its levels, its warnings."""
    chinese = read_settings().language == "zh"
    names = {level.key: words(level.zh, level.en) for level in site.levels}
    out.print(
        words(
            f"版本 {done.number}《{title}》自 {done.effective} 起生效，文件 {done.sealed}",
            f"Edition {done.number} “{title}”, in force from {done.effective}, files {done.sealed}",
        )
    )
    table(
        [words("层级", "level"), words("数量", "areas"), words("户数", "households"),
         words("新增", "new"), words("变更", "changed"), words("撤销", "closed")],
        [(names[r.level], r.areas, r.households if r.households is not None else "?", r.new, r.changed,
          r.closed) for r in done.levels],
    )  # fmt: skip
    for finding in done.warnings:
        out.print(f"  ⚠ {finding.zh if chinese else finding.en}")
