"""What list questions share: which rows, in which order, from where on, and how many.

Pages go by key, never by position: the next page begins after the last row's key, so a page
costs the same wherever it lies. Rows are those known at one moment (`as_of`), the same for all
pages of a question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
import sqlalchemy as sa
from geoalchemy2.shape import from_shape
from numpy.typing import NDArray

from geo.db.engine import Transaction
from geo.db.rows import fetch_geoframe
from geo.db.schema import area_version, placement
from geo.db.spans import holds_in

#: Exact counts end here.
MOST_COUNTED = 10_000

Key = tuple[str | int | dt.datetime, ...]
Condition = sa.ColumnElement[bool]
Relation = Literal["within", "intersects"]


@dataclass(frozen=True)
class Region:
    """A region in the working CRS, and how things must lie to it; both count their edges in."""

    shape: shapely.Geometry
    relation: Relation


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What every list question says.

    Attributes
    ----------
    edition : int
        The edition whose lines answer.
    as_of : datetime
        The moment whose rows answer, with its zone.
    epsg : int
        The working CRS.
    regions : tuple of Region
        All must hold.
    begins : str, optional
        How one of the texts begins.
    after : tuple, optional
        Key of the last row of the page before.
    limit : int
        Rows of a page.
    counted : bool
        Whether to count all rows of the question, too.
    """

    edition: int
    as_of: dt.datetime
    epsg: int
    regions: tuple[Region, ...] = ()
    begins: str | None = None
    after: Key | None = None
    limit: int = 100
    counted: bool = False


@dataclass(frozen=True, eq=False)
class Found:
    """One page: its rows, whether more follow, and how many there are in all.

    `count` is None where nobody asked, or where there are more than `MOST_COUNTED`.
    """

    rows: gpd.GeoDataFrame
    more: bool
    count: int | None


def begin_listing(tx: Transaction) -> dt.datetime:
    """Prepare a transaction for list questions; gives its moment.

    The planner must see the values: with a plan for any region and any text it can't know that
    few rows are meant, and after five questions it would read whole tables.
    """
    plan = sa.func.set_config("plan_cache_mode", "force_custom_plan", sa.true())
    moment: dt.datetime = tx.execute(sa.select(plan, sa.func.now())).one()[1]
    return moment


def known_at(table: sa.Table, moment: dt.datetime) -> Condition:
    """Rows of a dated table that were known at a moment: of each thing one version at most."""
    return sa.and_(
        table.c.valid_from <= moment,
        sa.or_(table.c.valid_to.is_(None), table.c.valid_to > moment),
    )


def in_regions(column: sa.ColumnElement[Any], listing: Listing) -> list[Condition]:
    """Things that lie in all regions of a question; by the spatial index of the column."""
    relations = {"within": sa.func.ST_CoveredBy, "intersects": sa.func.ST_Intersects}
    return [
        relations[region.relation](column, from_shape(region.shape, srid=listing.epsg))
        for region in listing.regions
    ]


def begins_with(columns: Sequence[sa.ColumnElement[Any]], text: str | None) -> list[Condition]:
    """Rows of which one text begins so, letter by letter; every column needs its index."""
    if text is None:
        return []
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [sa.or_(*(column.like(f"{escaped}%") for column in columns))]


def with_unit(
    statement: sa.Select[Any], table: sa.Table, subject: str, listing: Listing
) -> sa.Select[Any]:
    """Add where things belong in the edition: unit_id, unit_code, unit_name; missing outside."""
    p, v = placement.c, area_version.c
    here = sa.and_(_placed(placement, subject, table), holds_in(placement, listing.edition))
    unit = sa.and_(v.place_id == p.place_id, holds_in(area_version, listing.edition))
    return (
        statement.add_columns(
            p.place_id.label("unit_id"), v.code.label("unit_code"), v.name.label("unit_name")
        )
        .join(placement, here, isouter=True)
        .join(area_version, unit, isouter=True)
    )


def in_units(units: NDArray[np.int64] | None) -> list[Condition]:
    """Things that belong to one of the units, after `with_unit`; None are all, outside too."""
    return [] if units is None else [placement.c.place_id == sa.any_(_ids(units))]


def placed_in(
    table: sa.Table, subject: str, *, edition: int, units: NDArray[np.int64]
) -> Condition:
    """Things that belong to one of the units in another edition than the one that answers."""
    p = placement.alias("elsewhere")
    return (
        sa.select(p.c.subject_id)
        .where(
            _placed(p, subject, table),
            holds_in(p, edition),
            p.c.place_id == sa.any_(_ids(units)),
        )
        .exists()
    )


def _placed(placements: sa.FromClause, subject: str, table: sa.Table) -> Condition:
    p = placements.c
    return sa.and_(p.subject_kind == subject, p.subject_id == table.c.id)


def _ids(units: NDArray[np.int64]) -> sa.Cast[Any]:
    return sa.cast(units.tolist(), sa.ARRAY(sa.BigInteger))


def find(
    tx: Transaction,
    statement: sa.Select[Any],
    listing: Listing,
    *,
    key: Sequence[Any],
    backward: bool = False,
) -> Found:
    """Give the page of a question.

    `statement` selects all its rows, the geometry as `geometry`; `key` are the columns of the
    order, which tell any two rows apart. `backward` begins at the greatest.
    """
    order = [column.desc() for column in key] if backward else key
    page = statement.order_by(*order).limit(listing.limit + 1)
    if listing.after is not None:
        row, last = sa.tuple_(*key), sa.tuple_(*listing.after)
        page = page.where(row < last if backward else row > last)
    rows = fetch_geoframe(tx, page, epsg=listing.epsg, geometry="geometry")
    count = _count(tx, statement) if listing.counted else None
    return Found(rows.iloc[: listing.limit], len(rows) > listing.limit, count)


def _count(tx: Transaction, statement: sa.Select[Any]) -> int | None:
    some = statement.with_only_columns(sa.literal(1).label("one")).limit(MOST_COUNTED + 1)
    count = tx.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0
    return None if count > MOST_COUNTED else count
