"""What became of places between two editions: who got which share of whom."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.outlines import parent_positions
from geo.boundaries.shapes import area_and_width
from geo.crs import GRID_M

Ints = NDArray[np.integer[Any]]
Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]

COLUMNS = ("from_place", "to_place", "households", "area_m2", "share_households", "share_area")
_ROUNDING = 1e-9


def lineage(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> pd.DataFrame:
    """Say which share of each place of a level went to which place of the same level.

    Units with the same outline are the same ground and pass on exactly what they have; others
    pass on by the area they have in common, their households in proportion to it. Places that
    kept all of their ground and got none are left out.

    Parameters
    ----------
    before, after : GeoDataFrame
        All areas of two editions. Index: place ids. Columns `level`, `parent_id` (null at the
        top), geometry in metres; `before` also `households` (nullable: unknown).

    Returns
    -------
    DataFrame
        `from_place`, `to_place`, `households` (Int64, null when unknown), `area_m2`,
        `share_households` (Float64, null when unknown or none) and `share_area` of what
        `from_place` had; ordered by the two places.
    """
    old, new = _chains(before), _chains(after)
    units = before.iloc[_units(before)]
    ground = _common(units.geometry.to_numpy(), after.geometry.to_numpy()[_units(after)])
    whole = pd.DataFrame(
        {
            "households": units["households"].astype("Float64").to_numpy(float, na_value=np.nan),
            "area_m2": shapely.area(units.geometry.to_numpy()),
        }
    )
    ground["households"] = _passed_on(ground, whole)
    levels = sorted(set(old) & set(new))
    rows = [_of_level(ground, whole, old[level], new[level]) for level in levels]
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(COLUMNS))
    return found.sort_values(["from_place", "to_place"], ignore_index=True)


def _units(areas: gpd.GeoDataFrame) -> Ints:
    at = parent_positions(areas, "parent_id")
    return np.setdiff1d(np.arange(len(at)), at)


def _chains(areas: gpd.GeoDataFrame) -> dict[str, Ints]:
    """Give, per level, the place above (or at) each unit; −1 where the chain has none."""
    at, units = parent_positions(areas, "parent_id"), _units(areas)
    levels = areas["level"].to_numpy(dtype=object)
    ids = areas.index.to_numpy(dtype=np.int64)
    chains = {str(level): np.full(len(units), -1) for level in pd.unique(areas["level"])}
    here = units
    while (here >= 0).any():
        for level, chain in chains.items():
            now = (here >= 0) & (levels[here] == level)
            chain[now] = ids[here[now]]
        here = np.where(here >= 0, at[here], -1)
    return chains


def _common(old: Geometries, new: Geometries) -> pd.DataFrame:
    """Find the ground that old and new units have in common: `old`, `new`, `area_m2`."""
    names = shapely.to_wkb(shapely.normalize(new))
    there = {name: k for k, name in enumerate(names)}
    twin = np.array([there.get(n, -1) for n in shapely.to_wkb(shapely.normalize(old))], dtype=int)
    kept = np.flatnonzero(twin >= 0)
    left, right = np.flatnonzero(twin < 0), np.setdiff1d(np.arange(len(new)), twin)
    i, j = shapely.STRtree(new[right]).query(old[left], predicate="intersects")
    area, width = area_and_width(shapely.intersection(old[left[i]], new[right[j]]))
    real = width > GRID_M
    return pd.DataFrame(
        {
            "old": np.concatenate([kept, left[i[real]]]),
            "new": np.concatenate([twin[kept], right[j[real]]]),
            "area_m2": np.concatenate([shapely.area(old[kept]), area[real]]),
        }
    )


def _passed_on(ground: pd.DataFrame, whole: pd.DataFrame) -> Floats:
    """Households that go with each piece of ground, whole numbers; NaN when unknown."""
    unit = ground["old"].to_numpy()
    share = ground["area_m2"].to_numpy() / whole["area_m2"].to_numpy()[unit]
    exact = whole["households"].to_numpy()[unit] * share
    given = np.floor(exact + _ROUNDING)
    # Largest remainders first, so that the pieces sum to what the unit has.
    order = np.lexsort((given - exact, unit))
    owner = unit[order]
    turn = np.arange(len(owner)) - np.searchsorted(owner, owner)
    missing = np.bincount(unit, weights=exact - given, minlength=len(whole))
    given[order] += np.nan_to_num(turn < np.round(missing[owner]))
    return np.asarray(given)


def _of_level(ground: pd.DataFrame, whole: pd.DataFrame, old: Ints, new: Ints) -> pd.DataFrame:
    """Sum the ground of one level by its places; `old` and `new` name the place of each unit."""
    keys = ["from_place", "to_place"]
    pieces = ground.assign(from_place=old[ground["old"]], to_place=new[ground["new"]])
    pieces = pieces[(pieces["from_place"] >= 0) & (pieces["to_place"] >= 0)]
    rows = _summed(pieces, keys).reset_index()
    had = _summed(whole.assign(place=old), ["place"]).reindex(rows["from_place"])
    share_area = rows["area_m2"].to_numpy() / had["area_m2"].to_numpy()
    households = had["households"].where(had["households"] > 0).to_numpy()
    lost = (rows.groupby("from_place")["to_place"].transform("size") > 1).to_numpy()
    got = (rows.groupby("to_place")["from_place"].transform("size") > 1).to_numpy()
    elsewhere = (rows["from_place"] != rows["to_place"]).to_numpy()
    rows = rows.assign(
        share_households=pd.array(rows["households"].to_numpy() / households, dtype="Float64"),
        share_area=np.minimum(share_area, 1.0),
        households=rows["households"].round().astype("Int64"),
    )
    moved: pd.DataFrame = rows.loc[
        lost | got | elsewhere | (share_area < 1 - _ROUNDING), list(COLUMNS)
    ]
    return moved


def _summed(pieces: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum households (unknown if any is) and areas."""
    sums = pieces.groupby(keys)[["households", "area_m2"]].sum()
    unknown = pieces["households"].isna().groupby([pieces[key] for key in keys]).any()
    return sums.assign(households=sums["households"].mask(unknown.to_numpy()))
