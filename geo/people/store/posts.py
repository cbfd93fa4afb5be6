"""Statements about positions and branches: who is there, what is vacant, where none is.

What belongs to an area that an edition has retired belongs there to the area's heir.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geo.db import Transaction, fetch_frame, heir_or_self, holds_in
from geo.db.schema import area_code, area_version, branch, member, position


def _inside(number: int, level: str, parent: int | None) -> sa.CTE:
    """Pair each area of a level (`top`), in `parent` where one is given, with all that lies in it.

    An area lies in itself.
    """
    under = _below(number, parent)
    v, lower = area_version.alias(), area_version.alias()
    inside = (
        sa.select(v.c.place_id.label("top"), v.c.place_id)
        .join(under, under.c.place_id == v.c.place_id)
        .where(v.c.level == level, holds_in(v, number))
        .cte("inside", recursive=True)
    )
    return inside.union(
        sa.select(inside.c.top, lower.c.place_id).where(
            lower.c.parent_id == inside.c.place_id, holds_in(lower, number)
        )
    )


def _below(number: int, parent: int | None) -> sa.CTE:
    v, lower = area_version.alias(), area_version.alias()
    first = v.c.parent_id.is_(None) if parent is None else v.c.place_id == parent
    under = sa.select(v.c.place_id).where(first, holds_in(v, number)).cte("under", recursive=True)
    return under.union(
        sa.select(lower.c.place_id).where(
            lower.c.parent_id == under.c.place_id, holds_in(lower, number)
        )
    )


def tops(tx: Transaction, number: int, level: str, parent: int | None) -> pd.DataFrame:
    """List the areas of a level by code: place_id, code, name, x, y (label point, metres)."""
    v, under = area_version.c, _below(number, parent)
    x = sa.func.ST_X(v.label, type_=sa.Double).label("x")
    y = sa.func.ST_Y(v.label, type_=sa.Double).label("y")
    statement = (
        sa.select(v.place_id, v.code, v.name, x, y)
        .join(under, under.c.place_id == v.place_id)
        .where(v.level == level, holds_in(area_version, number))
        .order_by(v.code.collate("C"))
    )
    return fetch_frame(tx, statement)


def posts_by_title(tx: Transaction, number: int, level: str, parent: int | None) -> pd.DataFrame:
    """Count posts of each area of a level and all in it: top, title, posts, vacant."""
    p, inside = position.c, _inside(number, level, parent)
    vacant = sa.func.count().filter(p.holder.is_(None)).cast(sa.Integer)
    statement = (
        sa.select(
            inside.c.top,
            p.title,
            sa.func.count().cast(sa.Integer).label("posts"),
            vacant.label("vacant"),
        )
        .join_from(position, inside, inside.c.place_id == heir_or_self(p.place_id, number))
        .where(p.valid_to.is_(None))
        .group_by(inside.c.top, p.title)
        .order_by(inside.c.top, p.title)
    )
    return fetch_frame(tx, statement)


def branch_counts(tx: Transaction, number: int, level: str, parent: int | None) -> pd.DataFrame:
    """Count branches of each area of a level and all in it: top, branches."""
    b, inside = branch.c, _inside(number, level, parent)
    statement = (
        sa.select(inside.c.top, sa.func.count().cast(sa.Integer).label("branches"))
        .join_from(branch, inside, inside.c.place_id == heir_or_self(b.place_id, number))
        .where(b.valid_to.is_(None))
        .group_by(inside.c.top)
    )
    return fetch_frame(tx, statement)


def astray(tx: Transaction, number: int) -> tuple[int, int]:
    """Count live positions and branches whose area is not in an edition."""
    under = _below(number, None)
    known = sa.select(under.c.place_id)

    def lost(table: sa.Table) -> int:
        statement = sa.select(sa.func.count()).where(
            table.c.valid_to.is_(None), heir_or_self(table.c.place_id, number).not_in(known)
        )
        return int(tx.scalar(statement) or 0)

    return lost(position), lost(branch)


def positions_in(tx: Transaction, number: int, places: Collection[int] | None) -> pd.DataFrame:
    """List live positions in areas and all that lies in them; None: in all of the edition.

    Columns: id, key, place_id, level, code, name (of the area), title, holder, phone; by code,
    title and key.
    """
    p, v = position.c, area_version.c
    statement = (
        sa.select(p.id, p.key, v.place_id, v.level, v.code, v.name, p.title, p.holder, p.phone)
        .join_from(position, area_version, v.place_id == heir_or_self(p.place_id, number))
        .where(p.valid_to.is_(None), holds_in(area_version, number))
        .order_by(v.code.collate("C"), p.title, p.key)
    )
    if places is not None:
        statement = statement.where(v.place_id.in_(_all_in(number, places)))
    return fetch_frame(tx, statement)


def _all_in(number: int, places: Collection[int]) -> sa.Select[Any]:
    v, lower = area_version.alias(), area_version.alias()
    chosen = (
        sa.select(v.c.place_id)
        .where(v.c.place_id.in_(list(places)), holds_in(v, number))
        .cte("chosen", recursive=True)
    )
    chosen = chosen.union(
        sa.select(lower.c.place_id).where(
            lower.c.parent_id == chosen.c.place_id, holds_in(lower, number)
        )
    )
    return sa.select(chosen.c.place_id)


def bound_to(tx: Transaction, places: Collection[int]) -> dict[str, int]:
    """Count the live positions, branches and members on duty that belong to places."""
    given = sa.cast(sorted(places), sa.ARRAY(sa.BigInteger))
    codes = sa.select(area_code.c.code).where(area_code.c.place_id == sa.any_(given))
    bound = {
        "position": (position, position.c.place_id == sa.any_(given)),
        "branch": (branch, branch.c.place_id == sa.any_(given)),
        "duty": (member, member.c.duty_area.in_(codes)),
    }
    return {
        name: tx.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c.valid_to.is_(None), there)
        )
        or 0
        for name, (table, there) in bound.items()
    }
