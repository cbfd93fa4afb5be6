"""Statements that answer questions about areas: lists in pages, codes, neighbours by link."""

from __future__ import annotations

import sqlalchemy as sa

from geo.boundaries.store.lines import in_edition
from geo.db import Found, Listing, Transaction, begins_with, find, in_regions
from geo.db.schema import area_code, area_figures, area_version


def place_of(tx: Transaction, number: int, code_or_id: str) -> int | None:
    """Find an area of an edition by its code, or else by its place id; None if it has neither."""
    v = area_version.c
    code = v.code.collate("C")
    found: int | None = tx.scalar(
        sa.select(v.place_id).where(in_edition(number), code == code_or_id)
    )
    if found is None and code_or_id.isdecimal() and int(code_or_id) < 2**63:
        found = tx.scalar(
            sa.select(v.place_id).where(in_edition(number), v.place_id == int(code_or_id))
        )
    return found


def owner_of(tx: Transaction, code: str) -> int | None:
    """Find the place that a code belongs to, in whatever edition; None if it was never published."""
    place: int | None = tx.scalar(sa.select(area_code.c.place_id).where(area_code.c.code == code))
    return place


def area_page(tx: Transaction, listing: Listing, *, level: str | None, parent: int | None) -> Found:
    """List areas by code bytes; with `parent`, only what lies below that area by parent link.

    Columns: id, level, code, name, parent_id, parent_code, parent_name, households,
    households_complete, buildings, area_m2, geometry.
    """
    v, f, above = area_version.c, area_figures.c, area_version.alias("above")
    number = listing.edition
    statement = (
        sa.select(
            v.place_id.label("id"), v.level, v.code, v.name, v.parent_id,
            above.c.code.label("parent_code"), above.c.name.label("parent_name"),
            f.households, f.households_complete, f.buildings, v.area_m2,
            v.geom.label("geometry"),
        )
        .join_from(
            area_version, area_figures,
            sa.and_(f.edition == number, f.place_id == v.place_id),
            isouter=True,
        )
        .join(
            above,
            sa.and_(above.c.place_id == v.parent_id, in_edition(number, above)),
            isouter=True,
        )
        .where(
            in_edition(number),
            *in_regions(v.geom, listing),
            *begins_with([v.code.collate("C"), v.name], listing.begins),
        )
    )  # fmt: skip
    if level is not None:
        statement = statement.where(v.level == level)
    if parent is not None:
        statement = statement.where(v.place_id.in_(_below(number, parent)))
    return find(tx, statement, listing, key=[v.code.collate("C"), v.place_id])


def _below(number: int, place: int) -> sa.Select[tuple[int]]:
    v = area_version.c
    below = (
        sa.select(v.place_id)
        .where(in_edition(number), v.parent_id == place)
        .cte("below", recursive=True)
    )
    below = below.union(
        sa.select(v.place_id).where(in_edition(number), v.parent_id == below.c.place_id)
    )
    return sa.select(below.c.place_id)
