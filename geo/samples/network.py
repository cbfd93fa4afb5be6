"""Noding: from lines on paper to micro-grid faces and street pieces on the ground.

Everything is noded once on a 1 mm grid, bent vertex by vertex and snapped to 1 mm, so the faces
share their edges exactly and the streets run along them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geo.crs import Geometries, snap_xy
from geo.samples.cuts import Cuts
from geo.samples.plan import Floats, Ints, Line, Valley

_STRETCH_M = 40.0


@dataclass(frozen=True)
class Network:
    """The ground as faces and the pieces of line between them.

    `faces` are polygons in the working CRS, one per cell in the order of the cells.
    Piece p (`pieces[p]`, a line of kind `kinds[p]` in street `streets[p]`) has face `left[p]` and
    `right[p]` at its sides, -1 outside the county.
    """

    faces: Geometries
    pieces: Geometries
    kinds: Ints
    streets: Ints
    left: Ints
    right: Ints


def build(land: Valley, cuts: Cuts, anchors: Floats) -> Network:
    """Node all cuts, bend them and find the faces around the anchor points of the cells.

    Parameters
    ----------
    anchors : array (n, 2)
        A point inside each wanted cell, plan coordinates; faces without one are left out.

    Raises
    ------
    RuntimeError
        If the cells don't come back one to one: the plan crosses itself.
    """
    ends = np.array(cuts.ends)
    paper = shapely.linestrings(ends)
    noded = shapely.get_parts(shapely.union_all(paper, grid_size=0.001))
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    source = shapely.STRtree(paper).query_nearest(middle, all_matches=False)[1]
    pieces = shapely.transform(
        shapely.segmentize(noded, _STRETCH_M), lambda xy: snap_xy(land.bend(xy))
    )
    faces = shapely.get_parts(shapely.polygonize(pieces))
    cell, face = shapely.STRtree(faces).query(
        shapely.points(land.bend(anchors)), predicate="within"
    )
    if not np.array_equal(np.sort(cell), np.arange(len(anchors))):
        raise RuntimeError(f"{len(anchors)} cells were drawn, {len(cell)} found again")
    faces = faces[face[np.argsort(cell)]]
    left, right = _sides(pieces, faces)
    used = (left >= 0) | (right >= 0)
    return Network(
        faces,
        pieces[used],
        np.array(cuts.kinds, dtype=np.int64)[source][used],
        np.array(cuts.streets, dtype=np.int64)[source][used],
        left[used],
        right[used],
    )


def _sides(pieces: Geometries, faces: Geometries) -> tuple[Ints, Ints]:
    a = shapely.get_coordinates(shapely.get_point(pieces, 0))
    b = shapely.get_coordinates(shapely.get_point(pieces, 1))
    along = (b - a) / np.hypot(*(b - a).T)[:, None]
    normal = 0.05 * np.column_stack([-along[:, 1], along[:, 0]])
    tree = shapely.STRtree(faces)
    found = []
    for side in (normal, -normal):
        index = np.full(len(pieces), -1, dtype=np.int64)
        piece, face = tree.query(shapely.points((a + b) / 2 + side), predicate="within")
        index[piece] = face
        found.append(index)
    return found[0], found[1]


def borders(net: Network, group: Ints, weight: Floats) -> dict[int, dict[int, float]]:
    """Length of border that groups of faces share, metres times the `weight` of each piece.

    Pieces of weight 0 don't connect.
    """
    both = (net.left >= 0) & (net.right >= 0) & (weight > 0)
    length = shapely.length(net.pieces[both]) * weight[both]
    table: dict[int, dict[int, float]] = {n: {} for n in range(int(group.max()) + 1)}
    sides = zip(group[net.left[both]], group[net.right[both]], length, strict=True)
    for a, b, metres in sides:
        if a != b:
            for one, two in ((int(a), int(b)), (int(b), int(a))):
                table[one][two] = table[one].get(two, 0.0) + float(metres)
    return table


def neighbours(net: Network, group: Ints) -> list[list[int]]:
    """Which groups of faces share a stretch of border."""
    shared = borders(net, group, np.ones(len(net.pieces)))
    return [sorted(shared[n]) for n in sorted(shared)]


def unite(faces: Geometries, group: Ints) -> Geometries:
    """Give the outline of each group of faces, in order of the groups."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 2))
    return np.array(
        [shapely.coverage_union_all(faces[order[a:b]]) for a, b in pairwise(starts)], dtype=object
    )


def inset(
    shapes: Geometries, net: Network, inside: Ints, margins_m: Floats, *, quiet: np.ndarray
) -> Geometries:
    """Give what is left of each shape beside its streets.

    Parameters
    ----------
    shapes : polygons, one per group of faces.
    inside : array
        The group of each face.
    margins_m : array
        What each group keeps free beside a street's corridor (`HALF_WIDTH_M`).
    quiet : mask
        Pieces inside a plot, beside which a margin of a metre is enough.
    """
    left = np.where(net.left >= 0, inside[net.left], -1)
    right = np.where(net.right >= 0, inside[net.right], -1)
    border = np.flatnonzero(left != right)
    group = np.concatenate([left[border], right[border]])
    piece = np.concatenate([border, border])[group >= 0]
    group = group[group >= 0]
    widths = np.array([HALF_WIDTH_M[Line(kind)] for kind in net.kinds[piece]])
    widths += np.where(quiet[piece], np.minimum(1.0, margins_m[group]), margins_m[group])
    strips = shapely.buffer(shapely.simplify(net.pieces[piece], 0.05), widths, quad_segs=3)
    order = np.argsort(group, kind="stable")
    group, strips = group[order], strips[order]
    start = np.searchsorted(group, group)
    turn = np.arange(len(group)) - start
    rest = shapely.simplify(shapes, 0.05)
    for k in range(int(turn.max()) + 1):
        now = turn == k
        rest[group[now]] = shapely.difference(rest[group[now]], strips[now])
    return np.array([_largest(shape) for shape in rest], dtype=object)


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    if not parts:
        return shapely.Polygon()
    best = max(parts, key=lambda p: p.area)
    return shapely.Polygon(shapely.simplify(best, 0.2).exterior)


HALF_WIDTH_M = {
    Line.BORDER: 0.4,
    Line.LANE: 2.2,
    Line.STREET: 7.0,
    Line.SECONDARY: 11.0,
    Line.ARTERIAL: 16.0,
    Line.BRIDGE: 16.0,
    Line.RIVER: 0.0,
    Line.RAIL: 14.0,
}
