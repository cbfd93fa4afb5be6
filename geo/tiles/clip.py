"""Cut paths into tiles.

Rings are cut by Sutherland and Hodgman's rule, lines into the pieces that lie inside, all paths
of a zoom at once: first into columns of tiles, then each column into rows. A cut point is
computed from the segment's ends in a fixed order, so two areas that share a segment share its
cut as well, and the signed areas of units still sum to their parent's in every tile.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.tiles.paths import (
    LINE,
    POINT,
    POLYGON,
    Bools,
    Paths,
    following,
    offsets,
    proper_polygons,
    spans,
    without_repeats,
)
from geo.tiles.varint import Ints

EXTENT = 4096


def into_tiles(paths: Paths, *, buffer: int) -> Paths:
    """Cut paths on the world's grid into tiles with a margin of `buffer` units.

    The result is in each tile's own units, ordered by tile, then as given. A point belongs to
    exactly one tile; the margin does not count for it.
    """
    if paths.kind == POINT:
        paths = replace(paths, tile_x=paths.x // EXTENT, tile_y=paths.y // EXTENT)
    else:
        paths = _swapped(_columns(_swapped(_columns(paths, buffer)), buffer))
        paths = without_repeats(paths)
    paths = paths.take(np.lexsort((paths.tile_y, paths.tile_x)))
    local = replace(
        paths,
        x=paths.x - EXTENT * np.repeat(paths.tile_x, paths.lengths),
        y=paths.y - EXTENT * np.repeat(paths.tile_y, paths.lengths),
    )
    return proper_polygons(local) if paths.kind == POLYGON else local


def _swapped(paths: Paths) -> Paths:
    return replace(paths, x=paths.y, y=paths.x, tile_x=paths.tile_y, tile_y=paths.tile_x)


def _columns(paths: Paths, buffer: int) -> Paths:
    """Repeat each path for every column of tiles it reaches, and cut it to the column."""
    if not len(paths):
        return paths
    low = np.minimum.reduceat(paths.x, paths.start[:-1])
    high = np.maximum.reduceat(paths.x, paths.start[:-1])
    first = (low - buffer) // EXTENT
    count = (high + buffer) // EXTENT - first + 1
    source = np.repeat(np.arange(len(paths)), count)
    column = spans(first, count)
    west, east = column * EXTENT - buffer, (column + 1) * EXTENT + buffer
    crossing = (low[source] < west) | (high[source] > east)
    whole = replace(paths.take(source[~crossing]), tile_x=column[~crossing])
    cut = replace(paths.take(source[crossing]), tile_x=column[crossing])
    cut = _half_plane(cut, cut.tile_x * EXTENT - buffer, sign=1)
    cut = _half_plane(cut, (cut.tile_x + 1) * EXTENT + buffer, sign=-1)
    return _in_order(whole, cut)


def _in_order(a: Paths, b: Paths) -> Paths:
    """Put two sets of paths together, rings of one polygon neighbouring, shells first."""
    both = Paths(
        a.kind,
        np.concatenate((a.x, b.x)),
        np.concatenate((a.y, b.y)),
        np.concatenate((a.start, b.start[1:] + a.start[-1])),
        *(
            np.concatenate((getattr(a, name), getattr(b, name)))
            for name in ("owner", "part", "outer", "tile_x", "tile_y")
        ),
    )
    return both.take(np.lexsort((~both.outer, both.part)))


def _half_plane(paths: Paths, bound: Ints, *, sign: int) -> Paths:
    """Keep what lies where sign · (x − bound) ≥ 0; `bound` has a value per path."""
    of_point = paths.path_of_point
    line = bound[of_point]
    inside = sign * (paths.x - line) >= 0
    after = following(paths)
    crosses = inside != inside[after]
    if paths.kind == LINE:
        some = paths.lengths > 0
        crosses[paths.start[1:][some] - 1] = False
    emitted = offsets(inside.astype(np.int64) + crosses)
    x, y = np.empty(emitted[-1], np.int64), np.empty(emitted[-1], np.int64)
    kept = emitted[:-1][inside]
    x[kept], y[kept] = paths.x[inside], paths.y[inside]
    at = np.flatnonzero(crosses)
    cuts = emitted[at] + inside[at]
    x[cuts], y[cuts] = line[at], _cut(paths, at, after[at], line[at])
    if paths.kind == POLYGON:
        start = emitted[paths.start]
        source = np.arange(len(paths))
    else:
        start, source = _pieces(
            paths, inside, cuts[~inside[at]], of_point[at[~inside[at]]], emitted
        )
    result = paths.with_points(x, y, start, source)
    return result.select(result.lengths > 0)


def _pieces(
    paths: Paths, inside: Bools, entries: Ints, entered: Ints, emitted: Ints
) -> tuple[Ints, Ints]:
    """Find where the pieces of cut lines start, and the line each comes from."""
    heads = np.flatnonzero(paths.lengths > 0)
    heads = heads[inside[paths.start[heads]]]
    start = np.concatenate((emitted[paths.start[heads]], entries))
    source = np.concatenate((heads, entered))
    order = np.argsort(start, kind="stable")
    return np.append(start[order], emitted[-1]), source[order]


def _cut(paths: Paths, one: Ints, other: Ints, line: Ints) -> Ints:
    """Give y, rounded half up, where the segments between two points meet x = line."""
    west = np.where(paths.x[one] < paths.x[other], one, other)
    east = one + other - west
    width = paths.x[east] - paths.x[west]
    rise = paths.y[east] - paths.y[west]
    climb = (2 * rise * (line - paths.x[west]) + width) // (2 * width)
    return np.asarray(paths.y[west] + climb)
