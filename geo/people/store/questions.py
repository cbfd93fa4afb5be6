"""Statements that list incidents in pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import (
    Found,
    Listing,
    Transaction,
    begins_with,
    find,
    in_regions,
    in_units,
    known_at,
    placed_in,
    with_unit,
)
from geo.db.schema import area_version, incident

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which incidents: of a kind, in a state, reported between two moments, both included."""

    kind: str | None = None
    state: str | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass(frozen=True, eq=False)
class Allowed:
    """Which incidents may be read: those placed in these units of this edition."""

    edition: int
    units: Ints


def incident_page(
    tx: Transaction,
    listing: Listing,
    *,
    wanted: Wanted,
    units: Ints | None,
    allowed: Allowed | None,
) -> Found:
    """List incidents by id with their unit (see `with_unit`) and the area that handles them.

    Columns: id, key, source, kind, title, state, reported_at, closed_at, address, version,
    handler_id, handler_code, handler_name, handler_level (missing where the unit handles it),
    unit_id, unit_code, unit_name, geometry. `units` None are all, `allowed` None is everything.
    """
    i, handler = incident.c, area_version.alias("handler")
    in_charge = sa.and_(
        handler.c.place_id == i.handler_id,
        handler.c.first_edition <= listing.edition,
        sa.or_(handler.c.last_edition.is_(None), handler.c.last_edition >= listing.edition),
    )
    statement = (
        sa.select(
            i.id, i.key, i.source, i.kind, i.title, i.state, i.reported_at, i.closed_at,
            i.address, i.row_id.label("version"), handler.c.place_id.label("handler_id"),
            handler.c.code.label("handler_code"), handler.c.name.label("handler_name"),
            handler.c.level.label("handler_level"), i.geom.label("geometry"),
        )
        .join_from(incident, handler, in_charge, isouter=True)
        .where(
            known_at(incident, listing.as_of),
            *in_regions(i.geom, listing),
            *begins_with([i.key, i.title, i.address], listing.begins),
            *in_units(units),
            *_wanted(wanted),
        )
    )  # fmt: skip
    if allowed is not None:
        statement = statement.where(
            placed_in(incident, "incident", edition=allowed.edition, units=allowed.units)
        )
    return find(tx, with_unit(statement, incident, "incident", listing), listing, key=[i.id])


def _wanted(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    i = incident.c
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(i.kind == wanted.kind)
    if wanted.state is not None:
        conditions.append(i.state == wanted.state)
    if wanted.start is not None:
        conditions.append(i.reported_at >= wanted.start)
    if wanted.end is not None:
        conditions.append(i.reported_at <= wanted.end)
    return conditions
