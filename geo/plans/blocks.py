"""Areas cut into blocks along streets, walls, water and railways.

All areas are cut at once, so that their borders stay the same on both sides. Lines that end
within an area part nothing. Blocks of an area that a building straddles are one block, so
that no line parts a building. Small blocks without buildings go to the neighbour in their area with the longest
common border.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import shapely

from geo.boundaries import GONE, area_and_width
from geo.crs import GRID_M
from geo.plans.arcs import Geometries, Ints, Parted, lines_of, parted, segments
from geo.plans.ground import Ground
from geo.plans.segments import segments as taken_apart

#: What blocks end at.
KINDS = ("street", "wall", "water", "rail")
SLIVER_M2 = 1000.0


def blocks(
    areas: Mapping[int, shapely.Geometry], ground: Ground, *, sliver_m2: float = SLIVER_M2
) -> dict[int, list[shapely.Geometry]]:
    """Cut areas into blocks.

    Parameters
    ----------
    areas : mapping
        Outlines by id: a clean coverage on the 1 mm grid.
    ground : Ground
    sliver_m2 : float
        Blocks without buildings that are smaller go to a neighbour.

    Returns
    -------
    dict of lists of polygons
        By area: its blocks, normalised; together they are the area, at least one. Borders of
        areas are as they were but for vertices where blocks meet.
    """
    shapes = list(areas.values())
    found = parted(shapes, segments(_lines(ground, shapes)))
    beside = _beside(found)
    block = _Blocks(len(found.faces))
    for faces in _straddled(found, ground):
        block.unite(faces)
    _join_slivers(block, found, beside, ground, sliver_m2)
    parting = [block.of(one) != block.of(other) for one, other in beside.tolist()]
    last = parted(shapes, found.cuts[np.array(parting, dtype=bool)])
    made: dict[int, list[shapely.Geometry]] = {area: [] for area in areas}
    numbers = list(areas)
    for face, owner in zip(shapely.normalize(last.faces), last.owner.tolist(), strict=True):
        made[numbers[owner]].append(face)
    return made


class _Blocks:
    """Which faces are one block; a block goes by its lowest face."""

    def __init__(self, count: int) -> None:
        self._up = list(range(count))

    def of(self, face: int) -> int:
        while self._up[face] != face:
            self._up[face] = self._up[self._up[face]]
            face = self._up[face]
        return face

    def unite(self, faces: list[int]) -> None:
        tops = sorted({self.of(face) for face in faces})
        for top in tops[1:]:
            self._up[top] = tops[0]


def _lines(ground: Ground, shapes: list[shapely.Geometry]) -> Geometries:
    """Give the lines of ground features near some areas; of surfaces, their rims."""
    features = ground.features[ground.features["kind"].isin(KINDS)]
    near = np.unique(features.sindex.query(shapes, predicate="intersects")[1])
    found = features.geometry.to_numpy()[near]
    surfaces = shapely.get_dimensions(found) > 1
    lines = np.concatenate([found[~surfaces], shapely.boundary(found[surfaces])])
    parts = shapely.get_parts(lines)
    whole: Geometries = parts[shapely.get_dimensions(parts) == 1]
    return whole


def _beside(found: Parted) -> Ints:
    """Give the two faces beside each cut, shape (m, 2)."""
    edges = taken_apart(found.faces)
    faces: dict[tuple[int, ...], list[int]] = {}
    for owner, edge in zip(
        edges.owner.tolist(), np.hstack([edges.a, edges.b]).tolist(), strict=True
    ):
        faces.setdefault(tuple(edge), []).append(owner)
    pairs = [faces[tuple(cut)] for cut in found.cuts.tolist()]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _straddled(found: Parted, ground: Ground) -> Iterator[list[int]]:
    """Give the faces of an area that a building lies in, where they are several."""
    standing = ground.buildings[~ground.buildings["status"].isin(GONE)]
    near = np.unique(standing.sindex.query(lines_of(found.cuts), predicate="intersects")[1])
    footprints = standing.geometry.to_numpy()[near]
    building, face = shapely.STRtree(found.faces).query(footprints, predicate="intersects")
    width_m = area_and_width(shapely.intersection(footprints[building], found.faces[face]))[1]
    real = width_m > GRID_M
    building, face = building[real], face[real]
    groups: dict[tuple[int, int], list[int]] = {}
    keys = zip(building.tolist(), found.owner[face].tolist(), face.tolist(), strict=True)
    for one, area, here in keys:
        groups.setdefault((one, area), []).append(here)
    yield from groups.values()


def _faces_of(found: Parted, ground: Ground) -> Ints:
    """Give the face that each building has its inner point in; −1 for none, and for gone ones."""
    points = shapely.points(ground.homes_xy)
    building, face = shapely.STRtree(found.faces).query(points, predicate="intersects")
    home = np.full(len(points), -1)
    home[building[::-1]] = face[::-1]
    home[ground.buildings["status"].isin(GONE).to_numpy()] = -1
    return home


def _join_slivers(
    block: _Blocks, found: Parted, beside: Ints, ground: Ground, sliver_m2: float
) -> None:
    """Give small blocks without buildings to the neighbour with the longest common border."""
    size = len(found.faces)
    top = np.array([block.of(face) for face in range(size)], dtype=np.int64)
    area_m2 = np.bincount(top, shapely.area(found.faces), size).tolist()
    homes = _faces_of(found, ground)
    built = (np.bincount(top[homes[homes >= 0]], minlength=size) > 0).tolist()
    near: list[dict[int, float]] = [{} for _ in range(size)]
    lengths_m = shapely.length(lines_of(found.cuts)).tolist()
    for (one, other), length_m in zip(top[beside].tolist(), lengths_m, strict=True):
        if one != other:
            for here, there in ((one, other), (other, one)):
                near[here][there] = near[here].get(there, 0.0) + length_m
    for face in np.argsort(area_m2, kind="stable").tolist():
        small = block.of(face)
        if built[small] or area_m2[small] >= sliver_m2 or not near[small]:
            continue
        host = max(near[small], key=lambda other: (near[small][other], -other))
        block.unite([small, host])
        kept = block.of(host)
        gone = small if kept == host else host
        area_m2[kept] += area_m2[gone]
        built[kept] |= built[gone]
        for other, length_m in near[gone].items():
            del near[other][gone]
            if other != kept:
                near[kept][other] = near[other][kept] = near[kept].get(other, 0.0) + length_m
        near[gone] = {}
