"""Areas on tiles: edges shared at every zoom and level, labels once, the same bytes twice."""

import math
from collections import Counter

import pandas as pd
import pytest
import shapely

from geo.tiles import LABELS, area_layers, min_zoom_of_levels, pixel_m, render
from tests.tiles.coverage import (
    BUFFER,
    EXTENT,
    decoded,
    families,
    features_of,
    mismatches,
    on_the_frame,
    rings,
    segments,
)
from tests.tiles.made import LEVELS, areas

HALF_WORLD_M = 20037508.342789244


@pytest.fixture(scope="module")
def town():
    return areas()


@pytest.fixture(scope="module")
def tiles(town):
    return {address: decoded(tile) for address, tile in render(area_layers(town, LEVELS)).items()}


@pytest.mark.parametrize("cell_m", [5.0, 60.0, 300.0, 700.0])
def test_children_share_every_edge_and_fill_their_parent_exactly(cell_m):
    tiles = render(area_layers(areas(cell_m=cell_m), LEVELS))
    assert mismatches(tiles, LEVELS) == []


def test_families_are_compared_on_many_tiles(tiles):
    assert sum(len(families(tile, LEVELS)) for tile in tiles.values()) > 100


def test_every_segment_has_at_most_one_area_on_each_side(tiles):
    for tile in tiles.values():
        for level in LEVELS:
            directed = Counter(
                (tuple(a), tuple(b))
                for a, b in segments(features_of(tile, level))
                if not on_the_frame(a, b)
            )
            assert max(directed.values(), default=1) == 1


def test_the_hole_of_the_town_stays_a_hole(tiles, town):
    assert len(town.geometry[1].interiors) == 1
    for (zoom, _, _), tile in tiles.items():
        if zoom == 12 and "county" in tile:
            (county,) = tile["county"]["features"]
            found = rings(county)
            if all(-BUFFER < v < EXTENT + BUFFER for ring in found for p in ring for v in p):
                assert len(found) == 2
                return
    pytest.fail("no tile of zoom 12 holds the whole town")


def test_at_the_deepest_zoom_every_vertex_is_drawn(tiles, town):
    unit_m = pixel_m(16) * 512 / EXTENT
    drawn = set()
    for (zoom, x, y), tile in tiles.items():
        if zoom == 16:
            here = [f for f in features_of(tile, "microgrid") if f["id"] == 103]
            drawn |= {(a[0] + x * EXTENT, a[1] + y * EXTENT) for a, _ in segments(here)}
    outline = town.geometry.to_crs(3857)[103]
    for east_m, north_m in shapely.get_coordinates(outline):
        column, row = (HALF_WORLD_M + east_m) / unit_m, (HALF_WORLD_M - north_m) / unit_m
        assert (math.floor(column + 0.5), math.floor(row + 0.5)) in drawn


def test_features_carry_place_ids_and_the_agreed_properties(tiles, town):
    for tile in tiles.values():
        for level in LEVELS:
            for feature in features_of(tile, level):
                row = town.loc[feature["id"]]
                expected = {
                    "code": row["code"],
                    "name": row["name"],
                    "parent_id": row["parent_id"],
                    "households": row["households"],
                    "complete": bool(row["households_complete"]),
                    "hue": int(row["hue"]),
                }
                assert row["level"] == level
                known = {k: v for k, v in expected.items() if not pd.isna(v)}
                assert feature["properties"] == known


def test_features_of_a_layer_are_ordered_by_id(tiles):
    for tile in tiles.values():
        for layer in tile.values():
            ids = [f["id"] for f in layer["features"]]
            assert ids == sorted(set(ids))


def test_each_area_has_one_label_per_zoom_from_its_level_on(tiles, town):
    min_zooms = min_zoom_of_levels(town, LEVELS)
    for zoom in range(6, 17):
        found = Counter(
            feature["id"]
            for (z, _, _), tile in tiles.items()
            if z == zoom and LABELS in tile
            for feature in tile[LABELS]["features"]
        )
        shown = town.index[town["level"].map(min_zooms) <= zoom]
        assert found == Counter(shown.tolist())


def test_a_level_appears_when_its_areas_are_large_enough_to_see(town):
    min_zooms = min_zoom_of_levels(town, LEVELS)
    assert min_zooms["county"] == 6
    # 300 m on the ground are about 366 m of EPSG:3857 at 35° north: 16 pixels of 23 m
    assert pixel_m(11) > 366 / 16 > pixel_m(12)
    assert min_zooms["microgrid"] == 12
    assert list(min_zooms.values()) == sorted(min_zooms.values())


def test_a_level_without_areas_begins_with_the_level_above_it_at_the_earliest(town):
    zooms = min_zoom_of_levels(town[town["level"] == "county"], ("county", "street"))
    assert zooms == {"county": 6, "street": 6}


def test_tiny_areas_appear_at_the_deepest_zoom_at_the_latest():
    small = areas(cell_m=8.0)
    assert min_zoom_of_levels(small, LEVELS)["microgrid"] == 16


def test_two_renders_give_the_same_bytes_whatever_the_order_of_the_rows(town):
    first = render(area_layers(town, LEVELS))
    second = render(area_layers(town.iloc[::-1], LEVELS))
    assert first == second


def test_progress_is_told(town):
    told = []
    render(area_layers(town, LEVELS), progress=lambda *step: told.append(step))
    assert told[0] == ("tiles", 0, 11)
    assert told[-1][1] == told[-1][2]
