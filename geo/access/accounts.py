"""Accounts: who they are and which roles they hold."""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from geo.access import store
from geo.access.passwords import check_password, hash_password
from geo.access.rights import Actor, Grant
from geo.db import Transaction
from geo.errors import BadInput, NotFound, Refused

_NAME = re.compile(r"[\w.@-]{1,64}")
#: Names of actors that are no accounts.
_RESERVED = frozenset({"visitor", "demo"})


@dataclass(frozen=True)
class Account:
    """An account as administrators see it: `tokens` counts the good ones."""

    name: str
    display: str
    grants: tuple[Grant, ...]
    signs_in: bool
    tokens: int
    open: bool


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


def set_roles(tx: Transaction, name: str, *, grants: Sequence[Grant], actor: Actor) -> None:
    """Give an account these roles instead of those it had; they count from the next request on."""
    actor.require("admin")
    found = open_account(tx, name)
    _require_roles(grants)
    store.delete_grants(tx, found["id"])
    store.insert_grants(tx, found["id"], dict.fromkeys(grants))
    store.record(tx, actor=actor, action="set roles", name=found["name"], roles=_said(grants))


def set_password(tx: Transaction, name: str, *, password: str, actor: Actor) -> None:
    """Give an account a new password; its sessions and tokens end, and a lock-out too."""
    actor.require("admin")
    found = open_account(tx, name)
    check_password(password, name=found["name"])
    store.set_password(tx, found["id"], hash_password(password))
    store.revoke_tokens(tx, found["id"])
    store.forgive_name(tx, guess_key(found["name"]))
    store.record(tx, actor=actor, action="set password", name=found["name"])


def close_account(tx: Transaction, name: str, *, actor: Actor) -> None:
    """Close an account for ever; its sessions and tokens end. Its name stays in the audit trail."""
    actor.require("admin")
    found = open_account(tx, name)
    store.close_account(tx, found["id"])
    store.revoke_tokens(tx, found["id"])
    store.record(tx, actor=actor, action="close account", name=found["name"])


def list_accounts(tx: Transaction, *, actor: Actor) -> list[Account]:
    """Give all accounts by name, closed ones too."""
    actor.require("admin")
    held: dict[int, list[Grant]] = {}
    for row in store.grants(tx):
        held.setdefault(row["account_id"], []).append(Grant(row["role"], row["place_id"]))
    return [
        Account(
            name=row["name"],
            display=row["display"],
            grants=tuple(held.get(row["id"], ())),
            signs_in=row["signs_in"],
            tokens=row["tokens"],
            open=row["closed_at"] is None,
        )
        for row in store.accounts(tx)
    ]


def display_of(tx: Transaction, name: str) -> str:
    """Give how an account wants to be called."""
    found = store.find_account(tx, name)
    return name if found is None else str(found["display"])


def open_account(tx: Transaction, name: str) -> store.Row:
    """Find an account that is not closed: id, name, display, epoch.

    Raises
    ------
    NotFound
    """
    found = store.find_account(tx, account_name(name))
    if found is None or found["closed_at"] is not None:
        raise NotFound(
            f"There is no open account {name}. See: wangge user list",
            f"没有可用的账号 {name}。请查看：wangge user list",
        )
    return found


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


def guess_key(name: str) -> str:
    """Give what failures of a name are counted by.

    A hash, for people type passwords in the wrong field; of any text, for guessers type anything.
    """
    with contextlib.suppress(BadInput):
        name = account_name(name)
    return hashlib.sha256(name.encode()).hexdigest()


def _require_roles(grants: Sequence[Grant]) -> None:
    if not grants:
        raise BadInput(
            "An account needs a role. Name one: --role viewer",
            "账号至少需要一个角色，例如 --role viewer",
        )


def _said(grants: Sequence[Grant]) -> list[str]:
    return [g.role if g.place is None else f"{g.role}@{g.place}" for g in grants]
