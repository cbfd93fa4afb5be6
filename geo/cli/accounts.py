"""`wangge user`, `wangge token`, `wangge audit`: who may what, and who did what."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import pandas as pd
import typer

from geo import access
from geo.access import ROLES, Grant, Role
from geo.boundaries import (
    area_history,
    edition_on,
    has_site,
    load_site,
    places_by_code,
    today,
)
from geo.cli.shell import actor, database, out, require_writable, table, words
from geo.db import Transaction
from geo.errors import BadInput, NotFound, UnknownOption
from geo.exchange import write_csv
from geo.settings import read_settings

users = typer.Typer(no_args_is_help=True, help="账号与角色 Accounts and their roles.")
tokens = typer.Typer(no_args_is_help=True, help="程序用的令牌 Tokens of programs.")

Name = Annotated[str, typer.Argument(help="账号名 Name of the account.")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role", help=f"角色，可写 角色@区划编码 ROLE or ROLE@AREACODE: {' | '.join(ROLES)}."
    ),
]
AreaCode = Annotated[
    str | None, typer.Option(help="区划编码 The area of the roles that name none themselves.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读密码 Read the password from stdin.")
]

# -- accounts


@users.command("add")
def add_user(
    name: Name,
    role: Roles,
    area: AreaCode = None,
    display: Annotated[str | None, typer.Option(help="显示名 How people call them.")] = None,
    password_stdin: FromStdin = False,
) -> None:
    """新建账号 Open an account; without a password only its tokens speak for it."""
    with database(read_settings()) as engine:
        with engine.begin() as tx:
            grants = _grants(tx, role, area)
        password = _password(stdin=password_stdin, needed=False)
        with engine.begin() as tx:
            access.add_account(
                tx, name, display=display or name, grants=grants, password=password, actor=actor()
            )
    out.print(words(f"已新建账号 {name}", f"The account {name} is open"))
    if password is None:
        out.print(
            words(
                f"未设密码，不能登录网页；可用令牌：wangge token add {name} --name 用途",
                f"It has no password and can't sign in; make a token: wangge token add {name}"
                " --name PURPOSE",
            )
        )


@users.command("list")
def list_users() -> None:
    """列出账号 List all accounts with their roles."""
    with database(read_settings()) as engine, engine.connect() as tx:
        accounts = access.list_accounts(tx, actor=actor())
        places = {g.place for a in accounts for g in a.grants if g.place is not None}
        areas = _area_words(tx, places)
    table(
        [words("账号", "name"), words("显示名", "called"), words("角色", "roles"),
         words("登录", "signs in"), words("令牌", "tokens"), words("状态", "state")],
        [
            (
                account.name,
                account.display,
                words("；", "; ").join(_grant_words(grant, areas) for grant in account.grants),
                words("是", "yes") if account.signs_in else words("否", "no"),
                account.tokens,
                words("有效", "open") if account.open else words("已关闭", "closed"),
            )
            for account in accounts
        ],
    )  # fmt: skip


@users.command("roles")
def set_roles(name: Name, role: Roles, area: AreaCode = None) -> None:
    """更换角色 Give an account these roles instead of those it has."""
    with database(read_settings()) as engine, engine.begin() as tx:
        access.set_roles(tx, name, grants=_grants(tx, role, area), actor=actor())
    out.print(words(f"已更换 {name} 的角色，立即生效", f"{name} has the new roles from now on"))


@users.command("password")
def set_password(name: Name, password_stdin: FromStdin = False) -> None:
    """重设密码 Set a new password; sessions, tokens and a lock-out of the account end."""
    password = _password(stdin=password_stdin, needed=True)
    with database(read_settings()) as engine, engine.begin() as tx:
        access.set_password(tx, name, password=password or "", actor=actor())
    out.print(
        words(f"已重设 {name} 的密码，原有登录和令牌已失效",
              f"{name} has a new password; older sessions and tokens have ended")
    )  # fmt: skip


@users.command("close")
def close_user(name: Name) -> None:
    """关闭账号 Close an account for ever; its sessions and tokens end."""
    with database(read_settings()) as engine, engine.begin() as tx:
        access.close_account(tx, name, actor=actor())
    out.print(words(f"已关闭账号 {name}", f"The account {name} is closed"))


def _password(*, stdin: bool, needed: bool) -> str | None:
    """Read a password: a line of the standard input, or asked twice; None where none is given."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        if needed:
            raise BadInput(
                "Nobody is at the terminal to type the password. Pipe it in: --password-stdin",
                "没有终端可以输入密码，请用 --password-stdin 从标准输入传入。",
            )
        return None
    hint = "" if needed else words("（直接回车：只用令牌）", " (empty: tokens only)")
    asked = typer.prompt(
        words("密码", "Password") + hint, default="", show_default=False, hide_input=True
    )
    if not asked and not needed:
        return None
    again = typer.prompt(
        words("再输一次", "Again"), default="", show_default=False, hide_input=True
    )
    if asked != again:
        raise BadInput("The two passwords differ. Try again.", "两次输入的密码不一致，请重试。")
    return str(asked)


def _grants(tx: Transaction, roles: Sequence[str], area: str | None) -> list[Grant]:
    """Read roles such as `worker@621122001001`; `area` is that of those without one."""
    codes = {}
    if area is not None or any("@" in role for role in roles):
        frame = places_by_code(tx)
        codes = dict(zip(frame["code"], frame["place_id"], strict=True))
    return [_grant(codes, role, area) for role in roles]


def _grant(codes: Mapping[str, int], text: str, area: str | None) -> Grant:
    role, at, own = text.partition("@")
    known: Mapping[str, Role] = {name: name for name in ROLES}
    if role not in known:
        raise UnknownOption(
            f"There is no role “{role}”. The roles are: {', '.join(ROLES)}.",
            f"没有角色“{role}”。可用的角色：{'、'.join(ROLES)}。",
            known=list(ROLES),
        )
    code = own if at else area
    if code is None:
        return Grant(known[role])
    if code not in codes:
        raise NotFound(
            f"No area of the newest edition has the code {code}. Look it up: wangge locate, or in"
            " the map.",
            f"最新版本中没有编码为 {code} 的区划。可用 wangge locate 或在地图上查询编码。",
            code=code,
        )
    return Grant(known[role], int(codes[code]))


def _area_words(tx: Transaction, places: set[int]) -> Mapping[int, str]:
    """Say which area each place is as it was last called, and whether it is still in force."""
    if not places:
        return {}
    now = edition_on(tx, today(load_site(tx)))
    return {place: _area(tx, place, now) for place in places}


def _area(tx: Transaction, place: int, now: int | None) -> str:
    versions = area_history(tx, place, actor=actor()).versions
    last = versions.iloc[-1]
    name = f"{last['code']} {last['name'] or ''}".strip()
    began = versions["first_edition"] <= (now or 0)
    goes_on = versions["last_edition"].isna() | (versions["last_edition"] >= (now or 0))
    if (began & goes_on).any():
        return name
    return name + words("（不在现行版本中，不起作用）", " (not in force: reaches nothing)")


def _grant_words(grant: Grant, areas: Mapping[int, str]) -> str:
    where = words("全域", "whole town") if grant.place is None else areas.get(grant.place)
    return f"{grant.role} @ {where or grant.place}"


# -- tokens


@tokens.command("add")
def add_token(
    account: Name,
    name: Annotated[str, typer.Option(help="用途 What it is for.")],
    days: Annotated[int | None, typer.Option(help="有效天数 Good for so many days.")] = None,
) -> None:
    """新建令牌 Make a token with the account's roles; it is shown this once."""
    with database(read_settings()) as engine, engine.begin() as tx:
        token = access.add_token(tx, account, name=name, days=days, actor=actor())
    out.print(token)
    typer.echo(
        words("令牌只显示这一次，请立即保存。用法：Authorization: Bearer 令牌",
              "Keep it now: it is not shown again. Use: Authorization: Bearer TOKEN"),
        err=True,
    )  # fmt: skip


@tokens.command("list")
def list_tokens(
    account: Annotated[str | None, typer.Argument(help="账号名 Only of this account.")] = None,
) -> None:
    """列出令牌 List tokens, without what is secret in them."""
    with database(read_settings()) as engine, engine.connect() as tx:
        rows = access.list_tokens(tx, account=account, actor=actor())
        zone = _zone(tx)
    table(
        [words("号", "no."), words("账号", "account"), words("用途", "for"),
         words("新建于", "made"), words("到期", "until"), words("状态", "state")],
        [
            (
                row["id"], row["account"], row["name"], _moment(row["created_at"], zone),
                "" if row["expires_at"] is None else _moment(row["expires_at"], zone),
                words("有效", "good") if row["good"] else words("已失效", "over"),
            )
            for row in rows
        ],
    )  # fmt: skip


@tokens.command("revoke")
def revoke_token(
    number: Annotated[int, typer.Argument(help="令牌号 Its number, from `wangge token list`.")],
) -> None:
    """撤销令牌 End a token at once."""
    with database(read_settings()) as engine, engine.begin() as tx:
        access.revoke_token(tx, number, actor=actor())
    out.print(words(f"已撤销令牌 {number}", f"Token {number} is over"))


# -- the audit trail


def audit(
    by: Annotated[str | None, typer.Option("--actor", help="账号 Only what this one did.")] = None,
    action: Annotated[
        str | None, typer.Option(help="操作的开头，如 read Actions that begin so, such as read.")
    ] = None,
    start: Annotated[
        dt.datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="从此日起 From this day."),
    ] = None,
    end: Annotated[
        dt.datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="到此日止（含）Up to and with this day."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="最多行数 At most so many, the newest.")] = 50,
    csv: Annotated[Path | None, typer.Option(help="写入 CSV Write them to this file.")] = None,
) -> None:
    """审计 Show who did what and who read personal rows, newest last."""
    if csv is not None:
        require_writable(csv)
    with database(read_settings()) as engine, engine.begin() as tx:
        zone = _zone(tx)
        rows = access.read_audit(
            tx,
            by=by,
            action=action,
            start=None if start is None else start.replace(tzinfo=zone),
            end=None if end is None else (end + dt.timedelta(days=1)).replace(tzinfo=zone),
            limit=limit,
            actor=actor(),
        )
    headings = [words("时间", "at"), words("账号", "actor"), words("操作", "action"),
                words("内容", "detail")]  # fmt: skip
    lines = [
        (_moment(row["at"], zone), row["actor"], row["action"], _detail_words(row["detail"]))
        for row in rows
    ]
    if csv is None:
        table(headings, lines)
        return
    write_csv(pd.DataFrame(lines, columns=headings, dtype=str), csv)
    out.print(words(f"{len(lines)} 行已写入 {csv}", f"{len(lines)} lines are in {csv}"))


def _detail_words(detail: Mapping[str, object]) -> str:
    """Write the facts of a line as `name=li roles=viewer,worker`; what is null is left out."""
    return " ".join(
        f"{name}={','.join(map(str, fact)) if isinstance(fact, list) else fact}"
        for name, fact in detail.items()
        if fact is not None
    )


def _zone(tx: Transaction) -> ZoneInfo:
    return ZoneInfo(load_site(tx).timezone if has_site(tx) else "UTC")


def _moment(moment: dt.datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
