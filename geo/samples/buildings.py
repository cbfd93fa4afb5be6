"""What stands on each cell: slabs, towers, courtyard houses, halls, schools, shops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.samples.plan import Floats, some
from geo.samples.rows import RECTANGLE, Boxes, Rows, join, lay, outline

SLAB_HOUSEHOLDS, HOUSE_HOUSEHOLDS = 48_000, 17_000  # at scale 1

_STYLES = {
    "estate": Rows(12.5, 28.0, (26.0, 58.0), 9.0),
    "tower": Rows(15.5, 37.0, (22.0, 34.0), 14.0),
    "site": Rows(15.5, 38.0, (22.0, 36.0), 15.0),
    "old": Rows(13.5, 15.0, (10.0, 13.0), 0.9),
    "suburb": Rows(15.0, 16.6, (11.0, 14.0), 1.2),
    "village": Rows(16.0, 19.5, (12.0, 16.0), 2.6, keep=0.84),
    "factory": Rows(26.0, 37.0, (36.0, 84.0), 13.0, keep=0.9),
    "commerce": Rows(23.0, 34.0, (20.0, 56.0), 8.0),
    "market": Rows(15.0, 24.0, (30.0, 80.0), 9.0),
    "school": Rows(13.0, 30.0, (34.0, 62.0), 12.0, top=0.52),
    "hospital": Rows(17.0, 38.0, (36.0, 66.0), 14.0),
    "government": Rows(16.0, 44.0, (34.0, 60.0), 16.0),
    "station": Rows(24.0, 60.0, (60.0, 110.0), 14.0, top=0.6),
    "stadium": Rows(34.0, 62.0, (44.0, 70.0), 14.0, top=0.5),
    "park": Rows(7.0, 62.0, (7.0, 13.0), 46.0, keep=0.45),
    "field": Rows(9.0, 74.0, (9.0, 15.0), 66.0, keep=0.07),
}
SETBACK_M = {
    "estate": 5.0, "tower": 5.5, "site": 5.5, "old": 0.6, "suburb": 1.2, "village": 2.2,
    "factory": 7.0, "commerce": 4.0, "market": 4.0, "school": 7.0, "hospital": 7.0,
    "government": 9.0, "station": 9.0, "stadium": 10.0, "park": 14.0, "field": 8.0,
}  # fmt: skip
_USES = {
    "factory": "industrial", "commerce": "commercial", "market": "commercial",
    "school": "public", "hospital": "public", "government": "public", "station": "public",
    "stadium": "public", "park": "public", "field": "other",
}  # fmt: skip
_FLOORS = {
    "factory": (1, 3), "commerce": (2, 7), "market": (1, 3), "school": (3, 6),
    "hospital": (3, 10), "government": (4, 8), "station": (2, 3), "stadium": (1, 3),
    "park": (1, 2), "field": (1, 2),
}  # fmt: skip

_STEP = 0.11  # stair cores stand out of a slab's north side by this share of its depth
_SLAB_2 = (
    (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5 - _STEP), (0.34, 0.5 - _STEP), (0.34, 0.5), (0.16, 0.5),
    (0.16, 0.5 - _STEP), (-0.16, 0.5 - _STEP), (-0.16, 0.5), (-0.34, 0.5), (-0.34, 0.5 - _STEP),
    (-0.5, 0.5 - _STEP),
)  # fmt: skip
_SLAB_PLAIN = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
_TOWER = (
    (-0.5, -0.35), (-0.2, -0.35), (-0.2, -0.5), (0.2, -0.5), (0.2, -0.35), (0.5, -0.35),
    (0.5, 0.3), (0.18, 0.3), (0.18, 0.5), (-0.18, 0.5), (-0.18, 0.3), (-0.5, 0.3),
)  # fmt: skip
_ELL = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.08, 0.5), (0.08, 0.0), (-0.5, 0.0))
_CEE = (
    (-0.5, -0.5), (-0.22, -0.5), (-0.22, 0.1), (0.22, 0.1), (0.22, -0.5), (0.5, -0.5),
    (0.5, 0.5), (-0.5, 0.5),
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """The buildable ground of the cells: polygons, directions of rows (radians), uses."""

    shapes: np.ndarray
    angles: Floats
    uses: np.ndarray


def build(ground: Ground, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Build on all cells.

    Returns
    -------
    DataFrame
        `geometry` (polygons, metres), `cell`, `use`, `status`, `floors`, `households`,
        `planned_households`, and `form` (slab, tower, house, wing, hall), in order of cells.
    """
    parts = [_flats(ground, "estate", rng), _flats(ground, "tower", rng)]
    parts.append(_flats(ground, "site", rng))
    parts += [_houses(ground, use, rng) for use in ("old", "suburb", "village")]
    parts += [_halls(ground, use, rng) for use in _USES]
    table = pd.concat(parts, ignore_index=True)
    table = _settle(table, scale, rng)
    return table.sort_values("cell", kind="stable", ignore_index=True)


def _on(ground: Ground, use: str, rng: np.random.Generator) -> Boxes:
    return lay(ground.shapes, np.flatnonzero(ground.uses == use), ground.angles, _STYLES[use], rng)


def _table(boxes: Boxes, geometry: np.ndarray, form: str, use: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"geometry": geometry, "cell": boxes.ground, "form": form, "use": use, "status": "in_use",
         "floors": 1, "dwellings": 0}
    )  # fmt: skip


def _flats(ground: Ground, use: str, rng: np.random.Generator) -> pd.DataFrame:
    boxes = _on(ground, use, rng)
    n = len(boxes.length)
    if use == "estate":
        floors = rng.choice([5, 6, 6, 6, 7], n)
        stairs = np.maximum(1, np.round(boxes.length / 19).astype(int))
        flats = floors * stairs * 2
        stepped = some(0.55, ground.uses.size, rng)[boxes.ground]
        shapes = np.where(stepped, outline(boxes, _SLAB_2), outline(boxes, _SLAB_PLAIN))
    else:
        height = rng.choice([11, 11, 17, 18, 24], int(ground.uses.size))
        floors = height[boxes.ground]
        flats = floors * 4
        shapes = outline(boxes, _TOWER)
    table = _table(boxes, shapes, "slab", "residential")
    status = "under_construction" if use == "site" else "in_use"
    return table.assign(floors=floors, dwellings=flats, status=status)


def _houses(ground: Ground, use: str, rng: np.random.Generator) -> pd.DataFrame:
    """Courtyards: a house along the north of each parcel, most with a wing in the yard.

    In the old quarter some are built on three sides.
    """
    yards = _on(ground, use, rng)
    closed = some(0.3 if use == "old" else 0.0, len(yards.length), rng)
    court = yards.take(closed)
    three = _table(court, outline(court, _CEE), "house", "residential").assign(dwellings=1)
    yards = yards.take(~closed)
    n = len(yards.length)
    zero, width, depth = np.zeros(n), yards.length, yards.depth
    deep = rng.uniform(6.0, 7.6, n)
    house = yards.part((zero, width), (depth - deep, depth))
    floors = rng.choice([1, 2, 2, 3] if use == "suburb" else [1, 1, 2], n)
    main = _table(house, outline(house, RECTANGLE), "house", "residential").assign(
        floors=floors, dwellings=1
    )
    wide = rng.uniform(3.4, 4.6, n)
    west = some(0.5, n, rng)
    start = np.where(west, zero, width - wide)
    foot = rng.uniform(0.0, 2.5, n)
    wing = yards.part((start, start + wide), (foot, depth - deep - 0.5))
    shed = yards.part(
        (np.where(west, width - 3.4, zero), np.where(west, width, zero + 3.4)),
        (zero, zero + rng.uniform(2.4, 3.2, n)),
    )
    winged, shedded = some(0.78, n, rng), some(0.26, n, rng)
    sides = join([wing.take(winged), shed.take(shedded)])
    return pd.concat([main, three, _table(sides, outline(sides, RECTANGLE), "wing", "other")])


def _halls(ground: Ground, use: str, rng: np.random.Generator) -> pd.DataFrame:
    boxes = _on(ground, use, rng)
    n = len(boxes.length)
    shapes = outline(boxes, RECTANGLE)
    if use in ("commerce", "hospital", "government"):
        shapes = np.where(some(0.3, n, rng), outline(boxes, _ELL), shapes)
        shapes = np.where(some(0.25, n, rng), outline(boxes, _CEE), shapes)
    low, high = _FLOORS[use]
    return _table(boxes, shapes, "hall", _USES[use]).assign(floors=rng.integers(low, high, n))


def _settle(table: pd.DataFrame, scale: float, rng: np.random.Generator) -> pd.DataFrame:
    """Let households move in: slabs by their flats, houses with one or two."""
    households = np.zeros(len(table), dtype=np.int64)
    ready = (table["status"] == "in_use").to_numpy()
    dwellings = table["dwellings"].to_numpy(dtype=float)
    slab = ready & (table["form"] == "slab").to_numpy()
    share = min(1.0, SLAB_HOUSEHOLDS * scale / dwellings[slab].sum())
    lived = dwellings[slab] * np.clip(share * rng.uniform(0.93, 1.07, int(slab.sum())), 0, 1)
    households[slab] = np.floor(lived + 0.5)
    house = ready & (table["form"] == "house").to_numpy()
    second = float(np.clip(HOUSE_HOUSEHOLDS * scale / max(1, int(house.sum())) - 1, 0, 1))
    households[house] = 1 + some(second, int(house.sum()), rng)
    planned = np.where(ready, 0, table["dwellings"]).astype(np.int64)
    empty = house & some(0.015, len(table), rng)
    households[empty] = 0
    status = np.where(empty, "vacant", table["status"])
    return table.drop(columns="dwellings").assign(
        households=households, planned_households=planned, status=status
    )


def inner_points(geometry: np.ndarray) -> Floats:
    """One point inside each building, shape (n, 2)."""
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(geometry)))
