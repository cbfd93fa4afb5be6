"""Statements about dated rows, their placements, and the public registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import (
    Found,
    Listing,
    Transaction,
    begins_with,
    fetch_arrays,
    fetch_frame,
    fetch_geoframe,
    find,
    in_regions,
    in_units,
    insert_arrays,
    insert_frame,
    known_at,
    lock,
    share_lock,
    with_unit,
)
from geo.db.schema import (
    building,
    compound,
    facility,
    ground_feature,
    metadata,
    placement,
    subject_ids,
)
from geo.db.schema import edition as editions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: So many new rows change what the planner must know of a table.
_MANY = 1000


def _ids(values: Ints) -> sa.Cast[Any]:
    return sa.cast(values.tolist(), sa.ARRAY(sa.BigInteger))


# -- dated rows


def lock_rows(tx: Transaction, table: str) -> tuple[int, ...]:
    """Keep other imports of the table and publishing away; gives the published editions."""
    share_lock(tx, "publish")
    lock(tx, f"rows {table}")
    return tuple(tx.scalars(sa.select(editions.c.number).order_by(editions.c.number)))


def live_keys(
    tx: Transaction, table: str, *, source: str, keys: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read id, key and row_hash of the live rows of a source; of some keys, or of all."""
    t = metadata.tables[table].c
    statement = sa.select(t.id, t.key, t.row_hash).where(t.source == source, t.valid_to.is_(None))
    if keys is not None:
        statement = statement.where(t.key == sa.any_(sa.cast(list(keys), sa.ARRAY(sa.Text))))
    return fetch_frame(tx, statement)


def new_ids(tx: Transaction, count: int) -> Ints:
    """Draw subject ids from the one sequence."""
    series = sa.func.generate_series(1, count).table_valued("n")
    drawn = tx.scalars(sa.select(subject_ids.next_value()).select_from(series))
    return np.fromiter(drawn, dtype=np.int64, count=count)


def close_rows(tx: Transaction, table: str, ids: Ints) -> None:
    """End the live rows of subjects now."""
    t = metadata.tables[table]
    tx.execute(
        t.update()
        .where(t.c.valid_to.is_(None), t.c.id == sa.any_(_ids(ids)))
        .values(valid_to=sa.func.now())
    )


def open_rows(tx: Transaction, table: str, rows: pd.DataFrame, *, epsg: int) -> None:
    """Add live rows; the frame's columns are the table's."""
    insert_frame(tx, metadata.tables[table], rows, epsg=epsg)


def count_anew(tx: Transaction, table: str) -> None:
    """Let the planner know what a table holds now; it plans badly for a million unseen rows."""
    tx.execute(sa.text(f'ANALYZE "{table}"'))


# -- placements


def drop_placements(tx: Transaction, subject: str, ids: Ints) -> None:
    """Forget where subjects were placed, in all editions."""
    tx.execute(
        placement.delete().where(
            placement.c.subject_kind == subject, placement.c.subject_id == sa.any_(_ids(ids))
        )
    )


def add_placements(tx: Transaction, frame: pd.DataFrame) -> None:
    """Add placements; the frame's columns are the table's."""
    insert_frame(tx, placement, frame, epsg=0)
    if len(frame) >= _MANY:
        count_anew(tx, placement.name)


def subject_points(tx: Transaction, table: str, column: str) -> tuple[Ints, Floats]:
    """Read the ids and points (shape (n, 2), metres) of a table's live rows, by id."""
    t = metadata.tables[table].c
    point = t[column]
    statement = (
        sa.select(
            t.id,
            sa.func.ST_X(point, type_=sa.Double).label("x"),
            sa.func.ST_Y(point, type_=sa.Double).label("y"),
        )
        .where(t.valid_to.is_(None))
        .order_by(t.id)
    )
    found = fetch_arrays(tx, statement)
    return found["id"], np.column_stack([found["x"], found["y"]])


def open_places(tx: Transaction, subject: str) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Read where subjects belong from now on: ids (rising), places (−1 outside), chosen by hand."""
    p = placement.c
    by_hand = sa.cast(p.how == "manual", sa.Integer)
    statement = (
        sa.select(
            p.subject_id,
            sa.func.coalesce(p.place_id, -1, type_=sa.BigInteger).label("place"),
            by_hand.label("by_hand"),
        )
        .where(p.subject_kind == subject, p.last_edition.is_(None))
        .order_by(p.subject_id)
    )
    found = fetch_arrays(tx, statement)
    return found["subject_id"], found["place"], found["by_hand"].astype(bool)


def replace_placements(
    tx: Transaction, subject: str, *, edition: int, ids: Ints, places: Ints, how: str
) -> None:
    """Carry subjects into a new highest edition: close where they belonged, open where they do.

    Best given only those that belong elsewhere now, or were never placed.
    """
    fresh = sa.Table(
        "fresh_placement", sa.MetaData(), sa.Column("subject_id", sa.BigInteger),
        sa.Column("place", sa.BigInteger), prefixes=["TEMPORARY"],
    )  # fmt: skip
    fresh.create(tx)
    insert_arrays(tx, fresh.name, {"subject_id": ids, "place": places})
    tx.execute(sa.text(f"ANALYZE {fresh.name}"))
    p, f = placement.c, fresh.c
    place = sa.func.nullif(f.place, -1)
    mine = sa.and_(
        p.subject_kind == subject, p.subject_id == f.subject_id, p.last_edition.is_(None)
    )
    before = sa.select(sa.func.max(editions.c.number)).where(editions.c.number < edition)
    tx.execute(
        placement.update()
        .where(mine, p.first_edition < edition, p.place_id.is_distinct_from(place))
        .values(last_edition=before.scalar_subquery())
    )
    rows = sa.select(
        sa.literal(subject), f.subject_id, sa.literal(edition), place, sa.literal(how)
    ).where(~sa.select(p.subject_id).where(mine).exists())
    columns = ["subject_kind", "subject_id", "first_edition", "place_id", "how"]
    added = tx.execute(placement.insert().from_select(columns, rows))
    if added.rowcount >= _MANY:
        count_anew(tx, placement.name)
    fresh.drop(tx)


# -- what others read


def building_points(tx: Transaction) -> pd.DataFrame:
    """Read live buildings by id: id, use, status, households, planned_households, x, y."""
    b = building.c
    statement = (
        sa.select(
            b.id, b.use, b.status, b.households, b.planned_households,
            sa.func.ST_X(b.inner_point, type_=sa.Double).label("x"),
            sa.func.ST_Y(b.inner_point, type_=sa.Double).label("y"),
        )
        .where(b.valid_to.is_(None))
        .order_by(b.id)
    )  # fmt: skip
    return fetch_frame(tx, statement)


_PUBLIC: dict[str, tuple[sa.Table, tuple[str, ...]]] = {
    "buildings": (
        building, ("number", "name", "compound", "address", "use", "status", "floors"),
    ),
    "compounds": (compound, ("name", "walled", "built_year")),
    "facilities": (facility, ("kind", "name", "address", "floor_area_m2", "state")),
    "features": (ground_feature, ("kind", "class", "name")),
}  # fmt: skip


def public_frame(tx: Transaction, register: str, *, epsg: int) -> gpd.GeoDataFrame:
    """Read a public register's live rows by id, with the columns that may be seen."""
    table, columns = _PUBLIC[register]
    statement = (
        sa.select(table.c.id, *(table.c[name] for name in columns), table.c.geom.label("geometry"))
        .where(table.c.valid_to.is_(None))
        .order_by(table.c.id)
    )
    frame = fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")
    return frame.astype({"id": "int64"})


PUBLIC = tuple(_PUBLIC)


# -- questions


def building_page(tx: Transaction, listing: Listing, *, units: Ints | None) -> Found:
    """List buildings by id with the columns that may be seen and their unit; see `with_unit`."""
    texts = ("number", "name", "compound", "address")
    return find(
        tx, _register("building", listing, texts, in_units(units)), listing, key=[building.c.id]
    )


def facility_page(
    tx: Transaction, listing: Listing, *, units: Ints | None, kind: str | None
) -> Found:
    """List facilities by id with their unit; see `with_unit`."""
    chosen = [] if kind is None else [facility.c.kind == kind]
    statement = _register("facility", listing, ("name", "address"), [*in_units(units), *chosen])
    return find(tx, statement, listing, key=[facility.c.id])


def _register(
    subject: str,
    listing: Listing,
    texts: Sequence[str],
    chosen: Sequence[sa.ColumnElement[bool]],
) -> sa.Select[Any]:
    table, columns = _PUBLIC[_LISTED[subject]]
    t = table.c
    statement = sa.select(t.id, *(t[name] for name in columns), t.geom.label("geometry")).where(
        known_at(table, listing.as_of),
        *in_regions(t.geom, listing),
        *begins_with([t[name] for name in texts], listing.begins),
        *chosen,
    )
    return with_unit(statement, table, subject, listing)


_LISTED = {"building": "buildings", "facility": "facilities"}


def nearest_facilities(
    tx: Transaction, listing: Listing, *, x: float, y: float, kind: str | None
) -> gpd.GeoDataFrame:
    """Read the facilities in service nearest to a point in metres, nearest first.

    Columns as `facility_page`, and distance_m in a straight line.
    """
    t = facility.c
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(x, y), listing.epsg)
    distance: sa.ColumnElement[float] = t.geom.op("<->", return_type=sa.Double())(point)
    chosen = [known_at(facility, listing.as_of), _serving()]
    if kind is not None:
        chosen.append(t.kind == kind)
    # The nearest first, by the index; their units are looked up for these few only.
    near = (
        sa.select(t.row_id, distance.label("distance_m"))
        .where(*chosen)
        .order_by(distance)
        .limit(listing.limit)
        .subquery()
    )
    statement = (
        _register("facility", listing, (), [])
        .join(near, near.c.row_id == t.row_id)
        .add_columns(near.c.distance_m)
        .order_by(near.c.distance_m, t.id)
    )
    return fetch_geoframe(tx, statement, epsg=listing.epsg, geometry="geometry")


def _serving() -> sa.ColumnElement[bool]:
    return sa.func.coalesce(facility.c.state, "").not_in(("unused", "planned"))
