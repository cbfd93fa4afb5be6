"""Statements about members and the buildings they live in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db import Transaction, fetch_arrays, fetch_frame, heir_or_self
from geo.db.schema import area_code, area_version, building, edition, member, placement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _x(point: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    return sa.func.ST_X(point, type_=sa.Double).label("x")


def _y(point: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    return sa.func.ST_Y(point, type_=sa.Double).label("y")


def homes(tx: Transaction) -> pd.DataFrame:
    """Read the live buildings that members may live in, by id.

    Columns key, id, compound, number, name, address, x, y (inner point, metres).
    """
    b = building.c
    statement = (
        sa.select(
            b.key, b.id, b.compound, b.number, b.name, b.address, _x(b.inner_point),
            _y(b.inner_point),
        )
        .where(b.valid_to.is_(None))
        .order_by(b.id)
    )  # fmt: skip
    return fetch_frame(tx, statement)


def find_homes(tx: Transaction) -> None:
    """Tie members to buildings that came after them, where exactly one has the key."""
    b, m = building.c, member.c
    single = (
        sa.select(b.key, sa.func.min(b.id).label("id"))
        .where(b.valid_to.is_(None))
        .group_by(b.key)
        .having(sa.func.count() == 1)
        .subquery()
    )
    tx.execute(
        member.update()
        .where(m.valid_to.is_(None), m.home_id.is_(None), m.home_building == single.c.key)
        .values(home_id=single.c.id)
    )


def housed_points(tx: Transaction) -> tuple[Ints, Floats]:
    """Read live members whose building is known: ids, and the building's point (metres)."""
    statement = (
        sa.select(member.c.id, _x(building.c.inner_point), _y(building.c.inner_point))
        .join_from(member, building, building.c.id == member.c.home_id)
        .where(member.c.valid_to.is_(None), building.c.valid_to.is_(None))
        .order_by(member.c.id)
    )
    return _points(tx, statement)


def own_points(tx: Transaction) -> tuple[Ints, Floats]:
    """Read live members without a known building: ids, and their own point (metres)."""
    m = member.c
    statement = (
        sa.select(m.id, _x(m.geom), _y(m.geom))
        .where(m.valid_to.is_(None), m.home_id.is_(None), m.geom.is_not(None))
        .order_by(m.id)
    )
    return _points(tx, statement)


def _points(tx: Transaction, statement: sa.Select[Any]) -> tuple[Ints, Floats]:
    found = fetch_arrays(tx, statement)
    return found["id"], np.column_stack([found["x"], found["y"]])


# -- lists and counts


def live_members(tx: Transaction) -> pd.DataFrame:
    """Read all live members by id: id, kind."""
    m = member.c
    return fetch_frame(tx, sa.select(m.id, m.kind).where(m.valid_to.is_(None)).order_by(m.id))


def member_spans(tx: Transaction) -> dict[str, NDArray[Any]]:
    """Read where live members belong: member, first, last (0 = goes on), place (−1 = outside)."""
    p, m = placement.c, member.c
    statement = (
        sa.select(
            p.subject_id.label("member"),
            sa.cast(p.first_edition, sa.BigInteger).label("first"),
            sa.cast(sa.func.coalesce(p.last_edition, 0), sa.BigInteger).label("last"),
            sa.func.coalesce(p.place_id, -1).label("place"),
        )
        .join_from(placement, member, sa.and_(m.id == p.subject_id, m.valid_to.is_(None)))
        .where(p.subject_kind == "member")
    )
    return fetch_arrays(tx, statement)


def parent_spans(tx: Transaction) -> dict[str, NDArray[Any]]:
    """Read what lies in what: place, parent, first and last (0 = goes on) edition."""
    v = area_version.c
    statement = sa.select(
        v.place_id.label("place"),
        v.parent_id.label("parent"),
        sa.cast(v.first_edition, sa.BigInteger).label("first"),
        sa.cast(sa.func.coalesce(v.last_edition, 0), sa.BigInteger).label("last"),
    ).where(v.parent_id.is_not(None))
    return fetch_arrays(tx, statement)


def edition_numbers(tx: Transaction) -> list[int]:
    """List the published editions, rising."""
    return list(tx.scalars(sa.select(edition.c.number).order_by(edition.c.number)))


def level_places(tx: Transaction, number: int, *, level: str, parent: int | None) -> list[int]:
    """List the places of a level in an edition by code, all or those in one place."""
    v = area_version.c
    statement = sa.select(v.place_id).where(v.level == level, _in(v, number))
    if parent is not None:
        inside = _inside(number, [parent])
        statement = statement.where(v.place_id.in_(sa.select(inside.c.place_id)))
    return list(tx.scalars(statement.order_by(v.code.collate("C"))))


def _inside(number: int, places: Collection[int]) -> sa.CTE:
    """Give the places of an edition and all that lies in them."""
    v, below = area_version.c, area_version.alias().c
    tops = sa.cast(list(places), sa.ARRAY(sa.BigInteger))
    inside = (
        sa.select(v.place_id)
        .where(_in(v, number), v.place_id == sa.any_(tops))
        .cte("inside", recursive=True)
    )
    return inside.union(
        sa.select(below.place_id).where(_in(below, number), below.parent_id == inside.c.place_id)
    )


def list_members(
    tx: Transaction,
    *,
    number: int,
    units: Ints | None,
    duties: Sequence[str] | None,
    kind: str | None,
    words: str | None,
    after: int,
    limit: int,
) -> Sequence[sa.Row[Any, Any, Any, Any, Any, Any, Any, Any, Any, Any, Any]]:
    """Read live members by id: who lives in one of the units, or serves in one of the areas.

    `units` None means everywhere. Columns id, name, phone, kind, address, home_id, duty (place
    id), unit (place id in the edition, None outside), compound, number, building_address.
    """
    m, p, b, c = member.c, placement.c, building.c, area_code.c
    mine = sa.and_(p.subject_kind == "member", p.subject_id == m.id, _in(p, number))
    home = sa.and_(b.id == m.home_id, b.valid_to.is_(None))
    statement = (
        sa.select(
            m.id, m.name, m.phone, m.kind, m.address, m.home_id,
            heir_or_self(c.place_id, number).label("duty"),
            p.place_id.label("unit"), b.compound, b.number, b.address.label("building_address"),
        )
        .join_from(member, placement, mine, isouter=True)
        .join(building, home, isouter=True)
        .join(area_code, c.code == m.duty_area, isouter=True)
        .where(m.valid_to.is_(None), m.id > after)
    )  # fmt: skip
    if units is not None:
        lives = p.place_id == sa.any_(sa.cast(units.tolist(), sa.ARRAY(sa.BigInteger)))
        serves = m.duty_area == sa.any_(sa.cast(list(duties or ()), sa.ARRAY(sa.Text)))
        statement = statement.where(sa.or_(lives, serves))
    if kind is not None:
        statement = statement.where(m.kind == kind)
    if words is not None:
        statement = statement.where(
            sa.or_(
                m.name.contains(words, autoescape=True),
                m.phone == words,
            )
        )
    return tx.execute(statement.order_by(m.id).limit(limit)).all()


def codes_of(tx: Transaction, number: int, places: Collection[int]) -> list[str]:
    """List all codes, of today and before, of places of an edition and of all that lies in them.

    The codes of retired places are those of their heirs.
    """
    inside = sa.select(_inside(number, places).c.place_id)
    c = area_code.c
    mine = heir_or_self(c.place_id, number).in_(inside)
    return list(tx.scalars(sa.select(c.code).where(mine)))


def _in(v: Any, number: int) -> sa.ColumnElement[bool]:  # noqa: ANN401 - a table's columns
    return sa.and_(
        v.first_edition <= number, sa.or_(v.last_edition.is_(None), v.last_edition >= number)
    )


def members_of(tx: Transaction, key: str | int, source: str | None = None) -> list[int]:
    """Find members by id (number) or by the id of their roster (text), ended ones too."""
    m = member.c
    statement = sa.select(m.id).where(m.id == key if isinstance(key, int) else m.key == key)
    if source is not None:
        statement = statement.where(m.source == source)
    return list(tx.scalars(statement.distinct().order_by(m.id)))


def unit_of(tx: Transaction, member_id: int, number: int) -> int | None:
    """Give the unit where a member lives in an edition; None outside."""
    p = placement.c
    return tx.scalar(
        sa.select(p.place_id).where(
            p.subject_kind == "member", p.subject_id == member_id, _in(p, number)
        )
    )


def erase(tx: Transaction, member_id: int) -> None:
    """Remove all versions of a member and where it was placed."""
    tx.execute(
        placement.delete().where(
            placement.c.subject_kind == "member", placement.c.subject_id == member_id
        )
    )
    tx.execute(member.delete().where(member.c.id == member_id))
