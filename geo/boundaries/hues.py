"""Six hues for areas, so that neighbours of a level never have the same one."""

from __future__ import annotations

import heapq

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Pairs = NDArray[np.int64]

HUES = 6


def hues(areas: gpd.GeoDataFrame) -> pd.Series[int]:
    """Give every area a hue from 0 to 5; areas of a level that share a border differ.

    Six hues always suffice where areas are of one piece: a planar map has, in every part of it,
    an area with at most five neighbours, so colouring in the reverse order of taking such areas
    away always finds a free hue (smallest-last ordering, Matula and Beck 1983). Should exclaves
    ever leave none free, an area takes the hue that fewest of its neighbours have.

    Parameters
    ----------
    areas : GeoDataFrame
        Index: place ids. Columns `level`, geometry: a clean coverage within each level.

    Returns
    -------
    Series of int8
        With the index of `areas`; depends on the rows, not on their order.
    """
    out = np.zeros(len(areas), dtype=np.int8)
    for rows in areas.groupby("level").indices.values():
        order = rows[np.argsort(areas.index.to_numpy()[rows], kind="stable")]
        out[order] = colour(len(order), neighbours(areas.geometry.to_numpy()[order]))
    return pd.Series(out, index=areas.index)


def neighbours(shapes: Geometries) -> Pairs:
    """Find the pairs of a clean coverage that share an edge; touching in a point is not enough.

    Returns
    -------
    int array, shape (n, 2)
        Positions a < b, each pair once, ascending.
    """
    rings, owner = _rings(shapes)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    # On a clean coverage both sides of a border have the same vertices, so edges are compared
    # by name instead of by geometry.
    _, vertex = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.sort(np.column_stack([vertex[edge], vertex[edge + 1]]), axis=1)
    name = ends[:, 0] * (len(xy) + 1) + ends[:, 1]
    order = np.lexsort((owner[ring[edge]], name))
    name, who = name[order], owner[ring[edge]][order]
    shared = (name[1:] == name[:-1]) & (who[1:] != who[:-1])
    pairs = np.sort(np.column_stack([who[:-1][shared], who[1:][shared]]), axis=1)
    return np.unique(pairs.astype(np.int64), axis=0)


def _rings(shapes: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    return rings, part_owner[ring_part]


def colour(count: int, pairs: Pairs) -> NDArray[np.int8]:
    """Colour a graph of `count` nodes so that the ends of every pair differ."""
    near: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs.tolist():
        near[a].append(b)
        near[b].append(a)
    out = np.full(count, -1, dtype=np.int8)
    used = [0] * HUES
    for node in reversed(_smallest_last(near)):
        around = [int(out[other]) for other in near[node]]
        # Fewest clashes first (none, as a rule), then the hue least used so far.
        hue = min(range(HUES), key=lambda h: (around.count(h), used[h], h))
        out[node] = hue
        used[hue] += 1
    return out


def _smallest_last(near: list[list[int]]) -> list[int]:
    """Order nodes by always taking away the one with the fewest neighbours left."""
    degree = [len(others) for others in near]
    heap = [(d, node) for node, d in enumerate(degree)]
    heapq.heapify(heap)
    taken = [False] * len(near)
    order: list[int] = []
    while heap:
        d, node = heapq.heappop(heap)
        if taken[node] or d != degree[node]:
            continue
        taken[node] = True
        order.append(node)
        for other in near[node]:
            if not taken[other]:
                degree[other] -= 1
                heapq.heappush(heap, (degree[other], other))
    return order
