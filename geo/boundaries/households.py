"""How many households an area has, and whether that is all of them. Unknown is never 0."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.boundaries.outlines import parent_positions

Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

RESIDENTIAL = ("residential", "mixed")
GONE = ("demolished",)
UNDER_CONSTRUCTION = "under_construction"
NOT_LIVED_IN = (*GONE, UNDER_CONSTRUCTION)


def homes(buildings: pd.DataFrame) -> pd.Series[bool]:
    """Tell which buildings people live in today: by `use` (unknown counts) and `status`."""
    use, status = buildings["use"], buildings["status"]
    return (use.isin(RESIDENTIAL) | use.isna()) & ~status.isin(NOT_LIVED_IN)


class Counts(NamedTuple):
    """Of each building, or summed over the buildings of each unit; int64 arrays of one length.

    Standing buildings, homes among them, homes whose households are known, and those households.
    """

    standing: Ints
    homes: Ints
    known: Ints
    households: Ints


def count_buildings(buildings: pd.DataFrame) -> Counts:
    """Count each building by `use`, `status` and `households`, to be summed over units."""
    home = homes(buildings)
    figure = buildings["households"].astype("Int64").where(home)
    columns = (~buildings["status"].isin(GONE), home, figure.notna(), figure.fillna(0))
    return Counts(*(np.asarray(column, dtype=np.int64) for column in columns))


def unit_households(
    counts: Counts, imported: Ints, has_imported: Bools
) -> tuple[Ints, Bools, Bools]:
    """Apply the rule of `area_households` to units.

    Parameters
    ----------
    counts : Counts
        Of their buildings.
    imported : int64 array
        Imported figures, where `has_imported`.

    Returns
    -------
    households, known, complete : arrays
        The figures; whether anything is known at all; whether everything is.
    """
    counted = (counts.homes > 0) & (counts.known == counts.homes)
    empty = (counts.homes == 0) & (counts.standing > 0)
    households = np.where(counted | ~has_imported, counts.households, imported)
    known = counted | has_imported | (counts.known > 0) | empty
    return households, known, counted | has_imported | empty


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
    inside = buildings[buildings["unit"].notna()]
    at = areas.index.get_indexer(pd.Index(inside["unit"].astype(areas.index.dtype)))
    counts = np.zeros((len(areas), len(Counts._fields)), dtype=np.int64)
    np.add.at(counts, at[at >= 0], np.column_stack(count_buildings(inside))[at >= 0])
    imported = areas["imported_households"].astype("Int64")
    figures, known, complete = unit_households(
        Counts(*counts.T), imported.fillna(0).to_numpy(dtype=np.int64), imported.notna().to_numpy()
    )
    return pd.DataFrame(
        {
            "households": pd.arrays.IntegerArray(figures, ~known),
            "households_complete": complete,
            "buildings": pd.array(counts[:, 0], dtype="Int64"),
        },
        index=areas.index,
    )
