"""Circles of service as straight-line discs: the declared fallback where no street network is.

A disc is never passed off as walking time: `method` is "disc" wherever it goes, and its profile
names the budget and the detour factor. Buildings are judged by their distance to the facility,
not by the drawn polygon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import require_metric
from geo.errors import BadInput, WrongCrs

METHOD = "disc"
QUAD_SEGMENTS = 16

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DiscProfile:
    """How far a disc reaches for each budget of minutes, and how that came about.

    `radii_m` holds metres on the 1 mm grid by minutes; `texts` says for each of them where the
    metres come from and belongs to the circle's key.
    """

    radii_m: Mapping[int, float]
    texts: Mapping[int, str]

    @property
    def minutes(self) -> tuple[int, ...]:
        """The budgets, rising."""
        return tuple(sorted(self.radii_m))


def walking(
    minutes: tuple[int, ...], *, speed_kmh: float = 5.0, detour: float = 1.3
) -> DiscProfile:
    """Reach of a walk: speed × time along the street, divided by the detour factor.

    Ten minutes at 5 km/h are 833 m of street and, with a detour of 1.3, a disc of 641.026 m.

    Raises
    ------
    BadInput
        If a budget or the speed is not positive, or the detour is below 1.
    """
    if not minutes or min(minutes) <= 0 or speed_kmh <= 0 or detour < 1:
        raise BadInput(
            "A walk needs minutes and a speed above 0 and a detour factor of at least 1.",
            "步行时间和速度须大于 0，绕行系数不得小于 1。",
        )
    radii = {m: round(speed_kmh * 1000.0 * m / 60.0 / detour, 3) for m in minutes}
    texts = {m: f"{m} min × {speed_kmh:g} km/h ÷ {detour:g}" for m in minutes}
    return DiscProfile(MappingProxyType(radii), MappingProxyType(texts))


#: Service radii of GB 50180-2018 for the 5, 10 and 15 minute living circles, metres.
GB_50180 = DiscProfile(
    MappingProxyType({5: 300.0, 10: 500.0, 15: 1000.0}),
    MappingProxyType({m: f"GB 50180-2018, {m} min" for m in (5, 10, 15)}),
)


def discs(
    facilities: gpd.GeoDataFrame, *, profile: DiscProfile, quad_segs: int = QUAD_SEGMENTS
) -> gpd.GeoDataFrame:
    """Draw one disc per facility and budget.

    Parameters
    ----------
    facilities : GeoDataFrame
        Points in a metric CRS, any index.
    profile : DiscProfile
        From `walking` or `GB_50180`.
    quad_segs : int
        Corners per quarter; 16 draw 99.8 % of the disc's area.

    Returns
    -------
    GeoDataFrame
        Columns facility (the index of `facilities`), method, profile, minutes, radius_m,
        geometry (Polygon, metres), by facility in the given order, then by minutes.

    Raises
    ------
    WrongCrs
        If the points are not in metres.
    """
    epsg = facilities.crs.to_epsg() if facilities.crs is not None else None
    if epsg is None:
        raise WrongCrs(
            "The facilities do not say their coordinate system. Convert them with geo.crs.",
            "设施数据没有声明坐标系，请先用 geo.crs 转换。",
        )
    require_metric(epsg)
    budgets = np.array(profile.minutes)
    radii = np.array([profile.radii_m[m] for m in profile.minutes])
    each = np.repeat(np.arange(len(facilities)), len(budgets))
    points = facilities.geometry.to_numpy()[each]
    return gpd.GeoDataFrame(
        {
            "facility": facilities.index.to_numpy()[each],
            "method": METHOD,
            "profile": [profile.texts[m] for m in profile.minutes] * len(facilities),
            "minutes": np.tile(budgets, len(facilities)),
            "radius_m": np.tile(radii, len(facilities)),
        },
        geometry=shapely.buffer(points, np.tile(radii, len(facilities)), quad_segs=quad_segs),
        crs=epsg,
    )


def nearest_m(places: Floats, facilities: Floats) -> Floats:
    """Measure the straight line from each place to its nearest facility.

    Parameters
    ----------
    places, facilities : float arrays, shapes (n, 2) and (m, 2)
        Metres.

    Returns
    -------
    float array, shape (n,)
        Metres; infinite when there is no facility.
    """
    out = np.full(len(places), np.inf)
    if len(places) and len(facilities):
        tree = shapely.STRtree(shapely.points(facilities))
        (rows, _), distance = tree.query_nearest(
            shapely.points(places), return_distance=True, all_matches=False
        )
        out[rows] = distance
    return out


def minutes_needed(places: Floats, centres: pd.DataFrame) -> pd.arrays.IntegerArray:
    """Give the smallest budget whose closed disc holds each place.

    Parameters
    ----------
    places : float array, shape (n, 2)
        Metres.
    centres : DataFrame
        One row per disc: minutes, radius_m, x, y (metres).

    Returns
    -------
    pandas Int64 array, shape (n,)
        Minutes, missing where no disc is wide enough.
    """
    out = np.full(len(places), np.iinfo(np.int64).max)
    kinds = centres[["minutes", "radius_m"]].drop_duplicates()
    for minutes, radius_m in zip(kinds["minutes"], kinds["radius_m"], strict=True):
        alike = (centres["minutes"] == minutes) & (centres["radius_m"] == radius_m)
        held = nearest_m(places, centres.loc[alike, ["x", "y"]].to_numpy(dtype=float)) <= radius_m
        out[held] = np.minimum(out[held], minutes)
    return pd.arrays.IntegerArray(out, out == np.iinfo(np.int64).max)
