"""Rows that hold for a span of editions: the one condition that says when they do."""

from __future__ import annotations

import sqlalchemy as sa

from geo.db.schema import heir


def holds_in(rows: sa.FromClause, edition: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Tell whether rows with `first_edition` and `last_edition` (NULL: still) hold in an edition."""
    r = rows.c
    return sa.and_(
        r.first_edition <= edition, sa.or_(r.last_edition.is_(None), r.last_edition >= edition)
    )


def heir_or_self(place: sa.ColumnElement[int], edition: int) -> sa.ColumnElement[int]:
    """Give the place that holds in an edition what was bound to `place`: itself, or its heir."""
    taker = heir.alias()
    found = sa.select(taker.c.heir_id).where(taker.c.place_id == place, holds_in(taker, edition))
    return sa.func.coalesce(found.scalar_subquery(), place)
