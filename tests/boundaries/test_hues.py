from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries.hues import colour, hues, neighbours


def board(n: int, level: str = "grid") -> gpd.GeoDataFrame:
    cells = [shapely.box(i, j, i + 1, j + 1) for i in range(n) for j in range(n)]
    index = np.arange(len(cells)) + 100
    return gpd.GeoDataFrame({"level": level}, geometry=cells, index=index)


def test_squares_that_share_an_edge_are_neighbours_and_corners_are_not() -> None:
    pairs = neighbours(board(2).geometry.to_numpy())
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_an_enclave_is_a_neighbour_of_its_host() -> None:
    blob = shapely.box(2, 2, 4, 4)
    host = shapely.box(0, 0, 10, 10) - blob
    assert neighbours(np.array([host, blob])).tolist() == [[0, 1]]


def test_neighbours_of_a_level_never_have_the_same_hue() -> None:
    areas = board(12)
    coloured = hues(areas)
    pairs = neighbours(areas.geometry.to_numpy())
    assert (coloured.to_numpy()[pairs[:, 0]] != coloured.to_numpy()[pairs[:, 1]]).all()
    assert coloured.dtype == "int8"
    assert coloured.between(0, 5).all()


def test_all_hues_are_used_about_equally() -> None:
    counts = hues(board(12)).value_counts()
    assert len(counts) == 6
    assert counts.min() >= 15  # 24 each if it were exact


def test_levels_are_coloured_each_by_itself() -> None:
    one = board(1, "street").set_index(np.array([1]))
    both = gpd.GeoDataFrame(np.concatenate([one, board(2)]), columns=["level", "geometry"])
    assert len(hues(both.set_geometry("geometry"))) == 5


def test_the_order_of_rows_leaves_no_trace() -> None:
    areas = board(6)
    shuffled = areas.sample(frac=1.0, random_state=4)
    assert hues(shuffled).sort_index().equals(hues(areas))


def test_no_areas_need_no_hues() -> None:
    assert hues(board(0)).empty


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 120))
def test_any_planar_map_is_coloured_with_six_hues(seed: int, n: int) -> None:
    xy = np.random.default_rng(seed).uniform(0, 100, (n, 2))
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(xy)))
    # A triangulation of points is the densest planar graph there is: its nodes are areas here.
    corner = {tuple(p): k for k, p in enumerate(xy.tolist())}
    pairs = set()
    for triangle in triangles:
        a, b, c = (corner[p] for p in list(triangle.exterior.coords)[:3])
        pairs |= {tuple(sorted(pair)) for pair in ((a, b), (b, c), (a, c))}
    edges = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    out = colour(n, edges)
    assert (out[edges[:, 0]] != out[edges[:, 1]]).all()


@pytest.mark.parametrize("n", [6, 7])
def test_six_mutual_neighbours_are_the_limit(n: int) -> None:
    edges = np.array([(a, b) for a in range(n) for b in range(a + 1, n)])
    clashes = (colour(n, edges)[edges[:, 0]] == colour(n, edges)[edges[:, 1]]).sum()
    assert clashes == max(0, n - 6)
