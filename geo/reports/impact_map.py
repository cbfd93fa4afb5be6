"""The map of an impact: the borders before, dashed, and after, on the town's own ground."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import Level
from geo.crs import LONLAT, frame_to
from geo.plans import Draft, Impact, Survey
from geo.reports.map import Dots, Fitted, Style, bare_map, draw, draw_ground
from geo.reports.view import Window, drawn_ground, in_degrees, window

_CHANGED = ("new", "redrawn")
_AFTER: Style = {"color": "#7a3b69", "weight": 2.4, "fill": False}
_BESIDE: Style = {"color": "#7d6077", "weight": 0.9, "fill": False}
_BEFORE: Style = {"color": "#1f2429", "weight": 1.5, "dashArray": "5 4", "fill": False}
_FILLS: Mapping[str, Style] = {
    "new": {"stroke": False, "fillColor": "#7a3b69", "fillOpacity": 0.22},
    "redrawn": {"stroke": False, "fillColor": "#d3a456", "fillOpacity": 0.2},
}
_DECIMALS = 6
#: The whole town is shown unless what changes could be drawn this many times as large alone.
_MOST_SHRUNK = 2.0


@dataclass(frozen=True)
class Drawn:
    """The map, its height on the sheet, and which fates are seen on it."""

    map: folium.Map
    map_mm: float
    fates: tuple[str, ...]


def shown_level(found: Impact) -> Level:
    """Choose the level to draw: the highest whose areas change ground, or come, or go.

    Where none does, it is the lowest.
    """
    ground = found.areas[found.areas["fate"].isin((*_CHANGED, "retired"))]
    return next(
        (level for level in found.levels if (ground["level"] == level.key).any()), found.levels[-1]
    )


def draw_impact(found: Impact, level: Level) -> Drawn:
    """Draw the areas of a level before and after, where they change."""
    rows = found.areas[found.areas["level"] == level.key]
    fates: dict[int, str] = dict(zip(rows.index.tolist(), rows["fate"].tolist(), strict=True))
    before = _outlines(found.before, [n for n in fates if n in found.before.draft.places], fates)
    after = _outlines(found.after, [n for n in fates if n in found.after.draft.places], fates)
    here = _seen([*before.geometry, *after.geometry], _whole(found.after.draft))
    extent = here.extent(found.after.draft.site.epsg)
    drawn = bare_map(extent)
    ground = found.after.ground
    layers = drawn_ground(ground.features, here) | {"compound": ground.compounds}
    beside = _outlines(found.after, _near(found.after.draft, level, here, set(after.index)), fates)
    draw_ground(drawn, {name: _degrees(name, layer, here) for name, layer in layers.items()})
    for fate, style in _FILLS.items():
        draw(drawn, _degrees("parts", after[after["fate"] == fate], here), style)
    draw(drawn, _degrees("parts", beside, here), _BESIDE)
    draw(drawn, _degrees("parts", after, here), {**_AFTER, "color": "#ffffff", "weight": 5})
    draw(drawn, _degrees("parts", after, here), _AFTER)
    draw(drawn, _degrees("parts", before, here), _BEFORE)
    entire = beside[beside.within(shapely.box(*here.box))]
    named = gpd.GeoDataFrame(pd.concat([after, entire]), crs=after.crs)
    drawn.add_child(Dots(_names(found, named, here)))
    west, south, east, north = extent
    drawn.add_child(Fitted([[south, west], [north, east]]))
    return Drawn(drawn, here.map_mm, tuple(f for f in _FILLS if (after["fate"] == f).any()))


def _outlines(survey: Survey, areas: list[int], fates: Mapping[int, str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"fate": [fates.get(n) for n in areas]},
        geometry=[survey.draft.outline(n) for n in areas],
        index=areas,
        crs=survey.draft.site.epsg,
    )


def _seen(changed: list[shapely.Geometry], whole: shapely.Geometry) -> Window:
    """Choose what the map shows: the whole town, or what changes where that is a small part."""
    everything = window(whole, parts=0)
    if not changed:
        return everything
    close = window(shapely.union_all(shapely.envelope(changed)), parts=0)
    return everything if everything.m_per_px <= _MOST_SHRUNK * close.m_per_px else close


def _whole(draft: Draft) -> shapely.Geometry:
    return shapely.union_all([draft.places[n].shape for n in draft.units()])


def _near(draft: Draft, level: Level, here: Window, changed: set[int]) -> list[int]:
    """List the areas of a level that reach into the window and do not change."""
    box = shapely.box(*here.wide_box)
    units = [n for n in draft.units() if shapely.intersects(box, draft.places[n].shape)]
    found = {draft.above(n, level.key) for n in units} - changed
    return sorted(n for n in found if n is not None)


def _degrees(name: str, layer: gpd.GeoDataFrame, here: Window) -> gpd.GeoDataFrame:
    return frame_to(in_degrees(name, layer, here), LONLAT)


def _names(
    found: Impact, areas: gpd.GeoDataFrame, here: Window
) -> list[tuple[float, float, str, str, str, int]]:
    """Write the names of areas, with their households after, where there is room."""
    spots = _spots(areas, here)
    labels = gpd.GeoDataFrame(geometry=list(spots.values()), index=list(spots), crs=areas.crs)
    rows = []
    for number, point in frame_to(labels, LONLAT).geometry.items():
        place, figures = found.after.draft.places[number], found.after.of_area(number)
        figure = f"{figures.households:,}" if figures.known else ""
        said = f"<b>{html.escape(place.name)}</b><br><span>{figure}</span>"
        at = round(point.y, _DECIMALS), round(point.x, _DECIMALS)
        rows.append((*at, "name", said, "", 0))
    return rows


def _spots(areas: gpd.GeoDataFrame, here: Window) -> dict[int, shapely.Point]:
    """Find a point in each area for its name: the middle, else that of a half, where there is room."""
    found: dict[int, shapely.Point] = {}
    for part in _parts(areas):
        points = shapely.point_on_surface(part)
        tried = {n: p for n, p in zip(areas.index.tolist(), points, strict=True) if not p.is_empty}
        tried = found | {n: p for n, p in tried.items() if n not in found}
        found = {n: tried[n] for n in here.roomy(list(tried), gpd.GeoDataFrame({"label": tried}))}
    return found


def _parts(areas: gpd.GeoDataFrame) -> Iterator[NDArray[np.object_]]:
    """Give the areas whole, then their northern, southern, western and eastern halves."""
    shapes = areas.geometry.to_numpy()
    yield shapes
    west, south, east, north = shapely.bounds(shapes).T
    x, y = (west + east) / 2, (south + north) / 2
    for half in ((west, y, east, north), (west, south, east, y),
                 (west, south, x, north), (x, south, east, north)):  # fmt: skip
        yield shapely.intersection(shapes, shapely.box(*half))
