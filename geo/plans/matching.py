"""Units to the areas of files drawn elsewhere: by name in tables, by households under outlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import BadInput
from geo.plans.operations.adopt import Adopt
from geo.plans.remarks import Remark
from geo.plans.survey import Survey

#: A unit of which less than this share of households lies under its area is shown for review.
SURE = 0.8


class Matched(NamedTuple):
    """Units by their area, and what doesn't match.

    `operation` is None where nothing matches; `shares` gives, by unit, the share of its
    households (of its area, where it has none) that lies under the outline it went to.
    """

    operation: Adopt | None
    shares: Mapping[int, float]
    remarks: list[Remark]


def match_table(frame: pd.DataFrame, survey: Survey, *, level: str | None) -> Matched:
    """Take the rows of a table as units and the areas they go to.

    Parameters
    ----------
    frame : DataFrame
        Columns `code` (of a unit, or of an area that stands for its units), `parent` (code of
        the area it goes to) and `name`; index `row`. Rows of areas that are only named as parents
        give new areas their names.
    survey : Survey
    level : str, optional
        The level of those areas; by default that of the parents that the plan has.
    """
    codes = {place.code: place for place in survey.draft.places.values()}
    told = frame[frame["code"].notna() & frame["parent"].notna()]
    parents = set(told["parent"])
    levels = Counter(codes[p].level for p in told["parent"] if p in codes)
    level = level or next((key for key, _ in levels.most_common(1)), None)
    labels: dict[int, str] = {}
    remarks = []
    for row, code, parent in zip(told.index, told["code"], told["parent"], strict=True):
        if code not in codes and code not in parents:
            remarks.append(_unknown(int(row), code))
        elif code in codes and (parent not in codes or codes[parent].level == level):
            labels[codes[code].id] = parent
        elif code in codes and not _lies_in(survey, codes[code].id, codes[parent].id):
            remarks.append(_other_level(int(row), code, codes[parent].level))
    named = frame[frame["code"].isin(parents - codes.keys()) & frame["name"].notna()]
    names = dict(zip(named["code"].astype(str), named["name"].astype(str), strict=True))
    operation = Adopt(labels, _require_level(level), names) if labels else None
    return Matched(operation, {}, remarks)


def _lies_in(survey: Survey, place: int, area: int) -> bool:
    return any(above.id == area for above in survey.draft.chain(place))


def _unknown(row: int, code: str) -> Remark:
    return Remark(
        row, code, "No area of the plan has this code. Correct it.",
        "方案中没有该编码的区域。请更正。",
    )  # fmt: skip


def _other_level(row: int, code: str, level: str) -> Remark:
    return Remark(
        row, code,
        f"It is to go to an area of another level than the rest. Import again with level {level}.",
        f"其上级与其他行的层级不同，未处理。请以层级 {level} 再导入一次。",
    )  # fmt: skip


def match_polygons(frame: gpd.GeoDataFrame, survey: Survey, *, level: str | None) -> Matched:
    """Give each unit to the outline that most of its households lie under.

    Households are those of its buildings, at their inner points (one on the edge of two outlines
    counts for the first in the file); a unit without counted households goes by area. One of which
    more lies outside of all outlines than in any stays where it is and is told, as are doubtful
    units and outlines without units.

    Parameters
    ----------
    frame : GeoDataFrame
        Columns `code` and `name` (either may be missing in a row), index `row`; metres.
    survey : Survey
    level : str
        The level of the outlines.

    Raises
    ------
    BadInput
        If the level is not said, or there is not one outline with a code or name.
    """
    level = _require_level(level)
    code = frame["code"].where(frame["code"].notna(), frame["name"])
    usable = frame.assign(label=code)[code.notna() & frame.geometry.notna()]
    if usable.empty:
        raise BadInput(
            "The file has no outline with a code or a name. Choose another file or column.",
            "文件中没有带编码或名称的边界。请选择其他文件或列。",
        )
    shares = _shares(usable.geometry.to_numpy(), survey)
    labels = usable["label"].to_numpy(dtype=object)
    best = {
        unit: k
        for unit, held in shares.items()
        if held[k := max(held, key=lambda k: (held[k], -k))] >= 1 - sum(held.values())
    }
    named = usable[usable["name"].notna()]
    operation = Adopt(
        {unit: str(labels[k]) for unit, k in best.items()},
        level,
        dict(zip(named["label"].astype(str), named["name"].astype(str), strict=True)),
    )
    sure = {unit: shares[unit][k] for unit, k in best.items()}
    remarks = [*_doubts(survey, sure), *_unmatched(survey, sure)]
    remarks += [
        Remark(
            int(usable.index[k]), str(labels[k]),
            "No unit lies mostly in this outline. Check its place and level.",
            "没有单元主要位于该边界内。请检查其位置和层级。",
        )
        for k in sorted(set(range(len(labels))) - set(best.values()))
    ]  # fmt: skip
    return Matched(operation if best else None, sure, remarks)


def _shares(
    outlines: np.ndarray[tuple[int], np.dtype[np.object_]], survey: Survey
) -> dict[int, dict[int, float]]:
    """Give, by unit, the share that each outline holds of it; outlines by position."""
    counted = _households_under(outlines, survey)
    held: dict[int, dict[int, float]] = {}
    for unit, by_outline in counted.items():
        total = sum(by_outline.values())
        held[unit] = {k: n / total for k, n in by_outline.items() if k >= 0}
    which, units = survey.fabric.standing.meeting(outlines)
    rest = ~np.isin(units, list(counted))
    which, units = which[rest], units[rest]
    shapes = np.array([survey.draft.places[n].shape for n in units.tolist()], dtype=object)
    part = shapely.area(shapely.intersection(shapes, outlines[which])) / shapely.area(shapes)
    for unit, k, share in zip(units.tolist(), which.tolist(), part.tolist(), strict=True):
        if share > 0:
            held.setdefault(unit, {})[k] = share
    return {unit: shares for unit, shares in held.items() if shares}


def _households_under(
    outlines: np.ndarray[tuple[int], np.dtype[np.object_]], survey: Survey
) -> dict[int, Counter[int]]:
    """Count the households of buildings, by unit and by outline (−1: under none)."""
    buildings = survey.ground.buildings
    households = buildings["households"].fillna(0).to_numpy(dtype=np.int64)
    unit = survey.located.buildings
    here = np.flatnonzero((households > 0) & (unit >= 0))
    points = shapely.points(buildings["x"].to_numpy()[here], buildings["y"].to_numpy()[here])
    at, outline = shapely.STRtree(outlines).query(points, predicate="intersects")
    first = np.full(len(here), len(outlines))
    np.minimum.at(first, at, outline)
    counts: dict[int, Counter[int]] = {}
    for n, k, count in zip(unit[here], first, households[here], strict=True):
        counts.setdefault(int(n), Counter())[int(k) if k < len(outlines) else -1] += int(count)
    return counts


def _doubts(survey: Survey, sure: Mapping[int, float]) -> list[Remark]:
    return [
        Remark(
            None, survey.draft.places[unit].code,
            f"Only {share:.0%} of its households lie in the area it goes to. Look at it.",
            f"仅 {share:.0%} 的户数位于其归入的区域内。请核对。",
        )
        for unit, share in sorted(sure.items()) if share < SURE
    ]  # fmt: skip


def _unmatched(survey: Survey, sure: Mapping[int, float]) -> list[Remark]:
    return [
        Remark(
            None, survey.draft.places[unit].code,
            "It lies mostly outside of all outlines and stays where it is.",
            "主要位于所有边界之外，保持原样。",
        )
        for unit in survey.draft.units() if unit not in sure
    ]  # fmt: skip


def _require_level(level: str | None) -> str:
    if level is None:
        raise BadInput(
            "The level of the areas in the file is not known. Say which one (level).",
            "无法判断文件中区域的层级。请指定层级（level）。",
            option="level",
        )
    return level
