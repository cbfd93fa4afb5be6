"""Incidents: what happened where, with the coordinate as it was reported."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.crs import WGS84, SourceCrs, convert_xy
from geo.findings import Note
from geo.people.hexes import cells_at
from geo.registers import Prepared, pick, point_xy

_COLUMNS = (
    "kind", "title", "state", "reported_at", "closed_at", "address", "original_x", "original_y",
    "original_crs",
)  # fmt: skip


def prepare_incidents(frame: pd.DataFrame, *, epsg: int) -> Prepared:
    """Fit incidents to their table: the point in metres, the H3 cell for maps."""
    rows = pick(frame, _COLUMNS)
    xy = point_xy(rows["geom"].to_numpy())
    lon, lat = convert_xy(xy[:, 0], xy[:, 1], SourceCrs("epsg", epsg), WGS84)
    return Prepared(rows.assign(cell=cells_at(lon, lat)), xy, notes=_backwards(rows))


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
