"""What stands in the town while lines are drawn: asked by operations, metrics and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BUILDINGS = {
    "x": "float64", "y": "float64", "use": object, "status": object, "households": "Int64",
    "planned_households": "Int64", "compound": object, "covered": bool,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ground:
    """The live registers in metres of the working CRS.

    Attributes
    ----------
    buildings : GeoDataFrame
        By id: footprint in geometry; x, y (the stored inner point), use, status, households,
        planned_households (Int64), compound (text or None), covered (bool: the inner point is
        within ten minutes of a facility).
    compounds : GeoDataFrame
        By id: name, walled (boolean), geometry.
    features : GeoDataFrame
        Ground features: kind ('street', 'rail', 'water', 'wall', 'gate', 'bridge', 'green', …),
        class, name, bridge (boolean), geometry.
    facilities : GeoDataFrame
        Facilities in service by id: kind, geometry (Point).
    members, incidents : float arrays, shape (n, 2)
        Homes of members, and places of open incidents.
    """

    buildings: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    features: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    members: Floats
    incidents: Floats

    @classmethod
    def empty(cls, epsg: int) -> Self:
        """Give bare ground."""
        points = np.zeros((0, 2))
        return cls(
            _frame(_BUILDINGS, epsg),
            _frame({"name": object, "walled": "boolean"}, epsg),
            _frame({"kind": object, "class": object, "name": object, "bridge": "boolean"}, epsg),
            _frame({"kind": object}, epsg),
            points,
            points,
        )


def _frame(columns: dict[str, object], epsg: int) -> gpd.GeoDataFrame:
    data = {name: pd.Series([], dtype=kind) for name, kind in columns.items()}  # type: ignore[call-overload]
    index = pd.Index([], name="id", dtype="int64")
    return gpd.GeoDataFrame(pd.DataFrame(data).set_index(index), geometry=[], crs=epsg)
