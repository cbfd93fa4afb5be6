import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import BadInput, WrongCrs
from geo.reach import GB_50180, discs, minutes_needed, nearest_m, walking

EPSG = 4544


def facilities(*places, crs=EPSG):
    index = [100 + n for n in range(len(places))]
    return gpd.GeoDataFrame(index=index, geometry=list(map(shapely.Point, places)), crs=crs)


def test_ten_minutes_at_five_km_an_hour_with_a_detour_of_1_3_reach_641_m():
    assert walking((10,)).radii_m[10] == 641.026  # 5000 m / 6 / 1.3


def test_the_profile_names_budget_speed_and_detour():
    assert walking((10,), speed_kmh=4.5, detour=1.25).texts[10] == "10 min × 4.5 km/h ÷ 1.25"


def test_the_national_standard_reaches_300_500_and_1000_m():
    assert dict(GB_50180.radii_m) == {5: 300.0, 10: 500.0, 15: 1000.0}


@pytest.mark.parametrize(
    "walk", [{"minutes": ()}, {"minutes": (0,)}, {"minutes": (5,), "detour": 0.9}]
)
def test_a_walk_that_makes_no_sense_is_refused(walk):
    with pytest.raises(BadInput):
        walking(**walk)


def test_each_facility_gets_one_disc_per_budget_that_says_it_is_a_disc():
    drawn = discs(facilities((0, 0), (5000, 0)), profile=walking((5, 10)))
    assert list(drawn["facility"]) == [100, 100, 101, 101]
    assert list(drawn["minutes"]) == [5, 10, 5, 10]
    assert set(drawn["method"]) == {"disc"}
    areas = drawn.area.to_numpy() / (np.pi * drawn["radius_m"].to_numpy() ** 2)
    assert areas == pytest.approx(np.full(4, 0.9984), abs=1e-4)  # 64 corners on the circle


def test_no_facilities_give_no_discs():
    assert discs(facilities(), profile=walking((5,))).empty


def test_discs_in_degrees_are_refused():
    with pytest.raises(WrongCrs):
        discs(facilities((104.6, 35.0), crs=4490), profile=walking((5,)))


def test_the_nearest_facility_of_none_is_infinitely_far():
    assert np.isinf(nearest_m(np.zeros((1, 2)), np.zeros((0, 2)))).all()


def test_a_place_on_the_rim_of_a_disc_is_inside_and_a_millimetre_further_is_not():
    walk = walking((5, 10))
    centres = pd.DataFrame(
        {"minutes": [5, 10], "radius_m": [walk.radii_m[5], walk.radii_m[10]], "x": 0.0, "y": 0.0}
    )
    places = np.array([[320.513, 0.0], [320.514, 0.0], [641.026, 0.0], [641.027, 0.0]])
    assert list(minutes_needed(places, centres)) == [5, 10, 10, pd.NA]


def test_the_nearest_of_several_facilities_counts():
    centres = pd.DataFrame(
        {
            "minutes": [5, 5, 10, 10],
            "radius_m": [300, 300, 500, 500],
            "x": [0.0, 900.0] * 2,
            "y": 0.0,
        }
    )
    assert list(minutes_needed(np.array([[450.0, 0.0], [650.0, 0.0]]), centres)) == [10, 5]
