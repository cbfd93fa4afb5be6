"""Regions in degrees drawn in metres: closed, true to the millimetre, refused where they can't be."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.boundaries import neighbours, read_box, read_region, region_in_metres
from geo.crs import WGS84, points_to_working
from geo.errors import BadInput
from tests import town

ZONES = {4544: (104.63, 35.0), 4549: (121.49, 31.27), 32648: (104.63, 35.0), 32748: (104, -6.5)}


def along(shape, count=400):
    """Points on the straight edges in degrees, as they would be stored: metres on the 1 mm grid."""
    line = shape.exterior
    spots = shapely.line_interpolate_point(line, np.linspace(0, line.length, count))
    return shapely.get_coordinates(spots)


def stored(lonlat, epsg):
    return shapely.points(points_to_working(lonlat[:, 0], lonlat[:, 1], WGS84, epsg))


@pytest.mark.parametrize("epsg", ZONES)
@settings(max_examples=20, deadline=None)
@given(
    east=st.floats(-1.5, 1.5), north=st.floats(-1.5, 1.5),
    width=st.floats(1e-4, 2.0), height=st.floats(1e-4, 2.0),
)  # fmt: skip
@example(east=0.0, north=0.0, width=2.0, height=2.0)
def test_what_is_on_the_edge_of_a_box_is_in_and_two_millimetres_beyond_is_out(
    epsg, east, north, width, height
):
    lon, lat = ZONES[epsg][0] + east, ZONES[epsg][1] + north
    box = read_box(f"{lon},{lat},{lon + width},{lat + height}")
    region = region_in_metres(box, epsg)
    edge = along(box)
    points = stored(edge, epsg)
    shapely.prepare(region)
    assert shapely.covers(region, points).all()
    # Nothing of the region's own edge is more than 2 mm from the true one.
    assert shapely.distance(region.exterior, points).max() < 0.002


def test_a_slanted_edge_is_straight_in_degrees_not_in_metres():
    triangle = read_region("POLYGON((104 34,106 36,104 36,104 34))")
    region = region_in_metres(triangle, 4544)
    points = stored(along(triangle), 4544)
    assert shapely.covers(region, points).all()
    # Drawn by its three corners alone it would be hundreds of metres off.
    corners = shapely.get_coordinates(triangle)
    naive = shapely.Polygon(points_to_working(corners[:, 0], corners[:, 1], WGS84, 4544))
    assert shapely.distance(naive.exterior, points).max() > 100


def test_holes_points_and_lines_are_closed_too():
    hole = "POLYGON((104 34,105 34,105 35,104 35,104 34),(104.4 34.4,104.6 34.4,104.6 34.6,104.4 34.4))"
    region = region_in_metres(read_region(hole), 4544)
    inside, rim = stored(np.array([(104.55, 34.5), (104.5, 34.4)]), 4544)
    assert not region.covers(inside)
    assert region.covers(rim)
    point = region_in_metres(read_region("POINT(104.5 34.5)"), 4544)
    assert point.covers(stored(np.array([(104.5, 34.5)]), 4544)[0])
    flat = region_in_metres(read_box("104.5,34.5,104.6,34.5"), 4544)
    assert flat.covers(stored(np.array([(104.55, 34.5)]), 4544)[0])


def test_the_whole_world_holds_everything_and_another_continent_nothing():
    assert region_in_metres(read_box("-180,-90,180,90"), 4544) is None
    assert region_in_metres(read_box("0,0,1,1"), 4544).is_empty
    # Much of Asia is drawn near the zone only.
    far = region_in_metres(read_box("60,10,104.63,60"), 4544)
    west, east = stored(np.array([(104.6, 35.0), (104.7, 35.0)]), 4544)
    assert far.covers(west)
    assert not far.covers(east)


def test_an_outline_as_long_as_a_country_is_asked_for_in_parts():
    lon = np.linspace(100, 108, 2000)
    lat = 35 + 6 * (np.arange(2000) % 2)
    comb = shapely.LineString(np.column_stack([lon, lat]))
    with pytest.raises(BadInput, match="in parts"):
        region_in_metres(read_region(comb.wkt), 4544)


def test_neighbours_need_a_border_of_positive_length():
    areas = town.areas().set_index("place_id")
    found = neighbours(areas, town.grid_id(6))
    assert dict(found["border_m"]) == {
        town.grid_id(2): 100.0, town.grid_id(5): 100.0, town.grid_id(7): 100.0,
    }  # fmt: skip
    assert neighbours(areas, town.COUNTY).empty
