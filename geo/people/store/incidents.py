"""Statements about incidents: their live rows, their history, where they belong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from geo.db import (
    Transaction,
    fetch_frame,
    fetch_geoframe,
    heir_or_self,
    holds_in,
    share_lock,
)
from geo.db.schema import area_version, edition, incident, incident_event, placement, position

#: A live incident with the unit it belongs to; see `load`.
IncidentRow: TypeAlias = sa.Row[Any]
EventRow: TypeAlias = sa.Row[Any]

#: What the source of an incident says about it.
TOLD = (
    "kind", "title", "state", "reported_at", "closed_at", "address", "original_x", "original_y",
    "original_crs",
)  # fmt: skip


def _ids(ids: Sequence[int]) -> sa.Cast[Any]:
    return sa.cast([int(number) for number in ids], sa.ARRAY(sa.BigInteger))


def _in_edition(number: int | None, span: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.false() if number is None else holds_in(span, number)


def _point(x: float, y: float, epsg: int) -> sa.ColumnElement[Any]:
    made = sa.func.ST_MakePoint(sa.literal(x, sa.Double), sa.literal(y, sa.Double))
    return sa.func.ST_SetSRID(made, epsg)


def incident_words(tx: Transaction) -> tuple[list[str], list[str]]:
    """Give the kinds and states of live incidents, in order."""
    i = incident.c
    live = i.valid_to.is_(None)
    kinds = sa.select(i.kind).where(live).distinct().order_by(i.kind)
    states = sa.select(i.state).where(live, i.state.is_not(None)).distinct().order_by(i.state)
    return list(tx.scalars(kinds)), [str(state) for state in tx.scalars(states)]


# -- rows


def hold(tx: Transaction, ids: Sequence[int]) -> dt.datetime:
    """Keep others from changing incidents until the transaction ends; gives the moment.

    Publishing and imports wait as well: they would place or replace the same rows.
    """
    share_lock(tx, "publish")
    share_lock(tx, "rows incident")
    i = incident.c
    # Every version, the live one last: who waits here sees the next live one afterwards.
    rows = sa.select(i.row_id).where(i.id == sa.any_(_ids(ids))).order_by(i.id, i.row_id)
    tx.execute(rows.with_for_update())
    return moment(tx)


def moment(tx: Transaction) -> dt.datetime:
    """Give the time on the database's clock, not that of the transaction's beginning."""
    now: dt.datetime = tx.scalars(sa.select(sa.func.clock_timestamp())).one()
    return now


def load(tx: Transaction, ids: Sequence[int], number: int | None) -> list[IncidentRow]:
    """Read live incidents by id, and where they belong in an edition.

    Columns: id, row_id, source, key, kind, title, state, reported_at, closed_at, address,
    handler_id, handler_level, x, y (metres), unit, how (None before edition 1), placed (whether
    the edition knows it).
    """
    i, p, v = incident.c, placement.c, area_version.c
    level = (
        sa.select(v.level)
        .where(v.place_id == i.handler_id)
        .order_by(v.first_edition.desc())
        .limit(1)
    )
    statement = (
        sa.select(
            i.id, i.row_id, i.source, i.key, i.kind, i.title, i.state, i.reported_at, i.closed_at,
            i.address, i.handler_id, level.scalar_subquery().label("handler_level"),
            sa.func.ST_X(i.geom, type_=sa.Double).label("x"),
            sa.func.ST_Y(i.geom, type_=sa.Double).label("y"),
            p.place_id.label("unit"), p.how,
        )
        .join_from(
            incident,
            placement,
            sa.and_(
                p.subject_kind == "incident", p.subject_id == i.id, _in_edition(number, placement)
            ),
            isouter=True,
        )
        .where(i.valid_to.is_(None), i.id == sa.any_(_ids(ids)))
        .order_by(i.id)
    )  # fmt: skip
    return list(tx.execute(statement))


def id_of(tx: Transaction, source: str, key: str) -> int | None:
    """Find the live incident of a source by its key."""
    i = incident.c
    found: int | None = tx.scalar(
        sa.select(i.id).where(i.source == source, i.key == key, i.valid_to.is_(None))
    )
    return found


def units_by_key(
    tx: Transaction, source: str, keys: Sequence[str], number: int | None
) -> pd.Series[int]:
    """Give the units (missing outside) of some live incidents of a source in an edition, by key."""
    i, p = incident.c, placement.c
    statement = sa.select(i.key, p.place_id).join_from(
        incident,
        placement,
        sa.and_(p.subject_kind == "incident", p.subject_id == i.id, _in_edition(number, placement)),
        isouter=True,
    )
    known = i.key == sa.any_(sa.cast(list(keys), sa.ARRAY(sa.Text)))
    live = statement.where(i.source == source, i.valid_to.is_(None), known)
    return fetch_frame(tx, live).set_index("key")["place_id"]


def known_rows(tx: Transaction, ids: Sequence[int]) -> gpd.GeoDataFrame:
    """Read live incidents by id (the index) as they stand, and what their source said last.

    Columns: those of `TOLD`, cell, handler_id, geom, imported (None: the columns say it).
    """
    i = incident.c
    statement = sa.select(
        i.id, *(i[name] for name in TOLD), i.cell, i.handler_id, i.imported, i.geom
    ).where(i.valid_to.is_(None), i.id == sa.any_(_ids(ids)))
    frame = fetch_geoframe(tx, statement, epsg=0)
    return frame.astype({"id": "int64"}).set_index("id")


def revise(tx: Transaction, ids: Sequence[int], *, moment: dt.datetime, **changes: object) -> None:
    """Close the live rows of incidents and open the next ones with some columns changed."""
    i = incident.c
    closing = (
        incident.update()
        .where(i.valid_to.is_(None), i.id == sa.any_(_ids(ids)))
        .values(valid_to=moment)
        .returning(i.row_id)
    )
    closed = list(tx.scalars(closing))
    said = sa.func.jsonb_build_object(*(part for name in TOLD for part in (name, i[name])))
    values: dict[str, Any] = {
        **{c.name: c for c in i if c.name not in ("row_id", "valid_to")},
        "valid_from": sa.literal(moment, sa.DateTime(timezone=True)),
        "imported": sa.func.coalesce(i.imported, said),
        **{name: _literal(name, value) for name, value in changes.items()},
    }
    rows = sa.select(*values.values()).where(i.row_id == sa.any_(_ids(closed)))
    tx.execute(incident.insert().from_select(list(values), rows))


def _literal(name: str, value: object) -> sa.ColumnElement[Any]:
    if isinstance(value, sa.ColumnElement):
        return value
    return sa.cast(sa.literal(value, incident.c[name].type), incident.c[name].type)


def shift(
    tx: Transaction,
    incident_id: int,
    *,
    moment: dt.datetime,
    xy: tuple[float, float],
    epsg: int,
    **changes: object,
) -> None:
    """Revise one incident with another point (metres)."""
    geom = _point(*xy, epsg)
    revise(tx, [incident_id], moment=moment, geom=geom, **changes)


# -- history


def log(tx: Transaction, events: Sequence[Mapping[str, object]]) -> None:
    """Add events; each names incident_id, at, actor, what, and what belongs to it."""
    names = ("incident_id", "at", "actor", "what", "state", "place_id", "x", "y", "note")
    if events:
        tx.execute(incident_event.insert(), [{n: e.get(n) for n in names} for e in events])


def events(tx: Transaction, incident_id: int) -> list[EventRow]:
    """Read the events of an incident in order: at, actor, what, state, place_id, x, y, note."""
    e = incident_event.c
    statement = (
        sa.select(e.at, e.actor, e.what, e.state, e.place_id, e.x, e.y, e.note)
        .where(e.incident_id == incident_id)
        .order_by(e.id)
    )
    return list(tx.execute(statement))


def last_steps(tx: Transaction, ids: Sequence[int]) -> dict[int, dt.datetime]:
    """Give the time of the last known step (reported, or a state) of incidents that have one."""
    e = incident_event.c
    statement = (
        sa.select(e.incident_id, sa.func.max(e.at))
        .where(e.incident_id == sa.any_(_ids(ids)), e.what.in_(("reported", "state")))
        .group_by(e.incident_id)
    )
    return {int(number): at for number, at in tx.execute(statement)}


def log_import(tx: Transaction, ids: Sequence[int], *, actor: str) -> None:
    """Add the events of rows that an import has just opened: reported, moved, advanced, or changed."""
    n, o = incident.alias("now_row"), incident.alias("old_row")
    before = sa.select(sa.func.max(o.c.row_id)).where(o.c.id == n.c.id, o.c.row_id < n.c.row_id)
    rows = (
        sa.select(
            n.c.id, n.c.reported_at, n.c.state, n.c.geom,
            before.scalar_subquery().label("before"),
        )
        .where(n.c.valid_to.is_(None), n.c.id == sa.any_(_ids(ids)))
        .cte("opened")
    )  # fmt: skip
    r, now = rows.c, sa.func.statement_timestamp()
    x = sa.func.ST_X(r.geom, type_=sa.Double)
    y = sa.func.ST_Y(r.geom, type_=sa.Double)
    nowhere, unsaid = sa.cast(sa.null(), sa.Double), sa.cast(sa.null(), sa.Text)
    at = sa.func.least(sa.func.coalesce(r.reported_at, now), now)
    first = sa.select(r.id, at, sa.literal("reported"), r.state, x, y).where(r.before.is_(None))
    moved = (
        sa.select(r.id, now, sa.literal("moved"), unsaid, x, y)
        .join(o, o.c.row_id == r.before)
        .where(sa.not_(sa.func.ST_Equals(o.c.geom, r.geom)))
    )
    advanced = (
        sa.select(r.id, now, sa.literal("state"), r.state, nowhere, nowhere)
        .join(o, o.c.row_id == r.before)
        .where(o.c.state.is_distinct_from(r.state))
    )
    otherwise = (
        sa.select(r.id, now, sa.literal("changed"), unsaid, nowhere, nowhere)
        .join(o, o.c.row_id == r.before)
        .where(sa.func.ST_Equals(o.c.geom, r.geom), o.c.state.is_not_distinct_from(r.state))
    )
    found = sa.union_all(first, moved, advanced, otherwise).subquery()
    columns = ["incident_id", "at", "what", "state", "x", "y", "actor"]
    told = sa.select(*found.c, sa.literal(actor)).order_by(found.c[0])
    tx.execute(incident_event.insert().from_select(columns, told))


# -- where they belong


def units_near(
    tx: Transaction, x: float, y: float, *, metres: float, epsg: int
) -> gpd.GeoDataFrame:
    """Read the units of every edition that are near a point, by edition and code bytes.

    Columns: edition, id (of the version), place_id, code, geometry (metres).
    """
    v, e, child = area_version.c, edition.c, area_version.alias()
    in_it = sa.and_(
        v.first_edition <= e.number, sa.or_(v.last_edition.is_(None), v.last_edition >= e.number)
    )
    divided = (
        sa.select(child.c.id)
        .where(
            child.c.parent_id == v.place_id,
            child.c.first_edition <= e.number,
            sa.or_(child.c.last_edition.is_(None), child.c.last_edition >= e.number),
        )
        .exists()
    )
    statement = (
        sa.select(e.number.label("edition"), v.id, v.place_id, v.code, v.geom.label("geometry"))
        .join_from(area_version, edition, in_it)
        .where(sa.func.ST_DWithin(v.geom, _point(x, y, epsg), metres), ~divided)
        .order_by(e.number, v.code.collate("C"))
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def nearest_m(tx: Transaction, number: int, x: float, y: float, *, epsg: int) -> float | None:
    """Measure how far the nearest area of an edition is from a point (metres)."""
    v, here = area_version.c, _point(x, y, epsg)
    statement = (
        sa.select(sa.func.ST_Distance(v.geom, here))
        .where(_in_edition(number, area_version))
        .order_by(v.geom.op("<->")(here))
        .limit(1)
    )
    metres: float | None = tx.scalar(statement)
    return metres


def put_placements(tx: Transaction, incident_id: int, rows: Sequence[Mapping[str, object]]) -> None:
    """Replace where an incident belongs; rows have first_edition, last_edition, place_id, how."""
    p = placement.c
    tx.execute(placement.delete().where(p.subject_kind == "incident", p.subject_id == incident_id))
    if rows:
        whose = {"subject_kind": "incident", "subject_id": incident_id}
        tx.execute(placement.insert(), [{**whose, **row} for row in rows])


def levels_of(tx: Transaction, number: int, places: Sequence[int]) -> dict[int, str]:
    """Give the levels of places of an edition."""
    v = area_version.c
    statement = sa.select(v.place_id, v.level).where(
        v.place_id == sa.any_(_ids(places)), _in_edition(number, area_version)
    )
    return {int(place): str(level) for place, level in tx.execute(statement)}


def named(tx: Transaction, places: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Give level, code and name of places, as the last edition that knew them had it."""
    v = area_version.c
    statement = (
        sa.select(v.place_id, v.level, v.code, v.name)
        .ext(distinct_on(v.place_id))
        .where(v.place_id == sa.any_(_ids(places)))
        .order_by(v.place_id, v.first_edition.desc())
    )
    return {int(place): (level, code, name) for place, level, code, name in tx.execute(statement)}


def posts_at(tx: Transaction, places: Sequence[int], number: int) -> list[sa.Row[Any]]:
    """Read the live posts of places in an edition: place_id, title, holder, phone."""
    p, place = position.c, heir_or_self(position.c.place_id, number)
    statement = (
        sa.select(place.label("place_id"), p.title, p.holder, p.phone)
        .where(p.valid_to.is_(None), place == sa.any_(_ids(places)))
        .order_by(place, p.title, p.key)
    )
    return list(tx.execute(statement))
