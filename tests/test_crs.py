"""Coordinates change their system exactly, and only here."""

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import crs as systems
from geo.crs import BD09, GCJ02, WGS84, SourceCrs
from geo.errors import WrongCrs
from geo.exchange import read_file

LONGXI = SourceCrs("epsg", 4544)
china_lon = st.floats(74.0, 134.0)
china_lat = st.floats(18.0, 53.0)
metres = st.floats(-4e7, 4e7, allow_nan=False)


def moved(x, y, source, target):
    return np.column_stack(systems.convert_xy(np.array([x]), np.array([y]), source, target))[0]


@pytest.mark.real
def test_gcj02_reproduces_the_published_vectors_exactly(real_data: Path):
    with (real_data / "real/vectors" / "eviltransform_wgs84_gcj02.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        got = moved(float(row["wgs84_lon"]), float(row["wgs84_lat"]), WGS84, GCJ02)
        assert got == pytest.approx([float(row["gcj02_lon"]), float(row["gcj02_lat"])], abs=1e-13)
    assert len(rows) == 3


@pytest.mark.real
def test_the_same_addresses_in_two_systems_agree_to_4_mm(real_data: Path):
    degrees = read_file(real_data / "real/nl" / "dutch_addresses_4326.gpkg")
    metric = read_file(real_data / "real/nl" / "dutch_addresses_28992.gpkg")
    assert (degrees.frame["id"] == metric.frame["id"]).all()
    rd = SourceCrs("epsg", 28992)
    assert metric.source_crs == rd
    got = shapely.get_coordinates(systems.convert(degrees.shapes, WGS84, rd))
    away = np.hypot(*(got - shapely.get_coordinates(metric.shapes)).T)
    assert len(away) == 2481
    assert away.max() < 0.004  # PROJ without the Dutch grid is off by a constant 3 mm


@pytest.mark.parametrize("system", [GCJ02, BD09])
@settings(deadline=None)
@given(lon=china_lon, lat=china_lat)
def test_the_way_there_and_back_ends_where_it_began(system, lon, lat):
    there = moved(lon, lat, WGS84, system)
    assert moved(*there, system, WGS84) == pytest.approx([lon, lat], abs=1e-9)


@settings(deadline=None)
@given(lon=china_lon, lat=china_lat)
def test_baidu_to_amap_and_back(lon, lat):
    assert moved(*moved(lon, lat, GCJ02, BD09), BD09, GCJ02) == pytest.approx([lon, lat], abs=1e-9)


def test_the_offsets_of_longxi_are_269_m_and_1007_m():
    # 104.63 E, 35.00 N; the figures are known for the county seat to about ten metres
    here = np.array([104.635, 35.003])
    origin = moved(*here, WGS84, LONGXI)
    amap = moved(*here, GCJ02, LONGXI)
    baidu = moved(*here, BD09, LONGXI)
    assert np.hypot(*(amap - origin)) == pytest.approx(269, abs=15)
    assert np.hypot(*(baidu - origin)) == pytest.approx(1007, abs=30)


def test_outside_china_amap_shows_plain_gps():
    assert list(moved(-77.03, 38.9, GCJ02, WGS84)) == [-77.03, 38.9]


@settings(deadline=None)
@given(xy=st.lists(st.tuples(metres, metres), min_size=1, max_size=20))
def test_points_snap_to_the_same_doubles_as_shapes(xy):
    array = np.array(xy)
    snapped = shapely.get_coordinates(systems.snap(shapely.points(array)))
    assert np.array_equal(systems.snap_xy(array), snapped)


@settings(deadline=None)
@given(thousandths=st.integers(-(4 * 10**10), 4 * 10**10))
def test_halves_of_a_millimetre_snap_alike(thousandths):
    array = np.array([[thousandths / 1000 + 0.0005, thousandths / 1000 - 0.0005]])
    snapped = shapely.get_coordinates(systems.snap(shapely.points(array)))
    assert np.array_equal(systems.snap_xy(array), snapped)


@settings(deadline=None)
@given(x=metres, y=metres)
def test_snapping_twice_changes_nothing(x, y):
    once = systems.snap_xy(np.array([[x, y]]))
    assert np.array_equal(systems.snap_xy(once), once)


def test_points_and_shapes_take_the_same_way_into_the_working_system():
    lon, lat = np.array([104.635, 103.72]), np.array([35.003, 36.1])
    for source in (WGS84, GCJ02, BD09):
        points = systems.points_to_working(lon, lat, source, 4544)
        shapes = systems.to_working(shapely.points(lon, lat), source, 4544)
        assert np.array_equal(points, shapely.get_coordinates(shapes))


def test_unusable_coordinates_become_nan_and_none_stays_none():
    lon = np.array([np.nan, np.inf, 104.6])
    lat = np.array([35.0, 35.0, 35.0])
    x, _ = systems.convert_xy(lon, lat, GCJ02, LONGXI)
    assert list(np.isnan(x)) == [True, True, False]
    assert list(systems.to_working(np.array([None]), GCJ02, 4544)) == [None]


def test_heights_fall_away_on_conversion():
    (got,) = systems.convert(np.array([shapely.Point(104.6, 35.0, 1700)]), WGS84, LONGXI)
    assert not got.has_z


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4490", SourceCrs("epsg", 4490)), ("EPSG:4544", LONGXI), (" epsg:4544 ", LONGXI),
        ("GCJ-02", GCJ02), ("bd09", BD09), ("WGS84", WGS84), (4490, SourceCrs("epsg", 4490)),
    ],
)  # fmt: skip
def test_systems_by_the_names_people_use(text, expected):
    assert systems.parse_crs(text) == expected


@pytest.mark.parametrize("text", ["", "mars", "EPSG:", "1", "4490.0", "EPSG:99999999"])
def test_an_unknown_system_is_refused_with_what_to_say(text):
    with pytest.raises(WrongCrs) as caught:
        systems.parse_crs(text)
    assert caught.value.en
    assert caught.value.zh


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (104.63, 35.0, 4544), (103.72, 36.1, 4544), (121.49, 31.28, 4549), (87.6, 43.8, 4538),
        (-77.03, 38.9, 32618), (151.2, -33.9, 32756),
    ],
)  # fmt: skip
def test_the_working_system_of_known_places(lon, lat, epsg):
    assert systems.working_epsg(lon, lat) == epsg
    assert systems.require_metric(epsg) == epsg


@pytest.mark.parametrize("epsg", [4490, 4326, 2225])
def test_degrees_and_feet_are_no_working_system(epsg):
    with pytest.raises(WrongCrs):
        systems.require_metric(epsg)


@pytest.mark.parametrize(
    ("place", "metres"),
    [
        ((105.0, 35.0), 0.0),
        ((103.6, 22.6), 0.0),  # in its corner
        ((105.0, 12.5), 1_112_000.0),  # ten degrees south of it
        ((100.5, 30.0), 289_000.0),  # three degrees west of it, 96.3 km each
    ],
)
def test_how_far_outside_a_zone_a_place_lies(place, metres):
    lon, lat = (np.array([value]) for value in place)
    x, y = systems.convert_xy(lon, lat, systems.WGS84, systems.SourceCrs("epsg", 4544))
    assert systems.outside_zone_m(x, y, 4544) == pytest.approx([metres], rel=0.01, abs=1.0)


def test_a_zone_on_both_sides_of_the_date_line_has_an_inside():
    # Fiji's system reaches from 176.8° E to 178.2° W.
    lon, lat = np.array([179.0, -179.0]), np.array([-17.0, -17.0])
    x, y = systems.convert_xy(lon, lat, systems.WGS84, systems.SourceCrs("epsg", 3460))
    assert list(systems.outside_zone_m(x, y, 3460)) == [0.0, 0.0]


def test_the_middle_of_a_zone_lies_on_its_central_meridian():
    x, y = systems.zone_middle(4544)
    assert x == pytest.approx(500_000, abs=1_000)
    assert 1_800_000 < y < 5_500_000
