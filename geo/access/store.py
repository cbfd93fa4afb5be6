"""Statements of the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db import Transaction
from geo.db.schema import audit


def record(tx: Transaction, *, actor: str, action: str, **detail: object) -> None:
    """Write one line of the audit trail; it stands or falls with the transaction."""
    tx.execute(audit.insert().values(actor=actor, action=action, detail=detail))


def last_record(tx: Transaction) -> int:
    """Give the number of the last line of the audit trail; it grows with every change."""
    return int(tx.scalar(sa.select(sa.func.coalesce(sa.func.max(audit.c.id), 0))) or 0)
