"""What lies on the ground: streets, river, railway, parks, fields."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import Geometries, snap
from geo.samples.network import HALF_WIDTH_M
from geo.samples.places import Places
from geo.samples.plan import CRS_EPSG, Line
from geo.samples.rows import RECTANGLE, Rows, lay, outline
from geo.samples.town import Town
from geo.samples.walls import Walls

_CLASSES = {
    Line.LANE: "lane", Line.STREET: "street", Line.SECONDARY: "secondary",
    Line.ARTERIAL: "arterial", Line.BRIDGE: "arterial",
}  # fmt: skip
_GREEN = {"park": "park", "field": "farmland", "wood": "wood", "square": "square"}
_STEEP = 0.07  # share of village lanes that are steps
_LEAST_GREEN_M2, _LAKE_PARK_M2 = 60.0, 7_000.0
_PITCHES = (  # the largest that fits
    Rows(44.0, 200.0, (60.0, 96.0), 10.0),
    Rows(30.0, 200.0, (40.0, 70.0), 10.0),
    Rows(18.0, 200.0, (26.0, 40.0), 10.0),
)


def streets(
    town: Town, places: Places, closed: Walls, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Lines of the streets along the borders of the cells; columns of `STREETS`.

    Lanes inside a walled compound end at its wall except where a gate lets them through.
    """
    net = town.net
    kinds = net.kinds
    village = np.append(town.cell_uses == "village", values=False)
    chance = rng.random(int(net.streets.max()) + 1)[net.streets]
    keep = (net.left >= 0) & (net.right >= 0) & np.isin(kinds, list(_CLASSES))
    hilly = village[net.left] & village[net.right] & (chance < _STEEP)
    words = np.array([_CLASSES.get(Line(kind), "") for kind in kinds], dtype="U12")
    words[hilly & (kinds == Line.LANE)] = "steps"
    pieces = _trimmed(town, closed)
    groups: dict[tuple[int, str, bool], list[int]] = {}
    for p in np.flatnonzero(keep):
        group = (int(net.streets[p]), str(words[p]), bool(kinds[p] == Line.BRIDGE))
        groups.setdefault(group, []).append(int(p))
    rows = []
    for (number, word, bridge), members in sorted(groups.items()):
        merged = shapely.line_merge(shapely.union_all(pieces[members]))
        title = places.streets.get(number)
        rows += [(word, title, bridge, part) for part in shapely.get_parts(merged)]
    frame = pd.DataFrame(rows, columns=["class", "name", "bridge", "geometry"])
    frame.insert(0, "key", [f"S{i + 1:05d}" for i in range(len(frame))])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS_EPSG)


def _trimmed(town: Town, closed: Walls) -> Geometries:
    """Pieces of line, those inside walls cut off a little before the wall."""
    pieces = town.net.pieces.copy()
    place = {int(plot): k for k, plot in enumerate(closed.plots) if closed.walled[k]}
    yard = np.array([place.get(int(plot), -1) for plot in town.plot])
    left, right = yard[town.net.left], yard[town.net.right]
    county = (town.net.left >= 0) & (town.net.right >= 0)
    inner = np.flatnonzero((left == right) & (left >= 0) & county)
    k = left[inner]
    blocked = shapely.intersects(pieces[inner], closed.lines[k])
    inner, k = inner[blocked], k[blocked]
    pieces[inner] = shapely.intersection(pieces[inner], shapely.buffer(closed.yards, -2.0)[k])
    return snap(pieces)


def features(town: Town, places: Places, closed: Walls) -> gpd.GeoDataFrame:
    """Water, green, railway, walls, gates and bridges; columns of `FEATURES`."""
    river = _river(town)
    rows: list[tuple[str, str, str | None, shapely.Geometry]] = [
        ("water", "river", "示例河", river)
    ]
    rows += [("green", "riverside", None, part) for part in _banks(town, river)]
    for k, use in enumerate(town.uses):
        if use in _GREEN:
            title = places.plots[k] if use in ("park", "square") else None
            rows.append(("green", _GREEN[use], title, closed.all_yards[k]))
    rows += [("green", "garden", None, garden) for garden in _gardens(town)]
    rows += [("water", "lake", None, lake) for lake in _lakes(town, closed)]
    rows += [("green", "pitch", None, pitch) for pitch in _pitches(town, closed)]
    rows += [("rail", "railway", "示例线", line) for line in _lines(town, Line.RAIL)]
    rows += [
        ("bridge", "road", places.streets[int(number)], line) for number, line in _bridges(town)
    ]
    rows += [("wall", "compound", None, line) for line in closed.lines if not line.is_empty]
    rows += [
        ("gate", "compound", f"{places.plots[int(closed.plots[k])]}大门", point)
        for point, k in zip(closed.gates, closed.gate_of, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["kind", "class", "name", "geometry"])
    frame = frame[~shapely.is_empty(frame["geometry"].to_numpy())].reset_index(drop=True)
    frame["geometry"] = snap(frame["geometry"].to_numpy())
    frame.insert(0, "key", [f"F{i + 1:05d}" for i in range(len(frame))])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS_EPSG)


def _river(town: Town) -> shapely.Polygon:
    land = town.land
    u = np.arange(-0.5, 0.5, 14.0 / land.length_m) * land.length_m
    half = 37 + 4.5 * np.sin(u / 240 + land.phases[0]) + 2.5 * np.sin(u / 91)
    north = np.column_stack([u, land.river_v + half])
    south = np.column_stack([u, land.river_v - half + 3 * np.sin(u / 150)])
    ring = land.bend(np.concatenate([south, north[::-1]]))
    county = shapely.coverage_union_all(town.net.faces)
    return _biggest(shapely.intersection(shapely.polygons(ring), county))


def _banks(town: Town, river: shapely.Polygon) -> Geometries:
    """Give the green between the water and the embankment streets."""
    strip = shapely.coverage_union_all(town.net.faces[town.cell_uses == "river"])
    near = np.isin(town.net.kinds, [Line.SECONDARY, Line.BRIDGE, Line.ARTERIAL, Line.STREET])
    near &= shapely.intersects(town.net.pieces, strip)
    roads = shapely.union_all(
        shapely.buffer(
            town.net.pieces[near],
            np.array([HALF_WIDTH_M[Line(kind)] + 2 for kind in town.net.kinds[near]]),
        )
    )
    rest = shapely.difference(shapely.difference(strip, river), roads)
    # Opened by a metre: no spikes where the outline runs along the water.
    rest = shapely.buffer(shapely.buffer(rest, -1, join_style="mitre"), 1, join_style="mitre")
    parts = shapely.get_parts(rest)
    return np.asarray(parts[shapely.area(parts) > _LEAST_GREEN_M2])


def _gardens(town: Town) -> Geometries:
    """Make gardens of the courts of estates where nothing was built."""
    built = np.bincount(town.buildings["cell"], minlength=len(town.plot)) > 0
    courts = town.grounds[~built & np.isin(town.cell_uses, ["estate", "tower"])]
    return np.asarray(courts[shapely.area(courts) > _LEAST_GREEN_M2])


def _lakes(town: Town, closed: Walls) -> list[shapely.Polygon]:
    standing = shapely.STRtree(np.asarray(town.buildings["geometry"]))
    lakes = []
    for k, use in enumerate(town.uses):
        yard = closed.all_yards[k]
        if use != "park" or yard.area < _LAKE_PARK_M2:
            continue
        turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        radius = np.sqrt(0.075 * yard.area) * (
            1 + 0.25 * np.sin(2 * turn + k) + 0.12 * np.sin(5 * turn)
        )
        centre = shapely.get_coordinates(yard.centroid)[0]
        ring = centre + np.column_stack([1.35 * radius * np.cos(turn), radius * np.sin(turn)])
        lake = shapely.intersection(shapely.polygons(ring), yard.buffer(-10))
        houses = standing.geometries[standing.query(lake, predicate="dwithin", distance=3)]
        lakes.append(_biggest(lake.difference(shapely.union_all(houses).buffer(3))))
    return lakes


def _pitches(town: Town, closed: Walls) -> Geometries:
    """Playing fields on the free half of schools and stadiums."""
    uses = np.array(town.uses)
    which = np.flatnonzero(np.isin(uses, ["school", "stadium"]))
    grounds = np.full(len(uses), shapely.Polygon(), dtype=object)
    standing = shapely.STRtree(np.asarray(town.buildings["geometry"]))
    for k in which:
        near = standing.geometries[standing.query(closed.all_yards[k])]
        free = closed.all_yards[k].buffer(-4).difference(shapely.union_all(near).buffer(6))
        grounds[k] = _biggest(free)
    first = np.searchsorted(town.plot, np.arange(len(uses)))
    chance = np.random.default_rng(len(which))
    pitches = []
    for rows in _PITCHES:
        boxes = lay(grounds, which, town.angles[first], rows, chance)
        boxes = boxes.take(np.unique(boxes.ground, return_index=True)[1])
        pitches.append(outline(boxes, RECTANGLE))
        which = np.setdiff1d(which, boxes.ground)
    return np.concatenate(pitches)


def _bridges(town: Town) -> list[tuple[int, shapely.LineString]]:
    crossing = town.net.kinds == Line.BRIDGE
    numbers = np.unique(town.net.streets[crossing])
    return [
        (int(n), shapely.line_merge(shapely.union_all(
            town.net.pieces[crossing & (town.net.streets == n)]))) for n in numbers
    ]  # fmt: skip


def _lines(town: Town, kind: Line) -> Geometries:
    pieces = town.net.pieces[town.net.kinds == kind]
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.union_all(pieces))))


def _biggest(shape: shapely.Geometry) -> shapely.Polygon:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=shapely.Polygon())
