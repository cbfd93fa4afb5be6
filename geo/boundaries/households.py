"""How many households an area has, and whether that is all of them. Unknown is never 0."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.boundaries.outlines import parent_positions

RESIDENTIAL = ("residential", "mixed")
GONE = ("demolished",)
UNDER_CONSTRUCTION = "under_construction"
NOT_LIVED_IN = (*GONE, UNDER_CONSTRUCTION)


def homes(buildings: pd.DataFrame) -> pd.Series[bool]:
    """Tell which buildings people live in today: by `use` (unknown counts) and `status`."""
    use, status = buildings["use"], buildings["status"]
    return (use.isin(RESIDENTIAL) | use.isna()) & ~status.isin(NOT_LIVED_IN)


def area_households(areas: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Give every area its households.

    A unit's figure is the sum of its buildings if every residential one is known, else the
    imported figure, else the known sum marked incomplete. Where it has no residential building
    the imported figure stands; a unit with other buildings only has 0. Parents always sum what
    is known, and are complete when all their children are.

    Parameters
    ----------
    areas : DataFrame
        Index: place ids. Columns `parent_id` (null at the top) and `imported_households`
        (nullable). Units are the areas nobody has as parent.
    buildings : DataFrame
        Columns `unit` (place id of the unit, null outside), `use`, `status`, `households`
        (nullable). Buildings of an unknown use count as residential; demolished ones do not
        count at all, those under construction have no households yet.

    Returns
    -------
    DataFrame
        Index of `areas`; `households` Int64 (null: nothing known), `households_complete` bool,
        `buildings` Int64.
    """
    figures = _unit_figures(areas, buildings)
    at = parent_positions(areas, "parent_id")
    unit = ~np.isin(np.arange(len(areas)), at)
    parts = {
        "households": figures["households"].fillna(0),
        "known": figures["households"].notna(),
        "incomplete": ~figures["households_complete"],
        "buildings": figures["buildings"],
    }
    total = np.column_stack([part.to_numpy(dtype=np.int64) for part in parts.values()])
    total[~unit] = 0
    climbing, here = np.flatnonzero(unit), at[unit]
    while len(climbing := climbing[here >= 0]):  # each unit climbs to its top, a step a round
        here = here[here >= 0]
        np.add.at(total, here, total[climbing])
        here = at[here]
    households = pd.array(total[:, 0], dtype="Int64")
    households[total[:, 1] == 0] = pd.NA
    columns = {
        "households": households,
        "households_complete": total[:, 2] == 0,
        "buildings": pd.array(total[:, 3], dtype="Int64"),
    }
    return pd.DataFrame(columns, index=areas.index)


def _unit_figures(areas: pd.DataFrame, buildings: pd.DataFrame) -> pd.DataFrame:
    """Apply the rule to every area as if it were a unit."""
    standing = buildings[~buildings["status"].isin(GONE) & buildings["unit"].notna()]
    home = homes(standing)
    figure = standing["households"].astype("Int64").where(home)
    per_building = pd.DataFrame(
        {
            "unit": standing["unit"].astype(areas.index.dtype),
            "all": 1,
            "homes": home.astype("int64"),
            "known": figure.notna().astype("int64"),
            "sum": figure.fillna(0).astype("int64"),
        }
    )
    per_unit = per_building.groupby("unit").sum().reindex(areas.index, fill_value=0)
    imported = areas["imported_households"].astype("Int64")
    counted = (per_unit["homes"] > 0) & (per_unit["known"] == per_unit["homes"])
    empty = (per_unit["homes"] == 0) & (per_unit["all"] > 0)
    partly = (per_unit["known"] > 0) | empty
    summed = per_unit["sum"].astype("Int64")
    households = summed.where(counted, imported.fillna(summed.where(partly)))
    complete = counted | imported.notna() | empty
    return pd.DataFrame(
        {"households": households, "households_complete": complete, "buildings": per_unit["all"]}
    )
