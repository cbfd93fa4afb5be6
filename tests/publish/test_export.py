"""An edition handed over as a file is the edition again where it is read."""

import json
import os
import threading
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.access import operator
from geo.boundaries import init_site, read_areas
from geo.crs import WGS84, SourceCrs, points_to_working
from geo.errors import BadInput, NoEdition, UnknownOption
from geo.exchange import conform, layers_of, read_file, write_shapefiles
from geo.frames import AREAS
from geo.publish import (
    FORMATS,
    ImportOrder,
    PublishedFolder,
    cached_export,
    export_edition,
    export_name,
    format_of,
    import_file,
    publish,
)
from tests.cli.running import installation
from tests.publish import hamlet

SEALED = Path(__file__).parents[2] / "data/boundaries/sealed"
EPSG = SourceCrs("epsg", hamlet.EPSG)
LEVELS = ("town", "community", "grid")


def sealed_frame(folder: PublishedFolder, number: int) -> pd.DataFrame:
    """The areas of an edition by code, parents by code."""
    frame, _ = read_areas(
        folder.path / "sealed" / folder.edition_for(number).sealed / "areas.parquet"
    )
    parents = [None if pd.isna(p) else frame["code"].at[p] for p in frame["parent_id"]]
    columns = ["level", "code", "name", "households", "geometry"]
    return frame[columns].assign(parent=parents).set_index("code").sort_index()


def bring_back(here, path, **options):
    """Import a file, layer by layer where it has several, and publish."""
    layers = options.pop("layers", None) or layers_of(path) or (None,)
    for layer in layers:
        order = ImportOrder(kind="areas", source="test", commit=True, layer=layer, **options)
        report = import_file(here.engine, here.settings, order, path, actor=operator("tester"))
        assert report.rejects == ()
    return publish(
        here.engine, here.settings, title="again", effective="2020-01-01",
        actor=operator("tester"),
    )  # fmt: skip


def assert_same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    columns = ["level", "name", "parent", "households"]
    pd.testing.assert_frame_equal(one[columns], other[columns])


@pytest.fixture
def export(shared, tmp_path):
    """Write edition 2 of the hamlet in a format."""

    def write(kind):
        path = tmp_path / f"edition{FORMATS[kind].suffix}"
        assert export_edition(shared.folder, 2, kind, path) == path
        return path

    return write


@pytest.mark.parametrize("kind", ["gpkg", "shp", "shp-gbk", "parquet", "geojson"])
def test_what_is_exported_and_imported_again_is_the_same_to_the_byte(shared, here, export, kind):
    path = export(kind)
    layers = LEVELS if kind.startswith("shp") else None
    bring_back(here, path, layers=layers)
    before, after = sealed_frame(shared.folder, 2), sealed_frame(here.folder, 1)
    assert_same(before, after)
    assert after["geometry"].to_wkb().tolist() == before["geometry"].to_wkb().tolist()


def test_the_sample_county_comes_back_to_the_byte(cluster, template, tmp_path):
    folder = PublishedFolder(SEALED)
    path = export_edition(folder, 1, "gpkg", tmp_path / "county.gpkg")
    with installation(cluster, "county_again", tmp_path, template=template) as there:
        with there.engine.begin() as tx:
            init_site(tx, folder.site(), actor=operator("tester"))
        bring_back(there, path)
        before, after = sealed_frame(folder, 1), sealed_frame(there.folder, 1)
    assert_same(before.drop(columns="households").assign(households=0),
                after.drop(columns="households").assign(households=0))  # fmt: skip
    assert after["geometry"].to_wkb().tolist() == before["geometry"].to_wkb().tolist()


def test_the_geopackage_has_a_layer_per_level_in_the_working_crs(export):
    path = export("gpkg")
    assert layers_of(path) == LEVELS
    about = pyogrio.read_info(path, layer="grid")
    assert (about["crs"], about["geometry_type"], about["features"]) == (
        "EPSG:4544", "MultiPolygon", 8,
    )  # fmt: skip
    assert list(about["fields"]) == [
        "level", "code", "name", "parent", "households", "area_m2", "label_x", "label_y",
    ]  # fmt: skip
    grids = gpd.read_file(path, layer="grid").set_index("code")
    assert grids.at["0102", "area_m2"] == 10_000
    assert grids.at["0102", "parent"] == "01"


@pytest.mark.parametrize(
    ("kind", "cpg", "language"), [("shp", "UTF-8", 0), ("shp-gbk", "GBK", 0x4D)]
)
def test_a_shapefile_says_its_encoding_and_system(export, kind, cpg, language):
    with zipfile.ZipFile(export(kind)) as packed:
        endings = [".cpg", ".dbf", ".prj", ".shp", ".shx"]
        assert packed.namelist() == [f"{k}{e}" for k in sorted(LEVELS) for e in endings]
        assert packed.read("grid.cpg").decode() == cpg
        dbf = packed.read("grid.dbf")
    assert dbf[29] == language
    assert ("西社区".encode(cpg) in dbf) is False
    table = read_file(export(kind), layer="community")
    assert (table.source_crs, table.encoding_origin) == (EPSG, "file")
    assert table.frame["name"].tolist() == ["西社区", "东社区"]


def test_a_name_that_gbk_does_not_hold_is_named(tmp_path):
    frame = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["甲", "𠮷田"]}, geometry=[hamlet.square(1)] * 2, crs=4544
    )
    with pytest.raises(BadInput, match="𠮷田") as caught:
        write_shapefiles({"grid": frame}, tmp_path / "a.zip", encoding="gbk")
    assert caught.value.facts["texts"] == ["𠮷田"]
    write_shapefiles({"grid": frame}, tmp_path / "a.zip", encoding="utf-8")
    assert read_file(tmp_path / "a.zip").frame["name"].tolist() == ["甲", "𠮷田"]
    with pytest.raises(BadInput, match="10 bytes"):
        write_shapefiles(
            {"grid": frame.rename(columns={"name": "所属社区"})},
            tmp_path / "b.zip",
            encoding="utf-8",
        )


def test_the_geojson_is_degrees_and_every_corner_comes_back_to_its_millimetre(shared, export):
    features = json.loads(export("geojson").read_text("utf-8"))["features"]
    assert [f["properties"]["level"] for f in features][:4] == [
        "town",
        "community",
        "community",
        "grid",
    ]
    before = sealed_frame(shared.folder, 2)
    for feature in features:
        ring = shapely.geometry.shape(feature["geometry"])
        assert shapely.is_ccw(shapely.get_exterior_ring(ring))
        xy = shapely.get_coordinates(ring)
        metres = points_to_working(xy[:, 0], xy[:, 1], WGS84, hamlet.EPSG)
        published = shapely.get_coordinates(before.at[feature["properties"]["code"], "geometry"])
        assert {tuple(p) for p in metres} == {tuple(p) for p in published}


def test_the_workbook_holds_codes_as_text_and_no_shapes(export):
    page = openpyxl.load_workbook(export("xlsx")).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == [
        "层级", "编码", "名称", "上级编码", "户数", "面积(㎡)", "标注点经度", "标注点纬度",
    ]  # fmt: skip
    assert rows[1][:4] == ["镇", "0", "小村", None]
    grid = next(row for row in rows if row[1] == "0102")
    assert grid[4:6] == [20, 10_000]
    assert 104 < grid[6] < 105
    assert page["B2"].number_format == "@"


def test_the_workbook_is_read_as_a_list_of_the_same_areas(shared, export):
    found = conform(read_file(export("xlsx")), AREAS, timezone="Asia/Shanghai")
    assert found.rejects == []
    before = sealed_frame(shared.folder, 2).reset_index()
    names = {"town": "镇", "community": "社区", "grid": "网格"}
    columns = ["code", "name", "parent", "households"]
    listed = found.frame.sort_values("code")
    assert listed["level"].tolist() == [names[level] for level in before["level"]]
    assert listed[columns].to_json(orient="records") == before[columns].to_json(orient="records")


def test_an_edition_that_does_not_exist_leaves_no_file(shared, tmp_path):
    with pytest.raises(NoEdition):
        export_edition(shared.folder, 9, "gpkg", tmp_path / "a.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_the_ending_says_the_format_and_unknown_ones_are_refused():
    assert [format_of(Path(f"a{e}")) for e in (".gpkg", ".ZIP", ".xlsx")] == ["gpkg", "shp", "xlsx"]
    with pytest.raises(UnknownOption, match="geojson"):
        format_of(Path("a.dwg"))


def test_a_file_is_made_once_and_is_whole_for_everyone_who_asks_together(shared, tmp_path):
    made: list[bytes] = []

    def ask() -> None:
        made.append(cached_export(shared.folder, 2, "gpkg", tmp_path / "exports").read_bytes())

    together = [threading.Thread(target=ask) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert len(made) == 4
    (path,) = (tmp_path / "exports").iterdir()
    stamp = path.stat().st_mtime_ns
    assert cached_export(shared.folder, 2, "gpkg", tmp_path / "exports") == path
    assert path.stat().st_mtime_ns == stamp
    assert len(pyogrio.list_layers(path)) == 3


def test_files_that_nobody_asks_for_any_more_go_after_a_day(shared, tmp_path):
    cache = tmp_path / "exports"
    (cache / ".unfinished-x").mkdir(parents=True)
    (cache / "0123456789abcdef-0.0.1-gpkg.gpkg").write_bytes(b"old")
    (cache / "0123456789abcdef-0.0.1-shp.zip").write_bytes(b"new")
    for name in (".unfinished-x", "0123456789abcdef-0.0.1-gpkg.gpkg"):
        os.utime(cache / name, (0, 0))
    made = cached_export(shared.folder, 2, "xlsx", cache)
    assert {p.name for p in cache.iterdir()} == {made.name, "0123456789abcdef-0.0.1-shp.zip"}


def test_a_file_is_called_by_place_edition_and_day(shared):
    ref = shared.folder.edition_for(2)
    assert export_name(shared.folder, ref, "shp-gbk") == "小村-第2版-2024-07-01-GBK.zip"
