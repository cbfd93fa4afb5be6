"""Compounds: what their walls enclose and where the gates are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import Geometries, snap
from geo.samples.network import inset
from geo.samples.places import Places
from geo.samples.plan import CRS_EPSG, Ints, some
from geo.samples.town import OPEN, Town, within_plots

_COMPOUNDS = ("estate", "tower", "site", "school", "hospital", "government", "factory")
_YEARS = {
    "estate": (1984, 2013), "tower": (2011, 2025), "site": (2026, 2027), "school": (1958, 2016),
    "hospital": (1965, 2018), "government": (1975, 2015), "factory": (1970, 2020),
}  # fmt: skip
_WALL_M, _GATE_M, _APART_M = 1.6, 7.0, 30.0
_MORE_GATES_M2 = (9_000.0, 20_000.0)  # larger compounds have a second and a third gate
_OPEN_SHARE = 0.22  # of the older estates have lost their walls


@dataclass(frozen=True)
class Walls:
    """Compounds and what closes them, metres.

    `all_yards[k]` is plot k without its streets. Per compound: its plot, its yard, whether it is
    `walled`, the wall as a line with gaps (empty without a wall). Per gate: a point and the
    compound it belongs to.
    """

    all_yards: Geometries
    plots: Ints
    yards: Geometries
    walled: np.ndarray
    lines: Geometries
    gates: Geometries
    gate_of: Ints


def build(town: Town, rng: np.random.Generator) -> Walls:
    """Wall in the estates, schools and works, with a gate or more towards the streets."""
    uses = np.array(town.uses)
    margins = np.where(np.isin(uses, OPEN), 0.3, _WALL_M)
    within = np.zeros(len(town.net.pieces), dtype=bool)
    every = snap(inset(town.plots, town.net, town.plot, margins, quiet=within))
    plots = np.flatnonzero(np.isin(uses, _COMPOUNDS))
    yards = every[plots]
    walled = ~((uses[plots] == "estate") & some(_OPEN_SHARE, len(plots), rng))
    lanes = _lanes(town)
    lines, gates, gate_of = [], [], []
    for k, yard in enumerate(yards):
        if not walled[k]:
            lines.append(shapely.MultiLineString())
            continue
        points = _gates(town.net.pieces[lanes.get(int(plots[k]), [])], yard, rng)
        gap = shapely.buffer(shapely.multipoints(points), _GATE_M / 2)
        lines.append(shapely.difference(yard.exterior, gap))
        gates += points
        gate_of += [k] * len(points)
    return Walls(
        every, plots, yards, walled, snap(np.array(lines)), snap(np.array(gates)), np.array(gate_of)
    )


def _lanes(town: Town) -> dict[int, list[int]]:
    """Pieces inside each plot."""
    found: dict[int, list[int]] = {}
    for piece in np.flatnonzero(within_plots(town.net, town.plot)):
        found.setdefault(int(town.plot[town.net.left[piece]]), []).append(int(piece))
    return found


def _gates(
    lanes: Geometries, yard: shapely.Polygon, rng: np.random.Generator
) -> list[shapely.Point]:
    """Gates where lanes of the compound meet its wall, else somewhere along it."""
    crossings = shapely.get_parts(shapely.intersection(lanes, yard.exterior))
    points = [p for p in crossings if p.geom_type == "Point"]
    if not points:
        at = float(rng.uniform(0.05, 0.95))
        points = [shapely.line_interpolate_point(yard.exterior, at, normalized=True)]
    wanted = 1 + sum(yard.area > size for size in _MORE_GATES_M2)
    chosen = [points[int(rng.integers(len(points)))]]
    while len(chosen) < wanted:
        away = [min(p.distance(c) for c in chosen) for p in points]
        if max(away) < _APART_M:
            break
        chosen.append(points[int(np.argmax(away))])
    return chosen


def compounds(
    town: Town, closed: Walls, places: Places, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Compounds as polygons; columns of `COMPOUNDS`."""
    spans = np.array([_YEARS[town.uses[int(plot)]] for plot in closed.plots])
    return gpd.GeoDataFrame(
        {
            "key": [f"C{i + 1:04d}" for i in range(len(closed.plots))],
            "name": [places.plots[int(plot)] for plot in closed.plots],
            "walled": closed.walled,
            "built_year": rng.integers(spans[:, 0], spans[:, 1]),
            "geometry": closed.yards,
        },
        geometry="geometry",
        crs=CRS_EPSG,
    )
