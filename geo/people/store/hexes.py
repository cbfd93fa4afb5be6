"""Statements that count on H3 cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_arrays
from geo.db.schema import incident, placement
from geo.people.incident_states import CLOSED

Ints = NDArray[np.int64]


def cell_at(resolution: int, finer_digits: int) -> sa.ColumnElement[Any]:
    """Give the larger H3 cell around that of an incident."""
    rest = ~(15 << 52)
    large: sa.ColumnElement[Any] = (
        incident.c.cell.op("&")(sa.cast(rest, sa.BigInteger))
        .op("|")(sa.cast(resolution << 52, sa.BigInteger))
        .op("|")(sa.cast(finer_digits, sa.BigInteger))
    )
    return sa.cast(large, sa.BigInteger)


def incident_cells(
    tx: Transaction,
    *,
    resolution: int,
    finer_digits: int,
    kind: str | None,
    state: str | None,
    unclosed: bool,
    start: dt.datetime | None,
    end: dt.datetime | None,
    number: int,
    units: Ints | None,
) -> tuple[Ints, Ints]:
    """Count live incidents by H3 cell: cells and counts.

    `finer_digits` are the bits that are all ones at `resolution`; `start` is included, `end` is
    not, and an incident without a time is in no span; `unclosed` are all states but closed; `units` are those of edition `number` that
    count, None for all and outside.
    """
    i, p = incident.c, placement.c
    statement = sa.select(
        cell_at(resolution, finer_digits).label("large"), sa.func.count().label("number")
    ).where(i.valid_to.is_(None), i.cell != 0)
    if units is not None:
        mine = sa.select(p.subject_id).where(
            p.subject_kind == "incident",
            p.place_id == sa.any_(sa.cast(units.tolist(), sa.ARRAY(sa.BigInteger))),
            p.first_edition <= number,
            sa.or_(p.last_edition.is_(None), p.last_edition >= number),
        )
        statement = statement.where(i.id.in_(mine))
    if kind is not None:
        statement = statement.where(i.kind == kind)
    if state is not None:
        statement = statement.where(i.state == state)
    if unclosed:
        statement = statement.where(i.state.is_distinct_from(CLOSED))
    if start is not None:
        statement = statement.where(i.reported_at >= start)
    if end is not None:
        statement = statement.where(i.reported_at < end)
    found = fetch_arrays(tx, statement.group_by(sa.text("1")))
    return found["large"], found["number"]
