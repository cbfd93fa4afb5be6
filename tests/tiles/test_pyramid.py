"""Cutting into tiles: nothing lost, nothing doubled, neighbours agree."""

import gzip
from collections import Counter

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo.errors import WrongCrs
from geo.tiles import TileLayer, gzipped, render, vector_layers
from geo.tiles.clip import into_tiles
from geo.tiles.paths import LINE, POLYGON, doubled_areas, read

WORLD_M = 2 * 20037508.342789244
UNIT_M = WORLD_M / 4096 / 2**8  # the unit of a tile at zoom 8
CORNER = (200, 100)  # a tile of zoom 8, whose corner is the origin of what is drawn here


def on_ground(geometry, zoom=8):
    """From tile units, y down, relative to the corner of a tile, to EPSG:3857."""
    unit = WORLD_M / 4096 / 2**zoom
    return shapely.transform(
        geometry,
        lambda xy: np.column_stack(
            [
                (xy[:, 0] + CORNER[0] * 4096) * unit - WORLD_M / 2,
                WORLD_M / 2 - (xy[:, 1] + CORNER[1] * 4096) * unit,
            ]
        ),
    )


def layer(geometries, columns=None, **options):
    frame = gpd.GeoDataFrame(
        pd.DataFrame(columns or {}, index=range(1, len(geometries) + 1)),
        geometry=[on_ground(g) for g in geometries],
        crs=3857,
    )
    return TileLayer("layer", frame, **options)


def tiles_of(geometries, **options):
    """Tiles of zoom 8 relative to the corner → features by id → coordinates."""
    found = render([layer(geometries, **options)], min_zoom=8, max_zoom=8)
    return {
        (x - CORNER[0], y - CORNER[1]): {
            feature["id"]: feature["geometry"]
            for feature in mapbox_vector_tile.decode(
                gzip.decompress(tile), default_options={"y_coord_down": True}
            )["layer"]["features"]
        }
        for (_, x, y), tile in found.items()
    }


def shape(geometry):
    return shapely.geometry.shape(geometry)


def test_a_shape_inside_one_tile_is_in_that_tile_alone():
    found = tiles_of([box(100, 100, 200, 300)])
    assert list(found) == [(0, 0)]
    assert shape(found[0, 0][1]).equals(box(100, 100, 200, 300))


def test_a_shape_near_an_edge_is_in_the_margin_of_the_neighbour():
    found = tiles_of([box(4000, 100, 4090, 300)])
    assert set(found) == {(0, 0), (1, 0)}
    assert shape(found[1, 0][1]).equals(box(-64, 100, -6, 300))


def test_a_shape_that_only_touches_the_margin_is_not_drawn_there():
    assert set(tiles_of([box(4000, 100, 4096 - 64, 300)])) == {(0, 0)}


def test_a_tile_inside_a_large_shape_is_filled_to_its_margin():
    found = tiles_of([box(-5000, -5000, 9000, 9000)])
    assert shape(found[0, 0][1]).equals(box(-64, -64, 4160, 4160))


def test_a_tile_inside_a_hole_is_empty():
    ring = box(-9000, -9000, 13000, 13000) - box(-100, -100, 4200, 4200)
    assert (0, 0) not in tiles_of([ring])


def test_a_line_that_leaves_and_returns_is_cut_into_pieces():
    line = LineString([(100, 100), (5000, 100), (5000, 200), (100, 200), (100, 300)])
    found = tiles_of([line])
    assert shape(found[0, 0][1]).geoms[0].equals(LineString([(100, 100), (4160, 100)]))
    assert shape(found[0, 0][1]).geoms[1].equals(LineString([(4160, 200), (100, 200), (100, 300)]))
    assert shape(found[1, 0][1]).length == 2 * (904 + 64) + 100


def test_a_line_that_only_crosses_a_tile_is_found_there():
    found = tiles_of([LineString([(-3000, 500), (9000, 500)])])
    assert shape(found[0, 0][1]).equals(LineString([(-64, 500), (4160, 500)]))
    assert set(found) == {(-1, 0), (0, 0), (1, 0), (2, 0)}


def test_a_point_is_in_exactly_one_tile_also_on_the_edge():
    found = tiles_of([Point(4096, 10), Point(4095, 10), Point(0, 4096)])
    assert {k: list(v) for k, v in found.items()} == {(1, 0): [1], (0, 0): [2], (0, 1): [3]}


def test_the_margin_does_not_reach_over_the_edge_of_the_world():
    frame = gpd.GeoDataFrame(geometry=[box(WORLD_M / 2 - 1e5, 0, WORLD_M / 2, 1e5)], crs=3857)
    assert {(x, y) for _, x, y in render([TileLayer("sea", frame)], min_zoom=6, max_zoom=6)} == {
        (63, 31),
        (63, 32),
    }


def test_zooms_outside_a_layers_own_have_no_tile():
    found = render([layer([box(0, 0, 9, 9)], min_zoom=7, max_zoom=9)])
    assert {z for z, _, _ in found} == {7, 8, 9}


def test_layers_of_a_tile_stand_in_the_order_given():
    one, two = layer([box(100, 100, 150, 150)]), layer([box(90, 90, 170, 170)])
    (tile,) = render([one, two], min_zoom=8, max_zoom=8).values()
    (first,) = render([one], min_zoom=8, max_zoom=8).values()
    assert gzip.decompress(tile).startswith(gzip.decompress(first))


def test_gzip_has_no_date_and_no_name():
    assert gzipped(b"tile") == gzipped(b"tile")
    assert gzipped(b"tile")[3:8] == bytes(5)
    assert gzip.decompress(gzipped(b"tile")) == b"tile"


def test_a_frame_in_another_crs_is_refused():
    wrong = TileLayer("grids", gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326))
    with pytest.raises(WrongCrs, match="grids"):
        render([wrong])


def test_layers_are_described_with_their_fields_and_zooms():
    columns = {
        "name": ["a"],
        "floors": pd.array([3], "Int64"),
        "share": [0.5],
        "walled": pd.array([True], "boolean"),
    }
    assert vector_layers([layer([box(0, 0, 9, 9)], columns, min_zoom=9)]) == [
        {
            "id": "layer",
            "fields": {
                "name": "String",
                "floors": "Number",
                "share": "Number",
                "walled": "Boolean",
            },
            "minzoom": 9,
            "maxzoom": 16,
        }
    ]


coordinates = st.integers(-6000, 10000)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12, unique=True)


def whole(geometry, kind):
    shapes = np.array([geometry, None], object)[:1]
    return read(shapes, np.zeros(1, np.int64), kind, (np.ones(2), np.zeros(2)))


@settings(max_examples=200)
@given(rings)
def test_the_tiles_of_a_polygon_without_margins_sum_to_its_area(ring):
    hull = shapely.convex_hull(shapely.MultiPoint(ring))
    if hull.geom_type != "Polygon":
        return
    paths = whole(hull, POLYGON)
    tiles = into_tiles(paths, buffer=0)
    # Every cut point is moved by at most half a unit along a tile's edge, once per crossing.
    assert abs(doubled_areas(tiles).sum() - abs(doubled_areas(paths)[0])) <= 2 * 4096 * len(tiles)


@settings(max_examples=200)
@given(rings, rings)
def test_two_shapes_that_share_a_segment_are_cut_at_the_same_points(one, other):
    shared = one[:2]
    backwards = [*shared[::-1], *other]
    cuts = []
    for line in (LineString(shared), LineString(backwards[:2])):
        pieces = into_tiles(whole(line, LINE), buffer=64)
        cuts.append(
            Counter(zip(pieces.tile_x[pieces.path_of_point], pieces.x, pieces.y, strict=True))
        )
    assert cuts[0] == cuts[1]


@settings(max_examples=200)
@given(st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=12))
def test_a_line_cut_into_tiles_keeps_its_course(line):
    drawn = LineString(line)
    if drawn.length == 0:
        return
    pieces = into_tiles(whole(drawn, LINE), buffer=64)
    x = pieces.x + 4096 * pieces.tile_x[pieces.path_of_point]
    y = pieces.y + 4096 * pieces.tile_y[pieces.path_of_point]
    assert shapely.distance(shapely.points(x, y), drawn).max() <= 1.0
    parts = [
        LineString(np.column_stack([x[a:b], y[a:b]]))
        for a, b in zip(pieces.start[:-1], pieces.start[1:], strict=True)
    ]
    assert shapely.hausdorff_distance(shapely.union_all(parts), drawn) <= 2.0
