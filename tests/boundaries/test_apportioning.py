"""Figures handed on by area: whole numbers, and nothing made or lost."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries import apportion, figures_by_area
from geo.errors import Refused


def squares(*boxes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shapely.box(*box) for box in boxes], crs=4544)


def handed(sources, areas):
    return figures_by_area(sources, areas, figure="households").tolist()


@given(
    total=st.integers(0, 10**6),
    weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any),
)
def test_parts_are_whole_sum_and_lie_within_one_of_their_share(total, weights):
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


def test_a_source_goes_to_the_areas_on_its_ground_by_area():
    sources = squares((0, 0, 100, 100), (100, 0, 200, 100), households=[100, 7])
    areas = squares((0, 0, 25, 100), (25, 0, 200, 100))
    assert handed(sources, areas) == [25, 82]


def test_ground_that_no_area_covers_counts_for_none():
    sources = squares((0, 0, 100, 100), households=[9])
    assert handed(sources, squares((50, 0, 80, 100), (80, 0, 90, 100))) == [7, 2]  # 6.75, 2.25


def test_what_meets_no_area_would_be_lost_and_is_refused():
    sources = squares((0, 0, 10, 10), (500, 0, 510, 10), households=[1, 2])
    areas = squares((0, 0, 100, 100))
    with pytest.raises(Refused, match="Row 1 has 2"):
        figures_by_area(sources, areas, figure="households")
    assert handed(sources.assign(households=[1, 0]), areas) == [1]
