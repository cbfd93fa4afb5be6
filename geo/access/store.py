"""Statements of the audit trail."""

from __future__ import annotations

from geo.db import Transaction
from geo.db.schema import audit


def record(tx: Transaction, *, actor: str, action: str, **detail: object) -> None:
    """Write one line of the audit trail; it stands or falls with the transaction."""
    tx.execute(audit.insert().values(actor=actor, action=action, detail=detail))
