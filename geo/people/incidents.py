"""Incidents: what happened where, with the coordinate as it was reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import WGS84, SourceCrs, convert_xy
from geo.findings import Note
from geo.people.hexes import cells_at
from geo.people.incident_states import CLOSED, STATES, settled
from geo.registers import Diff, Ints, Prepared, pick, point_xy

Bools = NDArray[np.bool_]

_PLACE = ("original_x", "original_y", "original_crs")
_SAID = ("kind", "title", "state", "reported_at", "closed_at", "address")
_TIMES = ("reported_at", "closed_at")


def prepare_incidents(frame: pd.DataFrame, *, epsg: int) -> Prepared:
    """Fit incidents to their table: the point in metres, the H3 cell for maps.

    Words of other systems for one of the six states become that state; others stay.
    """
    rows = pick(frame, (*_SAID, *_PLACE))
    xy = point_xy(rows["geom"].to_numpy())
    lon, lat = convert_xy(xy[:, 0], xy[:, 1], SourceCrs("epsg", epsg), WGS84)
    meant = {text: settled(text) for text in rows["state"].dropna().unique()}
    state = rows["state"].astype(object).map(meant)
    rows = rows.assign(cell=cells_at(lon, lat), state=state.where(state.notna(), None))
    return Prepared(rows, xy, notes=_backwards(rows))


def as_reported(prepared: Prepared, *, now: dt.datetime) -> Prepared:
    """Fill in what goes without saying when an incident is reported one by one.

    It was reported now, and collected; when it comes closed, it was closed as it was reported.
    """
    rows = prepared.rows
    reported = rows["reported_at"].fillna(pd.Timestamp(now))
    state = rows["state"].where(rows["state"].notna(), STATES[0])
    closed = rows["closed_at"].where(rows["closed_at"].notna() | (state != CLOSED), reported)
    return replace(prepared, rows=rows.assign(reported_at=reported, state=state, closed_at=closed))


def carry_changes(
    prepared: Prepared, diff: Diff, given: Collection[str], live: gpd.GeoDataFrame
) -> Prepared:
    """Let changed rows keep what was changed here since they were last imported.

    An import changes what its file changed: where the file says what it said last time, or has
    no such column, the live value stays; so do the pin, its unit chosen by hand, and who handles
    it, unless the file moves the point.

    Parameters
    ----------
    prepared, diff
        The incoming rows, and what they are.
    given : collection of str
        The columns that the file has.
    live : GeoDataFrame
        The live rows of the changed ones, by id: the columns said, cell, handler_id, geom, and
        `imported` (what the source said last; None: the columns themselves).
    """
    at = np.flatnonzero(diff.changed)
    rows, now = prepared.rows, live.loc[diff.ids[at]]
    before = _last_said(now)
    fresh = rows.iloc[at]
    kept = {
        name: (_same(fresh[name], before[name]) if name in given else np.ones(len(at), dtype=bool))
        for name in _SAID
    }
    in_place = np.ones(len(at), dtype=bool)
    for name in _PLACE:
        in_place &= _same(fresh[name], before[name])
    kept |= dict.fromkeys((*_PLACE, "cell", "geom"), in_place)
    merged = {name: _chosen(rows[name], now[name], at, keep) for name, keep in kept.items()}
    merged["closed_at"] = _closed_only(merged["state"], merged["closed_at"], rows["closed_at"])
    imported = np.full(len(rows), None, dtype=object)
    imported[at] = _plain(fresh[[*_SAID, *_PLACE]])
    handler = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    handler.iloc[at] = now["handler_id"].astype("Int64").to_numpy()
    stays = np.zeros(len(rows), dtype=bool)
    stays[at] = in_place
    after = rows.assign(**merged, imported=imported, handler_id=handler)
    return replace(prepared, rows=after, xy=point_xy(after["geom"].to_numpy()), stays=stays)


def _last_said(live: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give what the source of live rows said last, with the columns' own types."""
    said = live["imported"].to_numpy(dtype=object)
    told = pd.DataFrame([word or {} for word in said], index=live.index)
    changed = np.array([word is not None for word in said], dtype=bool)
    columns = {}
    for name in (*_SAID, *_PLACE):
        values = live[name].astype(object).to_numpy(copy=True)
        if changed.any():
            values[changed] = told[name].to_numpy(dtype=object)[changed]
        columns[name] = values
    return pd.DataFrame(columns, index=live.index)


def _same(incoming: pd.Series, before: pd.Series) -> Bools:
    new, old = incoming.astype(object), before.astype(object).set_axis(incoming.index)
    if incoming.name in _TIMES:
        new, old = (pd.to_datetime(texts, utc=True, format="ISO8601") for texts in (new, old))
    return ((new.isna() & old.isna()) | (new == old)).to_numpy(dtype=bool)


def _chosen(incoming: pd.Series, live: pd.Series, at: Ints, keep: Bools) -> pd.Series:
    """Put the live values where they are kept."""
    values = incoming.astype(object).to_numpy(copy=True)
    values[at[keep]] = live.astype(object).to_numpy()[keep]
    chosen = pd.Series(values, index=incoming.index, dtype=object)
    return pd.to_datetime(chosen, utc=True) if incoming.name in _TIMES else chosen


def _closed_only(state: pd.Series, closed_at: pd.Series, said: pd.Series) -> pd.Series:
    """Forget the time of a closing that the file has undone."""
    undone = state.isin(STATES[:-1]) & said.isna()
    return closed_at.mask(undone)


def _plain(rows: pd.DataFrame) -> list[dict[str, object]]:
    texts = {
        name: rows[name].map(lambda time: time.isoformat(), na_action="ignore") for name in _TIMES
    }
    plain = rows.assign(**texts).astype(object)
    return plain.where(plain.notna(), None).to_dict("records")  # type: ignore[return-value]


def _backwards(rows: pd.DataFrame) -> tuple[Note, ...]:
    wrong = np.flatnonzero((rows["closed_at"] < rows["reported_at"]).to_numpy(dtype=bool))
    if not len(wrong):
        return ()
    first = rows.index[wrong[0]]
    return (
        Note(
            "closed_before_reported",
            "warning",
            f"{len(wrong)} incidents were closed before they were reported, first in row {first}."
            " The times are kept as they are; check them in the source.",
            f"{len(wrong)} 个事件的办结时间早于上报时间，首见于第 {first} 行。时间已按原样保留，请核对。",
        ),
    )
