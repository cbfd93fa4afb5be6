"""Statements about members and the buildings they live in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_arrays, fetch_frame
from geo.db.schema import building, member

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _x(point: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    return sa.func.ST_X(point, type_=sa.Double).label("x")


def _y(point: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    return sa.func.ST_Y(point, type_=sa.Double).label("y")


def homes(tx: Transaction) -> pd.DataFrame:
    """Read the live buildings that members may live in, by id.

    Columns key, id, compound, number, name, address, x, y (inner point, metres).
    """
    b = building.c
    statement = (
        sa.select(
            b.key, b.id, b.compound, b.number, b.name, b.address, _x(b.inner_point),
            _y(b.inner_point),
        )
        .where(b.valid_to.is_(None))
        .order_by(b.id)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def find_homes(tx: Transaction) -> None:
    """Tie members to buildings that came after them, where exactly one has the key."""
    b, m = building.c, member.c
    single = (
        sa.select(b.key, sa.func.min(b.id).label("id"))
        .where(b.valid_to.is_(None))
        .group_by(b.key)
        .having(sa.func.count() == 1)
        .subquery()
    )
    tx.execute(
        member.update()
        .where(m.valid_to.is_(None), m.home_id.is_(None), m.home_building == single.c.key)
        .values(home_id=single.c.id)
    )


def housed_points(tx: Transaction) -> tuple[Ints, Floats]:
    """Read live members whose building is known: ids, and the building's point (metres)."""
    statement = (
        sa.select(member.c.id, _x(building.c.inner_point), _y(building.c.inner_point))
        .join_from(member, building, building.c.id == member.c.home_id)
        .where(member.c.valid_to.is_(None), building.c.valid_to.is_(None))
        .order_by(member.c.id)
    )
    return _points(tx, statement)


def own_points(tx: Transaction) -> tuple[Ints, Floats]:
    """Read live members without a known building: ids, and their own point (metres)."""
    m = member.c
    statement = (
        sa.select(m.id, _x(m.geom), _y(m.geom))
        .where(m.valid_to.is_(None), m.home_id.is_(None), m.geom.is_not(None))
        .order_by(m.id)
    )
    return _points(tx, statement)


def _points(tx: Transaction, statement: sa.Select[Any]) -> tuple[Ints, Floats]:
    found = fetch_arrays(tx, statement)
    return found["id"], np.column_stack([found["x"], found["y"]])
