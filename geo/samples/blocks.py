"""From framing streets to plots, and from plots to the cells that become micro-grids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.samples.cuts import COLUMN_STREETS, Cuts, Point, Ring, area_m2, centre, extent
from geo.samples.plan import Floats, Lattice, Line, Valley

_OUTSKIRTS = -0.3  # urban value where the town ends
_SPUR_M = 110.0  # parts of the outline narrower than twice this are left out
_WALL_M = 8.0  # what a wall and its street take from the outer rows of an estate


@dataclass(frozen=True)
class Plots:
    """Plots of land before anything stands on them; arrays of equal length.

    `centres` (n, 2) and `areas_m2` are in plan coordinates; `riverside` marks the strips between
    the river's centre line and an embankment, `by_rail` plots that touch the railway.
    """

    rings: list[Ring]
    centres: Floats
    areas_m2: Floats
    urban: Floats
    riverside: np.ndarray
    by_rail: np.ndarray


def frame(net: Lattice, cuts: Cuts) -> list[tuple[Ring, bool, bool]]:
    """Draw the framing streets; gives the big blocks with (riverside, by rail)."""
    points = [[(float(x), float(y)) for x, y in row] for row in net.nodes]
    rows, columns = len(points), len(points[0])
    river = net.rows.index(Line.RIVER)
    for j in range(rows):
        for i in range(columns - 1):
            cuts.add(points[j][i], points[j][i + 1], net.rows[j], j)
    for i in range(columns):
        for j in range(rows - 1):
            kind = net.columns[i]
            if j in (river - 1, river):
                kind = Line.BRIDGE if i in net.bridges else Line.BORDER
            cuts.add(points[j][i], points[j + 1][i], kind, COLUMN_STREETS + i)
    return [
        (
            [points[j][i], points[j][i + 1], points[j + 1][i + 1], points[j + 1][i]],
            j in (river - 1, river),
            Line.RAIL in (net.rows[j], net.rows[j + 1]),
        )
        for j in range(rows - 1)
        for i in range(columns - 1)
    ]


def subdivide(
    ring: Ring, cuts: Cuts, rng: np.random.Generator, *, area: float, skew: float, kind: Line
) -> list[Ring]:
    """Halve a block across its longer side until its parts are about `area` m² or smaller."""
    todo, done = [ring], []
    while todo:
        block = todo.pop()
        if area_m2(block) < area * rng.uniform(1.15, 1.7):
            done.append(block)
            continue
        west, south, east, north = extent(block)
        ratio, lean = rng.uniform(0.42, 0.58), float(rng.normal(0, skew))
        middle = (west + (east - west) * ratio, south + (north - south) * ratio)
        wide = east - west > north - south
        slope = (lean, 1.0) if wide else (1.0, lean)
        todo.extend(cuts.cut(block, middle, slope, kind))
    return done


def plots(land: Valley, net: Lattice, cuts: Cuts, rng: np.random.Generator) -> Plots:
    """Cut the big blocks into plots and keep those inside the county's outline."""
    rings: list[Ring] = []
    flags: list[tuple[bool, bool]] = []
    for block, riverside, by_rail in frame(net, cuts):
        urban = float(land.urban(np.array([centre(block)]))[0])
        size, skew = _plot_size(urban, rng)
        parts = (
            [block]
            if riverside
            else subdivide(block, cuts, rng, area=size, skew=skew, kind=Line.STREET)
        )
        rings += parts
        flags += [(riverside, by_rail)] * len(parts)
    kept = _inside(land, rings)
    rings = [rings[i] for i in kept]
    centres = np.array([centre(ring) for ring in rings])
    return Plots(
        rings,
        centres,
        np.array([area_m2(ring) for ring in rings]),
        land.urban(centres),
        np.array([flags[i][0] for i in kept]),
        np.array([flags[i][1] for i in kept]),
    )


def _plot_size(urban: float, rng: np.random.Generator) -> tuple[float, float]:
    if urban > 0:
        return float(rng.uniform(12_000, 19_000)), 0.02
    if urban > _OUTSKIRTS:
        return float(rng.uniform(15_000, 26_000)), 0.05
    return float(rng.uniform(26_000, 58_000)), 0.10


def _inside(land: Valley, rings: list[Ring]) -> list[int]:
    """List the plots within the outline, in one piece and without holes."""
    shapes = shapely.polygons([shapely.linearrings(ring) for ring in rings])
    middle = np.array([centre(ring) for ring in rings])
    union = shapely.union_all(shapes[land.inside(middle)], grid_size=0.01)
    parts = shapely.get_parts(union)
    whole = shapely.polygons(shapely.get_exterior_ring(parts[np.argmax(shapely.area(parts))]))
    whole = whole.buffer(-_SPUR_M).buffer(_SPUR_M)
    kept = shapely.contains_xy(whole, middle[:, 0], middle[:, 1])
    return [int(i) for i in np.flatnonzero(kept)]


def estate_cells(
    ring: Ring, cuts: Cuts, *, column_m: float, rows: tuple[int, ...], pitch_m: float
) -> list[Ring]:
    """Cut an estate into a chequerboard of courts; `rows` of slabs in each band, in turn."""
    west, south, east, north = extent(ring)
    room = north - south - 2 * _WALL_M
    total, done, at = max(1, int(room / pitch_m)), 0, []
    for turn in range(total):
        done += rows[turn % len(rows)]
        if done < total:
            at.append(south + _WALL_M + room * done / total)
    parts = _slices(ring, cuts, at, 1)
    columns = max(1, round((east - west) / column_m))
    at = [west + (east - west) * c / columns for c in range(1, columns)]
    return [cell for part in parts for cell in _slices(part, cuts, at, 0)]


def _slices(ring: Ring, cuts: Cuts, at: list[float], axis: int) -> list[Ring]:
    done = []
    for value in at:
        low, high = extent(ring)[axis], extent(ring)[axis + 2]
        if not low + 20 < value < high - 20:
            continue
        middle = centre(ring)
        through: Point = (value, middle[1]) if axis == 0 else (middle[0], value)
        slope: Point = (0.0, -1.0) if axis == 0 else (1.0, 0.0)
        ring, cut_off = cuts.cut(ring, through, slope, Line.LANE)
        done.append(cut_off)
    return [*done, ring]
