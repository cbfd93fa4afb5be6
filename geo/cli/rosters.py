"""`wangge roster …`, `wangge member …`: spellings of addresses, and members to be forgotten."""

from __future__ import annotations

from typing import Annotated

import typer

from geo.boundaries import edition_on, load_site, today
from geo.cli.shell import actor, database, out, table, words
from geo.people import forget_alias, forget_member, keep_alias, list_aliases
from geo.settings import read_settings

roster = typer.Typer(no_args_is_help=True, help="名册 Addresses in rosters.")
member = typer.Typer(no_args_is_help=True, help="人员 Members.")


@roster.command("alias")
def alias(
    spelling: Annotated[str, typer.Argument(help="写法 The address as the roster writes it.")],
    building: Annotated[str, typer.Argument(help="楼栋编号 Id of the building in its register.")],
) -> None:
    """登记别名 Keep a spelling as meaning a building, from the next import on."""
    with database(read_settings()) as engine, engine.begin() as tx:
        kept = keep_alias(tx, spelling, building, actor=actor())
    out.print(f"{kept.spelling} → {kept.key} {kept.name or ''}")


@roster.command("aliases")
def aliases() -> None:
    """列出别名 List the spellings that are kept."""
    with database(read_settings()) as engine, engine.begin() as tx:
        known = list_aliases(tx, actor=actor())
    table(
        [words("写法", "spelling"), words("楼栋编号", "building"), words("楼栋", "name"),
         words("登记人", "by")],
        [[a.spelling, a.key or "–", a.name or "–", a.created_by] for a in known],
    )  # fmt: skip


@roster.command("unalias")
def unalias(
    spelling: Annotated[str, typer.Argument(help="写法 As `wangge roster aliases` lists it.")],
) -> None:
    """删除别名 Forget a spelling."""
    with database(read_settings()) as engine, engine.begin() as tx:
        forget_alias(tx, spelling, actor=actor())
    out.print(words("已删除", "forgotten"))


@member.command("forget")
def forget(
    key: Annotated[str, typer.Argument(help="编号 Id of the member in the roster.")],
    source: Annotated[
        str | None, typer.Option(help="来源 Whose id it is, where several rosters have it.")
    ] = None,
) -> None:
    """删除人员 Remove all that is kept of a member; the audit trail keeps the number alone."""
    with database(read_settings()) as engine, engine.begin() as tx:
        edition = edition_on(tx, today(load_site(tx)))
        number = forget_member(tx, key, edition=edition, actor=actor(), source=source)
    out.print(words(f"已删除（{number}）", f"forgotten ({number})"))
