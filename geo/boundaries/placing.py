"""Places for points in every edition, by the one rule."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from geo.boundaries.cells import Floats
from geo.boundaries.locate import LocateIndex

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class Placer:
    """Says in which unit points lie, edition by edition.

    `units` holds for every edition its units by code bytes: place_id, geometry (metres).
    Editions with the same units share one index.
    """

    units: dict[int, gpd.GeoDataFrame]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_indexes", {})

    @property
    def editions(self) -> list[int]:
        """Numbers of the editions, rising."""
        return sorted(self.units)

    def place(self, xy: Floats) -> dict[int, NDArray[np.int64]]:
        """Place points (n, 2) in metres: for each edition their unit's place id, −1 outside."""
        placed: dict[int, NDArray[np.int64]] = {}
        known: dict[tuple[int, ...], NDArray[np.int32]] = {}
        for number in self.editions:
            units = self.units[number]
            versions = tuple(units["id"])
            if versions not in known:
                known[versions] = self._index(versions, units).assign(xy)
            ids = np.append(units["place_id"].to_numpy(np.int64), OUTSIDE)
            placed[number] = ids[known[versions]]
        return placed

    def _index(self, versions: tuple[int, ...], units: gpd.GeoDataFrame) -> LocateIndex:
        indexes: dict[tuple[int, ...], LocateIndex] = self.__dict__["_indexes"]
        if versions not in indexes:
            indexes[versions] = LocateIndex.build(units.geometry.to_numpy())
        return indexes[versions]
