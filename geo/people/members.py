"""Members: where they live decides their unit; the area of their duty is another matter."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.findings import Note, Reject
from geo.people.posts import unknown_areas
from geo.registers import Ints, Prepared, pick, point_xy, without_rejected

_COLUMNS = (
    "name", "phone", "kind", "home_building", "duty_area", "address", "original_x", "original_y",
    "original_crs",
)  # fmt: skip


def prepare_members(
    frame: pd.DataFrame, *, homes: pd.DataFrame, areas: Collection[str]
) -> Prepared:
    """Fit members to their table and find the point that decides their unit.

    Parameters
    ----------
    frame : DataFrame
        Incoming members.
    homes : DataFrame
        The live buildings that they may name: key, id, x, y (inner point, metres).
    areas : collection of str
        Codes of the areas in the highest edition.

    Returns
    -------
    Prepared
        A member whose building is known follows it (how = "building"), whatever the member's own
        point says; else the own point decides. Members with neither are rejected, as are those
        whose building's key is used twice, or whose duty area is not known.
    """
    named = frame["home_building"].notna().to_numpy(dtype=bool)
    home, twice = _homes_of(frame, homes)
    pointless = shapely.is_missing(frame["geom"].to_numpy(dtype=object))
    rejects = [
        *unknown_areas(frame, "duty_area", areas),
        *_say(frame[twice], "home_ambiguous"),
        *_say(frame[named & (home < 0) & ~twice & pointless], "home_unknown"),
        *_say(frame[~named & pointless], "no_home"),
    ]
    lost = named & (home < 0) & ~twice & ~pointless
    kept = ~frame.index.isin([reject.row for reject in rejects])
    rows = pick(without_rejected(frame, rejects), _COLUMNS)
    home = home[kept]
    ids = homes["id"].to_numpy(dtype=np.int64)
    xy = point_xy(rows["geom"].to_numpy(dtype=object))
    housed = home >= 0
    xy[housed] = homes[["x", "y"]].to_numpy(dtype=float)[home[housed]]
    home_ids = np.full(len(rows), -1, dtype=np.int64)
    home_ids[housed] = ids[home[housed]]
    return Prepared(
        rows.assign(home_id=pd.arrays.IntegerArray(home_ids, ~housed)),
        xy,
        how=np.where(housed, "building", "point").astype(object),
        rejects=tuple(rejects),
        notes=_by_own_point(frame.index[lost & kept]),
    )


def _homes_of(frame: pd.DataFrame, homes: pd.DataFrame) -> tuple[Ints, NDArray[np.bool_]]:
    """Find each member's building: position in `homes` or −1; and whose key is used twice."""
    shared = homes["key"][homes["key"].duplicated()]
    twice = frame["home_building"].isin(shared).to_numpy(dtype=bool)
    single = pd.Index(homes["key"].drop_duplicates(keep=False))
    at = np.flatnonzero(~homes["key"].duplicated(keep=False).to_numpy())
    found = single.get_indexer(pd.Index(frame["home_building"], dtype=object))
    return np.where(found >= 0, np.append(at, -1)[found], -1), twice


_REASONS = {
    "home_ambiguous": (
        "Several buildings have the id “{value}”.",
        "有多个楼栋使用编号“{value}”。",
        "Give the buildings ids of their own.",
        "请为楼栋使用不重复的编号。",
    ),
    "home_unknown": (
        "No building has the id “{value}”, and the row has no coordinates.",
        "没有编号为“{value}”的楼栋，该行也没有坐标。",
        "Import the buildings first, or fill the coordinates.",
        "请先导入楼栋，或补全坐标。",
    ),
    "no_home": (
        "The row says neither the building nor the coordinates of the home.",
        "该行既没有居住楼栋，也没有坐标。",
        "Fill the id of the building, or both coordinates.",
        "请填写居住楼栋编号，或补全坐标。",
    ),
}


def _say(rows: pd.DataFrame, code: str) -> list[Reject]:
    en, zh, remedy_en, remedy_zh = _REASONS[code]
    return [
        Reject(
            row=int(str(row)),
            field="home_building",
            code=code,
            value=str(value or ""),
            en=en.format(value=value),
            zh=zh.format(value=value),
            remedy_en=remedy_en,
            remedy_zh=remedy_zh,
        )
        for row, value in rows["home_building"].items()
    ]


def _by_own_point(rows: pd.Index[int]) -> tuple[Note, ...]:
    if rows.empty:
        return ()
    return (
        Note(
            "home_by_point",
            "warning",
            f"{len(rows)} members name a building that is not known, first in row {rows[0]}; their"
            " own coordinates decide until the building is imported.",
            f"{len(rows)} 名人员所填楼栋未登记，首见于第 {rows[0]} 行；导入该楼栋前按其坐标归属。",
        ),
    )
