"""How fast a million points find their units, beside GEOS's tree and geopandas.sjoin."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import geopandas as gpd
import numpy as np
import shapely

from geo.boundaries import LocateIndex

COLUMNS, ROWS, SIDE_M, STEPS = 70, 50, 120.0, 32
POINTS, ROUNDS, LOOK_UPS, SEED = 1_000_000, 3, 20_000, 20_261_121


def units() -> np.ndarray:
    """3,500 crooked quarters on the 1 mm grid, about 127 vertices each, in code order."""
    rng = np.random.default_rng(SEED)
    grid = np.stack(np.meshgrid(np.arange(COLUMNS + 1), np.arange(ROWS + 1), indexing="ij"), -1)
    node = (grid + rng.uniform(-0.2, 0.2, grid.shape)) * SIDE_M + (466_000, 3_875_000)
    across = _crooked(node[:-1, :], node[1:, :], rng)
    up = _crooked(node[:, :-1], node[:, 1:], rng)
    rings = np.concatenate(
        [
            across[:, :-1, :-1],
            up[1:, :, :-1],
            across[:, 1:, :0:-1],
            up[:-1, :, ::-1],
        ],
        axis=2,
    )
    shapes = shapely.polygons(rings.reshape(COLUMNS * ROWS, -1, 2))
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    return shapes


def _crooked(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lines between nodes that swing to both sides, shape (…, steps + 1, 2)."""
    t = np.linspace(0, 1, STEPS + 1)
    along = end - start
    swing = sum(
        rng.normal(0, 0.025 / k, (*start.shape[:2], 1)) * np.sin(np.pi * k * t) for k in range(1, 9)
    )
    beside = np.stack([-along[..., 1], along[..., 0]], -1)
    line = start[..., None, :] + t[:, None] * along[..., None, :]
    return np.round(line + swing[..., None] * beside[..., None, :], 3)


def points(shapes: np.ndarray) -> np.ndarray:
    """A million points: in the open, around centres, outside, on vertices, on and near edges."""
    rng = np.random.default_rng(SEED + 1)
    low, high = np.split(shapely.total_bounds(shapes), 2)
    vertex = shapely.get_coordinates(shapes)
    few = POINTS * 3 // 100

    def some() -> np.ndarray:
        return rng.integers(0, len(vertex) - 1, few)

    pick = some()
    centre = rng.uniform(low, high, (200, 2))[rng.integers(0, 200, POINTS // 2)]
    parts = [
        rng.normal(centre, 150.0),
        vertex[some()],
        (vertex[pick] + vertex[pick + 1]) / 2,
        vertex[some()] + rng.uniform(-0.01, 0.01, (few, 2)),
        rng.uniform(low - 2_000, high + 2_000, (few, 2)),
    ]
    rest = POINTS - sum(len(part) for part in parts)
    xy = np.concatenate([*parts, rng.uniform(low, high, (rest, 2))])
    return np.round(rng.permutation(xy), 3)


@dataclass(frozen=True)
class Runner:
    """One way to place points: `prepare` sees the units only, `place` gives positions."""

    name: str
    prepare: Callable
    place: Callable
    one: Callable | None = None
    ours: bool = False


def lowest(count: int, point: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The rule for engines that give pairs: the lowest code, −1 without any."""
    out = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(out, point, unit)
    return np.where(out == np.iinfo(np.int64).max, -1, out)


def by_tree(tree: shapely.STRtree, xy: np.ndarray) -> np.ndarray:
    return lowest(len(xy), *tree.query(shapely.points(xy), predicate="intersects"))


def by_boxes(state: tuple, xy: np.ndarray) -> np.ndarray:
    shapes, tree = state
    point, unit = tree.query(shapely.points(xy))
    hit = shapely.intersects_xy(shapes[unit], xy[point, 0], xy[point, 1])
    return lowest(len(xy), point[hit], unit[hit])


def by_sjoin(frame: gpd.GeoDataFrame, xy: np.ndarray) -> np.ndarray:
    left = gpd.GeoDataFrame(geometry=gpd.points_from_xy(xy[:, 0], xy[:, 1]))
    pairs = gpd.sjoin(left, frame, predicate="intersects")
    return lowest(len(xy), pairs.index.to_numpy(), pairs["index_right"].to_numpy())


def one_by_tree(tree: shapely.STRtree, x: float, y: float) -> np.ndarray:
    return tree.query(shapely.Point(x, y), predicate="intersects")


def prepared(shapes: np.ndarray) -> tuple:
    shapes = shapes.copy()
    shapely.prepare(shapes)
    return shapes, shapely.STRtree(shapes)


def fresh(shapes: np.ndarray) -> np.ndarray:
    """Copies that nobody has prepared yet."""
    return shapely.from_wkb(shapely.to_wkb(shapes))


RUNNERS = (
    Runner("cell index", LocateIndex.build, LocateIndex.assign, LocateIndex.one, ours=True),
    Runner("STRtree intersects", shapely.STRtree, by_tree, one_by_tree),
    Runner("STRtree, prepared", prepared, by_boxes),
    Runner("geopandas.sjoin", lambda shapes: gpd.GeoDataFrame(geometry=shapes), by_sjoin),
)


def measure(runner: Runner, shapes: np.ndarray, xy: np.ndarray, truth: np.ndarray) -> dict:
    """One round of one runner; CPU seconds, as all of them work on one core."""
    own = fresh(shapes)
    cpu = [time.process_time()]
    state = runner.prepare(own)
    cpu.append(time.process_time())
    start = time.perf_counter()
    found = runner.place(state, xy)
    row = {"join_s": time.perf_counter() - start}
    cpu.append(time.process_time())
    row |= {"prepare_cpu_s": cpu[1] - cpu[0], "join_cpu_s": cpu[2] - cpu[1]}
    row["wrong"] = int((found != truth).sum())
    if runner.one:
        start = time.process_time()
        for x, y in xy[:LOOK_UPS].tolist():
            runner.one(state, x, y)
        row["look_up_cpu_us"] = (time.process_time() - start) / LOOK_UPS * 1e6
    return row


def bench() -> list[dict]:
    """The median of three interleaved rounds of each."""
    shapes = units()
    xy = points(shapes)
    truth = by_tree(shapely.STRtree(shapes), xy)
    rounds = [[measure(runner, shapes, xy, truth) for runner in RUNNERS] for _ in range(ROUNDS)]
    rows = []
    for k, runner in enumerate(RUNNERS):
        measures = {key: median(r[k][key] for r in rounds) for key in rounds[0][k]}
        rows.append({"name": runner.name, "ours": runner.ours, **measures})
    return rows
