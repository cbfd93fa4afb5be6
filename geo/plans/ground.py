"""What stands in the town while lines are drawn: asked by operations, metrics and checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import UNDER_CONSTRUCTION, count_buildings
from geo.plans.along import Along

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

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
    members_placed, incidents_placed : int64 arrays, shape (n,), optional
        The place ids of the units that people put them in by hand; −1 where nobody did. They
        count there for as long as that unit is drawn, else where they lie.
    """

    buildings: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    features: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    members: Floats
    incidents: Floats
    members_placed: Ints | None = None
    incidents_placed: Ints | None = None

    @cached_property
    def along(self) -> Along:
        """What borders run along."""
        return Along(self.features)

    @cached_property
    def homes_xy(self) -> Floats:
        """Inner points of the buildings, shape (n, 2)."""
        return np.asarray(self.buildings[["x", "y"]].to_numpy(dtype=float))

    @cached_property
    def facilities_xy(self) -> Floats:
        """Places of the facilities, shape (n, 2)."""
        return np.asarray(shapely.get_coordinates(self.facilities.geometry.to_numpy()))

    @cached_property
    def counts(self) -> Ints:
        """What each building adds to its unit: int64 array, shape (n, 6).

        Columns: those of `geo.boundaries.Counts`, the households of its fourth that are covered,
        and households to come.
        """
        buildings, counts = self.buildings, count_buildings(self.buildings)
        to_come = buildings["planned_households"].astype("Int64").fillna(0).to_numpy(np.int64)
        return np.column_stack(
            [
                *counts,
                np.where(buildings["covered"], counts.households, 0),
                np.where(buildings["status"] == UNDER_CONSTRUCTION, to_come, 0),
            ]
        )

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
