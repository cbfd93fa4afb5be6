"""The incidents of Washington, DC, in its 450 block groups (EPSG:26985)."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geo import people, registers
from geo.access import operator
from geo.boundaries import Placer, init_site, read_site
from geo.crs import SourceCrs, convert, snap, to_working
from geo.db.schema import edition, facility, incident, placement
from geo.errors import Refused
from geo.exchange import conform, read_file, require_crs
from geo.frames import CONTRACTS

pytestmark = pytest.mark.real

EPSG = 26985
SITE = read_site(
    """
    [site]
    name = { zh = "华盛顿", en = "Washington" }
    crs = "EPSG:26985"
    timezone = "America/New_York"
    [[level]]
    key = "block_group"
    name = { zh = "街区组", en = "Block group" }
    """
)


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "real/dc"


@pytest.fixture(scope="module")
def place(folder):
    table = read_file(folder / "dc_areas.gpkg", layer="block_group_2010")
    shapes = to_working(table.shapes, require_crs(table), EPSG)
    units = gpd.GeoDataFrame({"code": table.frame["GEOID"]}, geometry=shapes, crs=EPSG)
    units = units.sort_values("code").reset_index(drop=True)
    numbers = np.arange(1, len(units) + 1)
    return Placer({1: units.assign(id=numbers, place_id=numbers)})


@pytest.fixture
def city(transaction):
    init_site(transaction, SITE, actor=operator("tester"))
    transaction.execute(
        edition.insert().values(
            number=1, title="2010", effective=dt.date(2010, 1, 1), published_by="tester"
        )
    )
    return transaction


def run(tx, kind, path, place, *, columns=None, commit=True, skip=False):
    conformed = conform(read_file(path), CONTRACTS[kind], columns=columns, timezone=SITE.timezone)
    door = people if kind == "incidents" else registers
    return door.import_rows(
        tx, conformed, kind=kind, source=path.stem, site=SITE, place=place, actor=operator("tester"),
        commit=commit, skip_rejected=skip,
    )  # fmt: skip


def count(tx, table, *conditions):
    return tx.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def test_of_22577_requests_17_lie_outside_and_the_one_without_geometry_is_rejected(
    city, folder, place
):
    requests = folder / "dc_311_2016_30days.parquet"
    columns = {"key": "SERVICEREQUESTID"}
    with pytest.raises(Refused, match="1 of 22577 rows"):
        run(city, "incidents", requests, place, columns=columns)
    report = run(city, "incidents", requests, place, columns=columns, skip=True)
    assert (report.rows_read, report.new, report.reject_count) == (22577, 22576, 1)
    assert (report.placed, report.outside) == (22559, 17)
    assert count(city, placement, placement.c.place_id.is_(None)) == 17
    again = run(city, "incidents", requests, place, columns=columns, skip=True)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 22576)
    assert count(city, incident) == 22576


def test_before_snapping_5_more_requests_would_miss_the_city_by_less_than_a_millimetre(
    folder, place
):
    table = read_file(folder / "dc_311_2016_30days.parquet")
    shapes = table.shapes[~shapely.is_missing(table.shapes)]
    exact = convert(shapes, require_crs(table), SourceCrs("epsg", EPSG))
    city = shapely.union_all(place.units[1].geometry.to_numpy())
    away = shapely.distance(city, exact)
    outside = place.place(shapely.get_coordinates(snap(exact)))[1] < 0
    assert ((away > 0).sum(), outside.sum()) == (22, 17)
    assert away[(away > 0) & ~outside].max() < 0.001


def test_of_2898_crimes_3_lie_outside_and_the_others_have_their_official_block_group(
    city, folder, place
):
    report = run(city, "incidents", folder / "dc_crime_2016_30days.parquet", place)
    assert (report.placed, report.outside, report.reject_count) == (2895, 3, 0)
    stored = dict(
        city.execute(
            sa.select(incident.c.key, placement.c.place_id).join_from(
                incident, placement, placement.c.subject_id == incident.c.id
            )
        ).all()
    )
    crimes = gpd.read_parquet(folder / "dc_crime_2016_30days.parquet")
    official = crimes.set_index(crimes["OBJECTID"].astype(str))["BLOCK_GROUP"]
    codes = place.units[1].set_index("place_id")["code"]
    agree = [
        codes[stored[key]].removeprefix("11001") == code.replace(" ", "")
        for key, code in official.dropna().items()
    ]
    assert (len(agree), sum(agree)) == (2895, 2895)


def test_the_true_duplicates_among_6068_facilities_stay_and_are_not_doubled(city, folder, place):
    report = run(city, "facilities", folder / "dc_facilities.gpkg", place, skip=True)
    assert report.rows_read == 6068
    assert report.new + report.reject_count == 6068
    again = run(city, "facilities", folder / "dc_facilities.gpkg", place, skip=True)
    assert (again.new, again.updated, again.unchanged) == (0, 0, report.new)
    assert count(city, facility) == report.new


def test_a_map_of_the_requests_holds_every_one_of_them(city, folder, place):
    requests = folder / "dc_311_2016_30days.parquet"
    run(city, "incidents", requests, place, columns={"key": "SERVICEREQUESTID"}, skip=True)
    told = people.incident_hexes(city, zoom=12, actor=operator("tester"))
    assert sum(f["properties"]["count"] for f in told["features"]) == 22576
