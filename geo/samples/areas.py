"""Communities, grids and micro-grids: grouping the cells, counting households, issuing codes."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.samples.divide import components, divide
from geo.samples.names import COUNTY, NameBook, numeral
from geo.samples.network import neighbours
from geo.samples.places import Places
from geo.samples.plan import CRS_EPSG, Floats, Ints, Line
from geo.samples.town import Town

COUNTY_CODE = "621122"
_STREET = "099"  # no such street exists there
COMMUNITIES, GRIDS, LIMIT = 18, 493, 3_000
_SMALL = (1_750.0, 2_850.0)  # households of communities within the limit
_LARGE = np.array([8_910.0, 7_480.0, 6_250.0, 5_630.0, 4_480.0, 4_120.0])
_PER_HECTARE = 4.0  # work that land makes for a grid, in households


@dataclass(frozen=True)
class Areas:
    """Codes of each face's community, grid and micro-grid, and all areas as a frame."""

    community: np.ndarray
    grid: np.ndarray
    microgrid: np.ndarray
    frame: gpd.GeoDataFrame


def build(
    town: Town, places: Places, book: NameBook, rng: np.random.Generator
) -> Areas:
    """Group the cells and give them codes; the frame has the columns of `AREAS`."""
    households = np.bincount(
        town.buildings["cell"], weights=town.buildings["households"], minlength=len(town.plot)
    )
    community = _communities(town, households, rng)
    grid = _grids(town, households, community)
    faces = town.net.faces
    community_code = _codes(_unions(faces, community), np.zeros(1, dtype=np.int64), 3)
    heads = np.array([f"{COUNTY_CODE}{_STREET}{code}" for code in community_code])
    grid_community = _first(grid, community)
    grid_codes = _codes(_unions(faces, grid), grid_community, 3)
    grids = np.char.add(heads[grid_community], grid_codes)
    own = np.char.add(grids[grid], _codes(faces, grid, 2))
    titles = [book.take("社区") for _ in heads]
    frame = pd.concat(
        [
            _rows("county", [COUNTY_CODE], [COUNTY], [None], [households.sum()]),
            _rows("community", heads, titles, [COUNTY_CODE] * len(heads),
                  np.bincount(community, weights=households)),
            _rows("grid", grids,
                  [f"{titles[c][:-2]}第{numeral(int(code[-3:]))}网格"
                   for c, code in zip(grid_community, grids, strict=True)],
                  heads[grid_community], np.bincount(grid, weights=households)),
            _rows("microgrid", own,
                  [f"{places.plots[p]}第{numeral(int(code[-2:]))}微网格"
                   for p, code in zip(town.plot, own, strict=True)],
                  grids[grid], households, faces),
        ]
    ).reset_index(drop=True)  # fmt: skip
    rank = frame["level"].map({"county": 0, "community": 1, "grid": 2, "microgrid": 3})
    frame = frame.iloc[np.lexsort([frame["code"].astype(str), rank])].reset_index(drop=True)
    return Areas(
        heads[community], grids[grid], own, gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS_EPSG)
    )


def _rows(level: str, codes: object, names: object, parents: object, households: object,
          geometry: object = None) -> pd.DataFrame:  # fmt: skip
    frame = pd.DataFrame({"code": codes, "name": names, "parent": parents})
    frame.insert(0, "level", level)
    frame["households"] = np.asarray(households, dtype=np.int64)
    frame["geometry"] = geometry
    return frame


def community_sizes(scale: float, households: float) -> Floats:
    """Households that each community is to have: a third over the limit, one near 9,000."""
    count = max(2, round(COMMUNITIES * scale))
    over = max(1, round(count / 3))
    small = np.linspace(*_SMALL, count - over)
    at = np.linspace(0, len(_LARGE) - 1, over)
    large = np.interp(at, np.arange(len(_LARGE)), _LARGE)
    return np.concatenate([small, large / large.sum() * (households - small.sum())])


def _communities(town: Town, households: Floats, rng: np.random.Generator) -> Ints:
    """Communities are made of whole plots and cross the river only at bridges."""
    net, plot = town.net, town.plot
    river = net.kinds == Line.RIVER
    bridges = shapely.union_all(net.pieces[net.kinds == Line.BRIDGE])
    near = neighbours(net, plot, barred=river & ~shapely.intersects(net.pieces, bridges))
    if len(components(near, set(range(len(near))))) > 1:
        near = neighbours(net, plot)
    area = np.bincount(plot, weights=shapely.area(net.faces)) / 10_000
    weight = np.bincount(plot, weights=households) + 0.3 * area
    sizes = community_sizes(town.land.scale, float(households.sum()))
    at = shapely.get_coordinates(shapely.centroid(town.plots))
    return divide(near, at, weight, rng.permutation(sizes))[plot]


def _grids(town: Town, households: Floats, community: Ints) -> Ints:
    """Grids are connected groups of cells, mostly of whole plots, alike in work."""
    work = households + _PER_HECTARE * shapely.area(town.net.faces) / 10_000
    counts = shares(np.bincount(community, weights=work), max(6, round(GRIDS * town.land.scale)))
    own = shapely.get_coordinates(shapely.centroid(town.net.faces))
    at = 0.75 * shapely.get_coordinates(shapely.centroid(town.plots))[town.plot] + 0.25 * own
    near = neighbours(town.net, np.arange(len(community)))
    grid = np.zeros(len(community), dtype=np.int64)
    done = 0
    for c, count in enumerate(counts):
        nodes = np.flatnonzero(community == c)
        place = {int(n): i for i, n in enumerate(nodes)}
        inner = [[place[o] for o in near[int(n)] if o in place] for n in nodes]
        grid[nodes] = done + divide(inner, at[nodes], work[nodes], np.ones(count))
        done += count
    return grid


def shares(weights: Floats, total: int) -> list[int]:
    """Share out `total` things by weight, each at least one, by largest remainder."""
    exact = weights / weights.sum() * (total - len(weights))
    counts = np.floor(exact).astype(int)
    short = total - len(weights) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return [int(c) + 1 for c in counts]


def _unions(faces: np.ndarray, group: Ints) -> np.ndarray:
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 2))
    return np.array(
        [
            shapely.coverage_union_all(faces[order[a:b]])
            for a, b in zip(starts[:-1], starts[1:], strict=True)
        ],
        dtype=object,
    )


def _first(group: Ints, value: Ints) -> Ints:
    return value[np.unique(group, return_index=True)[1]]


def _codes(shapes: np.ndarray, parent: Ints, digits: int) -> np.ndarray:
    """Serials within each parent: bands from north to south, west to east within a band.

    Bands are the root of the mean area high; places are taken by their label points.
    """
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    parent = np.broadcast_to(parent, len(shapes))
    codes = np.empty(len(shapes), dtype=f"U{digits}")
    for p in np.unique(parent):
        here = np.flatnonzero(parent == p)
        if len(here) >= 10**digits:
            raise RuntimeError(f"{len(here)} areas in one parent don't fit {digits} digits")
        height = float(np.sqrt(shapely.area(shapes[here]).mean()))
        x, y = points[here].T
        band = np.floor((y.max() - y) / height)
        for serial, k in enumerate(here[np.lexsort([x, band])]):
            codes[k] = f"{serial + 1:0{digits}d}"
    return codes
