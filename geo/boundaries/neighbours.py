"""Which areas share a border, and how much of it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def neighbours(areas: gpd.GeoDataFrame, place_id: int) -> pd.DataFrame:
    """List the areas of the same level that share a border of positive length with an area.

    Parameters
    ----------
    areas : GeoDataFrame
        Areas by place id with `level`, `code` and geometry in metres, a clean coverage per level:
        neighbours have the vertices of their border in common.
    place_id : int
        The area.

    Returns
    -------
    DataFrame
        `border_m` by place id, by code bytes. Areas that only touch in points are none.
    """
    level = areas[areas["level"] == areas.at[place_id, "level"]].drop(index=place_id)
    here = areas.geometry.at[place_id]
    near = level[shapely.intersects(level.geometry.to_numpy(), here)]
    shared = shapely.intersection(
        shapely.boundary(near.geometry.to_numpy()), shapely.boundary(here)
    )
    found = near.assign(border_m=shapely.length(shared))
    found = found[found["border_m"] > 0]
    order = np.argsort(np.array([code.encode() for code in found["code"]], dtype=object))
    return pd.DataFrame(found.iloc[order][["border_m"]])
