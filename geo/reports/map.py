"""The map of a report: the town's own ground as vectors, north up, with a scale bar."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import folium
import geopandas as gpd
import shapely
from branca.element import MacroElement
from folium.template import Template

from geo.reports.facts import Facility, Report
from geo.reports.marks import HOLLOW
from geo.reports.words import Words

Style = Mapping[str, object]

_DECIMALS = 6  # a tenth of a metre
#: Up to this many metres per pixel the letters of the marks can be read.
_LETTERS_M_PER_PX = 5.5
#: From the bottom up: layer, what of it, and how it is drawn.
_GROUND: tuple[tuple[str, Style], ...] = (
    ("green", {"stroke": False, "fillColor": "#e3edd9", "fillOpacity": 1}),
    ("compound", {"color": "#d8cbb9", "weight": 0.7, "fillColor": "#f1ece2", "fillOpacity": 1}),
    ("water", {"color": "#b3d0e0", "weight": 0.8, "fillColor": "#cfe3ee", "fillOpacity": 1}),
)
_MAJOR_CASE: Style = {"color": "#cbc6bb", "weight": 5.5}
_MAJOR: Style = {"color": "#ffffff", "weight": 4}
_MINOR_CASE: Style = {"color": "#d9d5cc", "weight": 2.4}
_MINOR: Style = {"color": "#ffffff", "weight": 1.4}
_RAIL: Style = {"color": "#9a978f", "weight": 1.6, "dashArray": "6 4"}
_BUILDING: Style = {"color": "#cfc8bb", "weight": 0.5, "fillColor": "#e4dfd6", "fillOpacity": 1}
_UNCOVERED: Style = {
    "color": "#ffffff", "weight": 0.3, "fillColor": "#c4162a", "fillOpacity": 1, "fillRule": "nonzero",
}  # fmt: skip
CIRCLE: Style = {
    "color": "#1f8a80", "weight": 1.4, "dashArray": "5 3", "fillColor": "#1f8a80",
    "fillOpacity": 0.1,
}  # fmt: skip
OUTLINE: Style = {"color": "#7a3b69", "weight": 3, "fill": False}
_PARTS: Mapping[str, Style] = {
    "well": {"fill": False},
    "under": {"fill": False},
    "near": {"fillColor": "url(#near)", "fillOpacity": 0.8},
    "over": {"fillColor": "url(#over)", "fillOpacity": 0.75},
}
_PART_EDGE: Style = {"color": "#7d6077", "weight": 1.2}

#: Hatches as SVG patterns; paths name them by their id.
PATTERNS = (
    '<pattern id="over" width="9" height="9" patternUnits="userSpaceOnUse">'
    '<path d="M-2 11L11 -2M-2 2L2 -2M7 11L11 7" stroke="#9c2339" stroke-width="1.7"/></pattern>'
    '<pattern id="near" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6" stroke="#9a6412" stroke-width="0.7"/></pattern>'
)


class Dots(MacroElement):
    """Names and marks at points: rows of latitude, longitude, class, HTML, title, size in px."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "{{ this.rows | tojson }}.forEach(([lat, lon, look, html, title, size]) =>\n"
        "  L.marker([lat, lon], {interactive: title !== '', keyboard: false, title,\n"
        "    zIndexOffset: size ? 0 : 10000,\n"
        "    icon: L.divIcon({className: look, html, iconSize: [size, size]})})\n"
        "  .addTo({{ this._parent.get_name() }}));\n"
        "{% endmacro %}"
    )

    def __init__(self, rows: list[tuple[float, float, str, str, str, int]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Dots"
        self.rows = rows


class Fitted(MacroElement):
    """Keeps the map on its extent, also when the page gets another width or is printed."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "{\n  const map = {{ this._parent.get_name() }}\n"
        "  const fit = () => { map.invalidateSize({animate: false});\n"
        "    map.fitBounds({{ this.bounds | tojson }}, {animate: false}) }\n"
        "  fit()\n  for (const when of ['load', 'resize', 'beforeprint', 'afterprint'])\n"
        "    addEventListener(when, fit)\n}\n"
        "{% endmacro %}"
    )

    def __init__(self, bounds: list[list[float]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Fitted"
        self.bounds = bounds


def bare_map(extent: tuple[float, float, float, float]) -> folium.Map:
    """Give a map of west, south, east, north (degrees) with nothing on it."""
    west, south, east, north = extent
    return folium.Map(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=14, tiles=None,
        control_scale=True, zoom_control=True, attribution_control=False, zoom_snap=0,
        scroll_wheel_zoom=False, zoom_animation=False, fade_animation=False,
    )  # fmt: skip


def draw_ground(drawn: folium.Map, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Draw green, compounds, water, streets and railways."""
    for name, style in _GROUND:
        draw(drawn, layers[name], style)
    street = layers["street"]
    for rows, styles in (
        (street[~street["major"]], (_MINOR_CASE, _MINOR)),
        (street[street["major"]], (_MAJOR_CASE, _MAJOR)),
    ):
        for style in styles:
            draw(drawn, rows, style)
    draw(drawn, layers["rail"], _RAIL)


def draw_map(report: Report, words: Words) -> folium.Map:
    """Draw the map of a report."""
    west, south, east, north = report.extent
    drawn = bare_map(report.extent)
    layers = report.layers
    draw_ground(drawn, layers)
    if "building" in layers:
        draw(drawn, layers["building"], _BUILDING)
    if "circle" in layers:
        draw(drawn, layers["circle"], CIRCLE)
    parts = layers["parts"]
    for fill, style in _PARTS.items():
        draw(drawn, parts[parts["fill"] == fill], {**_PART_EDGE, **style})
    draw(drawn, layers["uncovered"], _UNCOVERED)
    draw(drawn, layers["outline"], {**OUTLINE, "color": "#ffffff", "weight": 6, "opacity": 0.8})
    draw(drawn, layers["outline"], OUTLINE)
    drawn.add_child(Dots([*_marks(report, words), *_names(report)]))
    drawn.add_child(Fitted([[south, west], [north, east]]))
    return drawn


def draw(drawn: folium.Map, rows: gpd.GeoDataFrame, style: Style) -> None:
    """Add one layer as a single shape; it answers to nothing."""
    if rows.empty:
        return
    parts = shapely.get_parts(rows.geometry.to_numpy())
    areal = shapely.get_dimensions(parts) > 1
    # Thousands of buildings as one shape are one element of the page.
    shape = shapely.multipolygons(parts[areal]) if areal.any() else shapely.multilinestrings(parts)
    shape = shapely.set_precision(shape, 10.0**-_DECIMALS, mode="pointwise")
    lines = {} if areal.any() else {"fill": False, "lineCap": "round", "lineJoin": "round"}
    look = {**lines, **style}
    feature: dict[str, Any] = {
        "type": "Feature", "id": "0", "properties": {}, "geometry": shapely.geometry.mapping(shape),
    }  # fmt: skip
    folium.GeoJson(
        {"type": "FeatureCollection", "features": [feature]},
        style_function=lambda _, look=look: look,
        smooth_factor=0, interactive=False,
    ).add_to(drawn)  # fmt: skip


def _marks(report: Report, words: Words) -> list[tuple[float, float, str, str, str, int]]:
    order = {kind: row for row, kind in enumerate(report.kinds)}
    rows = []
    size = 14 if report.m_per_px < _LETTERS_M_PER_PX else 10
    # The most frequent kind lies on top.
    for one in sorted(report.facilities, key=lambda f: (f.inside, -order[f.kind])):
        hollow = "h" if one.state in HOLLOW else ""
        near = "" if one.inside else " near"
        inner = f'<svg><use href="#k{order[one.kind]}{hollow}"/></svg>'
        rows.append((*_at(one.lon, one.lat), f"mark{near}", inner, _title(one, words), size))
    return rows


def _title(one: Facility, words: Words) -> str:
    size = "" if one.floor_area_m2 is None else f"{one.floor_area_m2:,.0f} m²"
    said = (one.name, words.term(one.kind), size, words.term(one.state))
    return " · ".join(part for part in said if part)


def _names(report: Report) -> list[tuple[float, float, str, str, str, int]]:
    rows = []
    for label in report.labels:
        figure = "" if label.figure is None else f"{label.figure:,}"
        over = ' class="over"' if label.over else ""
        mark = "▲ " if label.over else ""
        inner = f"<b>{html.escape(label.text)}</b><br><span{over}>{mark}{figure}</span>"
        rows.append((*_at(label.lon, label.lat), "name", inner, "", 0))
    return rows


def _at(lon: float, lat: float) -> tuple[float, float]:
    return round(lat, _DECIMALS), round(lon, _DECIMALS)
