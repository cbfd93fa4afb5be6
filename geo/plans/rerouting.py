"""A stretch of the border of two units led along a drawn line.

An end of the line within `NEAR_M` of the border is led to it: to a vertex within `SNAP_M`, else to
the nearest point. What a line overshoots its last crossing of the border by, up to `NEAR_M`, is
left out. The stretch between both ends is given up, and the drawn line takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from shapely.ops import substring

from geo.crs import snap
from geo.errors import Refused
from geo.plans import arcs
from geo.plans.arcs import Geometries, Ints, Way
from geo.plans.draft import Place

NEAR_M = 10.0
SNAP_M = 2.0

_Point = tuple[int, int]


class Route(NamedTuple):
    """Both outlines with the new border, and the segments of it (`arcs`)."""

    outlines: Geometries
    path: Ints


class _Pair(NamedTuple):
    """Two units, and why their border can't be drawn as somebody wants it."""

    first: Place
    second: Place

    def refusal(self, en: str, zh: str) -> Refused:
        return Refused(
            f"The border of “{self.first.name}” and “{self.second.name}” can't be drawn so: {en}",
            f"“{self.first.name}”与“{self.second.name}”的边界不能这样画：{zh}",
            ids=[self.first.id, self.second.id],
        )


def rerouted(first: Place, second: Place, line: shapely.LineString) -> Route:
    """Lead the border of two units along a line.

    Raises
    ------
    Refused
        If the line can't be their border.
    """
    pair = _Pair(first, second)
    rims = [arcs.segments([unit.shape]) for unit in pair]
    shared = arcs.common(*rims)
    if not len(shared):
        raise pair.refusal(
            "they have none in common. Choose neighbours.", "两者没有共同边界。请选择相邻单元。"
        )
    drawn = _led(pair, line, _merged(shared))
    nodes, path = arcs.node(arcs.once(np.concatenate(rims)), arcs.segments([drawn]))
    known = set(map(tuple, shared.tolist()))
    whole = [arcs.with_nodes(unit.shape, nodes) for unit in pair]
    walked = _walk(pair, path, drawn)
    if any(edge not in known for edge in nodes) or _leaves(whole, walked):
        raise pair.refusal(
            "the line leaves them, or meets their border with others. Draw it between the two.",
            "这条线越出或碰到了它们与其他单元的边界。请只在两者之间画。",
        )
    given_up = _stretch(pair, whole, walked)
    return Route(_outlines(pair, whole, walked, given_up), path)


def _led(pair: _Pair, line: shapely.LineString, border: shapely.Geometry) -> shapely.LineString:
    """Cut off what the line overshoots, and lead both ends to the border."""
    back = shapely.reverse(_from_border(pair, line, border))
    led = snap(shapely.reverse(_from_border(pair, back, border)))
    if not shapely.length(led):
        raise pair.refusal("the line has no length. Draw a longer one.", "线没有长度。请画长一些。")
    return led


def _from_border(
    pair: _Pair, line: shapely.LineString, border: shapely.Geometry
) -> shapely.LineString:
    """Begin a line at the border."""
    met = shapely.get_coordinates(shapely.intersection(line, border))
    along = shapely.line_locate_point(line, shapely.points(met))
    over = along[along <= min(NEAR_M, shapely.length(line) / 2)]
    begin = shapely.get_point(line, 0)
    if len(over):
        line = substring(line, float(over.max()), line.length)
        begin = shapely.get_point(line, 0)
    at = shapely.get_point(shapely.shortest_line(border, begin), 0)
    if shapely.distance(at, begin) > NEAR_M:
        raise pair.refusal(
            f"an end of the line is more than {NEAR_M:g} m from it. Draw from border to border.",
            f"线的端点离边界超过 {NEAR_M:g} 米。请从边界画到边界。",
        )
    corners = shapely.points(shapely.get_coordinates(border))
    away = shapely.distance(corners, at)
    at = corners[away.argmin()] if away.min() <= SNAP_M else at
    xy = shapely.get_coordinates(line)
    kept = xy[1:] if shapely.distance(at, begin) <= SNAP_M else xy
    return shapely.linestrings(np.concatenate([shapely.get_coordinates(at), kept]))


def _walk(pair: _Pair, path: Ints, drawn: shapely.LineString) -> list[_Point]:
    """Put the segments of the new border in the order that the line goes."""
    merged = _merged(path)
    if not isinstance(merged, shapely.LineString) or merged.is_closed:
        raise pair.refusal(
            "the line crosses itself. Draw it without crossings.",
            "这条线与自身相交。请画一条不相交的线。",
        )
    walked = arcs.points(merged)
    return walked if walked[0] == arcs.points(drawn)[0] else walked[::-1]


def _leaves(whole: list[shapely.Geometry], walked: list[_Point]) -> bool:
    """Tell whether a border lies outside two units, or meets their rim but at its ends."""
    union = shapely.coverage_union_all(whole)
    rim = set(arcs.points(shapely.boundary(union)))
    border = shapely.linestrings(np.array(walked) / arcs.PER_M)
    return not shapely.covers(union, border) or not rim.isdisjoint(walked[1:-1])


def _stretch(pair: _Pair, whole: list[shapely.Geometry], walked: list[_Point]) -> list[_Point]:
    """Find the stretch of the border that is given up: from where the new one begins to its end."""
    shared = arcs.common(*(arcs.segments([shape]) for shape in whole))
    for line in shapely.get_parts(_merged(shared)):
        known = arcs.points(line)
        if walked[0] not in known or walked[-1] not in known:
            continue
        i, j = known.index(walked[0]), known.index(walked[-1])
        ways = [known[min(i, j) : max(i, j) + 1]]
        if line.is_closed:  # two ways round: the one that lies nearer
            ways.append(known[max(i, j) : -1] + known[: min(i, j) + 1])
        new = shapely.linestrings(walked)
        way = min(ways, key=lambda way: shapely.hausdorff_distance(shapely.linestrings(way), new))
        return way if way[0] == walked[0] else way[::-1]
    raise pair.refusal(
        "the ends of the line are on different stretches of it. Begin and end on one stretch.",
        "线的两端不在同一段共同边界上。请在同一段上起止。",
    )


def _outlines(
    pair: _Pair, whole: list[shapely.Geometry], walked: list[_Point], given_up: list[_Point]
) -> Geometries:
    """Build both outlines: on either side of the new border lies whoever lay there before."""
    rims = arcs.once(np.concatenate([arcs.segments([shape]) for shape in whole]))
    old, new = (_pieces(pairwise(way)) for way in (given_up, walked))
    found = arcs.faces(np.concatenate([arcs.without(rims, old), new]))
    found = arcs.inside(found, shapely.coverage_union_all(whole))
    left = 0 if next(pairwise(given_up)) in arcs.ways(whole[0]) else 1
    ahead = set(pairwise(walked))
    back = {(end, start) for start, end in ahead}
    sides: tuple[list[shapely.Geometry], list[shapely.Geometry]] = ([], [])
    for face in found:
        around = arcs.ways(face)
        if ahead & around and back & around:
            raise _apart(pair)
        if ahead & around or back & around:
            side = left if ahead & around else 1 - left
        else:
            side = 0 if shapely.contains(whole[0], shapely.point_on_surface(face)) else 1
        sides[side].append(face)
    if not all(sides):
        raise pair.refusal(
            "one of them would vanish. To join them, unite them.",
            "其中一个单元会消失。若要合并，请用“并单元”。",
        )
    outlines = np.array([arcs.joined(side) for side in sides], dtype=object)
    if (shapely.get_num_geometries(outlines) > shapely.get_num_geometries(whole)).any():
        raise _apart(pair)
    return outlines


def _pieces(ways: Iterable[Way]) -> Ints:
    return arcs.once(np.array([(*start, *end) for start, end in ways], dtype=np.int64))


def _apart(pair: _Pair) -> Refused:
    return pair.refusal(
        "one of them would fall apart. Let the line meet their border at its ends only.",
        "其中一个单元会断成几块。请只让线的两端与边界相接。",
    )


def _merged(pieces: Ints) -> shapely.Geometry:
    return shapely.line_merge(shapely.multilinestrings(arcs.lines_of(pieces)))
