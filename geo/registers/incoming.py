"""From conformed rows to rows that can be compared and stored: keyed, hashed, in metres."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from geo.exchange import Conformed, source_key, to_working
from geo.findings import Note, Reject

#: Fields of personal files whose cells may be repeated in a report.
_SHOWN = frozenset({"key", "kind", "title", "area", "duty_area", "home_building"})
_MASK = "•••"


@dataclass(frozen=True, eq=False)
class Incoming:
    """The rows of a file in the working CRS.

    `frame` is indexed by data row: the contract's columns, key, row_hash, geom (metres, None
    where a row has no shape), original_x, original_y, original_crs (the coordinate as it came,
    for points).
    """

    frame: pd.DataFrame
    rejects: tuple[Reject, ...]
    notes: tuple[Note, ...]


def incoming_rows(conformed: Conformed, *, source: str, epsg: int) -> Incoming:
    """Key, hash and convert the rows of a file.

    The hash covers the values, the shape as it came and its declared system: the same numbers
    in another system are a change of the same row, also where the key is made from the values.
    """
    raw = conformed.frame
    crs = conformed.source_crs.name if conformed.source_crs is not None else None
    rejects = list(conformed.rejects)
    keyed = source_key(raw, source=source, key_column="key")
    if crs is not None:
        keyed = keyed.assign(row_hash=[f"{crs} {digest}" for digest in keyed["row_hash"]])
    if conformed.contract.geometry == "none":
        frame = pd.DataFrame(keyed)
    else:
        working = to_working(conformed, epsg)
        rejects += working.rejects
        shapes = working.frame.geometry.to_numpy()
        frame = pd.DataFrame(keyed.loc[working.frame.index].drop(columns="geometry"))
        frame = _with_originals(frame.assign(geom=shapes), raw.loc[frame.index], crs)
        spoilt = _spoilt_by_snapping(frame)
        rejects += spoilt
        frame = frame[~frame.index.isin([reject.row for reject in spoilt])]
    if conformed.contract.personal:
        rejects = [masked(reject) for reject in rejects]
    return Incoming(frame, tuple(rejects), (*conformed.notes, *_no_ids(conformed)))


def _with_originals(frame: pd.DataFrame, raw: pd.DataFrame, crs: str | None) -> pd.DataFrame:
    shapes = raw["geometry"].to_numpy(dtype=object)
    given = np.full(len(shapes), crs, dtype=object)
    given[shapely.is_missing(shapes)] = None
    return frame.assign(
        original_x=shapely.get_x(shapes), original_y=shapely.get_y(shapes), original_crs=given
    )


def _spoilt_by_snapping(frame: pd.DataFrame) -> list[Reject]:
    shapes = frame["geom"].to_numpy(dtype=object)
    present = ~shapely.is_missing(shapes)
    spoilt = present & (~shapely.is_valid(shapes) | shapely.is_empty(shapes))
    return [
        Reject.of(
            "invalid_shape", row=int(row), field="geometry",
            reason=f"on the 1 mm grid: {shapely.is_valid_reason(shape)}",
        )
        for row, shape in frame.loc[spoilt, "geom"].items()
    ]  # fmt: skip


def _no_ids(conformed: Conformed) -> tuple[Note, ...]:
    if "key" in conformed.mapping or not len(conformed.frame):
        return ()
    return (
        Note(
            "no_ids",
            "info",
            "The file has no column of ids: rows are known by all their values, so a changed row"
            " counts as a new one. Say --column key=HEADING if there is an id.",
            "文件没有编号列，按整行内容识别：内容有变的行会视为新行。如有编号列，请用 --column key=表头 指定。",
        ),
    )


def masked(reject: Reject) -> Reject:
    """Hide the cell of a personal row in the report; the row number stays."""
    if reject.field in _SHOWN or not reject.value:
        return reject
    cell = re.compile(rf"(?<!\w){re.escape(reject.value)}(?!\w)")
    return replace(
        reject,
        value=_MASK,
        en=cell.sub(_MASK, reject.en),
        zh=cell.sub(_MASK, reject.zh),
        remedy_en=cell.sub(_MASK, reject.remedy_en),
        remedy_zh=cell.sub(_MASK, reject.remedy_zh),
    )
