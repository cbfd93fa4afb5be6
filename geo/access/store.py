"""Statements of accounts, tokens and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from geo.access.rights import Actor
from geo.db import Transaction
from geo.db.schema import audit


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
