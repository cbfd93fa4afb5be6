"""Statements about the ground that plans are drawn on: live registers, homes, open incidents."""

from __future__ import annotations

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import sqlalchemy as sa

from geo.db import Transaction, fetch_arrays, fetch_geoframe, heir_or_self
from geo.db.schema import (
    building,
    circle,
    compound,
    edition,
    facility,
    ground_feature,
    incident,
    member,
    placement,
    position,
)
from geo.people import STATES
from geo.plans.ground import Floats, Ground, Ints
from geo.reach import minutes_needed, public_circles

#: Whoever walks no longer than this to a facility is served.
SERVED_MIN = 10
_IDLE = ("unused", "planned")
_REGISTERS = (building, compound, facility, ground_feature, member)


class GroundState(NamedTuple):
    """How far the registers and the incidents have come: equal words, equal ground."""

    registers: str
    incidents: str


def _mark(table: sa.Table) -> list[sa.ScalarSelect[Any]]:
    # Both ends are found by an index: nothing is counted.
    newest = sa.select(sa.func.max(table.c.row_id)).scalar_subquery()
    closed = table.c.valid_to.is_not(None)
    return [newest, sa.select(sa.func.max(table.c.valid_to)).where(closed).scalar_subquery()]


#: Made once: it is asked with every request.
_STATE = sa.select(
    *(part for table in _REGISTERS for part in _mark(table)),
    sa.select(sa.func.count()).select_from(circle).scalar_subquery(),
    sa.select(sa.func.max(circle.c.id)).scalar_subquery(),
    *_mark(incident),
)
_CONTEXT = sa.select(
    sa.select(sa.func.max(edition.c.number)).scalar_subquery(),
    sa.select(sa.func.max(edition.c.published_at)).scalar_subquery(),
    *_mark(position),
)


def ground_state(tx: Transaction) -> GroundState:
    """Say how far the ground has come, by the newest opened and the last closed row of each kind."""
    row = tx.execute(_STATE).one()
    return GroundState(" ".join(map(str, row[:-2])), " ".join(map(str, row[-2:])))


def context_state(tx: Transaction) -> str:
    """Say how far codes and posts have come: equal words, equal codes and posts."""
    return " ".join(map(str, tx.execute(_CONTEXT).one()))


def posts(tx: Transaction, edition: int) -> list[sa.Row[Any]]:
    """Read the live posts without their holders: id, place_id, title, held; by place and title.

    Posts of areas that an edition no longer has are those of their heirs.
    """
    p = position.c
    held = p.holder.is_not(None).label("held")
    place = heir_or_self(p.place_id, edition).label("place_id")
    statement = sa.select(p.id, place, p.title, held).where(p.valid_to.is_(None))
    return list(tx.execute(statement.order_by(place, p.title, p.key)))


def load_ground(tx: Transaction, epsg: int) -> Ground:
    """Read what stands in the town now, in metres of the working CRS."""
    facilities = _facilities(tx, epsg)
    members, members_placed = _homes(tx)
    incidents, incidents_placed = _open_incidents(tx)
    return Ground(
        buildings=_buildings(tx, epsg, facilities),
        compounds=_frame(tx, epsg, compound, ("name", "walled")),
        features=_frame(tx, epsg, ground_feature, ("kind", "class", "name", "bridge")),
        facilities=facilities,
        members=members,
        incidents=incidents,
        members_placed=members_placed,
        incidents_placed=incidents_placed,
    )


def _frame(
    tx: Transaction, epsg: int, table: sa.Table, columns: tuple[str, ...], *more: sa.Label[float]
) -> gpd.GeoDataFrame:
    t = table.c
    statement = (
        sa.select(t.id, *(t[name] for name in columns), t.geom.label("geometry"), *more)
        .where(t.valid_to.is_(None))
        .order_by(t.id)
    )
    frame = fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")
    return frame.astype({"id": "int64"}).set_index("id")


def _buildings(tx: Transaction, epsg: int, facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    point = building.c.inner_point
    columns = ("use", "status", "households", "planned_households", "compound")
    frame = _frame(tx, epsg, building, columns, *_xy(point))
    discs = public_circles(tx, epsg)
    at = facilities.geometry.reindex(discs["facility_id"])
    centres = discs[["minutes", "radius_m"]].assign(x=at.x.to_numpy(), y=at.y.to_numpy())
    minutes = minutes_needed(frame[["x", "y"]].to_numpy(dtype=float), centres)
    return frame.assign(covered=minutes.to_numpy(dtype=float, na_value=np.inf) <= SERVED_MIN)


def _facilities(tx: Transaction, epsg: int) -> gpd.GeoDataFrame:
    frame = _frame(tx, epsg, facility, ("kind", "state"))
    return frame[~frame["state"].isin(_IDLE)].drop(columns="state")


def _homes(tx: Transaction) -> tuple[Floats, Ints]:
    """Where members live: their building where it is known, else their own point."""
    b, m = building.c, member.c
    known = sa.and_(b.id == m.home_id, b.valid_to.is_(None))
    point = sa.func.coalesce(b.inner_point, m.geom)
    rows = member.join(building, known, isouter=True)
    return _placed(tx, "member", m.id, rows, point, m.valid_to.is_(None), point.is_not(None))


def _open_incidents(tx: Transaction) -> tuple[Floats, Ints]:
    i = incident.c
    # Only the last state ends an incident; states of other systems and unknown ones do not.
    going_on = i.state.is_distinct_from(STATES[-1])
    return _placed(tx, "incident", i.id, incident, i.geom, i.valid_to.is_(None), going_on)


def _placed(
    tx: Transaction,
    subject: str,
    key: sa.ColumnElement[int],
    rows: sa.FromClause,
    point: sa.ColumnElement[Any],
    *which: sa.ColumnElement[bool],
) -> tuple[Floats, Ints]:
    """Read points by id, and the unit that each was put in by hand (−1: none)."""
    p = placement.c
    by_hand = sa.and_(
        p.subject_kind == subject, p.subject_id == key, p.how == "manual",
        p.last_edition.is_(None),
    )  # fmt: skip
    columns: list[sa.ColumnElement[Any]] = [
        *_xy(point), sa.func.coalesce(p.place_id, -1, type_=sa.BigInteger).label("unit")
    ]  # fmt: skip
    statement = (
        sa.select(*columns)
        .select_from(rows.join(placement, by_hand, isouter=True))
        .where(*which)
        .order_by(key)
    )
    found = fetch_arrays(tx, statement)
    return np.column_stack([found["x"], found["y"]]), found["unit"]


def _xy(point: sa.ColumnElement[Any]) -> tuple[sa.Label[float], sa.Label[float]]:
    x, y = sa.func.ST_X(point, type_=sa.Double), sa.func.ST_Y(point, type_=sa.Double)
    return x.label("x"), y.label("y")
