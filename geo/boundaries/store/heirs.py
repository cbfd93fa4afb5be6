"""Statements about heirs of retired places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from geo.db import Transaction
from geo.db.schema import heir


def open_heirs(tx: Transaction) -> dict[int, int]:
    """Give, by retired place, its heir in the highest edition."""
    rows = tx.execute(
        sa.select(heir.c.place_id, heir.c.heir_id).where(heir.c.last_edition.is_(None))
    )
    return {row.place_id: row.heir_id for row in rows}


def close_heirs(tx: Transaction, places: Iterable[int], *, last_edition: int) -> None:
    """End the heirs of some places with an edition."""
    tx.execute(
        heir.update()
        .where(
            heir.c.last_edition.is_(None),
            heir.c.place_id == sa.any_(sa.cast(sorted(places), sa.ARRAY(sa.BigInteger))),
        )
        .values(last_edition=last_edition)
    )


def insert_heirs(tx: Transaction, heirs: Mapping[int, int], *, first_edition: int) -> None:
    """Let places have heirs from an edition on."""
    if heirs:
        rows = [
            {"place_id": place, "heir_id": taker, "first_edition": first_edition}
            for place, taker in sorted(heirs.items())
        ]
        tx.execute(heir.insert(), rows)
