"""Rows that hold for a span of editions: the one condition that says when they do."""

from __future__ import annotations

import sqlalchemy as sa


def holds_in(rows: sa.FromClause, edition: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Tell whether rows with `first_edition` and `last_edition` (NULL: still) hold in an edition."""
    r = rows.c
    return sa.and_(
        r.first_edition <= edition, sa.or_(r.last_edition.is_(None), r.last_edition >= edition)
    )
