"""Locks that last as long as their transaction, by name."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db.engine import Transaction


def lock(tx: Transaction, name: str) -> None:
    """Take a lock, waiting for whoever holds it or shares it."""
    tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_key(name))))


def share_lock(tx: Transaction, name: str) -> None:
    """Share a lock with others who share it, waiting for whoever holds it alone."""
    tx.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_key(name))))


def try_lock(tx: Transaction, name: str) -> bool:
    """Take a lock if it is free; tell whether it was."""
    return bool(tx.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_key(name)))))


def _key(name: str) -> sa.ColumnElement[int]:
    return sa.func.hashtext(f"wangge {name}")
