"""Tokens: how a program says who is asking. Only a hash of them is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from geo.access import store
from geo.access.accounts import account_name, open_account
from geo.access.rights import Actor, Grant
from geo.db import Transaction
from geo.errors import BadInput, NotFound, NotSignedIn

#: Tells people and secret scanners what it is.
PREFIX = "wgt_"
_BYTES = 32


def add_token(
    tx: Transaction, account: str, *, name: str, days: int | None = None, actor: Actor
) -> str:
    """Make a token of an account, with all its roles; it is shown once and never again.

    Parameters
    ----------
    name
        What it is for, in the words of who asked for it.
    days
        How long it is good; None: until it is revoked.
    """
    actor.require("admin")
    holder = open_account(tx, account)
    if days is not None and days < 1:
        raise BadInput(
            f"A token can't be good for {days} days. Give 1 or more.",
            f"令牌有效期不能为 {days} 天，应至少 1 天。",
        )
    # 256 random bits can't be guessed, so a plain hash keeps them; a slow one would only cost time.
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    until = None if days is None else dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    number = store.insert_token(
        tx, holder["id"], name=name, sha256=_sha256(token), expires_at=until
    )
    store.record(
        tx,
        actor=actor,
        action="add token",
        account=holder["name"],
        token=number,
        name=name,
        days=days,
    )
    return token


def list_tokens(
    tx: Transaction, *, account: str | None = None, actor: Actor
) -> Sequence[store.Row]:
    """List tokens by number: id, account, name, created_at, expires_at, good."""
    actor.require("admin")
    return store.tokens(tx, None if account is None else account_name(account))


def revoke_token(tx: Transaction, number: int, *, actor: Actor) -> None:
    """End a token at once.

    Raises
    ------
    NotFound
        No such token, or it was revoked before.
    """
    actor.require("admin")
    revoked = store.revoke_token(tx, number)
    if revoked is None:
        raise NotFound(
            f"There is no token {number} to revoke. See: wangge token list",
            f"没有可撤销的令牌 {number}。请查看：wangge token list",
        )
    account, name = revoked["account"], revoked["name"]
    store.record(tx, actor=actor, action="revoke token", account=account, token=number, name=name)


def actor_of_token(tx: Transaction, token: str) -> Actor:
    """Give who holds a token, with the roles of now.

    Raises
    ------
    NotSignedIn
        The token is not known, expired or revoked, or its account is closed; which, is not said.
    """
    roles = store.holder_of_token(tx, _sha256(token))
    if not roles:
        raise NotSignedIn(
            "This token is not good: unknown, expired or revoked. Ask the administrator for a new"
            " one (wangge token add).",
            "令牌无效：不存在、已过期或已撤销。请向管理员申请新令牌（wangge token add）。",
        )
    return Actor(roles[0]["name"], tuple(Grant(row["role"], row["place_id"]) for row in roles))


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
