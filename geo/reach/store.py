"""Statements about circles of service and coverage."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_frame, fetch_geoframe, insert_frame
from geo.db.schema import area_version, building, circle, coverage, facility, placement

#: States of a facility that serves nobody (yet, or any more).
_IDLE = ("unused", "planned")


def _serving() -> sa.ColumnElement[bool]:
    idle = sa.func.coalesce(facility.c.state, "").in_(_IDLE)
    return sa.and_(facility.c.valid_to.is_(None), ~idle)


# -- circles


def serving_facilities(tx: Transaction, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the facilities in service by id: row_id, id, kind, geometry."""
    f = facility.c
    statement = (
        sa.select(f.row_id, f.id, f.kind, f.geom.label("geometry")).where(_serving()).order_by(f.id)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def drop_stale_circles(tx: Transaction, *, method: str, profiles: Sequence[str]) -> None:
    """Remove circles of closed or idle facility rows, and those of other profiles."""
    live = sa.select(facility.c.row_id).where(_serving())
    tx.execute(
        circle.delete().where(
            sa.or_(
                circle.c.facility_row.not_in(live),
                circle.c.method != method,
                circle.c.profile.not_in(list(profiles)),
            )
        )
    )


def circles(tx: Transaction) -> pd.DataFrame:
    """Read all circles as numbers, in the order of their keys.

    Columns facility_row, method, network, profile, minutes, radius_m; kind, x, y (metres) of the
    facility.
    """
    c, f = circle.c, facility.c
    statement = (
        sa.select(
            c.facility_row, c.method, c.network, c.profile, c.minutes, c.radius_m, f.kind,
            sa.func.ST_X(f.geom, type_=sa.Double).label("x"),
            sa.func.ST_Y(f.geom, type_=sa.Double).label("y"),
        )
        .join_from(circle, facility, f.row_id == c.facility_row)
        .order_by(c.facility_row, c.method, c.network, c.profile, c.minutes)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def add_circles(tx: Transaction, circles: pd.DataFrame, *, epsg: int) -> None:
    """Add circles; the frame's columns are the table's."""
    insert_frame(tx, circle, circles, epsg=epsg)


def public_circles(tx: Transaction, *, epsg: int) -> gpd.GeoDataFrame:
    """Read all circles with their facility.

    Columns facility_id, kind, minutes, method, profile, radius_m, geometry.
    """
    c, f = circle.c, facility.c
    statement = (
        sa.select(
            f.id.label("facility_id"),
            f.kind,
            c.minutes,
            c.method,
            c.profile,
            c.radius_m,
            c.geom.label("geometry"),
        )
        .join_from(circle, facility, f.row_id == c.facility_row)
        .order_by(f.id, c.minutes)
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


# -- coverage


def placed_buildings(tx: Transaction, edition: int) -> pd.DataFrame:
    """Read live buildings with their unit in an edition.

    Columns id, use, status, households, x, y (inner point, metres), place_id (missing outside).
    """
    b, p = building.c, placement.c
    here = sa.and_(
        p.subject_kind == "building",
        p.subject_id == b.id,
        p.first_edition <= edition,
        sa.or_(p.last_edition.is_(None), p.last_edition >= edition),
    )
    statement = (
        sa.select(
            b.id, b.use, b.status, b.households,
            sa.func.ST_X(b.inner_point, type_=sa.Double).label("x"),
            sa.func.ST_Y(b.inner_point, type_=sa.Double).label("y"),
            p.place_id,
        )
        .join_from(building, placement, here, isouter=True)
        .where(b.valid_to.is_(None))
        .order_by(b.id)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def buildings_of_units(tx: Transaction, edition: int, units: NDArray[np.int64]) -> pd.DataFrame:
    """Read the live buildings of some units of an edition, by id.

    Columns id, number, name, compound, address, use, status, households, x, y (inner point,
    metres), place_id.
    """
    b, p = building.c, placement.c
    statement = (
        sa.select(
            b.id, b.number, b.name, b.compound, b.address, b.use, b.status, b.households,
            sa.func.ST_X(b.inner_point, type_=sa.Double).label("x"),
            sa.func.ST_Y(b.inner_point, type_=sa.Double).label("y"),
            p.place_id,
        )
        .join_from(building, placement, p.subject_id == b.id)
        .where(
            b.valid_to.is_(None),
            p.subject_kind == "building",
            p.first_edition <= edition,
            sa.or_(p.last_edition.is_(None), p.last_edition >= edition),
            p.place_id == sa.any_(sa.cast(units.tolist(), sa.ARRAY(sa.BigInteger))),
        )
        .order_by(b.id)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def parents(tx: Transaction, edition: int) -> pd.DataFrame:
    """Read the parent links of an edition: parent_id by place_id."""
    v = area_version.c
    statement = sa.select(v.place_id, v.parent_id).where(
        v.first_edition <= edition,
        sa.or_(v.last_edition.is_(None), v.last_edition >= edition),
    )
    frame = fetch_frame(tx, statement)
    return frame.set_index(frame.pop("place_id").astype("int64"))


def replace_coverage(tx: Transaction, edition: int, rows: pd.DataFrame) -> None:
    """Put the coverage of an edition in the place of what was counted before."""
    tx.execute(coverage.delete().where(coverage.c.edition == edition))
    insert_frame(tx, coverage, rows.assign(edition=edition), epsg=0)


def coverage_rows(tx: Transaction, edition: int, place_id: int | None) -> pd.DataFrame:
    """Read the coverage of an edition, of one place or of all, by place and minutes."""
    c = coverage.c
    statement = sa.select(
        c.place_id, c.minutes, c.households, c.known_households, c.unknown_buildings, c.circles
    ).where(c.edition == edition)
    if place_id is not None:
        statement = statement.where(c.place_id == place_id)
    return fetch_frame(tx, statement.order_by(c.place_id, c.minutes))
