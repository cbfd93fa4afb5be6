"""Points with a status and a reason each: placed, outside or invalid."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.boundaries.locate import OUTSIDE, LocateIndex
from geo.crs import SourceCrs, points_to_working

Floats = NDArray[np.float64]
Status = Literal["placed", "outside", "invalid"]


class Reason(NamedTuple):
    """Why a point has no unit, in both languages."""

    en: str
    zh: str


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "not_a_number": Reason(
            "The coordinates are not numbers. Give both.", "坐标不是数字，请给出两个坐标值。"
        ),
        "out_of_range": Reason(
            "The coordinates are out of the range of their system. Check the numbers and the CRS.",
            "坐标超出其坐标系的范围，请核对数值和坐标系。",
        ),
        "swapped": Reason(
            "Taken the other way round the pair lies inside: the columns may be swapped.",
            "两个坐标对调后位于区域内，可能是列颠倒了。",
        ),
        "no_unit": Reason("No unit covers the point.", "没有单元包含该点。"),
    }
)


def locate_points(
    index: LocateIndex,
    place_ids: NDArray[np.int64],
    x: Floats,
    y: Floats,
    *,
    crs: SourceCrs,
    epsg: int,
) -> pd.DataFrame:
    """Place points by the one rule and say of each what became of it.

    Parameters
    ----------
    index : LocateIndex
        Of the units of an edition.
    place_ids : int array
        Place ids of those units in the index's order.
    x, y : float arrays, shape (n,)
        Coordinates as given: longitude and latitude in degrees, or easting and northing.
    crs : SourceCrs
        The system they are in.
    epsg : int
        Working CRS of the units.

    Returns
    -------
    DataFrame
        One row per point in order: `status` (`placed`, `outside`, `invalid`), `reason` (a key of
        `REASONS`, None when placed), `position` (of the unit, −1 for none), `place_id` Int64,
        `x`, `y` (metres in the working CRS, NaN when invalid).
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    xy, valid = _to_working(x, y, crs, epsg)
    position = index.assign(xy)
    reason = np.full(len(x), None, dtype=object)
    reason[position == OUTSIDE] = "no_unit"
    reason[~valid] = np.where(np.isfinite(x) & np.isfinite(y), "out_of_range", "not_a_number")[
        ~valid
    ]
    lost = np.flatnonzero((position == OUTSIDE) & np.isfinite(x) & np.isfinite(y))
    turned, _ = _to_working(y[lost], x[lost], crs, epsg)
    reason[lost[index.assign(turned) != OUTSIDE]] = "swapped"
    placed = position != OUTSIDE
    # Position −1 is the last element.
    ids = pd.array(np.append(place_ids, 0)[position], dtype="Int64")
    ids[~placed] = pd.NA
    status = np.where(placed, "placed", np.where(valid, "outside", "invalid"))
    return pd.DataFrame(
        {
            "status": status,
            "reason": reason,
            "position": position,
            "place_id": ids,
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def _to_working(
    x: Floats, y: Floats, crs: SourceCrs, epsg: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Points in the working CRS, NaN where they can't be there; and which can."""
    valid = np.isfinite(x) & np.isfinite(y)
    if crs.is_lonlat:
        valid &= (np.abs(x) <= 180) & (np.abs(y) <= 90)  # noqa: PLR2004
    xy = points_to_working(np.where(valid, x, np.nan), np.where(valid, y, np.nan), crs, epsg)
    valid &= np.isfinite(xy).all(axis=1)
    xy[~valid] = np.nan
    return xy, valid
