"""Into the working CRS, and what can't be there."""

import numpy as np
import pytest
import shapely

from geo.crs import WGS84, SourceCrs
from geo.errors import WrongCrs
from geo.exchange import conform, to_working
from geo.frames import AREAS, INCIDENTS


@pytest.fixture
def placed(read_text):
    def place(rows, epsg=4544, crs=WGS84):
        table = read_text("kind,lon,lat\n" + "".join(f"a,{x},{y}\n" for x, y in rows), crs=crs)
        return to_working(conform(table, INCIDENTS, timezone="Asia/Shanghai"), epsg)

    return place


def test_points_are_metres_on_the_millimetre_grid(placed):
    found = placed([(105, 35), (104.63, 35.01)])
    assert found.frame.crs.to_epsg() == 4544
    xy = shapely.get_coordinates(found.frame.geometry.to_numpy())
    assert xy[0, 0] == 500_000.0
    assert np.array_equal(np.round(xy, 3), xy)


def test_a_point_in_the_sea_is_rejected_with_its_distance(placed):
    found = placed([(104.63, 35.01), (-104.63, 35.01)])
    assert list(found.frame.index) == [2]
    assert [(r.row, r.code) for r in found.rejects] == [(3, "far_away")]
    assert "km" in found.rejects[0].en
    assert found.rejects[0].value == "-104.63, 35.01"


@pytest.mark.parametrize(
    ("epsg", "place"),
    [
        (32648, (103.82, 1.35)),  # Singapore, 4,500 km south of the middle of its zone
        (4545, (109.5, 18.25)),  # Sanya on Hainan
        (4546, (110.35, 20.02)),  # Haikou
        (4544, (92.6, 35.0)),  # beside the zone, 990 km west of it
    ],
)
def test_a_place_far_south_in_a_zone_belongs_to_it(placed, epsg, place):
    found = placed([place], epsg=epsg)
    assert found.rejects == []
    assert len(found.frame) == 1


def test_a_place_a_thousand_kilometres_beside_its_zone_is_rejected(placed):
    # The zone begins at 103.5° E; a degree is 91.2 km at 35° N.
    found = placed([(104.63, 35.0), (92.3, 35.0)])
    assert [(r.row, r.code) for r in found.rejects] == [(3, "far_away")]


def test_when_every_place_is_far_away_the_system_is_wrong(placed):
    with pytest.raises(WrongCrs, match="1,000 km"):
        placed([(-77.0, 38.9), (-77.1, 38.9)])


def test_an_easting_with_its_zone_number_names_the_right_system(placed):
    with pytest.raises(WrongCrs, match="--crs 4523"):
        placed([(35_399_087, 3_983_681)], crs=SourceCrs("epsg", 4544))


def test_northing_before_easting_is_suspected(placed):
    with pytest.raises(WrongCrs, match="exchanged"):
        placed([(3_983_681, 399_087)], crs=SourceCrs("epsg", 4544))


def test_rows_without_outlines_pass(read_text):
    found = to_working(conform(read_text("code\n1\n"), AREAS, timezone="Asia/Shanghai"), 4544)
    assert found.frame.geometry.isna().all()
    assert found.frame.crs.to_epsg() == 4544


def test_a_shape_that_begins_near_the_zone_belongs_to_it_however_far_it_goes(read_text):
    wide = shapely.box(97.0, 34.0, 119.0, 36.0)  # its eastern end is 1,270 km from 105° E
    rows = f'code,wkt\n1,"{wide.wkt}"\n'
    found = to_working(conform(read_text(rows, crs=WGS84), AREAS, timezone="Asia/Shanghai"), 4544)
    assert found.rejects == []
    assert len(found.frame) == 1
