"""From an operation on the wire to one in metres: lines are converted here, nowhere later."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from api.wire.operations import Cut, Drawn, OperationIn, Reshape, Split
from geo.crs import WGS84, parse_crs, to_working
from geo.errors import BadInput


def operation_json(said: OperationIn, epsg: int) -> dict[str, Any]:
    """Give an operation as `geo.plans.operation_from_json` reads it.

    Raises
    ------
    BadInput
        If the line has no place in the working system, or no length there.
    """
    plain: dict[str, Any] = said.model_dump(exclude={"line", "crs"}, mode="json")
    if isinstance(said, Split | Cut | Reshape):
        plain["line"] = shapely.to_wkb(_in_metres(said.line, said.crs, epsg), hex=True)
    return plain


def _in_metres(line: Drawn, crs: str | None, epsg: int) -> shapely.LineString:
    source = parse_crs(crs) if crs else WGS84
    drawn = shapely.LineString(line.coordinates)
    found: shapely.LineString = to_working(np.array([drawn]), source, epsg)[0]
    if not np.isfinite(shapely.get_coordinates(found)).all() or found.length == 0:
        raise BadInput(
            "The line has no length in the town's coordinates. Draw it from outside the area to"
            " outside, and check its coordinate system.",
            "该线在本地坐标系中没有长度。请从区域外画到区域外，并检查坐标系。",
        )
    return found
