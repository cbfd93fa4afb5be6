"""Points with a status and a reason each: placed, outside or invalid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from geo.boundaries.locate import OUTSIDE, LocateIndex
from geo.crs import SourceCrs, points_to_working
from geo.errors import Language

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Status = Literal["placed", "outside", "invalid"]
STATUSES: tuple[Status, ...] = ("placed", "outside", "invalid")


@dataclass(frozen=True)
class Reason:
    """Why a point has no unit."""

    code: str
    en: str
    zh: str

    def say(self, language: Language) -> str:
        """Give the sentence in one language."""
        return self.zh if language == "zh" else self.en


REASONS = (
    Reason(
        "not_a_number",
        "The coordinates are not numbers. Give both.",
        "坐标不是数字，请给出两个坐标值。",
    ),
    Reason(
        "out_of_range",
        "The coordinates are out of the range of their system. Check the numbers and the CRS.",
        "坐标超出其坐标系的范围，请核对数值和坐标系。",
    ),
    Reason(
        "swapped",
        "Taken the other way round the pair lies inside: the columns may be swapped.",
        "两个坐标对调后位于区域内，可能是列颠倒了。",
    ),
    Reason("no_unit", "No unit covers the point.", "没有单元包含该点。"),
)
NO_REASON = -1
_PLACED, _OUTSIDE, _INVALID = range(3)
_NOT_A_NUMBER, _OUT_OF_RANGE, _SWAPPED, _NO_UNIT = range(4)


@dataclass(frozen=True, eq=False)
class LocatedPoints:
    """What became of n points, column by column.

    Attributes
    ----------
    status, reason : int8 arrays
        Positions in `STATUSES` and `REASONS`; −1 is no reason: the point is placed.
    position : int32 array
        Of the unit in the index's order, −1 for none.
    xy : float array, shape (n, 2)
        Metres in the working CRS on the 1 mm grid, NaN when invalid.
    """

    status: Codes
    reason: Codes
    position: NDArray[np.integer[Any]]
    xy: Floats


def locate_points(
    index: LocateIndex, x: Floats, y: Floats, *, crs: SourceCrs, epsg: int
) -> LocatedPoints:
    """Place points by the one rule and say of each what became of it.

    Parameters
    ----------
    index : LocateIndex
        Of the units of an edition.
    x, y : float arrays, shape (n,)
        Coordinates as given: longitude and latitude in degrees, or easting and northing.
    crs : SourceCrs
        The system they are in.
    epsg : int
        Working CRS of the units.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    xy, valid = _to_working(x, y, crs, epsg)
    position = index.assign(xy)
    placed = position != OUTSIDE
    reason = np.where(placed, NO_REASON, _NO_UNIT).astype(np.int8)
    numbers = np.isfinite(x) & np.isfinite(y)
    reason[~valid] = np.where(numbers, _OUT_OF_RANGE, _NOT_A_NUMBER)[~valid]
    if len(lost := np.flatnonzero(~placed & numbers)):
        turned, _ = _to_working(y[lost], x[lost], crs, epsg)
        reason[lost[index.assign(turned) != OUTSIDE]] = _SWAPPED
    status = np.where(placed, _PLACED, np.where(valid, _OUTSIDE, _INVALID)).astype(np.int8)
    return LocatedPoints(status, reason, position, xy)


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
