"""Covered households per area: a share of households, each building counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.errors import BadInput

FIGURES = ("households", "known_households", "unknown_buildings")


def coverage(
    buildings: pd.DataFrame, areas: pd.DataFrame, *, budgets: tuple[int, ...]
) -> pd.DataFrame:
    """Sum covered households over the units and up the parent links.

    Parameters
    ----------
    buildings : DataFrame
        Columns place_id (Int64, the unit; missing outside), households (Int64, missing when
        unknown), minutes (Int64, the smallest budget that reaches the building; missing when
        none does). One row per building: overlapping circles can't count it twice.
    areas : DataFrame
        Indexed by place id, column parent_id (Int64, missing at the top); every level.
    budgets : tuple of int
        Minutes, for example (5, 10, 15).

    Returns
    -------
    DataFrame
        Columns place_id, minutes, households (known and covered), known_households (known at
        all), unknown_buildings (covered or not, nobody knows how many live there); one row per
        area and budget, areas without buildings included, by minutes and place id.

    Raises
    ------
    BadInput
        If the parent links run in a circle.
    """
    inside = buildings[buildings["place_id"].isin(areas.index)]
    known = inside["households"].fillna(0).to_numpy(dtype=np.int64)
    unknown = inside["households"].isna().to_numpy()
    minutes = inside["minutes"].to_numpy(dtype=float, na_value=np.inf)
    units = inside["place_id"].to_numpy(dtype=np.int64)
    parts = [pd.DataFrame(columns=["place_id", "minutes", *FIGURES], dtype="int64")]
    for budget in sorted(budgets):
        own = pd.DataFrame(
            {
                "households": np.where(minutes <= budget, known, 0),
                "known_households": known,
                "unknown_buildings": unknown.astype(np.int64),
            }
        )
        sums = own.groupby(units).sum().reindex(areas.index, fill_value=0)
        total = summed_upward(sums, areas["parent_id"])
        parts.append(
            total.rename_axis("place_id").sort_index().reset_index().assign(minutes=budget)
        )
    columns = ["place_id", "minutes", *FIGURES]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def summed_upward(figures: pd.DataFrame, parent: pd.Series[int]) -> pd.DataFrame:
    """Add the figures of every area to all its ancestors.

    Parameters
    ----------
    figures : DataFrame
        Numbers, indexed by place id.
    parent : Series
        Parent place id (Int64, missing at the top) by place id, the same index.

    Returns
    -------
    DataFrame
        As `figures`, each row the sum of its own and all descendants' figures.
    """
    index = pd.Index(figures.index)
    up = index.get_indexer(pd.Index(parent.fillna(-1).astype("int64")))
    total = figures.to_numpy().copy()
    moving, at = total.copy(), up.copy()
    for _ in range(len(index) + 1):
        rows = np.flatnonzero(at >= 0)
        if not len(rows):
            return pd.DataFrame(total, index=figures.index, columns=figures.columns)
        np.add.at(total, at[rows], moving[rows])
        at[rows] = up[at[rows]]
    raise BadInput(
        "The areas' parent links run in a circle. Check the parents and publish again.",
        "区域的上级关系成环，请检查上级编码后重新发布。",
    )
