"""Statements about spellings that are known to mean a building."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from geo.db import Transaction, fetch_frame
from geo.db.schema import address_alias, area_version, building


def area_names(tx: Transaction) -> pd.DataFrame:
    """Read the names of the areas of all editions: name, top (whether it has no parent)."""
    v = area_version.c
    return fetch_frame(tx, sa.select(v.name, v.parent_id.is_(None).label("top")).distinct())


def aliases(tx: Transaction) -> dict[str, int]:
    """Read the spellings and the ids of the buildings they mean."""
    found = tx.execute(sa.select(address_alias.c.spelling, address_alias.c.building_id))
    return {spelling: int(building_id) for spelling, building_id in found}


def alias_rows(tx: Transaction) -> Sequence[sa.Row[Any, Any, Any, Any, Any, Any, Any, Any]]:
    """List the aliases by spelling.

    Columns spelling, building (id), key, compound, number, address (of the live building, None
    when it is gone), created_at, created_by.
    """
    a, b = address_alias.c, building.c
    statement = (
        sa.select(
            a.spelling, a.building_id.label("building"), b.key, b.compound, b.number, b.address,
            a.created_at, a.created_by,
        )
        .join_from(
            address_alias,
            building,
            sa.and_(b.id == a.building_id, b.valid_to.is_(None)),
            isouter=True,
        )
        .order_by(a.spelling.collate("C"))
    )  # fmt: skip
    return tx.execute(statement).all()


def buildings_of(tx: Transaction, key: str | int) -> list[int]:
    """Find the live buildings of an id (number) or a register's key (text)."""
    b = building.c
    mine = b.id == key if isinstance(key, int) else b.key == key
    return list(tx.scalars(sa.select(b.id).where(mine, b.valid_to.is_(None)).order_by(b.id)))


def put_alias(tx: Transaction, *, spelling: str, building_id: int, created_by: str) -> None:
    """Keep an alias; one that is there already means the new building from now on."""
    row = {"building_id": building_id, "created_by": created_by, "created_at": sa.func.now()}
    statement = insert(address_alias).values(spelling=spelling, **row)
    tx.execute(statement.on_conflict_do_update(index_elements=["spelling"], set_=row))


def drop_alias(tx: Transaction, spelling: str) -> bool:
    """Forget an alias; tells whether there was one."""
    gone = tx.execute(address_alias.delete().where(address_alias.c.spelling == spelling))
    return gone.rowcount > 0
