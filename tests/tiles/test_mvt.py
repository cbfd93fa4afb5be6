"""The encoder, read back by an independent decoder."""

import math

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

from geo.errors import BadInput
from geo.tiles import encode_layer, varint
from geo.tiles.values import encode_value

SQUARE = Polygon([(0, 0), (0, 100), (100, 100), (100, 0)])
coordinates = st.integers(-64, 4160)
points = st.tuples(coordinates, coordinates)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = st.one_of(texts, st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False))


def encoded(geometries, properties=None, ids=None, name="grids"):
    ids = range(1, len(geometries) + 1) if ids is None else ids
    frame = pd.DataFrame(index=range(len(geometries))) if properties is None else properties
    shapes = np.array([*geometries, None], object)[:-1]
    return encode_layer(name, np.array(ids, np.int64), shapes, frame)


def decoded(*args, **options):
    tile = mapbox_vector_tile.decode(
        encoded(*args, **options), default_options={"y_coord_down": True}
    )
    return next(iter(tile.values()))


def features(*args, **options):
    return decoded(*args, **options)["features"]


def surveyor(ring):
    return sum(
        x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )


def test_a_layer_says_its_name_version_and_extent():
    assert encoded([SQUARE]).startswith(b"\x1a")
    layer = mapbox_vector_tile.decode(encoded([SQUARE], name="微网格"))["微网格"]
    assert (layer["version"], layer["extent"]) == (2, 4096)


def test_a_square_is_encoded_as_the_specification_prints_it():
    # move 1 to (0, 0); line 3 by (100, 0) (0, 100) (-100, 0); close: zigzag 100 = 200, -100 = 199
    geometry = [9, 0, 0, 26, 200, 0, 0, 200, 199, 0, 15]
    body = varint.encode(np.array(geometry, np.uint64))
    feature = bytes([0x08, 7, 0x18, 3, 0x22, len(body)]) + body
    layer = b"\x0a\x01g\x12" + bytes([len(feature)]) + feature + b"\x28\x80\x20\x78\x02"
    assert encoded([SQUARE], ids=[7], name="g") == b"\x1a" + bytes([len(layer)]) + layer


@given(st.lists(points, min_size=2, max_size=30))
def test_a_line_comes_back_without_its_repeated_points(line):
    once = [p for p, before in zip(line, [None, *line], strict=False) if p != before]
    if len(once) < 2:
        assert encoded([LineString(line)]) == b""
    else:
        (feature,) = features([LineString(line)])
        assert [tuple(p) for p in feature["geometry"]["coordinates"]] == once


@given(st.lists(points, min_size=1, max_size=8, unique=True))
def test_points_and_groups_of_points_come_back(group):
    (feature,) = features([MultiPoint(group)])
    found = feature["geometry"]["coordinates"]
    assert (found if len(group) > 1 else [found]) == [list(p) for p in group]


@given(points, st.integers(1, 500), st.integers(3, 40))
def test_a_polygon_comes_back_with_its_outer_ring_of_positive_area(center, radius, corners):
    ring = [
        (
            center[0] + round(radius * math.cos(2 * math.pi * k / corners)),
            center[1] + round(radius * math.sin(2 * math.pi * k / corners)),
        )
        for k in range(corners)
    ]
    expected = [p for p, after in zip(ring, [*ring[1:], ring[0]], strict=True) if p != after]
    for drawn in (ring, ring[::-1]):
        if surveyor(expected) == 0:
            assert encoded([Polygon(drawn)]) == b""
            continue
        (feature,) = features([Polygon(drawn)])
        (found,) = feature["geometry"]["coordinates"]
        assert surveyor(found[:-1]) == abs(surveyor(expected))
        assert {tuple(p) for p in found} == set(expected)


def test_holes_have_negative_area_and_follow_their_shell():
    hole = [(10, 10), (10, 20), (20, 20), (20, 10)]
    for ring in (hole, hole[::-1]):
        (feature,) = features([Polygon(SQUARE.exterior.coords, [ring])])
        shell, inner = feature["geometry"]["coordinates"]
        assert surveyor(shell[:-1]) == 2 * 10_000
        assert surveyor(inner[:-1]) == 2 * -100


def test_a_polygon_of_two_parts_is_one_feature():
    apart = shapely.transform(SQUARE, lambda xy: xy + 500)
    (feature,) = features([MultiPolygon([SQUARE, apart])])
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert [part[0][0] for part in feature["geometry"]["coordinates"]] == [[0, 0], [500, 500]]


def test_a_line_of_two_parts_is_one_feature():
    parts = [[(0, 0), (5, 5)], [(9, 9), (9, 0), (3, 0)]]
    (feature,) = features([MultiLineString(parts)])
    assert feature["geometry"]["coordinates"] == [[list(p) for p in part] for part in parts]


def test_rings_without_area_are_dropped_with_their_holes():
    flat = Polygon([(0, 0), (50, 50), (100, 100)], [[(1, 1), (2, 1), (2, 2)]])
    assert encoded([flat]) == b""
    (feature,) = features([MultiPolygon([flat, SQUARE])])
    assert feature["geometry"]["type"] == "Polygon"


def test_a_hole_without_area_is_dropped_alone():
    (feature,) = features([Polygon(SQUARE.exterior.coords, [[(1, 1), (2, 2), (3, 3)]])])
    assert len(feature["geometry"]["coordinates"]) == 1


def test_a_polygon_filled_by_its_hole_is_not_drawn():
    assert encoded([Polygon(SQUARE.exterior.coords, [SQUARE.exterior.coords])]) == b""


def test_nothing_gives_no_layer():
    assert encoded([]) == b""
    assert encoded([None, Polygon()]) == b""


def test_kinds_may_be_mixed_and_keep_their_order():
    found = features([Point(1, 2), None, SQUARE, LineString([(0, 0), (1, 1)]), Point(3, 4)])
    assert [f["id"] for f in found] == [1, 3, 4, 5]
    kinds = [f["geometry"]["type"] for f in found]
    assert kinds == ["Point", "Polygon", "LineString", "Point"]


def test_coordinates_are_rounded_half_up():
    (feature,) = features([LineString([(0.5, 1.49), (-0.5, -1.51)])])
    assert feature["geometry"]["coordinates"] == [[1, 1], [0, -2]]


def test_large_feature_ids_are_kept():
    ids = [0, 127, 128, 2**53]
    assert [f["id"] for f in features([Point(1, 1)] * 4, ids=ids)] == ids


def test_a_negative_feature_id_is_refused():
    with pytest.raises(BadInput, match="-3 is negative"):
        encoded([Point(1, 1)], ids=[-3])


def test_a_collection_is_refused():
    with pytest.raises(BadInput, match="collection"):
        encoded([shapely.GeometryCollection([Point(1, 1)])])


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), plain), min_size=1, max_size=6))
def test_values_come_back_with_their_types(rows):
    frame = pd.DataFrame(rows, columns=list("abcd"), dtype=object)
    found = features([Point(1, 1)] * len(rows), frame)
    for row, feature in zip(rows, found, strict=True):
        assert feature["properties"] == row
        assert {k: type(v) for k, v in feature["properties"].items()} == {
            k: type(v) for k, v in row.items()
        }


def test_missing_values_are_left_out_of_every_type_of_column():
    frame = pd.DataFrame(
        {
            "text": ["甲", None],
            "count": pd.array([3, pd.NA], "Int64"),
            "share": [0.5, np.nan],
            "sure": pd.array([True, pd.NA], "boolean"),
        }
    )
    first, second = features([Point(1, 1)] * 2, frame)
    assert first["properties"] == {"text": "甲", "count": 3, "share": 0.5, "sure": True}
    assert second["properties"] == {}


def test_values_are_kept_once_in_the_order_of_their_first_use():
    frame = pd.DataFrame({"a": ["x", "y", "x"], "b": [5, 6, 5], "c": ["y", "x", "y"]})
    layer = encoded([Point(1, 1)] * 3, frame)
    values = [b'"' + bytes([len(v)]) + v for v in map(encode_value, ("x", 5, "y", 6))]
    assert layer.count(b"".join(values)) == 1
    assert layer.count(values[0]) == 1


def test_a_key_that_no_feature_of_the_tile_uses_is_left_out():
    frame = pd.DataFrame({"code": ["1"], "households": pd.array([pd.NA], "Int64")})
    assert b"households" not in encoded([Point(1, 1)], frame)


def test_a_value_that_tiles_can_not_carry_is_refused():
    with pytest.raises(BadInput, match="bytes"):
        encode_value(b"raw")
    with pytest.raises(BadInput, match="int"):
        encode_value(2**64)


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_varints_of_an_array_are_those_of_its_values(values):
    words = np.array(values, np.uint64)
    assert varint.encode(words) == b"".join(map(varint.word, values))
    assert varint.sizes(words).tolist() == [len(varint.word(v)) for v in values]


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_zigzag_alternates_between_the_signs(values):
    expected = [2 * v if v >= 0 else -2 * v - 1 for v in values]
    assert varint.zigzag(np.array(values, np.int64)).tolist() == expected
