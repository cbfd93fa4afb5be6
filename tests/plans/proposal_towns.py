"""Towns of square blocks for the tests of proposals."""

import numpy as np

from geo.plans.proposals import Graph

SIDE = 100.0  # metres


def town(columns, rows=2, *, households=100, streets=(), **changed):
    """Square blocks in rows, numbered west to east, then north; grids are columns.

    `streets` are the x of columns whose western border is a street.
    """
    n = columns * rows
    at = np.arange(n)
    x, y = at % columns, at // columns
    pairs = [(a, a + 1) for a in at if x[a] + 1 < columns] + [
        (a, a + columns) for a in at if y[a] + 1 < rows
    ]
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    across = edges[:, 1] - edges[:, 0] == 1
    street = across & np.isin(x[edges[:, 1]] if len(edges) else np.zeros(0), streets)
    beside = np.zeros(n)
    for out in (x == 0, x == columns - 1, y == 0, y == rows - 1):
        beside += out * SIDE
    parts = {
        "households": np.broadcast_to(households, n).astype(np.int64),
        "area_m2": np.full(n, SIDE**2),
        "xy": np.column_stack([x, y]) * SIDE,
        "outer_m": beside,
        "edges": edges,
        "shared_m": np.full(len(edges), SIDE),
        "street_m": np.where(street, SIDE, 0.0),
        "passable": np.ones(len(edges), dtype=bool),
        "grid": x.astype(np.int64),
        "compound": np.full(n, -1),
        "today": np.full(n, 7),
        "fixed": np.zeros(n, dtype=bool),
    }
    return Graph(**parts | changed)
