"""2,615 areas whose every edge differs from its neighbour's by float noise."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.boundaries.levels import Level, Site
from geo.boundaries.lines import mend, settle, staged_lines
from geo.crs import WGS84, to_working

pytestmark = pytest.mark.real

EPSG = 27700
SITE = Site("英格兰", "England", EPSG, "Europe/London", (Level("lsoa", "区", "LSOA", 0),))


@pytest.fixture(scope="module")
def source(real_data):
    return gpd.read_file(real_data / "real/uk/uk_areas.gpkg", layer="lsoa")


@pytest.fixture(scope="module")
def lines(source):
    unknown = pd.array([pd.NA] * len(source), dtype="Int64")
    rows = gpd.GeoDataFrame(
        {
            "code": source["LSOA11CD"], "level": "lsoa", "name": source["LSOA11NM"],
            "parent_code": None, "households": unknown, "people": unknown,
        },
        geometry=shapely.normalize(to_working(source.geometry.to_numpy(), WGS84, EPSG)),
        crs=EPSG,
    )  # fmt: skip
    return staged_lines(rows)


def test_in_degrees_every_area_has_edges_of_its_own(source):
    bad = shapely.coverage_invalid_edges(source.geometry.to_numpy())
    assert (~shapely.is_missing(bad) & ~shapely.is_empty(bad)).all()


def test_on_the_millimetre_grid_no_hair_is_left_to_tell_of(lines):
    codes = [finding.code for finding in settle(lines, SITE).findings]
    assert codes.count("hairs") <= 1
    assert len(codes) < 100


def test_rings_that_touch_themselves_are_mended_without_moving_a_border(lines):
    mended, told = mend(lines, SITE)
    assert told.code == "mended"
    assert told.facts["shift_m"] <= 0.01
    left = {finding.code for finding in settle(mended, SITE).findings}
    assert not left & {"invalid", "hairs"}
