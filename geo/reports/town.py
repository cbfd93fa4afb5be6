"""The areas of an edition as a tree that a report walks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import OUTSIDE, LocateIndex, Site
from geo.reports.facts import Figures


@dataclass(frozen=True, eq=False)
class Town:
    """All areas of an edition by place id (as `geo.boundaries.areas`), metres."""

    #: More parts than this are a carpet, not a map.
    MOST_DRAWN: ClassVar[int] = 400

    frame: gpd.GeoDataFrame
    site: Site

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        parents = self.frame["parent_id"].dropna().astype("int64")
        return {
            int(parent): [int(one) for one in rows.index]
            for parent, rows in parents.groupby(parents)
        }

    def figures(self, place: int) -> Figures:
        """Give an area in numbers."""
        row = self.frame.loc[place]
        return Figures(
            id=place,
            level=self.site.level(row["level"]),
            code=row["code"],
            name=row["name"] or row["code"],
            households=None if pd.isna(row["households"]) else int(row["households"]),
            complete=bool(row["households_complete"]),
            buildings=None if pd.isna(row["buildings"]) else int(row["buildings"]),
            area_m2=float(row["area_m2"]),
        )

    def names_above(self, place: int) -> tuple[str, ...]:
        """Name an area and all above it, top first."""
        names: list[str] = []
        step: int | None = place
        while step is not None:
            names.append(self.figures(step).name)
            parent = self.frame["parent_id"][step]
            step = None if pd.isna(parent) else int(parent)
        return tuple(reversed(names))

    def under(self, place: int) -> frozenset[int]:
        """Give an area and everything inside it, place ids."""
        return frozenset(self._walk(place))

    def _walk(self, place: int) -> Iterator[int]:
        yield place
        for child in self._children.get(place, ()):
            yield from self._walk(child)

    def parts(self, place: int) -> list[int]:
        """Give the areas inside that a report is about.

        Those of the level with the household limit where it lies below the area's own, else the
        children.
        """
        own = self.site.level(self.frame["level"][place])
        limited = next((one for one in self.site.levels if one.household_limit is not None), None)
        if limited is None or limited.rank <= own.rank:
            return self._children.get(place, [])
        return [one for one in self._walk(place) if self.frame["level"][one] == limited.key]

    def lies_in(self, place: int, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which points (n, 2) lie in an area, by the rule that places everything.

        Only units near the points are looked at: of those a point may touch, all are.
        """
        if not len(xy):
            return np.zeros(0, dtype=bool)
        units = self.frame[~self.frame.index.isin(list(self._children))]
        touched = shapely.STRtree(units.geometry.to_numpy()).query(shapely.points(xy))[1]
        units = units.iloc[np.unique(touched)]
        units = units.loc[sorted(units.index, key=units["code"].to_dict().__getitem__)]
        position = LocateIndex.build(units.geometry.to_numpy()).assign(xy)
        inside = np.append(units.index.isin(list(self.under(place))), [False])
        return inside[np.where(position == OUTSIDE, len(units), position)]
