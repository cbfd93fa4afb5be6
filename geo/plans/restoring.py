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
from geo.plans.draft import Draft, Place
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
    the same level. Other rows are new places. Outlines are taken for new and for redrawn units
    (those with origins) only. Areas that the file leaves out end when nothing lies in them any
    more, units when redrawn ones cover them; other missing places stay as they are.

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
    codes = {place.code: place for place in draft.places.values()}
    rows: dict[int, Row] = {}
    for number, item in _items(frame):
        place = (trusted and draft.places.get(item["place"])) or codes.get(item["code"])
        same = place if place is not None and place.level == item["level"] else None
        rows[number] = _row(item, same, survey, trusted=trusted)
    remarks += _other_outlines(frame, rows, draft)
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


def _row(item: Mapping[str, Any], place: Place | None, survey: Survey, *, trusted: bool) -> Row:
    unit, origin = bool(item["unit"]), _numbers(item["origins"])
    shape = _outline(item) if unit and (origin or place is None) else None
    if shape is not None and not (trusted and origin):
        origin = _overlapped(survey, shape)
    return Row(
        place.id if place else None, item["level"], item["code"], item["name"] or "",
        item["parent"], unit, shape, item["imp_hh"], item["imp_people"],
        bool(item["estimated"]), origin,
    )  # fmt: skip


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
    kept = [n for n, row in rows.items() if row.unit and row.place is not None and not row.origins]
    file = frame.loc[kept].geometry.to_numpy()
    here = np.array([draft.places[rows[n].place or 0].shape for n in kept], dtype=object)
    moved = ~shapely.equals_exact(file, here, tolerance=_SAME_M, normalize=True)
    moved &= ~shapely.is_missing(file) & (shapely.hausdorff_distance(file, here) > _SAME_M)
    return [
        Remark(
            n, rows[n].code,
            "Its outline differs from that of the plan, which stays. Redraw lines by cutting or "
            "reshaping.",
            "其边界与方案不同，已保留方案中的边界。如需改线，请使用“切割”或“改边界”。",
        )
        for n, differs in zip(kept, moved.tolist(), strict=True) if differs
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
