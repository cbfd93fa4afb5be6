"""Statements of accounts, tokens and the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from geo.access.rights import Actor, Grant
from geo.db import Transaction
from geo.db.schema import account, account_grant, audit, token

# -- accounts


def insert_account(tx: Transaction, *, name: str, display: str, password_hash: str | None) -> int:
    """Add an account and give its id."""
    row = {"name": name, "display": display, "password_hash": password_hash}
    return int(tx.execute(account.insert().values(row).returning(account.c.id)).scalar_one())


def insert_grants(tx: Transaction, account_id: int, grants: Iterable[Grant]) -> None:
    """Give an account its roles."""
    rows = [{"account_id": account_id, "role": g.role, "place_id": g.place} for g in grants]
    tx.execute(account_grant.insert(), rows)


def find_account(tx: Transaction, name: str) -> sa.RowMapping | None:
    """Find an account by name, closed ones too: id, name, display, epoch, closed_at."""
    columns = (account.c.id, account.c.name, account.c.display, account.c.epoch)
    statement = sa.select(*columns, account.c.closed_at).where(account.c.name == name)
    return tx.execute(statement).mappings().one_or_none()


# -- tokens


def insert_token(
    tx: Transaction, account_id: int, *, name: str, sha256: str, expires_at: dt.datetime | None
) -> None:
    """Keep the hash of a token."""
    row = {"account_id": account_id, "name": name, "hash": sha256, "expires_at": expires_at}
    tx.execute(token.insert().values(row))


def holder_of_token(tx: Transaction, sha256: str) -> Sequence[sa.RowMapping]:
    """Give the roles of who holds a token that is good now: name, role, place_id per row."""
    statement = (
        sa.select(account.c.name, account_grant.c.role, account_grant.c.place_id)
        .select_from(token.join(account).join(account_grant))
        .where(
            token.c.hash == sha256,
            token.c.revoked_at.is_(None),
            sa.or_(token.c.expires_at.is_(None), token.c.expires_at > sa.func.now()),
            account.c.closed_at.is_(None),
        )
        .order_by(account_grant.c.id)
    )
    return tx.execute(statement).mappings().all()


# -- the audit trail


def record(tx: Transaction, *, actor: Actor, action: str, **detail: object) -> None:
    """Write one line of the audit trail; it stands or falls with the transaction."""
    tx.execute(audit.insert().values(actor=actor.name, action=action, detail=detail))


_CHANGING_FILES = r"^(init|change site|publish|import )"


def trail_state(tx: Transaction) -> str:
    """Say how far what changes published files has come: equal words, equal databases or moments.

    The count tells of a line that was written before the last one but kept after it.
    """
    last = sa.func.coalesce(sa.func.max(audit.c.at).cast(sa.Text), "")
    statement = sa.select(sa.func.count(), last).where(audit.c.action.regexp_match(_CHANGING_FILES))
    count, at = tx.execute(statement).one()
    return f"{count} {at}"
