"""The seeded sample county as a draft on its ground, without a database."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import Level, Site
from geo.plans import Draft, Ground
from geo.reach.discs import nearest_m
from geo.samples import generate

EPSG = 4544
TEN_MINUTES_M = 641.026
SITE = Site(
    "示例县", "Shili", EPSG, "Asia/Shanghai",
    (
        Level("county", "县", "County", 0, code_pattern=r"\d{6}"),
        Level("community", "社区", "Community", 1, 3000, 1500, r"\d{12}"),
        Level("grid", "网格", "Grid", 2, code_pattern=r"\d{15}"),
        Level("microgrid", "微网格", "Micro-grid", 3, code_pattern=r"\d{17}"),
    ),
)  # fmt: skip


def county(scale=1.0, seed=6):
    """The county as a draft, and its registers as the ground."""
    made = generate(seed=seed, scale=scale)
    return Draft.of(_areas(made.areas), SITE), _ground(made)


def _areas(rows):
    ids = pd.Series(np.arange(1, len(rows) + 1), index=rows["code"].to_numpy())
    parent = rows["parent"].map(ids).astype("Int64").to_numpy()
    return gpd.GeoDataFrame(
        {
            "level": rows["level"].to_numpy(), "code": rows["code"].to_numpy(),
            "name": rows["name"].to_numpy(), "parent_id": parent,
            "imported_households": rows["households"].astype("Int64").to_numpy(),
            "imported_people": pd.array([pd.NA] * len(rows), dtype="Int64"),
        },
        geometry=rows.geometry.to_numpy(), index=ids.to_numpy(), crs=EPSG,
    )  # fmt: skip


def _ground(made):
    inner = shapely.get_coordinates(shapely.point_on_surface(made.buildings.geometry.to_numpy()))
    xy = np.round(inner, 3)
    facilities = made.facilities[made.facilities["state"] == "in_use"]
    buildings = made.buildings.assign(
        x=xy[:, 0], y=xy[:, 1],
        covered=nearest_m(xy, shapely.get_coordinates(facilities.geometry)) <= TEN_MINUTES_M,
    )  # fmt: skip
    streets = made.streets.assign(kind="street")
    features = pd.concat([made.features.assign(bridge=None), streets], ignore_index=True)
    homes = made.members["home_building"].map(pd.Series(range(len(xy)), index=buildings["key"]))
    return Ground(
        buildings=_numbered(buildings).astype(
            {"households": "Int64", "planned_households": "Int64"}
        ),
        compounds=_numbered(made.compounds),
        features=_numbered(features.astype({"bridge": "boolean"})),
        facilities=_numbered(facilities),
        members=xy[homes.dropna().astype(int)],
        incidents=np.round(shapely.get_coordinates(made.incidents.geometry), 3),
    )


def _numbered(frame):
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1, name="id"))
