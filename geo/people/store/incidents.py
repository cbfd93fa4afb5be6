"""Statements about incidents."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db import Transaction
from geo.db.schema import incident


def incident_words(tx: Transaction) -> tuple[list[str], list[str]]:
    """Give the kinds and states of live incidents, in order."""
    i = incident.c
    live = i.valid_to.is_(None)
    kinds = sa.select(i.kind).where(live).distinct().order_by(i.kind)
    states = sa.select(i.state).where(live, i.state.is_not(None)).distinct().order_by(i.state)
    return list(tx.scalars(kinds)), [str(state) for state in tx.scalars(states)]
