"""Statements about sites, plans of import, editions and their areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.boundaries.levels import Site
from geo.db import (
    Transaction,
    fetch_frame,
    fetch_geoframe,
    holds_in,
    insert_frame,
    lock,
    share_lock,
    try_lock,
)
from geo.db.schema import (
    area_code,
    area_figures,
    area_version,
    edition,
    lineage,
    place_ids,
    site,
    staged_area,
    staged_plan,
)
from geo.errors import NotFound

#: A plan of import: id, based_on, complete_levels.
Plan: TypeAlias = sa.Row[Any, Any, Any]

# -- site


def load_site(tx: Transaction) -> Site:
    """Read the site; NotFound before `wangge init`."""
    definition = tx.scalar(sa.select(site.c.definition))
    if definition is None:
        raise NotFound(
            "This database has no site yet. Run `wangge init SITE.toml` first.",
            "数据库尚未初始化，请先运行 wangge init SITE.toml。",
        )
    return Site.from_json(definition)


def has_site(tx: Transaction) -> bool:
    """Tell whether `wangge init` was done."""
    return tx.scalar(sa.select(sa.func.count()).select_from(site)) == 1


def save_site(tx: Transaction, definition: Site) -> None:
    """Keep the site; a second one is refused by the table."""
    tx.execute(site.insert().values(id=1, definition=definition.to_json()))


def change_site(tx: Transaction, definition: Site) -> None:
    """Replace what is kept of the site."""
    tx.execute(site.update().values(definition=definition.to_json()))


# -- editions


def editions(tx: Transaction) -> pd.DataFrame:
    """List all editions by number: number, title, effective, published_at, sealed, plan_id."""
    return fetch_frame(tx, sa.select(edition).order_by(edition.c.number))


def highest_edition(tx: Transaction) -> int | None:
    """Give the highest published number, in force or not; None before the first."""
    number: int | None = tx.scalar(sa.select(sa.func.max(edition.c.number)))
    return number


def edition_on(tx: Transaction, day: dt.date) -> int | None:
    """Give the number of the edition in force on a day; None before the first."""
    number: int | None = tx.scalar(
        sa.select(sa.func.max(edition.c.number)).where(edition.c.effective <= day)
    )
    return number


def lock_publishing(tx: Transaction) -> bool:
    """Take the lock of publishers for this transaction; False when another one holds it."""
    return try_lock(tx, "publish")


def lock_import(tx: Transaction) -> None:
    """Keep other imports of areas and publishing away until the end of this transaction."""
    share_lock(tx, "publish")
    lock(tx, "areas")


def insert_edition(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Add the edition; `sealed` is filled in when its files are made."""
    tx.execute(edition.insert().values(**row))


def set_sealed(tx: Transaction, number: int, sealed: str) -> None:
    """Note the hash of the edition's files."""
    tx.execute(edition.update().where(edition.c.number == number).values(sealed=sealed))


# -- areas


def in_edition(
    number: int | sa.ColumnElement[int], versions: sa.FromClause = area_version
) -> sa.ColumnElement[bool]:
    """Versions of areas that an edition consists of."""
    return holds_in(versions, number)


def areas(tx: Transaction, number: int, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the areas of an edition, indexed by place_id, with their figures.

    Columns: level, code, name, parent_id, imported_households, imported_people, area_m2,
    geometry, label, households, households_complete, buildings.
    """
    v, f = area_version.c, area_figures.c
    statement = (
        sa.select(
            v.place_id, v.level, v.code, v.name, v.parent_id, v.imported_households,
            v.imported_people, v.area_m2, v.geom.label("geometry"), v.label, f.households,
            f.households_complete, f.buildings,
        )
        .join_from(
            area_version,
            area_figures,
            sa.and_(f.place_id == v.place_id, f.edition == number),
        )
        .where(in_edition(number))
        .order_by(v.code.collate("C"))
    )  # fmt: skip
    frame = fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")
    return frame.astype({"place_id": "int64"}).set_index("place_id")


def unit_versions(tx: Transaction, number: int, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the units (areas without children) of an edition, by code bytes.

    Columns: id (of the version), place_id, code, geometry.
    """
    v, child = area_version.c, area_version.alias()
    has_child = (
        sa.select(child.c.id)
        .where(child.c.parent_id == v.place_id, in_edition(number, child))
        .exists()
    )
    statement = (
        sa.select(v.id, v.place_id, v.code, v.geom.label("geometry"))
        .where(in_edition(number), ~has_child)
        .order_by(v.code.collate("C"))
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def units_within(tx: Transaction, number: int, places: Iterable[int]) -> NDArray[np.int64]:
    """List the units of an edition that lie in the given areas (place ids), rising."""
    v, child = area_version.c, area_version.alias()
    tops = sa.cast(list(places), sa.ARRAY(sa.BigInteger))
    inside = (
        sa.select(v.place_id)
        .where(in_edition(number), v.place_id == sa.any_(tops))
        .cte("inside", recursive=True)
    )
    inside = inside.union(
        sa.select(v.place_id).where(in_edition(number), v.parent_id == inside.c.place_id)
    )
    has_child = (
        sa.select(child.c.id)
        .where(child.c.parent_id == inside.c.place_id, in_edition(number, child))
        .exists()
    )
    found = tx.scalars(sa.select(inside.c.place_id).where(~has_child).order_by(inside.c.place_id))
    return np.fromiter(found, dtype=np.int64)


def chain_of(tx: Transaction, number: int, place: int) -> list[int]:
    """Give a place of an edition and all above it, itself first; empty if it is not in it."""
    v = area_version.c
    up = (
        sa.select(v.place_id, v.parent_id, sa.literal(0).label("step"))
        .where(in_edition(number), v.place_id == place)
        .cte("up", recursive=True)
    )
    up = up.union(
        sa.select(v.place_id, v.parent_id, up.c.step + 1).where(
            in_edition(number), v.place_id == up.c.parent_id
        )
    )
    return list(tx.scalars(sa.select(up.c.place_id).order_by(up.c.step)))


def places_by_code(tx: Transaction) -> pd.DataFrame:
    """List the areas of the highest edition: code, place_id, level."""
    v = area_version.c
    return fetch_frame(
        tx, sa.select(v.code, v.place_id, v.level).where(v.last_edition.is_(None)).order_by(v.code)
    )


def code_owners(tx: Transaction) -> pd.Series[int]:
    """Give every code that was ever published with the place it belongs to."""
    frame = fetch_frame(tx, sa.select(area_code.c.code, area_code.c.place_id))
    return frame.set_index("code")["place_id"]


def own_codes(tx: Transaction, frame: pd.DataFrame) -> None:
    """Give codes (columns code, place_id) to their places for ever."""
    insert_frame(tx, area_code, frame[["code", "place_id"]], epsg=0)


def new_place_ids(tx: Transaction, count: int) -> NDArray[np.int64]:
    """Draw place ids from the one sequence."""
    series = sa.select(place_ids.next_value()).select_from(
        sa.func.generate_series(1, count).table_valued("n")
    )
    return np.fromiter(tx.scalars(series), dtype=np.int64, count=count)


def close_versions(tx: Transaction, places: Sequence[int], *, last_edition: int) -> None:
    """End the open versions of places with an edition."""
    tx.execute(
        area_version.update()
        .where(
            area_version.c.last_edition.is_(None),
            area_version.c.place_id == sa.any_(sa.cast(list(places), sa.ARRAY(sa.BigInteger))),
        )
        .values(last_edition=last_edition)
    )


def insert_versions(tx: Transaction, frame: pd.DataFrame, *, epsg: int) -> None:
    """Open versions; the frame's columns are the table's."""
    insert_frame(tx, area_version, frame, epsg=epsg)
    # The planner takes tables that it has never counted for tiny: pages would take seconds.
    tx.execute(sa.text(f"ANALYZE {area_version.name}"))


def insert_figures(tx: Transaction, frame: pd.DataFrame) -> None:
    """Freeze the figures of an edition."""
    insert_frame(tx, area_figures, frame, epsg=0)
    tx.execute(sa.text(f"ANALYZE {area_figures.name}"))


def insert_lineage(tx: Transaction, frame: pd.DataFrame) -> None:
    """Keep from which places the changed ones of an edition came."""
    insert_frame(tx, lineage, frame, epsg=0)


# -- the plan of import


def open_plan(tx: Transaction) -> Plan | None:
    """Lock and give the open plan of import (id, based_on, complete_levels), if there is one."""
    p = staged_plan.c
    return tx.execute(
        sa.select(p.id, p.based_on, p.complete_levels).where(p.status == "open").with_for_update()
    ).one_or_none()


def create_plan(tx: Transaction, *, based_on: int | None, actor: str) -> int:
    """Open a plan of import on an edition."""
    statement = staged_plan.insert().values(based_on=based_on, created_by=actor)
    return int(tx.scalar(statement.returning(staged_plan.c.id)) or 0)


def set_plan(tx: Transaction, plan: int, **values: object) -> None:
    """Change the plan's status or complete levels."""
    tx.execute(staged_plan.update().where(staged_plan.c.id == plan).values(**values))


def staged(tx: Transaction, plan: int, *, epsg: int) -> gpd.GeoDataFrame:
    """Read the staged rows of a plan by code: level, name, parent_code, households, people."""
    statement = (
        sa.select(*(c for c in staged_area.c if c.name not in ("plan_id", "geom")))
        .add_columns(staged_area.c.geom.label("geometry"))
        .where(staged_area.c.plan_id == plan)
        .order_by(staged_area.c.code.collate("C"))
    )
    return fetch_geoframe(tx, statement, epsg=epsg, geometry="geometry")


def stage(tx: Transaction, plan: int, frame: pd.DataFrame, *, epsg: int) -> None:
    """Put rows into a plan; a row of the same code is replaced."""
    codes = sa.cast(list(frame["code"]), sa.ARRAY(sa.Text))
    tx.execute(
        staged_area.delete().where(
            staged_area.c.plan_id == plan, staged_area.c.code == sa.any_(codes)
        )
    )
    rows = frame.rename(columns={"geometry": "geom"}).assign(plan_id=plan)
    insert_frame(tx, staged_area, pd.DataFrame(rows), epsg=epsg)
