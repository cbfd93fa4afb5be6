import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import snap
from geo.registers import inner_points, straddlers

EPSG = 4544


def shapes(*items):
    return np.array(items, dtype=object)


def test_the_inner_point_of_a_square_is_inside():
    (point,) = inner_points(shapes(shapely.box(0, 0, 10, 10)))
    assert shapely.box(0, 0, 10, 10).contains(point)


def test_the_inner_point_of_a_yard_building_is_not_in_its_yard():
    ring = shapely.Polygon(
        [(0, 0), (30, 0), (30, 30), (0, 30)], [[(5, 5), (25, 5), (25, 25), (5, 25)]]
    )
    assert shapely.covers(ring, inner_points(shapes(ring))[0])


def test_a_sliver_thinner_than_the_grid_gets_a_corner_of_itself():
    sliver = shapely.Polygon([(0, 0), (10, 0.001), (20, 0), (10, 0.002)])
    (point,) = inner_points(shapes(sliver))
    assert shapely.covers(sliver, point)
    assert point.equals(snap(shapes(point))[0])


corner = st.integers(0, 40).map(lambda n: n / 1000)


@settings(deadline=None)
@given(st.lists(st.tuples(corner, corner), min_size=3, max_size=6))
def test_inner_points_lie_on_the_grid_and_on_the_building_however_small(corners):
    hull = shapely.convex_hull(shapely.MultiPoint(corners))
    if hull.geom_type != "Polygon":
        return
    (point,) = inner_points(shapes(hull))
    assert shapely.covers(hull, point)
    assert point.equals(snap(shapes(point))[0])


def units():
    return gpd.GeoDataFrame(
        {"place_id": [7, 8], "code": ["01", "02"]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
        crs=EPSG,
    )


def test_buildings_that_cross_a_border_are_listed_the_largest_part_first():
    rows = gpd.GeoDataFrame(
        {"place_id": [7, 7, 8, -1]},
        index=[1, 2, 3, 4],
        geometry=[
            shapely.box(90, 0, 110, 30),  # 300 of 600 m² away
            shapely.box(10, 0, 20, 10),
            shapely.box(95, 50, 125, 100),  # 250 of 1,500 m² away
            shapely.box(300, 0, 310, 10),  # outside: no unit to straddle
        ],
        crs=EPSG,
    )
    found = straddlers(rows, units())
    assert list(found.index) == [1, 3]
    assert list(found["code"]) == ["01", "02"]
    assert found["area_away_m2"].tolist() == pytest.approx([300, 250])
    assert found["share_away"].tolist() == pytest.approx([0.5, 1 / 6])


def test_touching_the_border_or_crossing_it_by_a_hair_is_not_straddling():
    rows = gpd.GeoDataFrame(
        {"place_id": [7, 7]},
        geometry=[shapely.box(90, 0, 100, 10), shapely.box(90, 20, 100.05, 30)],
        crs=EPSG,
    )
    assert straddlers(rows, units()).empty
