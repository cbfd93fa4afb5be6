"""What changed, in the order of the transactions that changed it.

A transaction writes its rows with the time at which it began, and they are seen only when it
commits. So a reader who has read up to some time could miss rows of a transaction that began
earlier and committed later. Nothing is therefore given out that is not older than every
transaction still running in this database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geo.db.engine import Transaction
from geo.db.paging import placed_in
from geo.db.schema import (
    area_version,
    building,
    compound,
    edition,
    facility,
    ground_feature,
    incident,
)

#: A transaction is reported as running a moment after it began, later on a busy machine.
_SLACK = dt.timedelta(seconds=1)

_DATED = {
    "building": building,
    "compound": compound,
    "facility": facility,
    "feature": ground_feature,
    "incident": incident,
}


@dataclass(frozen=True, order=True)
class Mark:
    """A place in the order of changes: the time, the rank of the table, the row."""

    at: dt.datetime
    rank: int
    row: int


_NO_EDITION = sa.cast(sa.null(), sa.Integer)

#: Before everything.
BEGINNING = Mark(dt.datetime(1, 1, 2, tzinfo=dt.UTC), 0, 0)


@dataclass(frozen=True)
class Event:
    """One change of one thing."""

    mark: Mark
    kind: str
    id: int
    what: str
    edition: int | None


@dataclass(frozen=True, eq=False)
class IncidentSight:
    """Which incidents may be seen: those placed in these units of an edition; None are all."""

    edition: int
    units: NDArray[np.int64] | None


def horizon(tx: Transaction) -> dt.datetime:
    """Give the time before which nothing more can come; ask in a statement of its own, first."""
    p = sa.table(
        "pg_stat_activity",
        sa.column("xact_start", sa.DateTime(timezone=True)),
        sa.column("datname", sa.Text),
        sa.column("backend_type", sa.Text),
    )
    oldest = sa.select(sa.func.min(p.c.xact_start)).where(
        p.c.datname == sa.func.current_database(), p.c.backend_type == "client backend"
    )
    begun: dt.datetime = tx.scalars(
        sa.select(sa.func.least(oldest.scalar_subquery(), sa.func.now()))
    ).one()
    return begun - _SLACK


def events(
    tx: Transaction,
    *,
    after: Mark,
    before: dt.datetime,
    limit: int,
    incidents: IncidentSight | None,
) -> list[Event]:
    """Read changes after a mark and before a time, in order; no incidents where it is None."""
    parts = []
    for rank, source in enumerate(_sources(_seen(incidents))):
        beyond = _beyond(source, rank, after)
        chosen = source.rows.where(beyond, source.at < before)
        page = chosen.order_by(source.at, source.row).limit(limit)
        columns = page.add_columns(sa.literal(rank).label("rank")).subquery()
        parts.append(sa.select(columns))
    every = sa.union_all(*parts).subquery()
    c = every.c
    found = tx.execute(sa.select(every).order_by(c.at, c.rank, c.row).limit(limit))
    return [
        Event(Mark(row.at, row.rank, row.row), row.kind, row.id, row.what, row.edition)
        for row in found
    ]


@dataclass(frozen=True, eq=False)
class _Source:
    """Events of one kind: at, row, kind, id, what, edition; what they are ordered by."""

    rows: sa.Select[Any]
    at: sa.ColumnElement[dt.datetime]
    row: sa.ColumnElement[int]


def _beyond(source: _Source, rank: int, after: Mark) -> sa.ColumnElement[bool]:
    if rank == after.rank:
        return sa.tuple_(source.at, source.row) > sa.tuple_(after.at, after.row)
    return source.at > after.at if rank < after.rank else source.at >= after.at


def _seen(incidents: IncidentSight | None) -> sa.ColumnElement[bool]:
    if incidents is None:
        return sa.false()
    if incidents.units is None:
        return sa.true()
    return placed_in(incident, "incident", edition=incidents.edition, units=incidents.units)


def _sources(incidents: sa.ColumnElement[bool]) -> Iterator[_Source]:
    """Give all sources, always in the same order and number: marks hold their ranks."""
    yield _editions()
    yield _areas_opened()
    yield _areas_ended()
    for kind, table in _DATED.items():
        chosen = incidents if table is incident else sa.true()
        yield _opened(kind, table, chosen)
        yield _ended(kind, table, chosen)


def _event(
    source: sa.FromClause,
    at: Any,  # noqa: ANN401 - a column of times
    row: Any,  # noqa: ANN401 - a column of numbers
    **cells: Any,  # noqa: ANN401 - columns and constants
) -> _Source:
    shown = [sa.literal(v) if isinstance(v, str) else v for v in cells.values()]
    columns = [cell.label(name) for name, cell in zip(cells, shown, strict=True)]
    rows = sa.select(at.label("at"), sa.cast(row, sa.BigInteger).label("row"), *columns)
    return _Source(rows.select_from(source), at, row)


def _editions() -> _Source:
    e = edition.c
    number = sa.cast(e.number, sa.BigInteger)
    return _event(
        edition, e.published_at, e.number,
        kind="edition", id=number, what="published", edition=e.number,
    )  # fmt: skip


def _areas_opened() -> _Source:
    v, e, older = area_version.c, edition.c, area_version.alias("older")
    again = sa.select(older.c.id).where(older.c.place_id == v.place_id, older.c.id < v.id).exists()
    return _event(
        edition.join(area_version, v.first_edition == e.number), e.published_at, v.id,
        kind="area", id=v.place_id, what=_changed_if(again), edition=e.number,
    )  # fmt: skip


def _areas_ended() -> _Source:
    v, e, newer = area_version.c, edition.c, area_version.alias("newer")
    goes_on = (
        sa.select(newer.c.id).where(newer.c.place_id == v.place_id, newer.c.id > v.id).exists()
    )
    source = _event(
        edition.join(area_version, v.last_edition + 1 == e.number), e.published_at, v.id,
        kind="area", id=v.place_id, what="ended", edition=e.number,
    )  # fmt: skip
    return _Source(source.rows.where(~goes_on), source.at, source.row)


def _opened(kind: str, table: sa.Table, chosen: sa.ColumnElement[bool]) -> _Source:
    t, older = table.c, table.alias("older")
    again = sa.select(older.c.row_id).where(older.c.id == t.id, older.c.row_id < t.row_id).exists()
    source = _event(
        table, t.valid_from, t.row_id,
        kind=kind, id=t.id, what=_changed_if(again), edition=_NO_EDITION,
    )  # fmt: skip
    # What was replaced in the very transaction that brought it was never seen.
    lived = sa.or_(t.valid_to.is_(None), t.valid_to > t.valid_from)
    return _Source(source.rows.where(lived, chosen), source.at, source.row)


def _ended(kind: str, table: sa.Table, chosen: sa.ColumnElement[bool]) -> _Source:
    t, newer = table.c, table.alias("newer")
    goes_on = (
        sa.select(newer.c.row_id).where(newer.c.id == t.id, newer.c.row_id > t.row_id).exists()
    )
    source = _event(
        table, t.valid_to, t.row_id, kind=kind, id=t.id, what="ended", edition=_NO_EDITION
    )
    return _Source(
        source.rows.where(t.valid_to.is_not(None), ~goes_on, chosen), source.at, source.row
    )


def _changed_if(again: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    return sa.case((again, "changed"), else_="new")
