"""Statements that gather what a report shows; each reads one window or one area."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_frame, fetch_geoframe
from geo.db.schema import (
    audit,
    building,
    circle,
    compound,
    facility,
    ground_feature,
    incident,
    placement,
)

Box = tuple[float, float, float, float]
Ints = NDArray[np.int64]

_WRITES = r"^(init|change site|publish|import |report incidents|incident |advance incidents)"


def _window(column: sa.ColumnElement[object], box: Box) -> sa.ColumnElement[bool]:
    return column.op("&&")(sa.func.ST_MakeEnvelope(*box))


def ground(tx: Transaction, box: Box, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the ground of a window (metres): kind, class, geometry, by id."""
    g = ground_feature.c
    statement = (
        sa.select(g.kind, g["class"], g.geom.label("geometry"))
        .where(g.valid_to.is_(None), _window(g.geom, box))
        .order_by(g.id)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def compounds(tx: Transaction, box: Box, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the compounds of a window (metres): geometry, by id."""
    c = compound.c
    statement = (
        sa.select(c.geom.label("geometry"))
        .where(c.valid_to.is_(None), _window(c.geom, box))
        .order_by(c.id)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def buildings(tx: Transaction, box: Box, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the buildings of a window (metres): id, geometry, by id."""
    b = building.c
    statement = (
        sa.select(b.id, b.geom.label("geometry"))
        .where(b.valid_to.is_(None), _window(b.geom, box))
        .order_by(b.id)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def facilities(tx: Transaction, box: Box, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the facilities of a window (metres), by id.

    Columns id, kind, name, address, floor_area_m2, state, geometry.
    """
    f = facility.c
    statement = (
        sa.select(
            f.id, f.kind, f.name, f.address, f.floor_area_m2, f.state, f.geom.label("geometry")
        )
        .where(f.valid_to.is_(None), _window(f.geom, box))
        .order_by(f.id)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def facility_kinds(tx: Transaction) -> list[str]:
    """List the kinds of facility, the most frequent first, as the live map does."""
    f = facility.c
    frame = fetch_frame(
        tx,
        sa.select(f.kind, sa.func.count().label("number"))
        .where(f.valid_to.is_(None))
        .group_by(f.kind),
    )
    ranked = sorted(zip(frame["number"], frame["kind"], strict=True), key=lambda p: (-p[0], p[1]))
    return [kind for _, kind in ranked]


def circles(tx: Transaction, box: Box, minutes: int, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the circles of some minutes that reach into a window: geometry."""
    c = circle.c
    statement = sa.select(c.geom.label("geometry")).where(
        c.minutes == minutes, _window(c.geom, box)
    )
    return fetch_geoframe(tx, statement.order_by(c.id), epsg=epsg, geometry="geometry")


def radii(tx: Transaction) -> dict[int, float]:
    """Give the radius of the circles by minutes, metres."""
    c = circle.c
    frame = fetch_frame(tx, sa.select(c.minutes, c.radius_m).distinct())
    return dict(zip(frame["minutes"].astype(int), frame["radius_m"], strict=True))


def growing(tx: Transaction, edition: int, units: Ints) -> pd.DataFrame:
    """Read the buildings under construction in some units: use, planned_households."""
    b, p = building.c, placement.c
    statement = (
        sa.select(b.use, b.planned_households)
        .join_from(building, placement, p.subject_id == b.id)
        .where(
            b.valid_to.is_(None),
            b.status == "under_construction",
            _placed("building", edition, units),
        )
    )
    return fetch_frame(tx, statement)


def incidents(tx: Transaction, edition: int, units: Ints, since: dt.datetime) -> pd.DataFrame:
    """Count the incidents reported in some units since then: kind, state, number."""
    i, p = incident.c, placement.c
    statement = (
        sa.select(i.kind, i.state, sa.func.count().label("number"))
        .join_from(incident, placement, p.subject_id == i.id)
        .where(i.valid_to.is_(None), i.reported_at >= since, _placed("incident", edition, units))
        .group_by(i.kind, i.state)
        .order_by(i.kind, i.state)
    )
    return fetch_frame(tx, statement)


def state(tx: Transaction) -> str:
    """Name the state of what pages show: by the writes in the audit trail, and by the circles.

    Readings, sign-ins and the like leave lines too, but change no page. The count tells of a line
    that was written before the last one but kept after it.
    """
    lines = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(audit.c.id), 0)).where(
        audit.c.action.regexp_match(_WRITES)
    )
    circles = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(circle.c.id), 0))
    numbers = (*tx.execute(lines).one(), *tx.execute(circles).one())
    return "-".join(str(number) for number in numbers)


def _placed(kind: str, edition: int, units: Ints) -> sa.ColumnElement[bool]:
    p = placement.c
    return sa.and_(
        p.subject_kind == kind,
        p.first_edition <= edition,
        sa.or_(p.last_edition.is_(None), p.last_edition >= edition),
        p.place_id == sa.any_(sa.cast(units.tolist(), sa.ARRAY(sa.BigInteger))),
    )
