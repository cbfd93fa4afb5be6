"""Statements that list incidents in pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

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
from geo.people.incident_states import CLOSED

Ints = NDArray[np.int64]

_MOMENT = sa.func.coalesce(incident.c.reported_at, incident.c.valid_from)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which incidents: of a kind, in a state, reported between two moments, both included.

    `open`: in any state but closed, or in none.
    """

    kind: str | None = None
    state: str | None = None
    open: bool = False
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
    newest_first: bool,
) -> Found:
    """List incidents with their unit (see `with_unit`) and the area that handles them.

    They come by `moment` (when it was reported, else when it became known) and id.

    Columns: id, key, source, kind, title, state, reported_at, closed_at, address, version,
    handler_id, handler_code, handler_name, handler_level (missing where the unit handles it),
    moment, unit_id, unit_code, unit_name, geometry. `units` None are all, `allowed` None is everything.
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
            _MOMENT.label("moment"),
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
    if listing.after is not None:
        moment, number = listing.after
        listing = replace(listing, after=(dt.datetime.fromisoformat(str(moment)), number))
    placed = with_unit(statement, incident, "incident", listing)
    return find(tx, placed, listing, key=[_MOMENT, i.id], backward=newest_first)


def _wanted(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    i = incident.c
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.kind is not None:
        conditions.append(i.kind == wanted.kind)
    if wanted.state is not None:
        conditions.append(i.state == wanted.state)
    if wanted.open:
        conditions.append(i.state.is_distinct_from(CLOSED))
    if wanted.start is not None or wanted.end is not None:
        conditions.append(i.reported_at.is_not(None))
    # By the moment, not by the column: one index then gives both the span and the order.
    if wanted.start is not None:
        conditions.append(wanted.start <= _MOMENT)
    if wanted.end is not None:
        conditions.append(wanted.end >= _MOMENT)
    return conditions
