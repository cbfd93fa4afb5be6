"""The little town with something to hide: an incident, members, a post; made anew what is asked."""

from dataclasses import dataclass

import geopandas as gpd
import httpx
import pandas as pd
import shapely
import sqlalchemy as sa

from geo.access import operator
from geo.boundaries import init_site
from geo.jobs import ask_job
from geo.plans import create_plan
from geo.publish import ImportOrder, import_file, publish
from tests import town

COUNTY, EAST, WEST, GRID = "621122", "621122001001", "621122001002", "621122001001001"


def import_rows(engine, settings, kind, frame):
    path = settings.home / f"{kind}.parquet"
    frame.to_parquet(path)
    order = ImportOrder(kind, source="test", commit=True)
    report = import_file(engine, settings, order, path, actor=operator("test"))
    assert report.committed, report


def fill(engine, settings):
    with engine.begin() as tx:
        init_site(tx, town.SITE, actor=operator("test"))
    areas = town.areas()
    codes = areas.set_index("place_id")["code"]
    areas = areas.assign(parent=areas["parent_id"].map(codes))
    columns = ["level", "code", "name", "parent", "households", "geometry"]
    import_rows(engine, settings, "areas", areas[columns])
    registers = town.registers()
    buildings = registers["buildings"].rename(columns={"id": "key"})
    import_rows(engine, settings, "buildings", buildings)
    facilities = registers["facilities"].rename(columns={"id": "key"})
    import_rows(engine, settings, "facilities", facilities)
    publish(engine, settings, title="1", actor=operator("test"), effective="2020-01-01")
    cases = pd.DataFrame([{"key": "1", "kind": "纠纷", "title": "东街甲案"}])
    point = [shapely.Point(*town.metres(20, 15))]
    import_rows(
        engine, settings, "incidents", gpd.GeoDataFrame(cases, geometry=point, crs=town.EPSG)
    )
    people = {"key": "1", "name": "张党员", "phone": "13800000002", "home_building": "101"}
    # The second one is forgotten by the route that forgets.
    other = {**people, "key": "2", "name": "李党员", "phone": "13800000003"}
    import_rows(engine, settings, "members", pd.DataFrame([people, other]))
    post = {"key": "1", "area": GRID, "title": "网格长", "holder": "王组长", "phone": "13900000001"}
    import_rows(engine, settings, "positions", pd.DataFrame([post]))


@dataclass(frozen=True)
class Town:
    client: httpx.Client
    places: dict[str, int]
    numbers: dict[str, int]
    engine: sa.Engine

    def made(self, what: str) -> int:
        """Make what one request is about."""
        with self.engine.begin() as tx:
            plan = create_plan(tx, title="方案", actor=operator("test")).id
            if what == "plans":
                return plan
            return ask_job(tx, "publish", {"title": "x"}, actor=operator("test"), plan=plan)
