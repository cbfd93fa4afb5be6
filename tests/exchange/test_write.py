"""Files for spreadsheets and maps."""

import csv
import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import SourceCrs, frame_to, to_working
from geo.exchange import read_file, write_csv, write_geojson
from geo.exchange.write import _safe


def test_excel_reads_the_csv_as_it_was_meant(tmp_path):
    frame = pd.DataFrame(
        {"名称": ["陇西县", "=cmd|' /C calc'!A0", "-12.5", "@x", None], "n": [1, -2, 3, 4, 5]}
    )
    write_csv(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["名称", "n"]
    assert [r[0] for r in rows[1:]] == ["陇西县", "'=cmd|' /C calc'!A0", "-12.5", "'@x", ""]
    assert [r[1] for r in rows[1:]] == ["1", "-2", "3", "4", "5"]


@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_cell_runs_as_a_formula_except_plain_numbers(text):
    safe = _safe(text)
    if safe.startswith(("=", "+", "-", "@", "\t", "\r")):
        float(safe)


def test_what_is_written_as_csv_reads_back(tmp_path):
    frame = pd.DataFrame({"code": ["012", "621122001001"], "text": ['a"b,c', "two\nlines"]})
    write_csv(frame, tmp_path / "a.csv")
    read = read_file(tmp_path / "a.csv").frame
    assert read["code"].tolist() == ["012", "621122001001"]
    assert read["text"].tolist() == ['a"b,c', "two\nlines"]


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(300_000, 700_000).map(lambda v: round(v, 3)),
    y=st.floats(3_500_000, 4_200_000).map(lambda v: round(v, 3)),
)
def test_millimetres_survive_the_way_through_a_geojson(tmp_path_factory, x, y):
    path = tmp_path_factory.mktemp("geojson") / "a.geojson"
    point = to_working(shapely.points([[x, y]]), SourceCrs("epsg", 4544), 4544)
    write_geojson(gpd.GeoDataFrame({"a": [1]}, geometry=point, crs=4544), path)
    table = read_file(path)
    assert to_working(table.shapes, table.source_crs, 4544)[0] == point[0]


def test_properties_of_every_type_are_json(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "x": [0.5, float("nan")],
            "t": pd.to_datetime(["2026-03-05T06:20Z", None]),
            "s": ["陇西", None],
            "f": pd.array([True, None], dtype="boolean"),
        },
        geometry=[shapely.Point(104.6, 35), None],
        crs=4326,
    )
    write_geojson(frame, tmp_path / "a.geojson")
    root = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert [f["properties"] for f in root["features"]] == [
        {"n": 1, "x": 0.5, "t": "2026-03-05T06:20:00+00:00", "s": "陇西", "f": True},
        dict.fromkeys("nxtsf"),
    ]
    assert root["features"][1]["geometry"] is None


def test_a_frame_that_does_not_say_its_system_is_not_written(tmp_path):
    from geo.errors import WrongCrs

    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)])
    with pytest.raises(WrongCrs):
        write_geojson(frame, tmp_path / "a.geojson")
    with pytest.raises(WrongCrs):
        frame_to(frame, 4326)
