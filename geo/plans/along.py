"""What a border runs along: streets, and the rivers, railways and walls that part.

An edge of an outline is looked at in stretches of at most 10 m, each by its middle and its
direction, so a long edge that leaves a street half-way counts for half. A stretch runs along

- a *street* when a line of it passes within 15 m and is parallel to within 30°: borders are drawn
  on the middle of a street or on its edge, and half an arterial road with its pavement is 15 m;
- a *barrier* when it lies in water or within 3 m of it, or when a railway, wall or watercourse
  passes within 3 m (the accuracy of such lines) and is parallel to within 30°, unless a street
  that it runs along is as near, or a gate opens there.

All numbers are whole micrometres: the stretches of an edge sum to its length exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import GRID_M
from geo.plans.segments import Geometries, Ints

Floats = NDArray[np.float64]

STRETCH_M = 10.0
STREET_M = 15.0
BARRIER_M = 3.0
#: A gate opens the stretch that it is at: half a stretch and the accuracy of walls.
GATE_M = STRETCH_M / 2 + BARRIER_M
_PARALLEL = np.cos(np.radians(30.0))
_BARRIERS = ("water", "rail", "wall")
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class Runs(NamedTuple):
    """How much of each edge runs along streets, and along barriers; int64 micrometres."""

    street_um: Ints
    barrier_um: Ints


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines taken apart into straight pieces; `way` holds their directions, length 1."""

    tree: shapely.STRtree
    way: Floats

    @classmethod
    def of(cls, shapes: Geometries) -> Self:
        """Take lines apart; anything that is no line is left out."""
        xy, of = shapely.get_coordinates(shapely.get_parts(shapes), return_index=True)
        piece = (of[1:] == of[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
        ends = np.stack([xy[:-1][piece], xy[1:][piece]], axis=1)
        along = ends[:, 1] - ends[:, 0]
        way = along / np.hypot(*along.T)[:, None]
        return cls(shapely.STRtree(shapely.linestrings(ends)), way)

    def nearest_m(self, points: Geometries, way: Floats, *, within_m: float) -> Floats:
        """Measure how near a parallel line passes; infinite where none does within the distance."""
        out = np.full(len(points), np.inf)
        if not len(self.way):
            return out
        point, line = self.tree.query(points, predicate="dwithin", distance=within_m)
        parallel = np.abs((way[point] * self.way[line]).sum(axis=1)) >= _PARALLEL
        point, line = point[parallel], line[parallel]
        np.minimum.at(out, point, shapely.distance(points[point], self.tree.geometries[line]))
        return out


@dataclass(frozen=True, eq=False)
class Along:
    """Streets, barriers, gates, bridges and crossings of a town, ready to be asked for what passes where."""

    features: gpd.GeoDataFrame

    def _of(self, *kinds: str, areas: bool = False) -> Geometries:
        shapes = self.features.geometry.to_numpy()[self.features["kind"].isin(kinds)]
        shapes = shapely.get_parts(shapes)
        return np.asarray(shapes[np.isin(shapely.get_type_id(shapes), _AREAS) == areas])

    @cached_property
    def streets(self) -> Lines:
        """The lines of all streets, those on bridges included."""
        return Lines.of(self._of("street"))

    @cached_property
    def _barriers(self) -> Lines:
        return Lines.of(self._of(*_BARRIERS))

    @cached_property
    def _grounds(self) -> shapely.STRtree:
        return shapely.STRtree(self._of(*_BARRIERS, areas=True))

    @cached_property
    def _gates(self) -> shapely.STRtree:
        return shapely.STRtree(self._of("gate"))

    @cached_property
    def links(self) -> shapely.STRtree:
        """What joins across barriers: declared bridges, and the points where streets cross rails.

        Bridges are features of that kind, and streets marked as such.
        """
        marked = self.features["bridge"].fillna(value=False).to_numpy(dtype=bool)
        kind = self.features["kind"].to_numpy()
        bridge = (kind == "bridge") | (marked & (kind == "street"))
        streets, rails = shapely.STRtree(self._of("street")), self._of("rail")
        rail, street = streets.query(rails, predicate="crosses")
        met = shapely.get_parts(shapely.intersection(rails[rail], streets.geometries[street]))
        points = met[shapely.get_type_id(met) == shapely.GeometryType.POINT]
        return shapely.STRtree(np.concatenate([self.features.geometry.to_numpy()[bridge], points]))

    def runs(self, a: Ints, b: Ints, length_um: Ints) -> Runs:
        """Say of edges how much of them runs along streets and barriers.

        Parameters
        ----------
        a, b : int64 arrays, shape (n, 2)
            Ends in millimetres.
        length_um : int64 array, shape (n,)
            Lengths, micrometres.
        """
        count = np.maximum(1, -(-length_um // int(STRETCH_M * 1e6)))
        edge = np.repeat(np.arange(len(a)), count)
        nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
        part_um = length_um[edge] * (nth + 1) // count[edge] - length_um[edge] * nth // count[edge]
        way = (b - a)[edge].astype(float)
        middle = a[edge] + way * ((nth + 0.5) / count[edge])[:, None]
        way /= np.hypot(*way.T)[:, None]
        street, barrier = self._classes(shapely.points(middle * GRID_M), way)
        sums = np.zeros((2, len(a)), dtype=np.int64)
        np.add.at(sums[0], edge[street], part_um[street])
        np.add.at(sums[1], edge[barrier], part_um[barrier])
        return Runs(*sums)

    def _classes(
        self, points: Geometries, way: Floats
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        street_m = self.streets.nearest_m(points, way, within_m=STREET_M)
        barrier_m = self._barriers.nearest_m(points, way, within_m=BARRIER_M)
        point, ground = self._grounds.query(points, predicate="dwithin", distance=BARRIER_M)
        grounds = self._grounds.geometries[ground]
        np.minimum.at(barrier_m, point, shapely.distance(points[point], grounds))
        doubtful = np.flatnonzero(np.isfinite(barrier_m))
        opened = self._gates.query(points[doubtful], predicate="dwithin", distance=GATE_M)[0]
        barrier_m[doubtful[opened]] = np.inf
        return np.isfinite(street_m), np.isfinite(barrier_m) & (barrier_m < street_m)
