"""The rows of a file on their way into the plan of import.

Staged rows have the columns code, level, name, parent_code, households and people (Int64), row
(Int64, of the file) and geometry in metres (None where the file has no outline).
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries.findings import Finding
from geo.boundaries.levels import Site
from geo.boundaries.lines import changed
from geo.db import as_fetched
from geo.errors import BadInput, UnknownOption
from geo.findings import Note, Reject


def to_stage(
    frame: gpd.GeoDataFrame, site: Site, level: str | None
) -> tuple[gpd.GeoDataFrame, list[Reject], list[Note]]:
    """Bring conformed areas to the columns of staged rows; code and level must be clear.

    `level`, where it is given, is that of all rows, whatever the file says.
    """
    names = {
        word: one.key for one in site.levels for word in (one.key, one.zh, one.en, one.en.lower())
    }
    _require_level(frame, names, level, site)
    given = frame["level"] if level is None else pd.Series(level, index=frame.index, dtype=object)
    keys = given.map(lambda word: names.get(str(word).strip()), na_action="ignore")
    known = ", ".join(site.keys)
    rejects = [
        Reject.of(
            "no_level" if pd.isna(given[row]) else "unknown_level",
            row=int(row), field="level", value=given[row], known=known,
        )
        for row in frame.index[keys.isna()]
    ]  # fmt: skip
    good = frame[keys.notna()]
    twice = good["code"].duplicated()
    first = {code: int(row) for row, code in good["code"][::-1].items()}
    rejects += [
        Reject.of("same_key", row=int(row), field="code", value=code, first=first[code])
        for row, code in good.loc[twice, "code"].items()
    ]
    good = good[~twice]
    rows = gpd.GeoDataFrame(
        {
            "code": good["code"],
            "level": keys[good.index],
            "name": good["name"],
            "parent_code": good["parent"],
            "households": good["households"],
            "people": good["people"],
            "row": pd.array(good.index, dtype="Int64"),
        },
        geometry=shapely.normalize(as_fetched(good.geometry.to_numpy())),
        crs=frame.crs,
    )
    return rows, rejects, _overruled(frame, level)


def filled(
    rows: gpd.GeoDataFrame, already: gpd.GeoDataFrame | None, before: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Let rows keep what the file is silent about: as staged before; the name also as it is now.

    A list with names and households may so come before or after the file with the outlines.
    """
    rows = rows.copy()
    if already is not None:
        known = already.set_index("code").reindex(rows["code"])
        for column in ("name", "parent_code", "households", "people", "geometry"):
            old = pd.Series(known[column].array, index=rows.index)
            rows[column] = rows[column].where(rows[column].notna(), old)
    if before is not None:
        rows["name"] = rows["name"].fillna(rows["code"].map(before["name"]))
    return rows.assign(name=rows["name"].fillna(rows["code"]))


def laid_over(already: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lay the rows of a file over what is staged already."""
    kept = already[~already["code"].isin(rows["code"])]
    kept = kept.assign(row=pd.array([pd.NA] * len(kept), dtype="Int64"))
    frame = pd.concat([kept, rows]) if len(kept) else rows
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=rows.crs)


def with_mended(
    rows: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, told: Finding | None
) -> gpd.GeoDataFrame:
    """Give the rows to stage when outlines were mended, inside the file or beside it."""
    if told is None or told.code != "mended":
        return rows
    moved = lines.loc[list(told.codes)].rename(columns={"parent": "parent_code"})
    moved = moved.reset_index(names="code")[list(rows.columns)]
    kept = rows[~rows["code"].isin(told.codes)]
    frame = pd.concat([kept, moved]) if len(kept) else moved
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=rows.crs)


def counts(
    before: gpd.GeoDataFrame | None, after: gpd.GeoDataFrame, rows: gpd.GeoDataFrame
) -> dict[str, int]:
    """Count the rows of a file that are new, updated or unchanged beside the lines before it."""
    codes = pd.Index(rows["code"])
    known, differs = codes[:0], 0
    if before is not None:
        known = codes.intersection(before.index)
        # Outlines above the units only follow from them.
        units = ~known.isin(before["parent"].dropna())
        there, here = before.loc[known], after.loc[known]
        differs = int(changed(there[units], here[units]).sum())
        bare = [frame[~units].assign(geometry=None) for frame in (there, here)]
        differs += int(changed(*bare).sum())
    return {
        "new": len(codes) - len(known),
        "updated": differs,
        "unchanged": len(known) - differs,
    }


def _overruled(frame: gpd.GeoDataFrame, level: str | None) -> list[Note]:
    said = {str(word).strip() for word in frame["level"].dropna()}
    if level is None or not said - {level}:
        return []
    return [Note.of("level_overruled", file=", ".join(sorted(said)), declared=level)]


def _require_level(
    frame: gpd.GeoDataFrame, names: Mapping[str, str], level: str | None, site: Site
) -> None:
    """Say once what would be wrong with every row."""
    known = ", ".join(site.keys)
    if level is not None and level.strip() not in names:
        raise UnknownOption(
            f"“{level}” is no level of this site. Choose one of: {known}.",
            f"“{level}”不是本站点的层级，请选择：{known}。",
        )
    if level is None and len(frame) and frame["level"].isna().all():
        raise BadInput(
            f"The file does not say of which level its areas are. Say it: --level, one of {known}.",
            f"文件没有写明区划的层级，请用 --level 指定，可选：{known}。",
        )
