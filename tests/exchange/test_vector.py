"""GeoPackage, Shapefile, FlatGeobuf, KML, Parquet and zip files."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo.crs import GCJ02, SourceCrs
from geo.errors import UnknownOption, UnreadableFile
from geo.exchange import layers_of, read_file
from geo.exchange.vector import read_shapefile
from geo.progress import quiet

NAMES = ["城关区", "陇西县", None]
FRAME = gpd.GeoDataFrame(
    {
        "name": NAMES,
        "code": pd.array([620102, 621122, None], dtype="Int64"),
        "area": [1.5, 2.0, None],
    },
    geometry=[shapely.box(103, 36, 104, 37), shapely.Point(104.6, 35.0), None],
    crs=4490,
)


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.parquet"])
def test_the_same_rows_come_out_of_every_format(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".parquet":
        FRAME.to_parquet(path)
    else:
        options = {"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}
        pyogrio.write_dataframe(FRAME, path, geometry_type="Unknown", **options)
    table = read_file(path)
    assert table.headings == ("name", "code", "area")
    assert list(table.frame.index) == [1, 2, 3]
    assert table.frame["code"].tolist()[:2] == [620102, 621122]
    assert table.frame["name"].tolist()[:2] == NAMES[:2]
    assert table.frame.isna().loc[3].all()
    assert shapely.equals(table.shapes[:2], FRAME.geometry.to_numpy()[:2]).all()
    assert (table.source_crs, table.crs_origin) == (SourceCrs("epsg", 4490), "file")


def write_shapefile(
    folder: Path, *, encoding: str, cpg: str | None, crs: int | None = 4490
) -> Path:
    frame = FRAME.iloc[[0]].assign(PLACEHOLD=[5])
    path = folder / "县.shp"
    pyogrio.write_dataframe(frame, path, encoding=encoding)
    heading = "建筑面积平方米".encode(encoding)[:10]
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"PLACEHOLD\0\0", heading + b"\0"))
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if crs is None:
        path.with_suffix(".prj").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "GBK", "936", "nonsense"])
def test_names_of_a_shapefile_are_right_whatever_its_cpg_says(tmp_path, encoding, cpg):
    table = read_file(write_shapefile(tmp_path, encoding=encoding, cpg=cpg))
    assert table.frame.loc[1, "name"] == "城关区"
    assert table.encoding == {"UTF-8": "utf-8", "GBK": "gb18030"}[encoding]
    assert table.cut_bytes == 10
    heading = next(h for h in table.headings if h.startswith("建筑"))
    assert heading == {"UTF-8": "建筑面", "GBK": "建筑面积平"}[encoding]


def test_an_esri_prj_of_a_zone_is_recognised(tmp_path):
    path = write_shapefile(tmp_path, encoding="UTF-8", cpg=None)
    path.with_suffix(".prj").write_text(
        'PROJCS["CGCS2000_3_Degree_GK_CM_105E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],'
        'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    table = read_shapefile(path, encoding=None, progress=quiet)
    assert table.source_crs == SourceCrs("epsg", 4544)


def test_a_shapefile_without_prj_has_no_system(tmp_path):
    table = read_file(write_shapefile(tmp_path, encoding="UTF-8", cpg=None, crs=None))
    assert (table.source_crs, table.crs_origin) == (None, "missing")


def test_a_shapefile_without_its_index_is_refused_in_plain_words(tmp_path):
    path = write_shapefile(tmp_path, encoding="UTF-8", cpg=None)
    path.with_suffix(".shx").unlink()
    with pytest.raises(UnreadableFile, match="can't be read"):
        read_file(path)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_member_names_in_a_folder_of_a_zip(tmp_path, encoding):
    write_shapefile(tmp_path, encoding="GBK", cpg=None)
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("县.*"):
            # bytes of the name as an old Windows packer writes them, without the UTF-8 flag
            info = zipfile.ZipInfo(f"区划/{part.name}".encode(encoding).decode("cp437"))
            info.flag_bits = 0
            archive.writestr(info, part.read_bytes())
    if encoding == "gbk":
        raw = packed.read_bytes()
        assert "区划".encode() not in raw
    table = read_file(packed, crs=GCJ02)
    assert table.frame.loc[1, "name"] == "城关区"
    assert table.path == packed


def test_a_zip_of_several_data_sets_lists_them(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("甲.csv", "a\n1\n")
        archive.writestr("乙.csv", "a\n2\n")
        archive.writestr("__MACOSX/._甲.csv", "x")
        archive.writestr("readme.txt", "x")
    with pytest.raises(UnreadableFile, match="甲, 乙"):
        read_file(tmp_path / "two.zip")
    table = read_file(tmp_path / "two.zip", layer="乙")
    assert (table.frame.loc[2, "a"], table.layer) == ("2", "乙")
    with pytest.raises(UnknownOption, match="甲, 乙"):
        read_file(tmp_path / "two.zip", layer="丙")


def test_a_zip_that_is_none_or_holds_nothing_is_refused(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK nonsense")
    with pytest.raises(UnreadableFile, match="not a readable zip"):
        read_file(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("readme.md", "x")
    with pytest.raises(UnreadableFile, match="no data"):
        read_file(tmp_path / "b.zip")


def test_a_member_name_can_not_leave_the_folder(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    with zipfile.ZipFile(inner / "evil.zip", "w") as archive:
        archive.writestr("../../evil.csv", "a\n1\n")
    assert read_file(inner / "evil.zip").frame.loc[2, "a"] == "1"
    assert not (tmp_path / "evil.csv").exists()


def test_several_layers_and_none_named_lists_them(tmp_path):
    path = tmp_path / "two.gpkg"
    pyogrio.write_dataframe(FRAME, path, layer="网格", geometry_type="Unknown")
    pyogrio.write_dataframe(FRAME, path, layer="社区", geometry_type="Unknown")
    assert layers_of(path) == ("网格", "社区")
    with pytest.raises(UnreadableFile, match="网格, 社区") as caught:
        read_file(path)
    assert caught.value.facts["layers"] == ["网格", "社区"]
    assert read_file(path, layer="社区").layer == "社区"
    with pytest.raises(UnknownOption, match="网格, 社区"):
        read_file(path, layer="小区")


def test_plain_parquet_with_a_wkb_column_has_shapes_and_no_system(tmp_path):
    wkb = [shapely.to_wkb(shapely.Point(104.6, 35.0)), None, b"nonsense"]
    data = pa.table({"code": ["1", "2", "3"], "geometry": pa.array(wkb, pa.binary())})
    pq.write_table(data, tmp_path / "a.parquet")
    table = read_file(tmp_path / "a.parquet")
    assert table.shapes[0] == shapely.Point(104.6, 35.0)
    assert [(r.row, r.code) for r in table.rejects] == [(3, "broken_shape")]
    assert table.crs_origin == "missing"


def test_times_and_flags_of_a_geopackage_come_through(tmp_path):
    moment = pd.Timestamp("2026-03-05T06:20:00Z")
    frame = gpd.GeoDataFrame({"t": [moment], "f": [True]}, geometry=[shapely.Point(1, 2)], crs=4326)
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg")
    table = read_file(tmp_path / "a.gpkg")
    assert pd.Timestamp(table.frame.loc[1, "t"]) == moment
    assert bool(table.frame.loc[1, "f"]) is True


def test_heights_of_a_geopackage_are_dropped_with_a_note(tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2, 3)], crs=4326)
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg")
    table = read_file(tmp_path / "a.gpkg")
    assert table.shapes[0] == shapely.Point(1, 2)
    assert [n.code for n in table.notes] == ["height_dropped"]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("a.pdf", "table or map"), ("a.docx", "Excel"), ("a.rar", ".zip"), ("a.7z", ".zip"),
     ("a.dxf", "GeoPackage"), ("a.dwg", "DXF"), ("a.png", "picture"), ("a.dbf", ".shp"), ("a.abc", "GeoPackage"), ("a", "GeoPackage")],
)  # fmt: skip
def test_other_formats_are_refused_with_what_to_do(tmp_path, name, remedy):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UnreadableFile, match="FlatGeobuf") as caught:
        read_file(tmp_path / name)
    assert remedy in caught.value.en


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.fgb", "a.parquet", "a.kml", "a.kmz"])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04", b"SQLite format 3\x00"])
def test_a_file_that_is_not_what_it_claims_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_file(tmp_path / name)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UnreadableFile, match="no file"):
        read_file(tmp_path / "nowhere.csv")


def test_reading_tells_how_far_it_is(tmp_path):
    pyogrio.write_dataframe(FRAME, tmp_path / "a.gpkg", geometry_type="Unknown")
    steps = []
    read_file(tmp_path / "a.gpkg", progress=lambda *step: steps.append(step))
    assert steps[-1] == ("read", 3, 3)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.fgb", "a.csv"])
def test_odd_paths_are_only_paths(tmp_path, name):
    folder = tmp_path / "数据 #1 100%?x=y&z"
    folder.mkdir()
    path = folder / name
    if path.suffix == ".csv":
        path.write_text("a\n1\n")
    else:
        plain = tmp_path / name
        pyogrio.write_dataframe(FRAME.iloc[[0]], plain)
        for part in tmp_path.glob("a.*"):
            part.rename(folder / part.name)
    assert len(read_file(path).frame) == 1


def test_an_exclamation_mark_in_a_path_is_said_to_be_the_trouble(tmp_path):
    (tmp_path / "a!.gpkg").write_bytes(b"x")
    with pytest.raises(UnreadableFile, match="Rename"):
        read_file(tmp_path / "a!.gpkg")


def test_empty_layers_are_read_with_a_note(tmp_path):
    pyogrio.write_dataframe(FRAME.iloc[:0], tmp_path / "a.gpkg", geometry_type="Polygon")
    FRAME.iloc[:0].to_parquet(tmp_path / "a.parquet")
    for name in ("a.gpkg", "a.parquet"):
        table = read_file(tmp_path / name)
        assert table.frame.empty
        assert [n.code for n in table.notes] == ["no_rows"]


def test_a_field_cut_inside_a_character_is_told(tmp_path):
    path = write_shapefile(tmp_path, encoding="UTF-8", cpg=None)
    dbf = path.with_suffix(".dbf")
    whole = "城关区".encode()
    dbf.write_bytes(dbf.read_bytes().replace(whole, whole[:-1] + b" "))
    table = read_file(path, encoding="utf-8")
    assert table.frame.loc[1, "name"] == "城关"
    assert [n.code for n in table.notes] == ["text_cut"]
