"""GeoJSON: one bad feature is one rejected row."""

import json
import zipfile
from pathlib import Path

import pytest
import shapely

from geo.crs import SourceCrs
from geo.errors import UnreadableFile, WanggeError, WrongCrs
from geo.exchange import read_file, require_crs

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
POINT = {"type": "Point", "coordinates": [104.6, 35.0]}


def test_whole_numbers_stay_whole_beside_blanks(read_features):
    table = read_features(({"code": 621122001001, "n": 3}, POINT), ({"n": None}, POINT))
    assert table.frame["code"].tolist() == [621122001001, None]
    assert table.frame["n"].tolist() == [3, None]


def test_an_id_of_the_feature_is_a_column_unless_there_is_one(read_text):
    def feature(props):
        return {"type": "Feature", "id": 7, "properties": props, "geometry": POINT}

    root = {"type": "FeatureCollection", "features": [feature({}), feature({"id": "own"})]}
    table = read_text(json.dumps(root), name="a.geojson")
    assert table.frame["id"].tolist() == [7, "own"]


def test_a_property_called_geometry_does_not_hide_the_shape(read_features):
    table = read_features(({"geometry": "x", "a": 1}, POINT))
    assert table.frame.loc[1, "geometry"] == shapely.Point(104.6, 35.0)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": ["a", 1]}, "two numbers"),
        ({"type": "Point", "coordinates": [1]}, "two numbers"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "two positions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "four positions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "where it begins"),
        ({"type": "MultiPolygon", "coordinates": [5]}, "rings"),
        ({"type": "MultiLineString", "coordinates": [[[0, 0], [1]]]}, "length"),
        ({"type": "Circle", "coordinates": [0, 0]}, "kind of shape"),
        ({"type": "Polygon"}, "not a list"),
        ([1, 2], "not an object"),
    ],
)
def test_a_broken_shape_is_one_reject_with_its_reason(read_features, geometry, reason):
    table = read_features(({"a": 1}, POINT), ({"a": 2}, geometry), ({"a": 3}, POINT))
    assert [(r.row, r.code) for r in table.rejects] == [(2, "broken_shape")]
    assert reason in table.rejects[0].en
    assert list(table.frame.index) == [1, 3]


def test_what_is_not_a_feature_is_rejected(read_text):
    features = [{"type": "Feature", "properties": [], "geometry": None}, {"type": "feature"}, 5]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    table = read_text(text, name="a.geojson")
    assert [(r.row, r.code) for r in table.rejects] == [(n, "not_a_feature") for n in (1, 2, 3)]


def test_missing_and_empty_shapes_are_none(read_features):
    table = read_features(({}, None), ({}, {"type": "Polygon", "coordinates": []}), ({}, POINT))
    assert [s is None for s in table.shapes] == [True, True, False]


def test_heights_are_dropped_with_one_note(read_features):
    high = {"type": "Point", "coordinates": [104.6, 35.0, 1700.0]}
    table = read_features(({}, high), ({}, POINT), ({}, high))
    assert not shapely.has_z(table.shapes).any()
    assert [(n.code, "2" in n.en) for n in table.notes] == [("height_dropped", True)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "line 1"), ("[]", "not GeoJSON"), ('{"type": "FeatureCollection"}', "not GeoJSON"),
     ('"a"', "not GeoJSON"), ("", "line 1"), ("[" * 100_000, "nested")],
)  # fmt: skip
def test_what_is_no_geojson_is_refused_with_the_place(read_text, text, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read_text(text, name="a.geojson")


def test_geojson_without_a_word_is_wgs84(read_features):
    table = read_features(({}, POINT))
    assert (table.source_crs, table.crs_origin) == (SourceCrs("epsg", 4326), "file")


@pytest.mark.parametrize(
    ("name", "epsg"),
    [
        ("urn:ogc:def:crs:EPSG::4490", 4490),
        ("EPSG:4490", 4490),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
    ],
)
def test_the_older_crs_member_is_honoured(read_features, name, epsg):
    member = {"crs": {"type": "name", "properties": {"name": name}}}
    assert read_features(({}, POINT), members=member).source_crs == SourceCrs("epsg", epsg)


def test_metres_in_a_geojson_without_a_word_are_refused(read_features):
    metres = {"type": "Point", "coordinates": [399087.46, 3983681.02]}
    table = read_features(({}, metres))
    assert table.crs_origin == "missing"
    with pytest.raises(WrongCrs, match="4544"):
        require_crs(table)


def test_gbk_geojson_is_read_with_a_note(read_text):
    root = {"type": "Feature", "properties": {"name": "陇西县"}, "geometry": POINT}
    table = read_text(json.dumps(root, ensure_ascii=False).encode("gbk"), name="a.json")
    assert table.frame.loc[1, "name"] == "陇西县"
    assert [n.code for n in table.notes] == ["encoding_guessed"]


@pytest.mark.real
def test_every_file_of_the_geojsonhint_suite_is_read_or_refused_in_our_words(
    real_data: Path, tmp_path: Path
):
    with zipfile.ZipFile(real_data / "real/defects" / "geojsonhint_suite.zip") as archive:
        archive.extractall(tmp_path)
    outcomes = {path: outcome(path) for path in sorted(tmp_path.glob("*/*.geojson"))}
    assert len(outcomes) == 62
    good = [said for path, said in outcomes.items() if path.parent.name == "good"]
    assert good == [""] * 18
    # Bad ones that pass break rules of style (winding, bbox, precision, names that mislead);
    # nothing of them is lost.
    told = [path.stem for path, said in outcomes.items() if said]
    assert {
        "bad-featurelist", "bad-json", "badcoord", "badfeature", "different-first-last",
        "nofeaturetype", "point-toofew", "short-line", "short-linearring", "unknowntype",
    } <= set(told)  # fmt: skip
    assert len(told) >= 25


def outcome(path: Path) -> str:
    """What the user is told about a file; nothing when all of it was read."""
    try:
        return " ".join(r.en for r in read_file(path).rejects)
    except WanggeError as error:
        return error.en
