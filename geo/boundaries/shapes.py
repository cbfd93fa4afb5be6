"""Small measures of outlines that several checks share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


def is_none(shapes: Geometries) -> NDArray[np.bool_]:
    """Tell which shapes are missing or empty."""
    return np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def area_and_width(shapes: Geometries) -> tuple[Floats, Floats]:
    """Area in m², and mean width of something thin in m: twice the area by its rim."""
    area, rim = shapely.area(shapes), shapely.length(shapes)
    width = np.divide(2 * area, rim, out=np.zeros(len(area)), where=rim > 0)
    return area, np.where(area > 0, width, 0.0)


def place(shape: shapely.Geometry) -> tuple[float, float]:
    """Give a point on a shape to look at, to the millimetre."""
    point = shapely.point_on_surface(shape)
    return (round(point.x, 3), round(point.y, 3))


def made_valid(shapes: Geometries) -> Geometries:
    """Give broken outlines as what can be made of them, to measure with; never to keep."""
    shapes = np.array(shapes, dtype=object)
    shapes[is_none(shapes)] = None
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return shapes


def union(shapes: Geometries) -> shapely.Geometry:
    """Unite shapes: as a coverage where they are one, else by overlay."""
    clean = shapely.coverage_is_valid(shapes)
    return shapely.coverage_union_all(shapes) if clean else shapely.union_all(shapes)


def file_rows(areas: pd.DataFrame) -> list[int | None]:
    """Give the rows of the file that areas were read from; None where nobody says."""
    if "row" not in areas:
        return [None] * len(areas)
    return [None if pd.isna(row) else int(row) for row in areas["row"]]
