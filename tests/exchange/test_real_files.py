"""Published files with the faults they really have: right names, right place."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.crs import GCJ02, SourceCrs
from geo.errors import UnreadableFile, WrongCrs
from geo.exchange import Sheet, conform, read_file, require_crs, to_working, write_xlsx
from geo.frames import AREAS, BUILDINGS, FACILITIES, INCIDENTS

pytestmark = pytest.mark.real
LONGXI = 4544
NAMES = ["城关区", "七里河区", "西固区", "安宁区", "红古区", "永登县", "皋兰县", "榆中县",
         "安定区", "通渭县", "陇西县", "渭源县", "临洮县", "漳县", "岷县"]  # fmt: skip
MM = 0.001


@pytest.fixture
def dirty(real_data: Path) -> Path:
    return real_data / "real/dirty"


@pytest.fixture(scope="module")
def published(real_data: Path):
    """The same counties as they were published, in metres: vertices by adcode."""
    table = read_file(
        real_data / "real/cn" / "cn_fences_gansu_shanghai_beijing.gpkg", layer="county", crs=GCJ02
    )
    placed = to_working(conform(table, AREAS, columns={"code": "adcode"}, timezone="UTC"), LONGXI)
    return dict(zip(placed.frame["code"], placed.frame.geometry, strict=True))


def areas(path: Path, **options):
    table = read_file(path, **options)
    return conform(table, AREAS, columns={"code": "adcode"}, timezone="Asia/Shanghai")


def farthest_m(frame, published) -> float:
    """How far a vertex lies from the nearest published vertex of its county, at most."""
    found = 0.0
    for code, shape in zip(frame["code"], frame.geometry, strict=True):
        tree = shapely.STRtree(shapely.points(shapely.get_coordinates(published[code])))
        mine = shapely.points(shapely.get_coordinates(shape))
        _, away = tree.query_nearest(mine, return_distance=True, all_matches=False)
        found = max(found, away.max())
    return found


@pytest.mark.parametrize("name", ["gansu_counties_gbk_shp.zip", "gansu_counties_gbk_nocpg_shp.zip"])
def test_the_gbk_shapefile_as_gcj02_equals_the_published_counties(dirty, published, name):
    found = areas(dirty / name, crs=GCJ02)
    assert found.frame["name"].tolist() == NAMES
    assert "crs_overruled" in [n.code for n in found.notes]
    # Its outlines were simplified, so its vertices are some of the published ones.
    assert farthest_m(to_working(found, LONGXI).frame, published) <= MM


def test_without_a_cpg_the_encoding_is_guessed_and_shown(dirty):
    notes = areas(dirty / "gansu_counties_gbk_nocpg_shp.zip", crs=GCJ02).notes
    assert "城关区" in next(n.zh for n in notes if n.code == "encoding_guessed")


def test_the_file_s_own_word_would_be_half_a_kilometre_off(dirty, published):
    placed = to_working(areas(dirty / "gansu_counties_gbk_shp.zip"), LONGXI)
    right = {c: shapely.get_coordinates(s).mean(axis=0) for c, s in published.items()}
    wrong = shapely.get_coordinates(placed.frame.geometry.iloc[10]).mean(axis=0)
    assert np.hypot(*(wrong - right["621122"])) > 100


def test_4490_and_the_zone_file_agree_within_a_millimetre(dirty):
    degrees, zone = (
        to_working(areas(dirty / name), LONGXI).frame
        for name in ("gansu_counties_epsg4490.gpkg", "gansu_counties_3deg_gk_zone_epsg4523.gpkg")
    )
    assert degrees["name"].tolist() == zone["name"].tolist() == NAMES
    one, two = (shapely.get_coordinates(f.geometry.to_numpy()) for f in (degrees, zone))
    assert np.abs(one - two).max() <= MM + 1e-9


def test_metres_without_a_word_are_refused_until_the_zone_is_said(dirty):
    path = dirty / "gansu_counties_3deg_gk_cm_NOCRS.geojson"
    with pytest.raises(WrongCrs, match="4544"):
        areas(path)
    declared = to_working(areas(path, crs=SourceCrs("epsg", 4544)), LONGXI).frame
    degrees = to_working(areas(dirty / "gansu_counties_epsg4490.gpkg"), LONGXI).frame
    one, two = (shapely.get_coordinates(f.geometry.to_numpy()) for f in (declared, degrees))
    assert np.abs(one - two).max() <= MM + 1e-9


@pytest.mark.parametrize("name", ["gansu_counties.kml", "gansu_counties.kmz"])
def test_kml_and_kmz_carry_names_and_attributes(dirty, published, name):
    found = areas(dirty / name, crs=GCJ02)
    assert found.frame["name"].tolist() == NAMES
    assert farthest_m(to_working(found, LONGXI).frame, published) <= MM


def test_a_drawing_is_refused_with_the_way_out(dirty):
    with pytest.raises(UnreadableFile, match="QGIS"):
        read_file(dirty / "gansu_counties.dxf")


@pytest.mark.parametrize(("layer", "count"), [("兰州市", 8), ("定西市", 7), ("上海城区", 16)])
def test_the_shapefile_without_prj_has_right_names_and_asks_for_its_system(dirty, layer, count):
    path = dirty / "cn_shp_2020_utf8_no_cpg_no_prj.zip"
    with pytest.raises(WrongCrs, match="gcj02"):
        areas(path, layer=layer)
    found = areas(path, layer=layer, crs=GCJ02)
    assert len(found.frame) == count
    if layer == "兰州市":
        assert {"安宁区", "城关区", "永登县"} <= set(found.frame["name"])


def test_a_zip_of_three_shapefiles_lists_them_by_their_chinese_names(dirty):
    with pytest.raises(UnreadableFile, match="兰州市, 定西市, 上海城区"):
        read_file(dirty / "cn_shp_2020_utf8_no_cpg_no_prj.zip")


def test_the_gbk_csv_has_right_names_and_points(dirty):
    path = dirty / "gansu_towns_villages_gbk.csv"
    table = read_file(path, crs=GCJ02)
    assert (table.encoding, len(table.frame)) == ("gb18030", 3284)
    assert table.frame.loc[2, "name"] == "酒泉路街道"
    assert table.frame.loc[2, "code"] == "620102001000"
    assert table.frame["geometry"].notna().sum() == 356
    with pytest.raises(WrongCrs, match="gcj02"):
        require_crs(read_file(path))


def test_of_a_mixed_file_each_kind_takes_its_own_rows(dirty):
    table = read_file(dirty / "gansu_mixed_geometry.geojson", crs=GCJ02)
    polygons = conform(table, BUILDINGS, timezone="Asia/Shanghai")
    points = conform(table, FACILITIES, columns={"kind": "name"}, timezone="Asia/Shanghai")
    assert set(polygons.frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert set(points.frame.geometry.geom_type) == {"Point"}
    for found in (polygons, points):
        assert len(found.frame) + len({r.row for r in found.rejects}) == found.rows_read == 386
    assert len(polygons.frame) >= 15


def test_the_pbf_is_refused_in_our_words(real_data):
    with pytest.raises(UnreadableFile, match="GeoPackage"):
        read_file(real_data / "real/fi_helsinki" / "helsinki_centre.osm.pbf")


def test_dc_service_requests_are_read_but_for_the_one_without_a_place(real_data):
    path = real_data / "real/dc" / "dc_311_2016_30days.parquet"
    columns = {"key": "SERVICEREQUESTID", "state": "STATUS_CODE"}
    found = conform(read_file(path), INCIDENTS, columns=columns, timezone="America/New_York")
    assert found.rows_read == 22_577
    assert {r.row for r in found.rejects if r.code == "no_coordinates"} == {20_756}
    assert len(to_working(found, 26985).frame) == 22_576


def test_dc_block_groups_keep_their_households(real_data):
    table = read_file(real_data / "real/dc" / "dc_areas.gpkg", layer="block_group_2010")
    columns = {"households": "H0010002"}
    found = conform(table, AREAS, columns=columns, timezone="America/New_York")
    assert found.mapping["code"] == "GEOID"
    assert (len(found.frame), found.frame["households"].sum()) == (450, 266_707)


def test_true_duplicates_of_dc_facilities_get_keys_of_their_own(real_data):
    from geo.exchange import source_key

    found = conform(
        read_file(real_data / "real/dc" / "dc_facilities.gpkg"), FACILITIES, timezone="UTC"
    )
    keyed = source_key(found.frame, source="dc", key_column=None)
    assert keyed["key"].is_unique
    assert len(keyed) == 6_068
    assert keyed["row_hash"].duplicated().sum() == 6_068 - keyed["row_hash"].nunique()


def test_the_neighbourhoods_of_fourteen_cities_are_read_with_all_their_faults(real_data, tmp_path):
    path = real_data / "real/defects" / "neighbourhoods_raw_geojson.zip"
    with pytest.raises(UnreadableFile, match="Name one") as caught:
        read_file(path)
    layers = caught.value.facts["layers"]
    rows = rejected = 0
    for layer in layers:
        table = read_file(path, layer=layer)
        rows += len(table.frame) + len(table.rejects)
        rejected += len(table.rejects)
    assert rows >= 1_427
    assert rejected < 100


def test_the_towns_of_gansu_as_a_workbook_are_the_same_rows(dirty, tmp_path):
    csv = read_file(dirty / "gansu_towns_villages_gbk.csv", crs=GCJ02)
    cells = csv.frame.drop(columns="geometry")
    write_xlsx(tmp_path / "towns.xlsx", [Sheet("乡镇", cells)])
    sheet = read_file(tmp_path / "towns.xlsx", crs=GCJ02)
    assert sheet.frame.drop(columns="geometry").equals(cells)
    assert (sheet.shapes == csv.shapes).all()


def test_codes_that_excel_made_numbers_of_are_the_villages_codes_again(dirty, tmp_path):
    csv = read_file(dirty / "gansu_towns_villages_gbk.csv", crs=GCJ02)
    numbers = csv.frame[["code", "name"]].assign(code=csv.frame["code"].astype("int64"))
    write_xlsx(tmp_path / "towns.xlsx", [Sheet("乡镇", numbers)])
    found = conform(read_file(tmp_path / "towns.xlsx"), AREAS, timezone="Asia/Shanghai")
    assert found.frame["code"].tolist() == csv.frame["code"].tolist()
    assert "codes_from_numbers" in [n.code for n in found.notes]
