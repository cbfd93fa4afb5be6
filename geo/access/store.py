"""Statements of the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db import Transaction
from geo.db.schema import audit


def record(tx: Transaction, *, actor: str, action: str, **detail: object) -> None:
    """Write one line of the audit trail; it stands or falls with the transaction."""
    tx.execute(audit.insert().values(actor=actor, action=action, detail=detail))


def trail_state(tx: Transaction) -> str:
    """Say how far the audit trail has come: two databases or moments with equal words are equal.

    The count tells of a line that was written before the last one but kept after it.
    """
    last = sa.func.coalesce(sa.func.max(audit.c.at).cast(sa.Text), "")
    count, at = tx.execute(sa.select(sa.func.count(), last).select_from(audit)).one()
    return f"{count} {at}"
