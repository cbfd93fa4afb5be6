"""Circles and coverage kept in a real database."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa

from geo import reach, registers
from geo.access import operator
from geo.boundaries import Placer, init_site, load_placer, read_site
from geo.crs import SourceCrs
from geo.db.schema import area_version, circle, edition
from geo.exchange import Table, conform
from geo.frames import CONTRACTS
from geo.settings import Settings

EPSG = 4544
SITE = read_site(
    """
    [site]
    name = { zh = "试验", en = "Trial" }
    crs = "EPSG:4544"
    [[level]]
    key = "community"
    name = { zh = "社区", en = "Community" }
    [[level]]
    key = "grid"
    name = { zh = "网格", en = "Grid" }
    """
)
ORIGIN = np.array([466_000.0, 3_874_000.0])
SETTINGS = Settings(circle_minutes=(5, 10))
TOWN, WEST, EAST = 1, 2, 3


def box(x0, y0, x1, y1):
    return shapely.box(*(ORIGIN + np.array([x0, y0])), *(ORIGIN + np.array([x1, y1])))


@pytest.fixture
def town(transaction):
    """A community of two grids, one kilometre wide each."""
    init_site(transaction, SITE, actor=operator("tester"))
    transaction.execute(
        edition.insert().values(
            number=1, title="1", effective=dt.date(2026, 1, 1), published_by="tester"
        )
    )
    lines = {
        TOWN: ("community", None, box(0, 0, 2000, 1000)),
        WEST: ("grid", TOWN, box(0, 0, 1000, 1000)),
        EAST: ("grid", TOWN, box(1000, 0, 2000, 1000)),
    }
    for place, (level, parent, shape) in lines.items():
        transaction.execute(
            area_version.insert().values(
                place_id=place, level=level, code=str(place), name=str(place), parent_id=parent,
                area_m2=shape.area, first_edition=1,
                geom=f"SRID={EPSG};{shapely.MultiPolygon([shape]).wkt}",
                label=f"SRID={EPSG};{shape.centroid.wkt}",
            )
        )  # fmt: skip
    return transaction


def run(tx, kind, rows, shapes):
    frame = pd.DataFrame(rows).astype(object)
    frame["geometry"] = np.array(shapes, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    table = Table(path="t.gpkg", layer=None, frame=frame, source_crs=SourceCrs("epsg", EPSG))
    conformed = conform(table, CONTRACTS[kind], timezone="Asia/Shanghai")
    return registers.import_rows(
        tx, conformed, kind=kind, source="t", site=SITE, place=load_placer(tx, SITE),
        actor=operator("tester"), commit=True,
    )  # fmt: skip


def stations(tx, *places, **more):
    rows = [{"id": str(n), "kind": "党群服务站", **more} for n in range(len(places))]
    return run(tx, "facilities", rows, [shapely.Point(ORIGIN + np.array(p)) for p in places])


def house(x, y, households, **more):
    return {"id": f"{x},{y}", "use": "住宅", "households": households, **more}, box(
        x - 5, y - 5, x + 5, y + 5
    )


def houses(tx, *items):
    rows, shapes = zip(*items, strict=True)
    return run(tx, "buildings", list(rows), list(shapes))


def covered(tx, place):
    return {
        row["minutes"]: (row["households"], row["share"], row["method"])
        for row in reach.coverage_of(tx, 1, place)
    }


def test_only_missing_circles_are_made(town):
    stations(town, (100, 100), (500, 500))
    assert reach.refresh_circles(town, SETTINGS) == 4
    before = set(town.scalars(sa.select(circle.c.id)))
    assert reach.refresh_circles(town, SETTINGS) == 0
    assert set(town.scalars(sa.select(circle.c.id))) == before


def test_circles_of_a_changed_facility_are_made_anew_under_the_same_public_id(town):
    stations(town, (100, 100))
    reach.refresh_circles(town, SETTINGS)
    before = reach.public_circles(town, EPSG)
    stations(town, (900, 100))
    assert reach.refresh_circles(town, SETTINGS) == 2
    after = reach.public_circles(town, EPSG)
    assert list(after["id"]) == list(before["id"])
    assert after.geometry.iloc[0].centroid.distance(before.geometry.iloc[0].centroid) > 799


def test_other_walks_make_other_circles_and_the_old_ones_go(town):
    stations(town, (100, 100))
    reach.refresh_circles(town, SETTINGS)
    assert (
        reach.refresh_circles(town, SETTINGS.model_copy(update={"circle_preset": "gb50180"})) == 3
    )
    assert sorted(town.scalars(sa.select(circle.c.radius_m))) == [300, 500, 1000]


def test_idle_facilities_have_no_circles(town):
    stations(town, (100, 100), state="闲置")
    assert reach.refresh_circles(town, SETTINGS) == 0


def test_public_circles_say_their_facility_kind_minutes_and_method(town):
    stations(town, (100, 100))
    reach.refresh_circles(town, SETTINGS)
    circles = reach.public_circles(town, EPSG)
    assert list(circles["minutes"]) == [5, 10]
    assert list(circles["profile"]) == ["5 min × 5 km/h ÷ 1.3", "10 min × 5 km/h ÷ 1.3"]
    assert list(circles["radius_m"]) == [320.513, 641.026]
    assert set(circles["method"]) == {"disc"}


def test_covered_households_are_counted_once_and_summed_upward(town):
    stations(town, (100, 100), (150, 100), (1100, 100))  # the first two overlap
    houses(
        town, house(100, 200, 10), house(100, 600, 20), house(900, 900, 30), house(1100, 200, 40)
    )
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1)
    # 5 min reach 320.513 m, 10 min 641.026 m
    assert covered(town, WEST) == {5: (10, 10 / 60, "disc"), 10: (30, 30 / 60, "disc")}
    assert covered(town, EAST) == {5: (40, 1.0, "disc"), 10: (40, 1.0, "disc")}
    assert covered(town, TOWN) == {5: (50, 0.5, "disc"), 10: (70, 0.7, "disc")}


def test_only_the_kinds_asked_for_cover_anybody(town):
    stations(town, (100, 100))
    houses(town, house(100, 200, 10))
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1, kinds=["党群服务站"])
    assert covered(town, WEST)[5][0] == 10
    reach.refresh_coverage(town, 1, kinds=["药店"])
    assert covered(town, WEST) == {}


def test_unknown_households_make_no_share(town):
    stations(town, (100, 100))
    houses(town, house(100, 200, None))
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1)
    assert covered(town, WEST)[5] == (0, None, "disc")
    frame = reach.coverage_frame(town, 1)
    assert frame.loc[frame["place_id"] == WEST, "unknown_buildings"].tolist() == [1, 1]


def test_shops_and_buildings_under_construction_have_no_households_to_cover(town):
    stations(town, (100, 100))
    houses(
        town,
        house(100, 200, 10),
        house(100, 300, None, use="商业"),
        house(100, 350, None, status="在建", planned_households=90),
    )
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1)
    frame = reach.coverage_frame(town, 1, WEST)
    assert frame["share"].tolist() == [1.0, 1.0]
    assert frame["unknown_buildings"].tolist() == [0, 0]


def test_counting_again_doubles_nothing(town):
    stations(town, (100, 100))
    houses(town, house(100, 200, 10))
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1)
    reach.refresh_coverage(town, 1)
    assert len(reach.coverage_frame(town, 1)) == 6


def test_a_town_without_facilities_has_no_coverage_rows(town):
    houses(town, house(100, 200, 10))
    reach.refresh_circles(town, SETTINGS)
    reach.refresh_coverage(town, 1)
    assert reach.coverage_of(town, 1, TOWN) == []


def test_placers_without_editions_place_nothing():
    assert Placer({}).place(np.zeros((1, 2))) == {}
