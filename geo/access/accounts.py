"""Accounts: who they are and which roles they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from geo.access import store
from geo.access.passwords import check_password, hash_password
from geo.access.rights import Actor, Grant
from geo.db import Transaction
from geo.errors import BadInput, Refused

_NAME = re.compile(r"[\w.@-]{1,64}")
#: Names of actors that are no accounts.
_RESERVED = frozenset({"visitor", "demo"})


def add_account(
    tx: Transaction,
    name: str,
    *,
    display: str,
    grants: Sequence[Grant],
    password: str | None = None,
    actor: Actor,
) -> None:
    """Open an account; without a password only its tokens speak for it.

    Raises
    ------
    BadInput
        A name that can't be one, no role, or a password that is too weak.
    Refused
        The name is taken, also by a closed account: the audit trail must stay clear.
    """
    actor.require("admin")
    name = account_name(name)
    if name in _RESERVED or store.find_account(tx, name) is not None:
        raise Refused(
            f"The name {name} is taken; names are never given twice. Choose another one.",
            f"账号名 {name} 已被使用（名称不会重复使用），请换一个。",
            name=name,
        )
    _require_roles(grants)
    if password is not None:
        check_password(password, name=name)
    hashed = None if password is None else hash_password(password)
    account = store.insert_account(
        tx, name=name, display=display.strip() or name, password_hash=hashed
    )
    store.insert_grants(tx, account, dict.fromkeys(grants))
    store.record(tx, actor=actor, action="add account", name=name, roles=_said(grants))


def account_name(text: str) -> str:
    """Give a name as it is kept: capitals and full-width letters are the same as small ones.

    Raises
    ------
    BadInput
        Empty, too long, or with other characters than letters, digits and . _ - @
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"“{text}” can't be the name of an account: 1 to 64 letters, digits and . _ - @",
            f"“{text}”不能作为账号名：应为 1 至 64 个字母、汉字、数字或 . _ - @",
        )
    return name


def _require_roles(grants: Sequence[Grant]) -> None:
    if not grants:
        raise BadInput(
            "An account needs a role. Name one: --role viewer",
            "账号至少需要一个角色，例如 --role viewer",
        )


def _said(grants: Sequence[Grant]) -> list[str]:
    return [g.role if g.place is None else f"{g.role}@{g.place}" for g in grants]
