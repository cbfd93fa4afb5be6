"""Where points lie: the one question that every face of the program asks in the same way.

The point is transformed into the working CRS, then snapped to 1 mm, then tested against the
units; its areas come by parent link alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.boundaries import NO_REASON, REASONS, STATUSES, Reason, Status, locate_points
from geo.crs import SourceCrs
from geo.publish.books import NOWHERE, AreaBook, Floats, Ints, Link, RegisterBook


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
        Position in `STATUSES`.
    reason_code : int array
        Position in `REASONS`; −1 where the point is placed.
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
            reason=None if code == NO_REASON else REASONS[code],
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
    found = locate_points(areas.index, x, y, crs=crs, epsg=areas.site.epsg)
    return Located(
        areas=areas,
        status=found.status,
        reason_code=found.reason,
        unit=areas.unit_ids(found.position),
        building=registers.building_of(found.xy),
        border_m=areas.index.border_distance(found.xy, found.position),
    )
