"""Our own export beside a plan: what differs, as one operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import area_and_width
from geo.crs import GRID_M, snap
from geo.plans.draft import PROVISIONAL, Draft, Place
from geo.plans.operations.restore import Restore, Row
from geo.plans.redrawing import origins
from geo.plans.remarks import Remark
from geo.plans.survey import Survey

_SAME_M = 0.01
_HALF = 0.5


def restored(frame: gpd.GeoDataFrame, survey: Survey) -> tuple[Restore | None, list[Remark]]:
    """Find what leads from a plan to the plan in a file.

    A row is the place with its id, if ids mean the same here (at least half of the rows whose id
    the plan has carry the code that it has here too), else the one with its code; it must be of
    the same level, and no other row's. Other rows are new places, or come back as themselves if
    the plan has retired them. Outlines and figures are taken only where ground was redrawn, here
    or there (`origins`). Areas that the file leaves out end when nothing lies in them any more,
    units when redrawn ones cover them; other missing places stay as they are.

    Parameters
    ----------
    frame : GeoDataFrame
        Columns of `exchange.PLAN`, index `row`; metres on the 1 mm grid.
    survey : Survey
        The plan that takes it over.

    Returns
    -------
    Restore or None, list of Remark
        None if nothing differs.
    """
    draft = survey.draft
    frame, remarks = _usable(frame, draft)
    trusted = _same_ids(frame, draft)
    found = _matches(frame, draft, trusted=trusted)
    rows = {n: _row(item, found.get(n), survey, trusted=trusted) for n, item in _items(frame)}
    remarks += _other_outlines(frame, rows, draft) + _other_figures(frame, rows)
    gone, stayed = _missing(list(rows.values()), survey)
    differing = tuple(row for row in rows.values() if not _is_so(row, draft))
    if not differing and not gone:
        return None, remarks + stayed
    return Restore(differing, tuple(sorted(gone))), remarks + stayed


def _items(frame: pd.DataFrame) -> list[tuple[int, dict[str, Any]]]:
    plain = frame.astype(object).where(frame.notna(), None)
    records: list[dict[Any, Any]] = plain.to_dict("records")
    return list(zip(frame.index.tolist(), records, strict=True))


def _usable(frame: gpd.GeoDataFrame, draft: Draft) -> tuple[gpd.GeoDataFrame, list[Remark]]:
    """Leave out rows without a code or of no known level, and codes that come twice."""
    known = frame["level"].isin(draft.site.keys)
    coded = frame["code"].notna()
    again = frame["code"].duplicated() & coded
    remarks = [
        Remark(
            int(row), item["code"],
            "This row has no code, a code that stands above, or a level that is not one of "
            f"{', '.join(draft.site.keys)}. Correct the row.",
            f"该行没有编码、编码重复，或层级不属于 {'、'.join(draft.site.keys)}。请更正。",
        )
        for row, item in _items(frame[~(known & coded & ~again)])
    ]  # fmt: skip
    return frame[known & coded & ~again], remarks


def _same_ids(frame: gpd.GeoDataFrame, draft: Draft) -> bool:
    """Tell whether the ids of the file are those of this database."""
    here = [
        draft.places[item["place"]].code == item["code"]
        for _, item in _items(frame)
        if item["place"] in draft.places
    ]
    return bool(here) and sum(here) >= _HALF * len(here)


def _matches(frame: gpd.GeoDataFrame, draft: Draft, *, trusted: bool) -> dict[int, Place]:
    """Find the places of rows: by id where ids mean the same, then by code; each only once."""
    codes = {place.code: place for place in draft.places.values()}
    found: dict[int, Place] = {}
    taken: set[int] = set()
    for by_id in (True, False):
        for n, item in _items(frame):
            place = draft.places.get(item["place"]) if by_id else codes.get(item["code"])
            if (by_id and not trusted) or n in found or place is None or place.id in taken:
                continue
            if place.level == item["level"]:
                found[n] = place
                taken.add(place.id)
    return found


def _row(item: Mapping[str, Any], place: Place | None, survey: Survey, *, trusted: bool) -> Row:
    """Give a row its place; outline and figures are the file's only where ground was redrawn."""
    unit, origin = bool(item["unit"]), _numbers(item["origins"])
    named = (item["level"], item["code"], item["name"] or "", item["parent"], unit)
    same = place is not None and unit == (place.shape is not None)
    if place is not None and same and not (unit and (origin or place.origins)):
        return Row(place.id, *named, None, place.households, place.people, place.estimated)
    shape = _outline(item) if unit else None
    if place is not None and same and shape is None:  # a workbook of a plan that left it whole
        kept = (place.households, place.people, place.estimated, place.origins)
        return Row(place.id, *named, None, *kept)
    if shape is not None and origin and not trusted:
        origin = _overlapped(survey, shape)
    figures = (item["imp_hh"], item["imp_people"], bool(item["estimated"]))
    number = place.id if place else _former(item, survey.draft) if trusted else None
    return Row(number, *named, shape, *figures, origin)


def _former(item: Mapping[str, Any], draft: Draft) -> int | None:
    """Give the id of a place that the plan has retired: it comes back as itself."""
    number, made = item["place"], item["code"].startswith(PROVISIONAL)
    issued = number is not None and number < max(draft.places) and number not in draft.places
    return number if issued and not made else None


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in (text or "").split() if part.isdigit())


def _outline(item: Mapping[str, Any]) -> shapely.Geometry | None:
    """Give the outline of a row as drafts keep them: simple where it is, normalised, to 1 mm."""
    shape = item["geometry"]
    if shape is None and item["outline"]:
        shape = snap(shapely.from_wkt(item["outline"], on_invalid="ignore"))
    parts = shapely.get_parts(shape)
    return shapely.normalize(parts[0] if len(parts) == 1 else shape) if len(parts) else None


def _overlapped(survey: Survey, shape: shapely.Geometry) -> tuple[int, ...]:
    """Find the units of the edition whose ground an outline holds."""
    return origins(survey.draft.places[n] for n in _covered(survey, shape))


def _covered(survey: Survey, shape: shapely.Geometry) -> list[int]:
    """List the units that an outline has ground in common with."""
    near = survey.fabric.standing.meeting([shape])[1].tolist()
    shapes = np.array([survey.draft.places[n].shape for n in near], dtype=object)
    wide = area_and_width(shapely.intersection(shapes, shape))[1] > GRID_M
    return [n for n, held in zip(near, wide.tolist(), strict=True) if held]


def _is_so(row: Row, draft: Draft) -> bool:
    """Tell whether the plan has a place just so."""
    place = draft.places.get(row.place) if row.place is not None else None
    if place is None:
        return False
    parent = None if place.parent is None else draft.places[place.parent].code
    shape = place.shape if row.shape is None and row.unit else row.shape
    return (
        (row.code, row.name, row.parent) == (place.code, place.name, parent)
        and (row.households, row.people) == (place.households, place.people)
        and (row.estimated, row.origins) == (place.estimated, place.origins)
        and shape == place.shape
    )


def _other_outlines(frame: gpd.GeoDataFrame, rows: Mapping[int, Row], draft: Draft) -> list[Remark]:
    """Name units whose outline was changed in the file: lines are redrawn in the plan."""
    kept = [
        n for n, row in rows.items() if row.unit and row.shape is None and row.place is not None
    ]
    file = frame.loc[kept].geometry.to_numpy()
    here = np.array([draft.places[rows[n].place or 0].shape for n in kept], dtype=object)
    moved = ~shapely.equals_exact(file, here, tolerance=_SAME_M, normalize=True)
    moved &= ~shapely.is_missing(file) & (shapely.hausdorff_distance(file, here) > _SAME_M)
    unknown = shapely.is_missing(file) & np.array([bool(rows[n].origins) for n in kept], dtype=bool)
    return [
        Remark(
            n, rows[n].code,
            "Its outline is not that of the plan, which stays. Redraw lines by cutting or "
            "reshaping; a plan's own lines come back from a file with outlines.",
            "其边界与方案不同，已保留方案中的边界。如需改线，请使用“切割”或“改边界”；"
            "恢复方案的边界请用带图形的文件。",
        )
        for n, differs in zip(kept, (moved | unknown).tolist(), strict=True) if differs
    ]  # fmt: skip


def _other_figures(frame: gpd.GeoDataFrame, rows: Mapping[int, Row]) -> list[Remark]:
    """Name places whose imported figures were changed in the file: figures are imported anew."""
    return [
        Remark(
            n, rows[n].code,
            "Its imported households or people are not those of the plan, which stay. Import "
            "areas to change figures.",
            "其导入的户数或人口与方案不同，已保留方案中的数值。如需更改，请导入区划数据。",
        )
        for n, item in _items(frame[["imp_hh", "imp_people"]])
        if (item["imp_hh"], item["imp_people"]) != (rows[n].households, rows[n].people)
        and not rows[n].origins
    ]  # fmt: skip


def _missing(rows: list[Row], survey: Survey) -> tuple[set[int], list[Remark]]:
    """Part the places that the file leaves out into those that end and those that stay."""
    draft = survey.draft
    left = set(draft.places) - {row.place for row in rows}
    drawn = [row.shape for row in rows if row.shape is not None]
    covered = {n for shape in drawn for n in _covered(survey, shape)} & left
    parents = {row.parent for row in rows}
    gone = set(covered)
    for n in sorted(left - covered, key=lambda n: -draft.site.level(draft.places[n].level).rank):
        inner = draft.children.get(n, frozenset()) & left - gone
        if draft.places[n].shape is None and not inner and draft.places[n].code not in parents:
            gone.add(n)
    stayed = [
        Remark(
            None, draft.places[n].code, "It is not in the file and stays as it is.",
            "文件中没有该区域，保持原样。",
        )
        for n in sorted(left - gone)
    ]  # fmt: skip
    return gone, stayed
