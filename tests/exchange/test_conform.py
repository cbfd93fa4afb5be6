"""From a file's cells to a contract's columns, row by row."""

import pandas as pd
import pytest
import shapely

from geo.crs import GCJ02, WGS84
from geo.errors import WrongCrs
from geo.exchange import conform
from geo.frames import AREAS, BUILDINGS, FACILITIES, INCIDENTS, POSITIONS, STREETS

SQUARE = {"type": "Polygon", "coordinates": [[[104, 35], [105, 35], [105, 36], [104, 35]]]}
BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[104, 35], [105, 36], [105, 35], [104, 36], [104, 35]]],
}


def conformed(table, contract, **options):
    return conform(table, contract, timezone="Asia/Shanghai", **options)


def codes(found):
    return [(r.row, r.field, r.code) for r in found.rejects]


def point(x, y):
    return {"type": "Point", "coordinates": [x, y]}


def test_every_column_of_the_contract_is_there_in_its_type(read_features):
    frame = conformed(read_features(({"code": "1"}, SQUARE)), AREAS).frame
    assert list(frame.columns) == [*AREAS.names, "geometry"]
    assert str(frame["households"].dtype) == "Int64"
    assert frame["name"].tolist() == [None]
    times = conformed(read_features(({"kind": "a"}, point(1, 2))), INCIDENTS).frame
    assert str(times["reported_at"].dtype) == "datetime64[us, UTC]"


def test_a_bad_cell_rejects_its_row_with_field_reason_and_remedy(read_text):
    text = (
        "类型,面积,上报时间,lon,lat\n书吧,300㎡,x,104.6,35\n书吧,约三百,x,104.6,35\n,1,x,104.6,35\n"
    )
    found = conformed(read_text(text, crs=WGS84), FACILITIES)
    assert codes(found) == [(3, "floor_area_m2", "not_a_number"), (4, "kind", "missing_value")]
    assert found.rejects[0].value == "约三百"
    assert "1200" in found.rejects[0].remedy_zh
    assert found.frame["floor_area_m2"].tolist() == [300.0]
    assert (found.rows_read, list(found.frame.index)) == (3, [2])


def test_unknown_words_of_a_choice_list_the_known_ones(read_features):
    found = conformed(
        read_features(({"状态": "飞"}, SQUARE), ({"状态": "在建"}, SQUARE)), BUILDINGS
    )
    assert codes(found) == [(1, "status", "unknown_word")]
    assert "under_construction" in found.rejects[0].remedy_en
    assert found.frame["status"].tolist() == ["under_construction"]


def test_times_are_in_the_zone_of_the_site(read_text):
    text = "类型,上报时间,lon,lat\n噪音,2026/3/5 14:20,104.6,35\n"
    found = conformed(read_text(text, crs=WGS84), INCIDENTS)
    assert found.frame.loc[2, "reported_at"] == pd.Timestamp("2026-03-05T06:20Z")


def test_coordinates_that_can_not_be_are_rejected_each_with_its_reason(read_text):
    text = "类型,lon,lat\na,35,104\na,104,35\na,0,0\na,200,95\na,,\n"
    found = conformed(read_text(text, crs=GCJ02), INCIDENTS)
    assert codes(found) == [
        (2, "geometry", "swapped"), (4, "geometry", "zero_zero"),
        (5, "geometry", "out_of_range"), (6, "geometry", "no_coordinates"),
    ]  # fmt: skip
    assert list(found.frame.index) == [3]


def test_shapes_of_another_kind_are_rejected(read_features):
    line = {"type": "LineString", "coordinates": [[104, 35], [105, 35]]}
    both = {"type": "GeometryCollection", "geometries": [SQUARE, line]}
    table = read_features(({}, SQUARE), ({}, line), ({}, both), ({}, point(104, 35)), ({}, None))
    found = conformed(table, BUILDINGS)
    assert [c[2] for c in codes(found)] == ["wrong_kind"] * 3 + ["no_shape"]
    assert "polygon" in found.rejects[0].en
    assert list(conformed(table, STREETS).frame.index) == [2]


def test_a_multipoint_of_one_is_a_point(read_features):
    one = {"type": "MultiPoint", "coordinates": [[104, 35]]}
    two = {"type": "MultiPoint", "coordinates": [[104, 35], [105, 35]]}
    found = conformed(read_features(({"kind": "a"}, one), ({"kind": "a"}, two)), FACILITIES)
    assert found.frame.geometry.tolist() == [shapely.Point(104, 35)]
    assert codes(found) == [(2, "geometry", "wrong_kind")]


def test_invalid_rings_are_kept_for_areas_rejected_for_others_and_mended_on_demand(read_features):
    table = read_features(({"code": "1"}, BOWTIE))
    kept = conformed(table, AREAS)
    assert [n.code for n in kept.notes] == ["invalid_kept"]
    assert not kept.frame.geometry.is_valid.any()
    rejected = conformed(table, BUILDINGS)
    assert codes(rejected) == [(1, "geometry", "invalid_shape")]
    assert "--repair" in rejected.rejects[0].remedy_en
    for contract in (AREAS, BUILDINGS):
        mended = conformed(table, contract, repair=True)
        assert mended.frame.geometry.is_valid.all()
        assert "repaired" in [n.code for n in mended.notes]


def test_a_list_of_areas_needs_no_outlines_and_its_points_are_left_out(read_text):
    found = conformed(read_text("code,name,lon,lat\n621122,陇西县,104.6,35\n"), AREAS)
    assert found.source_crs is None
    assert found.frame.geometry.isna().all()
    assert "points_unused" in [n.code for n in found.notes]


def test_positions_have_no_place(read_text):
    found = conformed(
        read_text("网格编码,岗位,经度,纬度\n621122001001001,网格长,104,35\n"), POSITIONS
    )
    assert "geometry" not in found.frame
    assert "shape_unused" in [n.code for n in found.notes]


def test_points_without_a_system_are_refused(read_text):
    with pytest.raises(WrongCrs):
        conformed(read_text("类型,lon,lat\na,104,35\n"), INCIDENTS)


def test_the_same_id_twice_rejects_the_later_row(read_text):
    text = "编号,类型,lon,lat\nA1,a,104,35\nA1,b,104,35\n,c,104,35\n,d,104,35\n"
    found = conformed(read_text(text, crs=WGS84), INCIDENTS)
    assert codes(found) == [(3, "key", "same_key")]
    assert "row 2" in found.rejects[0].en
    assert found.frame["key"].tolist() == ["A1", None, None]


def test_what_reading_found_travels_along(read_text):
    found = conformed(read_text("类型,lon,lat\na,104,35\na,东,35\n", crs=WGS84), INCIDENTS)
    assert codes(found) == [(3, "lon", "not_a_coordinate")]
    assert found.rows_read == 2
    assert "coordinates_from" in [n.code for n in found.notes]


def test_codes_keep_every_digit(read_text):
    found = conformed(read_text("code\n012345678901234567\n6.21E+11\n"), AREAS)
    assert found.frame["code"].tolist() == ["012345678901234567"]
    assert codes(found) == [(3, "code", "code_as_number")]


def test_the_input_is_not_changed(read_features):
    table = read_features(({"code": "1"}, BOWTIE))
    before = table.frame.copy()
    conformed(table, AREAS, repair=True)
    pd.testing.assert_frame_equal(table.frame, before)
