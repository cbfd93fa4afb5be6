"""Communities, grids and micro-grids: grouping the cells, counting households, issuing codes."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.codes import serial_order
from geo.crs import Geometries
from geo.samples import network
from geo.samples.divide import components, divide, smooth
from geo.samples.names import COUNTY, NameBook, numeral
from geo.samples.places import Places
from geo.samples.plan import CRS_EPSG, Floats, Ints, Line
from geo.samples.town import Town

COUNTY_CODE = "621122"
_STREET = "099"  # no such street exists there
COMMUNITIES, GRIDS, LIMIT = 18, 493, 3_000
_SMALL = (1_700.0, 2_740.0)  # households of communities within the limit
_LARGE = np.array([8_900.0, 7_700.0, 6_500.0, 5_850.0, 4_800.0, 4_300.0])
_PER_HECTARE = 4.0  # work that land makes for a grid, in households


@dataclass(frozen=True)
class Areas:
    """Codes of each face's community, grid and micro-grid, and all areas as a frame."""

    community: np.ndarray
    grid: np.ndarray
    microgrid: np.ndarray
    frame: gpd.GeoDataFrame


def build(town: Town, places: Places, book: NameBook, rng: np.random.Generator) -> Areas:
    """Group the cells and give them codes; the frame has the columns of `AREAS`."""
    households = np.bincount(
        town.buildings["cell"], weights=town.buildings["households"], minlength=len(town.plot)
    ).astype(np.float64)
    community = _communities(town, households, rng)
    grid = _grids(town, households, community)
    codes = _Codes.issue(town.net.faces, community, grid)
    titles = [book.take("社区") for _ in codes.communities]
    frame = _frame(codes, titles, [places.plots[plot] for plot in town.plot])
    frame["households"] = [
        int(households.sum()),
        *np.bincount(community, weights=households).astype(int)[codes.community_order],
        *np.bincount(grid, weights=households).astype(int)[codes.grid_order],
        *households.astype(int)[codes.order],
    ]
    upper = len(frame) - len(town.net.faces)
    frame["geometry"] = [*[None] * upper, *town.net.faces[codes.order]]
    return Areas(
        codes.communities[community],
        codes.grids[grid],
        codes.microgrids,
        gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS_EPSG),
    )


@dataclass(frozen=True)
class _Codes:
    """Codes of all communities, grids and micro-grids, each in the order of its numbers."""

    communities: np.ndarray
    grids: np.ndarray
    microgrids: np.ndarray

    @classmethod
    def issue(cls, faces: Geometries, community: Ints, grid: Ints) -> _Codes:
        whole = np.zeros(int(community.max()) + 1, dtype=np.int64)
        parent = community[np.unique(grid, return_index=True)[1]]
        heads = np.char.add(
            f"{COUNTY_CODE}{_STREET}", _serials(network.unite(faces, community), whole, 3)
        )
        grids = np.char.add(heads[parent], _serials(network.unite(faces, grid), parent, 3))
        return cls(heads, grids, np.char.add(grids[grid], _serials(faces, grid, 2)))

    @property
    def community_order(self) -> Ints:
        return np.argsort(self.communities)

    @property
    def grid_order(self) -> Ints:
        return np.argsort(self.grids)

    @property
    def order(self) -> Ints:
        return np.argsort(self.microgrids)


def _frame(codes: _Codes, titles: list[str], spots: list[str]) -> pd.DataFrame:
    """Make rows of all levels, by level and code, without households and geometry."""
    by_code = dict(zip(codes.communities, titles, strict=True))
    rows: list[tuple[str, str, str, str | None]] = [("county", COUNTY_CODE, COUNTY, None)]
    rows += [("community", code, by_code[code], COUNTY_CODE) for code in sorted(codes.communities)]
    for code in sorted(codes.grids):
        title = by_code[code[:-3]].removesuffix("社区")
        rows.append(("grid", code, f"{title}第{numeral(int(code[-3:]))}网格", code[:-3]))
    for k in codes.order:
        code = codes.microgrids[k]
        title = f"{spots[k]}第{numeral(int(code[-2:]))}微网格"
        rows.append(("microgrid", code, title, code[:-2]))
    return pd.DataFrame(rows, columns=["level", "code", "name", "parent"]).astype(object)


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
    bridges = shapely.union_all(net.pieces[net.kinds == Line.BRIDGE])
    ties = np.where(net.kinds == Line.RIVER, 0.2 * shapely.intersects(net.pieces, bridges), 1.0)
    shared = network.borders(net, plot, ties)
    near = [sorted(shared[n]) for n in range(len(shared))]
    if len(components(near, set(range(len(near))))) > 1:
        near = network.neighbours(net, plot)
    area = np.bincount(plot, weights=shapely.area(net.faces)) / 10_000
    weight = np.bincount(plot, weights=households) + 0.3 * area
    sizes = community_sizes(town.land.scale, float(households.sum()))
    at = shapely.get_coordinates(shapely.centroid(town.plots))
    labels = divide(near, at, weight, rng.permutation(sizes))
    return smooth(shared, labels, weight, slack=0.03)[plot]


def _grids(town: Town, households: Floats, community: Ints) -> Ints:
    """Grids are connected groups of cells, mostly of whole plots, alike in work."""
    work = households + _PER_HECTARE * shapely.area(town.net.faces) / 10_000
    load = np.bincount(community, weights=work).astype(np.float64)
    counts = shares(load, max(6, round(GRIDS * town.land.scale)))
    own = shapely.get_coordinates(shapely.centroid(town.net.faces))
    at = 0.75 * shapely.get_coordinates(shapely.centroid(town.plots))[town.plot] + 0.25 * own
    # Lanes tie cells together, streets less, and no grid leaves its community.
    net = town.net
    ties = np.where(net.kinds > Line.LANE, 0.5, 1.0)
    outer = (net.left < 0) | (net.right < 0) | (community[net.left] != community[net.right])
    shared = network.borders(net, np.arange(len(community)), np.where(outer, 0.0, ties))
    near = [sorted(shared[n]) for n in range(len(shared))]
    grid = np.zeros(len(community), dtype=np.int64)
    done = 0
    for c, count in enumerate(counts):
        nodes = np.flatnonzero(community == c)
        place = {int(n): i for i, n in enumerate(nodes)}
        inner = [[place[o] for o in near[int(n)]] for n in nodes]
        grid[nodes] = done + divide(inner, at[nodes], work[nodes], np.ones(count))
        done += count
    return smooth(shared, grid, work, slack=0.3)


def shares(weights: Floats, total: int) -> list[int]:
    """Share out `total` things by weight, each at least one, by largest remainder."""
    exact = weights / weights.sum() * (total - len(weights))
    counts = np.floor(exact).astype(int)
    short = total - len(weights) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:short]] += 1
    return [int(c) + 1 for c in counts]


def _serials(shapes: Geometries, parent: Ints, digits: int) -> np.ndarray:
    """Give serials within each parent, in the order of `geo.codes.serial_order`."""
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    areas = shapely.area(shapes)
    codes = np.empty(len(shapes), dtype=f"U{digits}")
    for p in np.unique(parent):
        here = np.flatnonzero(parent == p)
        if len(here) >= 10**digits:
            raise RuntimeError(f"{len(here)} areas in one parent don't fit {digits} digits")
        for serial, k in enumerate(serial_order(points[here], areas[here])):
            codes[here[k]] = f"{serial + 1:0{digits}d}"
    return codes
