"""Statements that count on H3 cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_arrays
from geo.db.schema import incident

Ints = NDArray[np.int64]


def incident_cells(
    tx: Transaction,
    *,
    resolution: int,
    finer_digits: int,
    kind: str | None,
    state: str | None,
    start: dt.datetime | None,
    end: dt.datetime | None,
) -> tuple[Ints, Ints]:
    """Count live incidents by H3 cell: cells and counts.

    `finer_digits` are the bits that are all ones at `resolution`; `start` is included, `end` is
    not, and an incident without a time is in no span.
    """
    i = incident.c
    rest = ~(15 << 52)
    large: sa.ColumnElement[Any] = (
        i.cell.op("&")(sa.cast(rest, sa.BigInteger))
        .op("|")(sa.cast(resolution << 52, sa.BigInteger))
        .op("|")(sa.cast(finer_digits, sa.BigInteger))
    )
    number: sa.ColumnElement[Any] = sa.func.count()
    statement = sa.select(
        sa.cast(large, sa.BigInteger).label("large"), number.label("number")
    ).where(i.valid_to.is_(None), i.cell != 0)
    if kind is not None:
        statement = statement.where(i.kind == kind)
    if state is not None:
        statement = statement.where(i.state == state)
    if start is not None:
        statement = statement.where(i.reported_at >= start)
    if end is not None:
        statement = statement.where(i.reported_at < end)
    found = fetch_arrays(tx, statement.group_by(sa.text("1")))
    return found["large"], found["number"]
