"""A small made town: a clean coverage with a hole, an exclave and areas of mixed depth."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

EPSG = 4544
LEVELS = ("county", "community", "grid", "microgrid")
EAST, NORTH = 466_000.0, 3_874_000.0


def _wavy(xy):
    x, y = xy[:, 0], xy[:, 1]
    wave = np.column_stack([12 * np.sin(y / 70) + 5 * np.sin(x / 23), 12 * np.sin(x / 60)])
    return np.round(xy + wave + [EAST, NORTH], 3)


def units(side=6, cell_m=300.0):
    """Wavy cells on a lattice, (side², ) polygons; the one in the middle is left out."""
    lines = []
    for k in range(side + 1):
        lines.append([(0, k * cell_m), (side * cell_m, k * cell_m)])
        lines.append([(k * cell_m, 0), (k * cell_m, side * cell_m)])
    # Noded first, bent afterwards: bent neighbours share every vertex.
    noded = shapely.segmentize(shapely.unary_union(shapely.linestrings(lines)), 20.0)
    bent = shapely.get_parts(shapely.transform(noded, _wavy))
    cells = shapely.get_parts(shapely.polygonize(bent))
    middle = shapely.Point(EAST + cell_m * (side / 2 + 0.5), NORTH + cell_m * (side / 2 + 0.5))
    cells = cells[~shapely.intersects(cells, middle)]
    key = np.round(shapely.get_coordinates(shapely.centroid(cells)) / cell_m)
    return cells[np.lexsort((key[:, 0], -key[:, 1]))]


def areas(side=6, cell_m=300.0):
    """The sealed frame of the town, four levels, place ids as index.

    Community 02 has grids but no micro-grids, community 03 has nothing below it, and one grid of
    community 01 has a part far from the rest.
    """
    cells = units(side, cell_m)
    third = len(cells) // 3
    rows = [(1, "county", None, "62", cells)]
    rows += [(2, "community", 1, "6201", cells[:third])]
    rows += [(3, "community", 1, "6202", cells[third : 2 * third])]
    rows += [(4, "community", 1, "6203", cells[2 * third :])]
    halves = np.arange(third) % 4 != 1
    for number, mine in enumerate((halves, ~halves)):
        grid = 10 + number
        rows += [(grid, "grid", 2, f"62010{number}", cells[:third][mine])]
        rows += [
            (100 + k, "microgrid", grid, f"6201{number}{k:02d}", cells[k : k + 1])
            for k in np.flatnonzero(mine)
        ]
    rows += [
        (20 + k, "grid", 3, f"6202{k:02d}", cells[third + k : third + k + 1]) for k in range(third)
    ]
    frame = pd.DataFrame(rows, columns=["place_id", "level", "parent_id", "code", "geometry"])
    frame["geometry"] = [shapely.coverage_union_all(part) for part in frame["geometry"]]
    frame["parent_id"] = frame["parent_id"].astype("Int64")
    frame["name"] = "名" + frame["code"]
    frame["households"] = pd.array([None, *range(1, len(frame))], "Int64")
    frame["households_complete"] = frame["households"].notna()
    frame["buildings"] = pd.array([5] * len(frame), "Int64")
    frame["hue"] = (np.arange(len(frame)) % 6).astype(np.int8)
    inner = shapely.point_on_surface(frame["geometry"].to_numpy())
    frame["label_x"], frame["label_y"] = shapely.get_x(inner), shapely.get_y(inner)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=EPSG).set_index("place_id")
