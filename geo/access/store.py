"""Statements of accounts, sessions, guesses, tokens and the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as pg_insert

from geo.access.rights import Actor, Grant
from geo.db import Transaction, holds_in, lock
from geo.db.schema import (
    account,
    account_grant,
    audit,
    edition,
    ended_session,
    failed_sign_in,
    heir,
    site,
    token,
)

Row = sa.RowMapping

_MOMENT = sa.func.clock_timestamp()

# -- accounts


def insert_account(tx: Transaction, *, name: str, display: str, password_hash: str | None) -> int:
    """Add an account and give its id."""
    row = {"name": name, "display": display, "password_hash": password_hash}
    return int(tx.execute(account.insert().values(row).returning(account.c.id)).scalar_one())


def find_account(tx: Transaction, name: str) -> Row | None:
    """Find an account by name, closed ones too: id, name, display, epoch, closed_at."""
    columns = (account.c.id, account.c.name, account.c.display, account.c.epoch)
    statement = sa.select(*columns, account.c.closed_at).where(account.c.name == name)
    return tx.execute(statement).mappings().one_or_none()


def accounts(tx: Transaction) -> Sequence[Row]:
    """List all accounts by name: id, name, display, signs_in, tokens (good ones), closed_at."""
    good = (
        sa.select(sa.func.count())
        .where(token.c.account_id == account.c.id, _good_token())
        .scalar_subquery()
    )
    columns = (
        account.c.id, account.c.name, account.c.display,
        account.c.password_hash.is_not(None).label("signs_in"),
        good.label("tokens"), account.c.closed_at,
    )  # fmt: skip
    return tx.execute(sa.select(*columns).order_by(account.c.name)).mappings().all()


def close_account(tx: Transaction, account_id: int) -> None:
    """Close an account; its sessions and tokens end with it."""
    values = {"closed_at": _MOMENT, "epoch": account.c.epoch + 1, "password_hash": None}
    tx.execute(account.update().where(account.c.id == account_id).values(values))


# -- roles


def insert_grants(tx: Transaction, account_id: int, grants: Iterable[Grant]) -> None:
    """Give an account roles."""
    rows = [{"account_id": account_id, "role": g.role, "place_id": g.place} for g in grants]
    tx.execute(account_grant.insert(), rows)


def delete_grants(tx: Transaction, account_id: int) -> None:
    """Take all roles from an account."""
    tx.execute(account_grant.delete().where(account_grant.c.account_id == account_id))


def grants(tx: Transaction) -> Sequence[Row]:
    """List the roles of all accounts: account_id, role, place_id (None: the whole town)."""
    columns = (account_grant.c.account_id, account_grant.c.role, account_grant.c.place_id)
    statement = sa.select(*columns).order_by(account_grant.c.id)
    return tx.execute(statement).mappings().all()


def roles_on(tx: Transaction, places: Collection[int]) -> Sequence[Row]:
    """List the roles of open accounts that are for one of these areas: name, role, place_id."""
    g = account_grant.c
    given = sa.cast(sorted(places), sa.ARRAY(sa.BigInteger))
    statement = (
        sa.select(account.c.name, g.role, g.place_id)
        .join_from(account, account_grant, g.account_id == account.c.id)
        .where(account.c.closed_at.is_(None), g.place_id == sa.any_(given))
        .order_by(account.c.name, g.id)
    )
    return tx.execute(statement).mappings().all()


def _held() -> sa.Subquery:
    """Give the roles that count today: one for a retired area also for the heir of the area.

    Columns id, account_id, role, place_id.
    """
    g = account_grant.c
    zone = sa.select(site.c.definition["timezone"].astext).scalar_subquery()
    here = sa.cast(sa.func.timezone(sa.func.coalesce(zone, "UTC"), _MOMENT), sa.Date)
    in_force = sa.select(sa.func.max(edition.c.number)).where(edition.c.effective <= here)
    own = sa.select(g.id, g.account_id, g.role, g.place_id)
    inherited = sa.select(g.id, g.account_id, g.role, heir.c.heir_id).join_from(
        account_grant,
        heir,
        sa.and_(heir.c.place_id == g.place_id, holds_in(heir, in_force.scalar_subquery())),
    )
    return sa.union_all(own, inherited).subquery()


# -- passwords


def credentials(tx: Transaction, name: str) -> Row | None:
    """Give what an open account of this name signs in with: id, name, epoch, password_hash."""
    columns = (account.c.id, account.c.name, account.c.epoch, account.c.password_hash)
    statement = sa.select(*columns).where(account.c.name == name, account.c.closed_at.is_(None))
    return tx.execute(statement).mappings().one_or_none()


def set_password(tx: Transaction, account_id: int, password_hash: str) -> int:
    """Keep another password and give the new epoch; sessions of the old one are over."""
    statement = (
        account.update()
        .where(account.c.id == account_id)
        .values(password_hash=password_hash, epoch=account.c.epoch + 1)
        .returning(account.c.epoch)
    )
    return int(tx.execute(statement).scalar_one())


def rehash(tx: Transaction, account_id: int, *, old: str, new: str) -> None:
    """Keep the same password under today's parameters, unless it was changed meanwhile."""
    same = (account.c.id == account_id, account.c.password_hash == old)
    tx.execute(account.update().where(*same).values(password_hash=new))


# -- guesses: failures to sign in, counted before they are known to be one


def lock_guesses(tx: Transaction) -> None:
    """Let nobody else count guesses until this transaction ends."""
    lock(tx, "sign in")


def insert_guess(tx: Transaction, *, name: str, address: str) -> int:
    """Count a guess and give its id."""
    row = {"name": name, "address": address, "at": _MOMENT}
    statement = failed_sign_in.insert().values(row).returning(failed_sign_in.c.id)
    return int(tx.execute(statement).scalar_one())


def nth_guess_age_s(
    tx: Transaction, by: Literal["name", "address"], value: str, nth: int
) -> float | None:
    """Give how long ago the nth last guess was, seconds; None if there were fewer."""
    age = sa.func.extract("epoch", _MOMENT - failed_sign_in.c.at)
    statement = (
        sa.select(age)
        .where(failed_sign_in.c[by] == value)
        .order_by(failed_sign_in.c.at.desc())
        .offset(nth - 1)
        .limit(1)
    )
    found = tx.scalar(statement)
    return None if found is None else float(found)


def forgive(tx: Transaction, guess: int, *, name: str) -> None:
    """Take back a guess that was right, and the failures of its name.

    Those stay counted for the addresses they came from: who has one account may not guess at
    others for ever by signing in to it between.
    """
    tx.execute(failed_sign_in.delete().where(failed_sign_in.c.id == guess))
    forgive_name(tx, name)


def forgive_name(tx: Transaction, name: str) -> None:
    """Let a name sign in again at once."""
    tx.execute(failed_sign_in.update().where(failed_sign_in.c.name == name).values(name=""))


def forget_guesses(tx: Transaction, *, older_than_s: int) -> None:
    """Delete the failures that no longer count."""
    limit = _MOMENT - dt.timedelta(seconds=older_than_s)
    tx.execute(failed_sign_in.delete().where(failed_sign_in.c.at <= limit))


# -- sessions


def holder_of_session(tx: Transaction, account_id: int, epoch: int, mark: str) -> Sequence[Row]:
    """Give the roles of whose session it is, if it is not over: name, role, place_id per row."""
    held = _held()
    ended = sa.select(ended_session.c.mark).where(ended_session.c.mark == mark)
    statement = (
        sa.select(account.c.name, held.c.role, held.c.place_id)
        .join_from(account, held, held.c.account_id == account.c.id)
        .where(
            account.c.id == account_id,
            account.c.epoch == epoch,
            account.c.closed_at.is_(None),
            ~ended.exists(),
        )
        .order_by(held.c.id)
    )
    return tx.execute(statement).mappings().all()


def end_session(tx: Transaction, mark: str, *, remembered_s: int) -> None:
    """Remember that a session is over, and forget those that are too old to come back."""
    limit = _MOMENT - dt.timedelta(seconds=remembered_s)
    tx.execute(ended_session.delete().where(ended_session.c.at <= limit))
    statement = pg_insert(ended_session).values(mark=mark, at=_MOMENT)
    tx.execute(statement.on_conflict_do_nothing())


# -- tokens


def _good_token() -> sa.ColumnElement[bool]:
    unexpired = sa.or_(token.c.expires_at.is_(None), token.c.expires_at > _MOMENT)
    return sa.and_(token.c.revoked_at.is_(None), unexpired)


def insert_token(
    tx: Transaction, account_id: int, *, name: str, sha256: str, expires_at: dt.datetime | None
) -> int:
    """Keep the hash of a token and give its id."""
    row = {"account_id": account_id, "name": name, "hash": sha256, "expires_at": expires_at}
    return int(tx.execute(token.insert().values(row).returning(token.c.id)).scalar_one())


def holder_of_token(tx: Transaction, sha256: str) -> Sequence[Row]:
    """Give the roles of who holds a token that is good now: name, role, place_id per row."""
    held = _held()
    statement = (
        sa.select(account.c.name, held.c.role, held.c.place_id)
        .select_from(token.join(account).join(held, held.c.account_id == account.c.id))
        .where(token.c.hash == sha256, _good_token(), account.c.closed_at.is_(None))
        .order_by(held.c.id)
    )
    return tx.execute(statement).mappings().all()


def tokens(tx: Transaction, account_name: str | None) -> Sequence[Row]:
    """List tokens, of all accounts or of one: id, account, name, created_at, expires_at, good."""
    good = sa.and_(_good_token(), account.c.closed_at.is_(None)).label("good")
    columns = (token.c.id, account.c.name.label("account"), token.c.name)
    statement = sa.select(*columns, token.c.created_at, token.c.expires_at, good)
    statement = statement.select_from(token.join(account)).order_by(token.c.id)
    if account_name is not None:
        statement = statement.where(account.c.name == account_name)
    return tx.execute(statement).mappings().all()


def revoke_token(tx: Transaction, token_id: int) -> Row | None:
    """Revoke a token that is not yet revoked and give its name and account; None if there is none."""
    statement = (
        token.update()
        .where(token.c.id == token_id, token.c.revoked_at.is_(None))
        .values(revoked_at=_MOMENT)
        .where(account.c.id == token.c.account_id)
        .returning(token.c.name, account.c.name.label("account"))
    )
    return tx.execute(statement).mappings().one_or_none()


def revoke_tokens(tx: Transaction, account_id: int) -> None:
    """Revoke all tokens of an account."""
    of_account = (token.c.account_id == account_id, token.c.revoked_at.is_(None))
    tx.execute(token.update().where(*of_account).values(revoked_at=_MOMENT))


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


def audit_lines(
    tx: Transaction,
    *,
    actor: str | None,
    action: str | None,
    start: dt.datetime | None,
    end: dt.datetime | None,
    limit: int,
) -> Sequence[Row]:
    """Give the last lines that pass the filters, newest last: id, at, actor, action, detail.

    `action` is the beginning of one; `start` counts, `end` does not.
    """
    statement = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
    if actor is not None:
        statement = statement.where(audit.c.actor == actor)
    if action is not None:
        statement = statement.where(audit.c.action.startswith(action, autoescape=True))
    if start is not None:
        statement = statement.where(audit.c.at >= start)
    if end is not None:
        statement = statement.where(audit.c.at < end)
    return tx.execute(statement).mappings().all()[::-1]
