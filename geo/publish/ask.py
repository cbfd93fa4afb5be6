"""Where points lie: the one question that every face of the program asks in the same way.

The point is transformed into the working CRS, then snapped to 1 mm, then tested against the
units; its areas come by parent link alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.crs import SourceCrs, points_to_working
from geo.errors import Language
from geo.publish.books import NOWHERE, AreaBook, Flags, Floats, Ints, Link, RegisterBook

Status = Literal["placed", "outside", "invalid"]
STATUSES: tuple[Status, ...] = ("placed", "outside", "invalid")
PLACED, OUTSIDE, INVALID = range(3)

_LON_LIMIT, _LAT_LIMIT = 180.0, 90.0


@dataclass(frozen=True)
class Reason:
    """Why a point is invalid, or what is odd about one outside."""

    code: str
    en: str
    zh: str

    def say(self, language: Language) -> str:
        """Give the sentence in one language."""
        return self.zh if language == "zh" else self.en


NOT_A_NUMBER = Reason(
    "not_a_number",
    "The coordinates are missing or not finite numbers. Correct them.",
    "坐标缺失或不是有限的数字，请改正。",
)
OUT_OF_RANGE = Reason(
    "out_of_range",
    "Longitude must be within -180 and 180, latitude within -90 and 90.",
    "经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。",
)
SWAPPED = Reason(
    "swapped",
    "The latitude is beyond ±90; the swapped pair would fit. Check the order.",
    "纬度超出 ±90；经度和纬度对调后可用，请检查顺序。",
)
SWAPPED_INSIDE = Reason(
    "swapped_inside",
    "The point does not lie inside; the swapped pair would. Check the order.",
    "该点不在范围之内；两个坐标对调后在范围之内，请检查顺序。",
)
BEYOND_CRS = Reason(
    "beyond_crs",
    "The coordinates are beyond the stated coordinate system. Check crs.",
    "坐标超出所声明坐标系的范围，请检查 crs。",
)
REASONS = (NOT_A_NUMBER, OUT_OF_RANGE, SWAPPED, SWAPPED_INSIDE, BEYOND_CRS)
_NOTHING_TO_SAY = -1


@dataclass(frozen=True)
class Answer:
    """Where one point lies; `chain` top first, `building` an id of the register."""

    status: Status
    reason: Reason | None
    chain: tuple[Link, ...]
    building: int | None
    border_m: float | None


@dataclass(frozen=True, eq=False)
class Located:
    """Where n points lie, column by column; `located[row]` is one point's `Answer`.

    Attributes
    ----------
    areas : AreaBook
        The edition that answered.
    status : int array
        `PLACED`, `OUTSIDE` or `INVALID`, positions in `STATUSES`.
    reason_code : int array
        Position in `REASONS`; −1: nothing to say.
    unit, building : int array
        Place id of the unit and id of the building; `NOWHERE` where there is none.
    border_m : float array
        Metres to the nearest border of a unit; NaN for invalid points.
    """

    areas: AreaBook
    status: NDArray[np.int8]
    reason_code: NDArray[np.int8]
    unit: Ints
    building: Ints
    border_m: Floats

    def __len__(self) -> int:
        return len(self.status)

    def __getitem__(self, row: int) -> Answer:
        code, unit, building = (
            int(column[row]) for column in (self.reason_code, self.unit, self.building)
        )
        border = float(self.border_m[row])
        return Answer(
            status=STATUSES[self.status[row]],
            reason=None if code == _NOTHING_TO_SAY else REASONS[code],
            chain=() if unit == NOWHERE else self.areas.chain(unit),
            building=None if building == NOWHERE else building,
            border_m=border if np.isfinite(border) else None,
        )

    def counts(self) -> dict[Status, int]:
        """Count the points by status."""
        numbers = np.bincount(self.status, minlength=len(STATUSES)).tolist()
        return dict(zip(STATUSES, numbers, strict=True))


def locate(
    areas: AreaBook, registers: RegisterBook, x: Floats, y: Floats, crs: SourceCrs
) -> Located:
    """Place points in an edition.

    Parameters
    ----------
    areas, registers
        The books of the edition.
    x, y : float arrays, shape (n,)
        Longitude and latitude in degrees, or easting and northing in the units of `crs`.
    crs : SourceCrs
        The system that the points are in.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    finite = np.isfinite(x) & np.isfinite(y)
    usable = finite & _within_range(x, y, crs)
    xy = _working(areas, x, y, crs, usable)
    valid = usable & np.isfinite(xy).all(axis=1)
    position = areas.index.assign(xy)
    unit = areas.unit_ids(position)
    astray = finite & (unit == NOWHERE)
    swapped_fits = finite & ~usable & _within_range(y, x, crs)
    reason = np.select(
        [~finite, _inside_when_swapped(areas, x, y, crs, astray & usable), swapped_fits,
         finite & ~usable, usable & ~valid],
        [REASONS.index(r) for r in (NOT_A_NUMBER, SWAPPED_INSIDE, SWAPPED, OUT_OF_RANGE, BEYOND_CRS)],
        _NOTHING_TO_SAY,
    )  # fmt: skip
    return Located(
        areas=areas,
        status=np.select([~valid, unit == NOWHERE], [INVALID, OUTSIDE], PLACED).astype(np.int8),
        reason_code=reason.astype(np.int8),
        unit=unit,
        building=registers.building_of(xy),
        border_m=areas.index.border_distance(xy, position),
    )


def _within_range(x: Floats, y: Floats, crs: SourceCrs) -> Flags:
    if not crs.is_lonlat:
        return np.ones(len(x), dtype=bool)
    return np.asarray((np.abs(x) <= _LON_LIMIT) & (np.abs(y) <= _LAT_LIMIT))


def _working(areas: AreaBook, x: Floats, y: Floats, crs: SourceCrs, usable: Flags) -> Floats:
    xy = np.full((len(x), 2), np.nan)
    xy[usable] = points_to_working(x[usable], y[usable], crs, areas.site.epsg)
    return xy


def _inside_when_swapped(
    areas: AreaBook, x: Floats, y: Floats, crs: SourceCrs, astray: Flags
) -> Flags:
    """Tell which points that are in no unit would be in one with their coordinates swapped."""
    astray = astray & _within_range(y, x, crs)
    swapped = _working(areas, y, x, crs, astray)
    return np.asarray(astray & (areas.index.assign(swapped) >= 0))
