from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundaries.locate import LocateIndex
from geo.errors import BadInput, UnreadableFile


def units(*shapes: object) -> np.ndarray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def brute_force(shapes: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """The rule said in the plainest way: the first unit in code order that covers the point."""
    best = np.full(len(xy), -1)
    for position in range(len(shapes))[::-1]:
        covered = shapely.intersects_xy(shapes[position], xy[:, 0], xy[:, 1])
        best[covered] = position
    return best


def jittered_grid(n: int, seed: int, *, origin: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """n × n irregular quadrilaterals of about 100 m on the 1 mm grid, in code order."""
    rng = np.random.default_rng(seed)
    node = np.stack(np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"), -1) * 100.0
    node = np.round(node + rng.uniform(-35, 35, node.shape), 3) + origin
    quads = [
        shapely.Polygon([node[i, j], node[i + 1, j], node[i + 1, j + 1], node[i, j + 1]])
        for i in range(n)
        for j in range(n)
    ]
    return units(*quads)


def adversarial(shapes: np.ndarray) -> np.ndarray:
    """Vertices, middles and other points of edges, each also one ulp aside in eight directions."""
    xy = shapely.get_coordinates(shapes)
    between = [xy[:-1] * (1 - t) + xy[1:] * t for t in (0.5, 0.25, 1 / 3, 0.1)]
    base = np.concatenate([xy, *between])
    around = [
        np.column_stack([_ulp(base[:, 0], dx), _ulp(base[:, 1], dy)])
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    ]
    return np.concatenate(around)


def _ulp(values: np.ndarray, way: int) -> np.ndarray:
    return values if way == 0 else np.nextafter(values, np.inf * way)


def assert_exact(shapes: np.ndarray, xy: np.ndarray) -> None:
    index = LocateIndex.build(shapes)
    expected = brute_force(shapes, xy)
    np.testing.assert_array_equal(index.assign(xy), expected)
    some = slice(None, None, max(1, len(xy) // 500))
    assert [index.one(x, y) for x, y in xy[some].tolist()] == expected[some].tolist()


WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


def test_a_point_inside_belongs_to_its_unit() -> None:
    index = LocateIndex.build(units(WEST, EAST))
    assert index.assign(np.array([[50.0, 50.0], [150.0, 50.0]])).tolist() == [0, 1]


def test_a_point_on_a_shared_edge_belongs_to_the_lower_code() -> None:
    assert LocateIndex.build(units(WEST, EAST)).one(100.0, 50.0) == 0
    assert LocateIndex.build(units(EAST, WEST)).one(100.0, 50.0) == 0


def test_a_point_on_the_outer_border_is_inside_and_one_ulp_beyond_is_outside() -> None:
    index = LocateIndex.build(units(WEST, EAST))
    assert index.one(200.0, 100.0) == 1
    assert index.one(np.nextafter(200.0, 300.0), 100.0) == -1
    assert index.one(0.0, 0.0) == 0
    assert index.one(np.nextafter(0.0, -1.0), 0.0) == -1


def test_no_units_cover_nothing() -> None:
    index = LocateIndex.build(units())
    assert index.assign(np.array([[0.0, 0.0]])).tolist() == [-1]
    assert index.one(0.0, 0.0) == -1
    assert np.isnan(index.border_distance(np.array([[0.0, 0.0]]))).all()


def test_empty_and_missing_units_keep_their_position_and_cover_nothing() -> None:
    index = LocateIndex.build(units(shapely.Polygon(), WEST, None, EAST))
    assert index.assign(np.array([[100.0, 50.0], [150.0, 50.0], [0.0, 0.0]])).tolist() == [1, 3, 1]


@pytest.mark.parametrize("point", [(np.nan, 0.0), (0.0, np.inf), (-np.inf, np.nan), (1e300, 1e300)])
def test_points_that_are_nowhere_are_in_no_unit(point: tuple[float, float]) -> None:
    index = LocateIndex.build(units(WEST, EAST))
    assert index.one(*point) == -1
    assert index.assign(np.array([point])).tolist() == [-1]


def test_a_hole_is_outside_but_its_rim_belongs_to_the_unit() -> None:
    ring = shapely.box(0, 0, 1000, 1000) - shapely.box(400, 400, 600, 600)
    index = LocateIndex.build(units(ring))
    assert index.one(500.0, 500.0) == -1
    assert index.one(400.0, 500.0) == 0


def test_an_enclave_belongs_to_the_unit_that_owns_it() -> None:
    blob = shapely.box(400, 400, 600, 600)
    host = shapely.box(0, 0, 1000, 1000) - blob
    owner = shapely.MultiPolygon([shapely.box(1000, 0, 2000, 1000), blob])
    assert_exact(units(host, owner), adversarial(units(host, owner)))
    assert LocateIndex.build(units(host, owner)).one(500.0, 500.0) == 1


def test_where_units_overlap_the_lower_code_wins_even_far_from_its_edges() -> None:
    large, small = shapely.box(0, 0, 1000, 1000), shapely.box(490, 490, 510, 510)
    assert LocateIndex.build(units(large, small)).one(500.0, 500.0) == 0
    assert LocateIndex.build(units(small, large)).one(500.0, 500.0) == 0
    assert LocateIndex.build(units(small, large)).one(100.0, 500.0) == 1


@pytest.mark.parametrize(
    "origin", [(0.0, 0.0), (500_000.0, 3_876_000.0), (-1e6, 1e7)], ids=["zero", "gauss", "far"]
)
def test_adversarial_points_of_an_irregular_coverage_match_brute_force(
    origin: tuple[float, float],
) -> None:
    shapes = jittered_grid(8, seed=3, origin=origin)
    assert_exact(shapes, adversarial(shapes))


def test_points_exactly_on_the_borders_of_cells_match_brute_force() -> None:
    shapes = jittered_grid(5, seed=9)
    cells = LocateIndex.build(shapes).cells
    columns = np.arange(cells.columns + 1) / cells.per_x + cells.bounds[0]
    lines = np.arange(len(cells.cell) // cells.columns + 1) / cells.per_y + cells.bounds[1]
    xy = np.stack(np.meshgrid(columns, lines), -1).reshape(-1, 2)
    assert_exact(shapes, xy)


def test_slivers_of_extreme_aspect_match_brute_force() -> None:
    strips = units(*(shapely.box(0, i * 0.002, 1_000_000, (i + 1) * 0.002) for i in range(40)))
    skew = shapely.transform(strips, lambda xy: xy @ np.array([[1.0, 1e-7], [0.0, 1.0]]))
    for shapes in (strips, skew):
        assert_exact(shapes, adversarial(shapes))


def test_one_giant_unit_among_tiny_ones_keeps_the_cells_bounded() -> None:
    tiny = [shapely.box(i, 0, i + 0.5, 0.5) for i in range(200)]
    shapes = units(*tiny, shapely.box(-1e6, 10, 1e6, 2e6))
    index = LocateIndex.build(shapes)
    assert len(index.cells.cell) <= 1024 * len(shapes) + 200_000
    assert_exact(shapes, adversarial(shapes))


def test_huge_coordinates_still_match_brute_force() -> None:
    base = 2.0**45  # one ulp is 7.8 mm here
    shapes = units(
        shapely.box(base, base, base + 0.125, base + 0.125),
        shapely.box(base + 0.125, base, base + 0.25, base + 0.125),
    )
    assert_exact(shapes, adversarial(shapes))


WHOLE = st.integers(0, 12)
POINT = st.tuples(WHOLE, WHOLE)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Geometry:
    """Any valid polygon of whole-number vertices, perhaps with a hole or a second part."""
    hull = shapely.convex_hull(shapely.MultiPoint(draw(st.lists(POINT, min_size=3, max_size=8))))
    bite = shapely.convex_hull(shapely.MultiPoint(draw(st.lists(POINT, min_size=3, max_size=5))))
    shape = shapely.difference(hull, bite) if draw(st.booleans()) else shapely.union(hull, bite)
    parts = shapely.get_parts(shape)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1e-9)]
    return shapely.MultiPolygon(list(parts)) if len(parts) != 1 else parts[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(polygons(), min_size=1, max_size=6), st.integers(0, 5))
def test_any_polygons_at_all_match_brute_force(shapes: list[shapely.Geometry], shift: int) -> None:
    moved = shapely.transform(units(*shapes), lambda xy: xy / 3.0 + shift * 1e5)
    lattice = np.stack(np.meshgrid(np.arange(-1, 14), np.arange(-1, 14)), -1).reshape(-1, 2)
    xy = np.concatenate([adversarial(moved), lattice / 3.0 + shift * 1e5])
    assert_exact(moved, xy)


def test_the_distance_to_the_border_is_metres_inside_and_outside() -> None:
    index = LocateIndex.build(units(WEST, EAST))
    xy = np.array([[50.0, 40.0], [100.0, 50.0], [-3.0, -4.0], [np.nan, 0.0]])
    np.testing.assert_allclose(index.border_distance(xy), [40.0, 0.0, 5.0, np.nan])


def test_the_distance_inside_counts_the_rim_of_a_hole() -> None:
    ring = shapely.box(0, 0, 1000, 1000) - shapely.box(400, 400, 600, 600)
    index = LocateIndex.build(units(ring))
    xy = np.array([[390.0, 500.0], [500.0, 480.0]])
    np.testing.assert_allclose(index.border_distance(xy), [10.0, 80.0])


def test_a_saved_index_answers_like_the_one_that_was_built(tmp_path: Path) -> None:
    shapes = jittered_grid(6, seed=1)
    xy = adversarial(shapes)
    built = LocateIndex.cached(tmp_path / "cache", shapes)
    loaded = LocateIndex.load(tmp_path / "cache", shapes)
    assert isinstance(loaded.cells.cell.base, np.memmap)
    np.testing.assert_array_equal(loaded.assign(xy), built.assign(xy))
    assert [loaded.one(x, y) for x, y in xy[:300].tolist()] == built.assign(xy[:300]).tolist()


def test_the_same_units_give_the_same_bytes(tmp_path: Path) -> None:
    shapes = jittered_grid(6, seed=1)
    LocateIndex.build(shapes).save(tmp_path / "a")
    LocateIndex.build(shapes.copy()).save(tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["candidates.npy", "cell.npy", "head.npy", "stamp.npy", "start.npy"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_cache_of_other_units_is_not_used(tmp_path: Path) -> None:
    LocateIndex.build(jittered_grid(4, seed=1)).save(tmp_path)
    other = jittered_grid(4, seed=2)
    with pytest.raises(UnreadableFile):
        LocateIndex.load(tmp_path, other)
    xy = adversarial(other)
    np.testing.assert_array_equal(
        LocateIndex.cached(tmp_path, other).assign(xy), brute_force(other, xy)
    )


@pytest.mark.parametrize("name", ["stamp", "cell", "candidates"])
def test_a_half_written_cache_is_not_used(tmp_path: Path, name: str) -> None:
    shapes = jittered_grid(3, seed=1)
    LocateIndex.build(shapes).save(tmp_path)
    whole = (tmp_path / f"{name}.npy").read_bytes()
    (tmp_path / f"{name}.npy").write_bytes(whole[:40])
    with pytest.raises(UnreadableFile):
        LocateIndex.load(tmp_path, shapes)


def test_units_that_are_not_polygons_are_refused() -> None:
    with pytest.raises(BadInput):
        LocateIndex.build(units(WEST, shapely.Point(1, 1)))
    broken = shapely.transform(WEST, lambda xy: np.where(xy == 100, np.inf, xy))
    with pytest.raises(BadInput):
        LocateIndex.build(units(broken))


def test_many_threads_may_ask_at_once() -> None:
    shapes = jittered_grid(8, seed=5)
    xy = adversarial(shapes)[::7]
    expected = brute_force(shapes, xy)
    index = LocateIndex.build(shapes)
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(lambda _: index.assign(xy), range(16)):
            np.testing.assert_array_equal(answer, expected)
