"""Statements that count incidents: by area and group, and by unit and hexagon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_frame, placed_in
from geo.db.schema import area_version, edition, incident, placement
from geo.people.store.questions import Allowed

Group = Literal["kind", "state", "month"]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counted:
    """What is counted: the groups, the moments of reporting (end not included), the time zone."""

    by: Group
    zone: str
    start: dt.datetime | None = None
    end: dt.datetime | None = None


def counts_by_area(
    tx: Transaction,
    counted: Counted,
    *,
    number: int | None,
    level: str | None,
    parent: int | None,
    within: Collection[int] | None,
    allowed: Allowed | None,
) -> list[sa.Row[Any]]:
    """Count live incidents by area and group.

    Gives rows of top (place id, None where there is no area), why (then: outside, no_time,
    before_editions, no_such_level), group (None: unknown) and number; with a parent, or within
    places, only those with an area.

    Parameters
    ----------
    number
        The edition whose lines count; None: those in force on the day of reporting.
    level, parent
        The areas of a level, those in a place, or (without a level) the children of a place.
    within
        Only areas that are or lie in these places; None: all.
    allowed
        Only incidents that may be read; None: all.
    """
    eras = _eras(number)
    tops = _tops(eras, level, parent, within)
    inside = _inside(tops)
    i, p = incident.c, placement.c
    day = sa.cast(sa.func.timezone(counted.zone, i.reported_at), sa.Date)
    in_era = (
        sa.true()
        if number is not None
        else sa.and_(day >= eras.c.starts, sa.or_(eras.c.ends.is_(None), day < eras.c.ends))
    )
    placed = sa.and_(
        p.subject_kind == "incident",
        p.subject_id == i.id,
        p.first_edition <= eras.c.number,
        sa.or_(p.last_edition.is_(None), p.last_edition >= eras.c.number),
    )
    why = sa.case(
        (inside.c.top.is_not(None), None),
        (sa.and_(eras.c.number.is_(None), i.reported_at.is_(None)), "no_time"),
        (eras.c.number.is_(None), "before_editions"),
        (p.place_id.is_(None), "outside"),
        else_="no_such_level",
    )
    joined = (
        incident.outerjoin(eras, in_era)
        .outerjoin(placement, placed)
        .outerjoin(
            inside,
            sa.and_(inside.c.number == eras.c.number, inside.c.place_id == p.place_id),
        )
    )
    rows = (
        sa.select(
            inside.c.top,
            sa.cast(why, sa.Text).label("why"),
            _group(counted).label("group"),
        )
        .select_from(joined)
        .where(i.valid_to.is_(None), *_span(counted), _may_be_read(allowed))
        .subquery()
    )
    statement = sa.select(rows, sa.func.count().label("number")).group_by(*rows.c)
    if parent is not None or within is not None:
        statement = statement.where(rows.c.top.is_not(None))
    return list(tx.execute(statement))


def _may_be_read(allowed: Allowed | None) -> sa.ColumnElement[bool]:
    if allowed is None:
        return sa.true()
    return placed_in(incident, "incident", edition=allowed.edition, units=allowed.units)


def _group(counted: Counted) -> sa.ColumnElement[Any]:
    i = incident.c
    if counted.by == "month":
        return sa.func.to_char(sa.func.timezone(counted.zone, i.reported_at), "YYYY-MM")
    return i.kind if counted.by == "kind" else i.state


def _span(counted: Counted) -> list[sa.ColumnElement[bool]]:
    i, found = incident.c, []
    if counted.start is not None:
        found.append(i.reported_at >= counted.start)
    if counted.end is not None:
        found.append(i.reported_at < counted.end)
    return found


def _eras(number: int | None) -> sa.CTE:
    """List the editions that count, with the days from which and up to which each is in force."""
    e = edition.c
    ends = sa.func.lead(e.effective).over(order_by=e.number)
    every = sa.select(e.number, e.effective.label("starts"), ends.label("ends"))
    if number is not None:
        every = every.where(e.number == number)
    return every.cte("eras")


def _in(number: sa.ColumnElement[int], v: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(
        v.c.first_edition <= number, sa.or_(v.c.last_edition.is_(None), v.c.last_edition >= number)
    )


def _under(eras: sa.CTE, places: Collection[int], name: str) -> sa.CTE:
    """List the given places and all in them, edition by edition: number, place_id."""
    v, lower = area_version.alias(), area_version.alias()
    under = (
        sa.select(eras.c.number, v.c.place_id)
        .join_from(eras, v, _in(eras.c.number, v))
        .where(v.c.place_id.in_(list(places)))
        .cte(name, recursive=True)
    )
    return under.union(
        sa.select(under.c.number, lower.c.place_id).join_from(
            under,
            lower,
            sa.and_(lower.c.parent_id == under.c.place_id, _in(under.c.number, lower)),
        )
    )


def _tops(
    eras: sa.CTE, level: str | None, parent: int | None, within: Collection[int] | None
) -> sa.CTE:
    """List the areas to be counted, edition by edition: number, place_id."""
    v = area_version.alias()
    chosen = sa.select(eras.c.number, v.c.place_id).join_from(eras, v, _in(eras.c.number, v))
    if level is not None:
        chosen = chosen.where(v.c.level == level)
    elif parent is not None:
        chosen = chosen.where(v.c.parent_id == parent)
    for places, name in ((within, "allowed"), (None if parent is None else [parent], "below")):
        if places is not None:
            under = _under(eras, places, name)
            both = sa.and_(under.c.number == eras.c.number, under.c.place_id == v.c.place_id)
            chosen = chosen.join(under, both)
    return chosen.cte("tops")


def _inside(tops: sa.CTE) -> sa.CTE:
    """Pair the areas to be counted with all that lies in them: number, top, place_id."""
    lower = area_version.alias()
    inside = sa.select(tops.c.number, tops.c.place_id.label("top"), tops.c.place_id).cte(
        "inside", recursive=True
    )
    return inside.union(
        sa.select(inside.c.number, inside.c.top, lower.c.place_id).join_from(
            inside,
            lower,
            sa.and_(lower.c.parent_id == inside.c.place_id, _in(inside.c.number, lower)),
        )
    )


def counts_by_spot(
    tx: Transaction, counted: Counted, *, number: int, cell: sa.ColumnElement[Any]
) -> pd.DataFrame:
    """Count live incidents by unit of an edition (−1 outside), H3 cell (0 nowhere) and group.

    Columns: unit, cell, group, count; in that order.
    """
    i, p = incident.c, placement.c
    placed = sa.and_(
        p.subject_kind == "incident",
        p.subject_id == i.id,
        p.first_edition <= number,
        sa.or_(p.last_edition.is_(None), p.last_edition >= number),
    )
    rows = (
        sa.select(
            sa.func.coalesce(p.place_id, -1).label("unit"),
            sa.func.coalesce(cell, 0).label("cell"),
            _group(counted).label("group"),
        )
        .select_from(incident.outerjoin(placement, placed))
        .where(i.valid_to.is_(None))
        .subquery()
    )
    statement = sa.select(rows, sa.func.count().label("count")).group_by(*rows.c).order_by(*rows.c)
    return fetch_frame(tx, statement)


def parents_in(tx: Transaction, number: int) -> dict[int, int | None]:
    """Give the place above each place of an edition; None at the top."""
    v = area_version.c
    found = tx.execute(
        sa.select(v.place_id, v.parent_id).where(
            v.first_edition <= number, sa.or_(v.last_edition.is_(None), v.last_edition >= number)
        )
    )
    return {int(place): parent for place, parent in found}


def areas_of(
    tx: Transaction,
    number: int,
    *,
    level: str | None,
    parent: int | None,
    within: Collection[int] | None = None,
) -> dict[int, str]:
    """Give the codes of the areas that `counts_by_area` would count, by place id."""
    tops = _tops(_eras(number), level, parent, within)
    v = area_version
    statement = (
        sa.select(v.c.place_id, v.c.code)
        .join(tops, tops.c.place_id == v.c.place_id)
        .where(_in(sa.literal(number), v))
        .order_by(v.c.code.collate("C"))
    )
    return {int(place): str(code) for place, code in tx.execute(statement)}
