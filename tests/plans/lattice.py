"""Towns of crooked quarters, as large as wanted: four levels, streets, a river, houses on borders.

Quarter (c, r) is a micro-grid; 3 × 2 of them are a grid, 3 × 3 grids a community. Borders swing
between jittered corners, so outlines look like real ones. Streets run along every third line of
corners, the river along the middle row of them, with bridges at every sixth column.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import Level, Site
from geo.plans import Draft, Ground, Place

EPSG = 4544
SIDE_M, BENDS = 100.0, 4
SITE = Site(
    "方城", "Lattice", EPSG, "Asia/Shanghai",
    (
        Level("county", "县", "County", 0),
        Level("community", "社区", "Community", 1, 3000, 300),
        Level("grid", "网格", "Grid", 2),
        Level("microgrid", "微网格", "Micro-grid", 3),
    ),
)  # fmt: skip


def town(columns, rows, *, seed=1, built=6):
    """A draft of columns × rows quarters and its ground, with about `built` houses in each."""
    rng = np.random.default_rng(seed)
    corner = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), -1)
    corner = (corner + rng.uniform(-0.15, 0.15, corner.shape)) * SIDE_M + (466_000, 3_875_000)
    across = _swinging(corner[:-1], corner[1:], rng)
    up = _swinging(corner[:, :-1], corner[:, 1:], rng)
    rings = np.concatenate(
        [across[:, :-1, :-1], up[1:, :, :-1], across[:, 1:, :0:-1], up[:-1, :, ::-1]], axis=2
    )
    shapes = shapely.normalize(shapely.polygons(rings.reshape(columns * rows, -1, 2)))
    places = _places(columns, rows, shapes)
    kids = {}
    for place in places:
        if place.parent is not None:
            kids.setdefault(place.parent, set()).add(place.id)
    draft = Draft(
        SITE, {p.id: p for p in places}, {n: frozenset(inner) for n, inner in kids.items()}
    )
    return draft, _ground(across, up, shapes, rng, built)


def _swinging(start, end, rng):
    """Lines between corners that swing to one side, on the 1 mm grid: (…, BENDS + 1, 2)."""
    t = np.linspace(0, 1, BENDS + 1)
    along = end - start
    swing = rng.uniform(-0.06, 0.06, (*start.shape[:2], 1)) * np.sin(np.pi * t)
    beside = np.stack([-along[..., 1], along[..., 0]], -1)
    line = start[..., None, :] + t[:, None] * along[..., None, :]
    return np.round(line + swing[..., None] * beside[..., None, :], 3)


def _places(columns, rows, shapes):
    column, row = np.divmod(np.arange(columns * rows), rows)
    grid = column // 3 * 1000 + row // 2
    community = column // 9 * 100 + row // 6
    first = 10_000
    places = [Place(1, "county", "62", "方城", None)]
    names, at = np.unique(community, return_inverse=True)
    places += [Place(100 + k, "community", f"62{k:04}", f"{k}社区", 1) for k in range(len(names))]
    grids, one, inside = np.unique(grid, return_index=True, return_inverse=True)
    places += [
        Place(1000 + k, "grid", f"62{at[one[k]]:04}{k:05}", f"{k}网格", 100 + int(at[one[k]]))
        for k in range(len(grids))
    ]
    parent = (1000 + inside).tolist()
    places += [
        Place(
            first + k, "microgrid", f"62{at[k]:04}{inside[k]:05}{k:06}", f"{k}号", parent[k],
            shape, 7 if k % 5 == 0 else None, None if k % 3 else 20,
        )
        for k, shape in enumerate(shapes)
    ]  # fmt: skip
    return places


def _ground(across, up, shapes, rng, built):
    streets = [shapely.LineString(line) for line in up[::3].reshape(-1, BENDS + 1, 2)]
    streets += [shapely.LineString(line) for line in across[:, ::4].reshape(-1, BENDS + 1, 2)]
    middle = across.shape[1] // 2
    water = [shapely.LineString(line).buffer(12.0) for line in across[:, middle]]
    spans = across[::6, middle, BENDS // 2, None] + [(0, -60), (0, 60)]
    bridges = [shapely.LineString(span) for span in spans]
    rows = [("street", shape) for shape in streets]
    rows += [("water", shape) for shape in water] + [("bridge", shape) for shape in bridges]
    frame = pd.DataFrame(rows, columns=["kind", "geometry"])
    features = gpd.GeoDataFrame(
        frame.assign(**{"class": None, "name": None, "bridge": pd.array([False] * len(frame), dtype="boolean")}),
        geometry="geometry", crs=EPSG,
    )  # fmt: skip
    xy = _spots(shapes, rng, built * len(shapes))
    n = len(xy)
    use = rng.choice(
        np.array(["residential", "mixed", "commercial", None], dtype=object),
        n,
        p=[0.7, 0.1, 0.1, 0.1],
    )
    status = rng.choice(["in_use", "under_construction", "demolished"], n, p=[0.9, 0.06, 0.04])
    households = pd.array(rng.integers(0, 30, n), dtype="Int64")
    households[rng.random(n) < 0.03] = pd.NA
    table = pd.DataFrame(
        {
            "x": xy[:, 0], "y": xy[:, 1], "use": use, "status": status, "households": households,
            "planned_households": pd.array(rng.integers(0, 40, n), dtype="Int64"),
            "compound": None, "covered": rng.random(n) < 0.8,
        },
        index=pd.RangeIndex(1, n + 1, name="id"),
    )  # fmt: skip
    houses = shapely.box(xy[:, 0] - 2, xy[:, 1] - 2, xy[:, 0] + 2, xy[:, 1] + 2)
    few = max(n // 200, 3)
    spots = _spots(shapes, rng, few)
    facilities = gpd.GeoDataFrame(
        {"kind": ["post"] * few}, geometry=shapely.points(spots), crs=EPSG,
        index=pd.RangeIndex(1, few + 1, name="id"),
    )  # fmt: skip
    by_hand = np.where(rng.random(n // 2) < 0.02, 10_000 + rng.integers(0, len(shapes), n // 2), -1)
    return Ground(
        gpd.GeoDataFrame(table, geometry=houses, crs=EPSG), Ground.empty(EPSG).compounds,
        features, facilities, _spots(shapes, rng, n // 2), _spots(shapes, rng, n // 4),
        members_placed=by_hand,
    )  # fmt: skip


def _spots(shapes, rng, count):
    """Points of the town on the 1 mm grid: most inside, some on corners, some outside."""
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    xy = rng.uniform((x0 - 20, y0 - 20), (x1 + 20, y1 + 20), (count, 2))
    corners = shapely.get_coordinates(shapes)
    on = rng.random(count) < 0.05
    xy[on] = corners[rng.integers(0, len(corners), int(on.sum()))]
    return np.round(xy, 3)
