"""From sealed parquet to archives: no database, the same bytes each time."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point

from geo.boundaries import Level, Site, write_areas
from geo.crs import SourceCrs, to_working
from geo.errors import UnreadableFile
from geo.tiles import Archive, area_layers, render, write_area_tiles, write_register_tiles
from tests.tiles.coverage import mismatches
from tests.tiles.made import EAST, EPSG, LEVELS, NORTH, areas

SITE = Site(
    "小镇",
    "Small Town",
    EPSG,
    "Asia/Shanghai",
    tuple(Level(key, key, key, rank) for rank, key in enumerate(LEVELS)),
)


@pytest.fixture
def sealed(tmp_path):
    write_areas(areas().reset_index(), SITE, tmp_path / "areas.parquet")
    return tmp_path / "areas.parquet"


def test_the_same_areas_give_the_same_archive(sealed, tmp_path):
    one = write_area_tiles(sealed, tmp_path / "one.pmtiles")
    two = write_area_tiles(sealed, tmp_path / "two.pmtiles")
    assert one == two


def test_another_line_gives_another_archive(sealed, tmp_path):
    one = write_area_tiles(sealed, tmp_path / "one.pmtiles")
    town = areas()
    town.loc[104, "name"] = "新名"
    write_areas(town.reset_index(), SITE, sealed)
    assert write_area_tiles(sealed, tmp_path / "two.pmtiles") != one


def test_an_archive_of_areas_has_every_level_and_the_labels(sealed, tmp_path):
    write_area_tiles(sealed, tmp_path / "tiles.pmtiles")
    with Archive(tmp_path / "tiles.pmtiles") as archive:
        described = archive.tilejson("/tiles/abc/{z}/{x}/{y}.mvt")
    assert [layer["id"] for layer in described["vector_layers"]] == [*LEVELS, "labels"]
    assert (described["minzoom"], described["maxzoom"]) == (6, 16)
    west, south, east, north = described["bounds"]
    assert 104.6 < west < east < 104.7
    assert 34.9 < south < north < 35.1
    lon, lat, zoom = described["center"]
    # 1.8 km are 0.02°; at zoom 15 a tile is 0.011° wide.
    assert (lon, lat, zoom) == (pytest.approx((west + east) / 2), (south + north) / 2, 15)


def test_a_file_that_is_no_edition_is_refused(tmp_path):
    gpd.GeoDataFrame(geometry=[Point(1, 1)], crs=EPSG).to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(UnreadableFile):
        write_area_tiles(tmp_path / "areas.parquet", tmp_path / "tiles.pmtiles")


def facilities(rows=1):
    frame = pd.DataFrame({"id": range(rows), "kind": "station", "name": "站", "address": ""})
    frame["floor_area_m2"], frame["state"] = 300.0, "in_use"
    points = [Point(EAST + k, NORTH) for k in range(rows)]
    return gpd.GeoDataFrame(frame, geometry=points, crs=EPSG)


def test_registers_are_drawn_from_the_files_there_are(tmp_path):
    facilities(3).to_parquet(tmp_path / "facilities.parquet")
    one = write_register_tiles(tmp_path, tmp_path / "tiles.pmtiles")
    assert write_register_tiles(tmp_path, tmp_path / "again.pmtiles") == one
    with Archive(tmp_path / "tiles.pmtiles") as archive:
        assert [layer["id"] for layer in archive.vector_layers] == ["facilities"]
        assert {z for z, _, _ in archive} == set(range(11, 17))


def test_registers_without_a_row_give_an_empty_archive(tmp_path):
    facilities(0).to_parquet(tmp_path / "facilities.parquet")
    write_register_tiles(tmp_path, tmp_path / "tiles.pmtiles")
    with Archive(tmp_path / "tiles.pmtiles") as archive:
        assert len(archive) == 0
        assert archive.about.bounds == (-180.0, -85.0, 180.0, 85.0)


@pytest.mark.real
def test_the_block_groups_tracts_and_city_of_dc_share_their_edges_at_every_zoom(real_data):
    file = real_data / "real/dc" / "dc_areas.gpkg"
    groups = gpd.read_file(file, layer="block_group_2010").sort_values("GEOID")
    shapes = to_working(groups.geometry.to_numpy(), SourceCrs("epsg", 4326), 26985)
    tracts = groups["GEOID"].str[:11]
    rows = [(1, "city", None, "11", shapely.coverage_union_all(shapes))]
    for number, tract in enumerate(sorted(set(tracts)), 1000):
        mine = (tracts == tract).to_numpy()
        rows.append((number, "tract", 1, tract, shapely.coverage_union_all(shapes[mine])))
        for place in np.flatnonzero(mine):
            code = groups["GEOID"].iloc[place]
            rows.append((10_000 + place, "block_group", number, code, shapes[place]))
    frame = pd.DataFrame(rows, columns=["place_id", "level", "parent_id", "code", "geometry"])
    frame = frame.assign(name=frame["code"], households=1, households_complete=True, hue=0)
    frame["parent_id"] = frame["parent_id"].astype("Int64")
    inner = shapely.point_on_surface(frame["geometry"].to_numpy())
    frame["label_x"], frame["label_y"] = shapely.get_x(inner), shapely.get_y(inner)
    city = gpd.GeoDataFrame(frame, geometry="geometry", crs=26985).set_index("place_id")

    levels = ("city", "tract", "block_group")
    tiles = render(area_layers(city, levels), max_zoom=15)
    assert mismatches(tiles, levels) == []
