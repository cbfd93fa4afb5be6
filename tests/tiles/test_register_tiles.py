"""Registers on tiles: what is drawn from which zoom, and what never is."""

import gzip

import geopandas as gpd
import mapbox_vector_tile
import pandas as pd
import pytest
import shapely.affinity
from shapely import LineString, Point, box

from geo.tiles import register_layers, render
from tests.tiles.made import EAST, EPSG, NORTH


def at(x, y):
    return EAST + x, NORTH + y


def frame(rows, geometry):
    shapes = [shapely.affinity.translate(g, EAST, NORTH) for g in geometry]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=EPSG)


@pytest.fixture(scope="module")
def registers():
    street = {"kind": "street", "name": "人民路"}
    classes = ["arterial", "secondary", "street", "lane", "steps", None]
    kinds = ["water", "green", "rail", "bridge", "wall", "gate"]
    features = [{"id": k, **street, "class": c} for k, c in enumerate(classes)]
    features += [
        {"id": 10 + k, "kind": c, "name": None, "class": None} for k, c in enumerate(kinds)
    ]
    return {
        "buildings": frame(
            [
                {
                    "id": 7, "number": "3号楼", "name": "", "compound": "幸福里", "use": "residential",
                    "status": "in_use", "floors": 6, "address": "人民路1号", "households": 48,
                    "planned_households": 0, "holder": "张三", "phone": "13900000000",
                }
            ],
            [box(0, 0, 60, 12)],
        ),
        "compounds": frame(
            [{"id": 3, "name": "幸福里", "walled": True, "built_year": 1998}], [box(-20, -20, 200, 200)]
        ),
        "facilities": frame(
            [{"id": 5, "kind": "station", "name": "服务站", "address": "", "floor_area_m2": 310.5,
              "state": "in_use"}],
            [Point(30, 30)],
        ),
        "features": frame(features, [LineString([(0, 9 * k), (900, 9 * k)]) for k in range(12)]),
        "circles": frame(
            [{"id": 1, "facility_id": 5, "kind": "station", "minutes": 10, "method": "disc"}],
            [Point(30, 30).buffer(641)],
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def tiles(registers):
    return {
        address: mapbox_vector_tile.decode(gzip.decompress(tile))
        for address, tile in render(register_layers(registers)).items()
    }


def first_zoom(tiles, layer, feature):
    return min(
        z
        for (z, _, _), tile in tiles.items()
        if any(f["id"] == feature for f in tile.get(layer, {"features": []})["features"])
    )


def properties(tiles, layer):
    return next(t[layer]["features"][0]["properties"] for t in tiles.values() if layer in t)


@pytest.mark.parametrize(
    ("layer", "feature", "zoom"),
    [
        ("buildings", 7, 14),
        ("compounds", 3, 13),
        ("facilities", 5, 11),
        ("circles", 1, 10),
        *[("features", k, z) for k, z in enumerate([9, 11, 12, 13, 13, 12])],
        *[("features", 10 + k, z) for k, z in enumerate([9, 9, 9, 13, 15, 15])],
    ],
)
def test_each_thing_is_drawn_from_its_zoom_on(tiles, layer, feature, zoom):
    assert first_zoom(tiles, layer, feature) == zoom


def test_tiles_carry_the_agreed_properties_and_no_others(tiles):
    assert properties(tiles, "buildings") == {
        "number": "3号楼", "name": "", "compound": "幸福里", "use": "residential",
        "status": "in_use", "floors": 6,
    }  # fmt: skip
    assert properties(tiles, "compounds") == {"name": "幸福里", "walled": True}
    assert properties(tiles, "facilities") == {
        "kind": "station", "name": "服务站", "state": "in_use", "floor_area_m2": 310.5,
    }  # fmt: skip
    assert properties(tiles, "circles") == {
        "facility_id": 5, "kind": "station", "minutes": 10, "method": "disc",
    }  # fmt: skip
    assert properties(tiles, "features") == {
        "kind": "street",
        "class": "arterial",
        "name": "人民路",
    }


def test_no_tile_has_households_or_a_person(registers):
    for tile in render(register_layers(registers)).values():
        raw = gzip.decompress(tile)
        for word in ("household", "张三", "phone", "139", "holder", "人民路1号"):
            assert word.encode() not in raw


def test_layers_are_drawn_ground_first_whatever_the_order_they_come_in(registers):
    names = [layer.name for layer in register_layers(dict(reversed(registers.items())))]
    assert names == ["features", "compounds", "buildings", "circles", "facilities"]


def test_buildings_smaller_than_a_pixel_wait_for_the_next_zooms(registers):
    # A pixel of zoom 14 is 4.8 m of EPSG:3857, 3.9 m on the ground at 35° north.
    shed = registers["buildings"].set_geometry([shapely.box(*at(0, 0), *at(3, 3))], crs=EPSG)
    assert min(z for z, _, _ in render(register_layers({"buildings": shed}))) == 15


def test_registers_without_rows_or_missing_give_no_tiles(registers):
    assert render(register_layers({})) == {}
    assert render(register_layers({"buildings": registers["buildings"].iloc[:0]})) == {}
