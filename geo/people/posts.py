"""Positions and branches: they belong to an area by its code."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from geo.findings import Reject
from geo.registers import Prepared, without_rejected


def prepare_positions(frame: pd.DataFrame, *, places: pd.Series[int]) -> Prepared:
    """Fit posts to their table; `places` gives place ids by the codes of the highest edition."""
    return _prepare(frame, places, ("area", "title", "holder", "phone"))


def prepare_branches(frame: pd.DataFrame, *, places: pd.Series[int]) -> Prepared:
    """Fit branches to their table; `places` gives place ids by the codes of the highest edition."""
    return _prepare(frame, places, ("name", "kind", "area", "secretary", "members"))


def _prepare(frame: pd.DataFrame, places: pd.Series[int], columns: tuple[str, ...]) -> Prepared:
    rejects = unknown_areas(frame, "area", places.index)
    kept = without_rejected(frame, rejects)
    rows = kept.reindex(columns=["key", "row_hash", *columns])
    return Prepared(
        rows.assign(place_id=places.reindex(kept["area"]).to_numpy()), rejects=tuple(rejects)
    )


def unknown_areas(frame: pd.DataFrame, column: str, areas: Collection[str]) -> list[Reject]:
    """Reject the rows whose area code is not one of the highest edition; empty cells pass."""
    codes = frame[column]
    unknown = codes[codes.notna() & ~codes.isin(list(areas))]
    return [
        Reject(
            row=int(str(row)),
            field=column,
            code="unknown_area",
            value=str(code),
            en=f"There is no area with the code “{code}” in the newest edition.",
            zh=f"最新版本中没有编码为“{code}”的区域。",
            remedy_en="Correct the code, or publish the area first.",
            remedy_zh="请更正编码，或先发布该区域。",
        )
        for row, code in unknown.items()
    ]
