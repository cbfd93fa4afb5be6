"""Buildings on the ground of the hamlet."""

import dataclasses

import geopandas as gpd
import pandas as pd
import shapely

from geo.plans import Ground
from tests.plans.hamlet import EPSG, at


def houses(*rows):
    """Ground with buildings of 10 m × 10 m: (x, y of the lower left, households)."""
    corners = [at(x, y) for x, y, _ in rows]
    footprints = [shapely.box(x, y, x + 10, y + 10) for x, y in corners]
    count = len(rows)
    buildings = gpd.GeoDataFrame(
        {
            "x": [x + 5.0 for x, _ in corners], "y": [y + 5.0 for _, y in corners],
            "use": ["residential"] * count, "status": ["in_use"] * count,
            "households": pd.array([n for _, _, n in rows], dtype="Int64"),
            "planned_households": pd.array([None] * count, dtype="Int64"),
            "compound": [None] * count, "covered": [False] * count,
        },
        geometry=footprints, index=pd.RangeIndex(1, count + 1, name="id"), crs=EPSG,
    )  # fmt: skip
    return dataclasses.replace(Ground.empty(EPSG), buildings=buildings)
