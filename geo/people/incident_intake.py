"""Incidents on their way in: one by one, in batches and from files, all by the same rule."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.access import Actor
from geo.boundaries import Placer, Site, edition_on, editions, load_placer, today, units_within
from geo.crs import SourceCrs
from geo.db import Transaction
from geo.errors import BadInput, NotAllowed, Refused
from geo.exchange import Conformed, Table, conform, read_records, to_working
from geo.findings import Reject
from geo.frames import INCIDENTS
from geo.import_report import ImportReport
from geo.people.incident_places import NEAR_M
from geo.people.incidents import as_reported, carry_changes, prepare_incidents
from geo.people.store import incidents as store
from geo.progress import Progress, quiet
from geo.registers import Diff, Prepared, RowKind, import_dated, point_xy

#: What a row of a batch may name.
COLUMNS = ("key", "kind", "title", "state", "reported_at", "closed_at", "address", "lon", "lat")
ON_THE_MAP = "map"


class Point(NamedTuple):
    """A point in metres in the working CRS, on the 1 mm grid."""

    x: float
    y: float


def report_incident(
    tx: Transaction,
    site: Site,
    row: Mapping[str, object],
    *,
    crs: SourceCrs,
    source: str = ON_THE_MAP,
    actor: Actor,
) -> int:
    """Report one incident: placed at once in every edition. Gives its id.

    `row` has the columns of `COLUMNS`; kind, lon and lat at least. Without a time it was
    reported now, without a state it is collected, without a key it gets one. The same key with
    the same values again is the same incident.

    Raises
    ------
    BadInput, WrongCrs
        If a value can't be read; the sentence names it.
    NotAllowed
        If the place lies outside the areas of the actor.
    Refused
        If the source has another incident of this key.
    """
    key = str(row.get("key") or uuid.uuid4().hex)
    conformed = _conformed(read_records([{**row, "key": key}], COLUMNS, crs=crs), site)
    placer = near_placer(tx, site, _point_of(conformed, site))
    kind = _asked_kind(tx, site, placer, source=source, actor=actor)
    now = store.moment(tx)
    one = replace(kind, prepare=lambda frame: as_reported(kind.prepare(frame), now=now))
    done = import_dated(
        tx, conformed, one, source=source, site=site, place=placer, actor=actor, commit=True,
        skip_rejected=True,
    )  # fmt: skip
    for reject in done.rejects:
        raise _as_error(reject)
    if done.updated:
        raise Refused(
            f"“{source}” has reported an incident “{key}” with other values already. Change that"
            " one, or give this one a key of its own.",
            f"来源“{source}”已上报过编号为“{key}”但内容不同的事件。请修改原事件，或使用新的编号。",
            source=source,
            key=key,
        )
    found = store.id_of(tx, source, key)
    assert found is not None, "an incident that was taken is there"  # noqa: S101
    return found


def bring_incidents(
    tx: Transaction,
    site: Site,
    table: Table,
    *,
    source: str,
    actor: Actor,
    commit: bool,
    skip_rejected: bool = False,
    progress: Progress = quiet,
) -> ImportReport:
    """Take many incidents at once, all or nothing; a dry run unless `commit`.

    As an import of a file: rows are known by (source, key), without a key by their values, and
    the same rows again change nothing. Rows outside the areas of the actor are rejected.

    Raises
    ------
    Refused
        On commit, while rows are rejected and `skip_rejected` is not said.
    """
    place = load_placer(tx, site)
    return import_dated(
        tx, _conformed(table, site), _asked_kind(tx, site, place, source=source, actor=actor),
        source=source, site=site, place=place, actor=actor, commit=commit,
        skip_rejected=skip_rejected, progress=progress,
    )  # fmt: skip


def file_kind(site: Site) -> RowKind:
    """Say how files of incidents are imported."""
    return RowKind(
        "incidents",
        "incident",
        "incident",
        partial(prepare_incidents, epsg=site.epsg),
        carry=_carry,
        written=_log,
    )


def read_point(lon: float, lat: float, crs: SourceCrs, site: Site) -> Point:
    """Read one coordinate as a row of a file would be read.

    Raises
    ------
    BadInput, WrongCrs
        If it can't be in its system, or lies far from the town's zone.
    """
    row = {"kind": "point", "lon": lon, "lat": lat}
    return _point_of(_conformed(read_records([row], COLUMNS, crs=crs), site), site)


def near_placer(tx: Transaction, site: Site, point: Point) -> Placer:
    """Give a placer that knows only the units near one point, in every edition.

    For that point it answers as the placer of all units does, without reading them.
    """
    # A millimetre more than is asked for, so that rounding in the index's test loses nothing.
    near = store.units_near(tx, point.x, point.y, metres=NEAR_M + 0.001, epsg=site.epsg)
    numbers = [int(number) for number in editions(tx)["number"]]
    return Placer({n: near[near["edition"] == n].reset_index(drop=True) for n in numbers})


def _conformed(table: Table, site: Site) -> Conformed:
    return conform(table, INCIDENTS, timezone=site.timezone)


def _point_of(conformed: Conformed, site: Site) -> Point:
    for reject in conformed.rejects:
        raise _as_error(reject)
    placed = to_working(conformed, site.epsg)
    x, y = point_xy(placed.frame.geometry.to_numpy())[0]
    return Point(float(x), float(y))


def _as_error(reject: Reject) -> BadInput | NotAllowed:
    kind = NotAllowed if reject.code == _ELSEWHERE else BadInput
    return kind(
        f"{reject.field}: {reject.en} {reject.remedy_en}",
        f"{reject.field}：{reject.zh}{reject.remedy_zh}",
        field=reject.field,
        reason=reject.code,
    )


def _asked_kind(
    tx: Transaction, site: Site, place: Placer, *, source: str, actor: Actor
) -> RowKind:
    """Say how an actor's own incidents come in: only into the areas that the actor is for."""
    kind = replace(file_kind(site), right="incidents.write", action="report incidents")
    scope = actor.scope("incidents.write")
    if scope.places is None:
        return kind
    edition = edition_on(tx, today(site))
    mine = units_within(tx, edition, scope.places) if edition is not None else np.empty(0)

    def prepare(frame: pd.DataFrame) -> Prepared:
        prepared = kind.prepare(frame)
        if edition is None or prepared.xy is None:
            return _without(prepared, np.ones(len(prepared.rows), dtype=bool))
        units = place.place(prepared.xy)[edition]
        held = store.units_by_key(tx, source, prepared.rows["key"].tolist(), edition)
        known = prepared.rows["key"].isin(held.index).to_numpy(dtype=bool)
        there = prepared.rows["key"].map(held)[known]
        away = ~np.isin(units, mine)
        away[known] |= ~there.isin(mine).to_numpy(dtype=bool)
        return _without(prepared, away)

    return replace(kind, prepare=prepare)


_ELSEWHERE = "not_allowed"


def _without(prepared: Prepared, away: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Prepared:
    """Leave out the rows that lie outside the actor's areas, and say so."""
    rejects = [
        Reject(
            row=int(str(row)),
            field="geometry",
            code=_ELSEWHERE,
            value="",
            en="The place lies outside the areas that your account is for.",
            zh="该位置不在您的账号所辖区域内。",
            remedy_en="Leave the row to those in charge of it, or ask for a wider role.",
            remedy_zh="请交由所在区域的负责人上报，或申请扩大角色范围。",
        )
        for row in prepared.rows.index[away]
    ]
    return replace(
        prepared,
        rows=prepared.rows[~away],
        xy=None if prepared.xy is None else prepared.xy[~away],
        rejects=(*prepared.rejects, *rejects),
    )


def _carry(tx: Transaction, prepared: Prepared, diff: Diff, given: Collection[str]) -> Prepared:
    if not diff.changed.any():
        return prepared
    live = store.known_rows(tx, diff.ids[diff.changed].tolist())
    return carry_changes(prepared, diff, given, live)


def _log(tx: Transaction, actor: Actor, ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    store.log_import(tx, ids.tolist(), actor=actor.name)
