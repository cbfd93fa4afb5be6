"""Statements about what became of areas from edition to edition."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import sqlalchemy as sa

from geo.boundaries.store.lines import in_edition
from geo.db import Transaction, fetch_frame
from geo.db.schema import area_version, edition, lineage


def versions_of(tx: Transaction, place: int) -> pd.DataFrame:
    """Read the versions of a place, oldest first.

    Columns first_edition, last_edition, since (day), until (the first day without it), level,
    code, name, parent_id, parent_code, parent_name (as the parent was then), area_m2.
    """
    v, above, first = area_version.c, area_version.alias("above"), edition.alias("first")
    until = (
        sa.select(sa.func.min(edition.c.effective))
        .where(edition.c.number > v.last_edition)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            v.first_edition, v.last_edition, first.c.effective.label("since"),
            until.label("until"), v.level, v.code, v.name, v.parent_id,
            above.c.code.label("parent_code"), above.c.name.label("parent_name"), v.area_m2,
        )
        .join(first, first.c.number == v.first_edition)
        .join(
            above,
            sa.and_(above.c.place_id == v.parent_id, in_edition(v.first_edition, above)),
            isouter=True,
        )
        .where(v.place_id == place)
        .order_by(v.first_edition)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def lineage_from(tx: Transaction, place: int) -> pd.DataFrame:
    """Read from which places a place has its ground, by edition; see `lineage_to`."""
    return _lineage(tx, lineage.c.to_place == place, lineage.c.from_place, lineage.c.edition - 1)


def lineage_to(tx: Transaction, place: int) -> pd.DataFrame:
    """Read to which places the ground of a place went, by edition.

    Columns edition, since (day), id, level, code, name (of the other place, as it was called),
    households, area_m2, share_households, share_area (of what the giving place had).
    """
    return _lineage(tx, lineage.c.from_place == place, lineage.c.to_place, lineage.c.edition)


def _lineage(
    tx: Transaction,
    mine: sa.ColumnElement[bool],
    other: sa.Column[int],
    called_in: sa.ColumnElement[int],
) -> pd.DataFrame:
    m, v = lineage.c, area_version.c
    statement = (
        sa.select(
            m.edition, edition.c.effective.label("since"), v.place_id.label("id"), v.level, v.code,
            v.name, m.households, m.area_m2, m.share_households, m.share_area,
        )
        .join(edition, edition.c.number == m.edition)
        .join(area_version, sa.and_(v.place_id == other, in_edition(called_in)))
        .where(mine)
        .order_by(m.edition, v.code.collate("C"))
    )  # fmt: skip
    return fetch_frame(tx, statement)


def passed_on(tx: Transaction, number: int, places: Iterable[int]) -> pd.DataFrame:
    """Read what an edition made of places: from_place, to_place, share_area, share_households."""
    m = lineage.c
    given = sa.cast(list(places), sa.ARRAY(sa.BigInteger))
    statement = (
        sa.select(m.from_place, m.to_place, m.share_area, m.share_households)
        .where(m.edition == number, m.from_place == sa.any_(given))
        .order_by(m.from_place, m.to_place)
    )
    return fetch_frame(tx, statement)


def area_heads(tx: Transaction, number: int, places: Iterable[int]) -> pd.DataFrame:
    """Name areas of an edition by code bytes: id, level, code, name."""
    v = area_version.c
    given = sa.cast(list(places), sa.ARRAY(sa.BigInteger))
    statement = (
        sa.select(v.place_id.label("id"), v.level, v.code, v.name)
        .where(in_edition(number), v.place_id == sa.any_(given))
        .order_by(v.code.collate("C"))
    )
    return fetch_frame(tx, statement)
