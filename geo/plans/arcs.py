"""Outlines rebuilt by their arcs: where a line meets a border, both sides get the same vertex.

Everything is computed in whole millimetres by snap rounding: each place where lines meet becomes
a vertex of the 1 mm grid, and whatever passes through its square millimetre goes through it.
Borders gain vertices only; nothing that stood before moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plans.segments import in_mm

Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]
#: Vertices to put into a segment (x, y, x, y in mm, lower end first), from its lower end on.
Nodes = Mapping[tuple[int, int, int, int], list[tuple[int, int]]]

#: A segment as it is walked.
Way = tuple[tuple[int, int], tuple[int, int]]

PER_M = 1000
#: Half the diagonal of a square millimetre, and a hair.
_NEAR_M = 0.00072
#: Crossings are rounded from doubles: one that lies on the rim of its square still belongs there.
_HAIR = 1.0 + 1e-6


def segments(shapes: Iterable[shapely.Geometry]) -> Ints:
    """Give the segments of outlines or lines, each once.

    Returns
    -------
    int array, shape (n, 4)
        x, y, x, y in whole mm, the lower end first; sorted.
    """
    parts = shapely.get_parts(np.array(list(shapes), dtype=object))
    surfaces = shapely.get_dimensions(parts) > 1
    lines = np.concatenate([shapely.get_rings(parts[surfaces]), parts[~surfaces]])
    xy, line = shapely.get_coordinates(lines, return_index=True)
    mm = in_mm(xy)
    same = line[1:] == line[:-1]
    return once(np.hstack([mm[:-1], mm[1:]])[same])


def node(borders: Ints, lines: Ints) -> tuple[Nodes, Ints]:
    """Find where lines meet borders and each other.

    Parameters
    ----------
    borders, lines : int arrays, shape (n, 4)
        As `segments` gives them.

    Returns
    -------
    nodes : mapping
        For each border segment that gets vertices: which.
    lines : int array, shape (n, 4)
        The lines, parted at all their vertices; they meet borders in vertices only.
    """
    meetings = [_crossings(lines, borders), _crossings(lines, lines)]
    hot = np.unique(np.concatenate([_ends(lines), _ends(borders), *meetings]), axis=0)
    strung = _strung(lines, hot)
    parted = once(
        np.array(
            [
                (*start, *end)
                for row, inner in zip(lines.tolist(), strung, strict=True)
                for start, end in pairwise([(row[0], row[1]), *inner, (row[2], row[3])])
            ],
            dtype=np.int64,
        ).reshape(-1, 4)
    )
    found = _strung(borders, _ends(parted))
    nodes = {
        (x, y, u, v): inner
        for (x, y, u, v), inner in zip(borders.tolist(), found, strict=True)
        if inner
    }
    return nodes, parted


def with_nodes(shape: shapely.Geometry, nodes: Nodes) -> shapely.Geometry:
    """Put vertices into the segments of an outline that get them; the order of rings stays."""
    polygons: list[shapely.Geometry] = [
        shapely.Polygon(
            _ring(polygon.exterior, nodes), [_ring(r, nodes) for r in polygon.interiors]
        )
        for polygon in shapely.get_parts(shape)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def faces(pieces: Ints) -> Geometries:
    """Give the polygons that segments enclose, on the 1 mm grid; segments meet in ends only."""
    found: Geometries = shapely.get_parts(shapely.polygonize(lines_of(once(pieces))))
    return found


class Parted(NamedTuple):
    """What outlines fall into.

    Attributes
    ----------
    faces : object array of polygons, shape (n,)
    owner : int array, shape (n,)
        The position of the outline that each is a part of; each outline has at least one.
    nodes : mapping
        The vertices that borders gained, for whoever shares them.
    cuts : int array, shape (m, 4)
        The segments that part them.
    """

    faces: Geometries
    owner: Ints
    nodes: Nodes
    cuts: Ints


def parted(shapes: Sequence[shapely.Geometry], cuts: Ints) -> Parted:
    """Part outlines, a clean coverage, along segments; whatever of those parts nothing is left out."""
    border = segments(shapes)
    while True:
        nodes, pieces = node(border, cuts)
        whole = np.array([with_nodes(shape, nodes) for shape in shapes], dtype=object)
        rim = segments(whole)
        found = faces(np.concatenate([rim, pieces]))
        face, owner = shapely.STRtree(whole).query(
            shapely.point_on_surface(found), predicate="intersects"
        )
        cuts = without(segments(found[face]), rim)
        if len(cuts) == len(pieces):
            return Parted(found[face], owner, nodes, cuts)


def inside(found: Geometries, shape: shapely.Geometry) -> Geometries:
    """Keep the faces whose inner point lies in a shape."""
    shapely.prepare(shape)
    kept: Geometries = found[shapely.contains(shape, shapely.point_on_surface(found))]
    return kept


def joined(parts: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """Unite faces of a coverage to one outline, normalised."""
    return shapely.normalize(shapely.coverage_union_all(list(parts)))


def _metres(mm: Ints) -> NDArray[np.float64]:
    return np.asarray(mm / PER_M)


def once(pieces: Ints) -> Ints:
    """Put lower ends first, and leave out what has no length or was there before; sorted."""
    swap = (pieces[:, 0] > pieces[:, 2]) | (
        (pieces[:, 0] == pieces[:, 2]) & (pieces[:, 1] > pieces[:, 3])
    )
    turned = np.where(swap[:, None], pieces[:, [2, 3, 0, 1]], pieces)
    return np.unique(turned[(turned[:, :2] != turned[:, 2:]).any(axis=1)], axis=0)


def without(pieces: Ints, others: Ints) -> Ints:
    """Keep the segments that are none of others."""
    return pieces[~_among(pieces, others)]


def common(pieces: Ints, others: Ints) -> Ints:
    """Keep the segments that are some of others."""
    return pieces[_among(pieces, others)]


def ways(outline: shapely.Geometry) -> set[Way]:
    """Give the segments of an outline as one walks them with the inside on the left."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(outline)))
    return {way for ring in rings for way in pairwise(points(ring))}


def points(line: shapely.Geometry) -> list[tuple[int, int]]:
    """Give the vertices of a line in whole mm."""
    return list(map(tuple, in_mm(shapely.get_coordinates(line)).tolist()))


def _among(pieces: Ints, others: Ints) -> NDArray[np.bool_]:
    known = set(map(tuple, others.tolist()))
    return np.array([tuple(row) in known for row in pieces.tolist()], dtype=bool)


def _ends(pieces: Ints) -> Ints:
    return np.unique(pieces.reshape(-1, 2), axis=0)


def lines_of(pieces: Ints) -> Geometries:
    """Give segments as lines, in metres."""
    made: Geometries = shapely.linestrings(_metres(pieces).reshape(-1, 2, 2))
    return made


def _crossings(lines: Ints, others: Ints) -> Ints:
    """Give the grid points nearest to where segments cross; parallel ones meet in ends."""
    if not len(lines) or not len(others):
        return np.zeros((0, 2), dtype=np.int64)
    one, other = shapely.STRtree(lines_of(others)).query(lines_of(lines), predicate="intersects")
    a, c = lines[one], others[other]
    along, across = a[:, 2:] - a[:, :2], c[:, 2:] - c[:, :2]
    # Differences of whole millimetres are exact in doubles, and so are small products of them.
    turn = _cross(along, across)
    real = turn != 0
    share = _cross(c[:, :2] - a[:, :2], across)[real] / turn[real]
    met: Ints = a[real, :2] + np.rint(along[real] * share[:, None]).astype(np.int64)
    return met


def _cross(a: Ints, b: Ints) -> Ints:
    crossed: Ints = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return crossed


def _strung(pieces: Ints, hot: Ints) -> list[list[tuple[int, int]]]:
    """Give for each segment the grid points whose square millimetre it passes, in its order."""
    strung: list[list[tuple[int, int]]] = [[] for _ in range(len(pieces))]
    if not len(pieces) or not len(hot):
        return strung
    point, piece = shapely.STRtree(lines_of(pieces)).query(
        shapely.points(_metres(hot)), predicate="dwithin", distance=_NEAR_M
    )
    at, segment = hot[point], pieces[piece]
    along = segment[:, 2:] - segment[:, :2]
    away = at - segment[:, :2]
    # A segment passes a square if the corners do not all lie on one side of it; doubled, all is
    # whole. Squares beyond its ends are out of reach, as only its own ends are that near.
    reach = np.abs(along).sum(axis=1)
    passes = np.abs(2 * _cross(along, away)) <= reach * _HAIR
    onward = (along * away).sum(axis=1)
    passes &= (onward > 0) & (onward < (along * along).sum(axis=1))
    order = np.lexsort((at[:, 1], at[:, 0], onward, piece))
    for k in order[passes[order]].tolist():
        strung[piece[k]].append((int(at[k, 0]), int(at[k, 1])))
    return strung


def _ring(ring: shapely.LinearRing, nodes: Nodes) -> NDArray[np.float64]:
    found: list[tuple[int, int]] = []
    for start, end in pairwise(points(ring)):
        found.append(start)
        if start <= end:
            found.extend(nodes.get((*start, *end), ()))
        else:
            found.extend(reversed(nodes.get((*end, *start), ())))
    return _metres(np.array([*found, found[0]], dtype=np.int64))
