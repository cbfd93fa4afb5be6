"""Which shapes a contract takes: kind, range of degrees, validity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import SourceCrs, convert, working_epsg
from geo.findings import Note, Reject
from geo.frames import Contract, GeometryKind

Invalid = Literal["reject", "keep", "repair"]

_TYPES: dict[GeometryKind, tuple[int, ...]] = {
    "point": (0,),
    "line": (1, 2, 5),
    "polygon": (3, 6),
    "any": (0, 1, 2, 3, 4, 5, 6),
    "none": (),
}
WANTED: dict[GeometryKind, tuple[str, str]] = {
    "point": ("a point", "点"),
    "line": ("a line", "线"),
    "polygon": ("a polygon", "面"),
    "any": ("a point, line or polygon", "点、线或面"),
    "none": ("no shape", "无图形"),
}
_KINDS = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString",
          "MultiPolygon", "GeometryCollection")  # fmt: skip
_MULTIPOINT = 4
_SHAPE = "geometry"


@dataclass(frozen=True)
class Shapes:
    """Shapes that may go on; `good` marks their rows."""

    shapes: NDArray[np.object_]
    good: NDArray[np.bool_]
    rejects: list[Reject] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def check_shapes(
    shapes: NDArray[np.object_],
    rows: NDArray[np.int64],
    contract: Contract,
    crs: SourceCrs,
    *,
    invalid: Invalid,
) -> Shapes:
    """Check every shape of a layer against its contract; the first problem of a row counts.

    Parameters
    ----------
    shapes, rows
        Shapes in the coordinates of the file, None where a row has none, and their row numbers.
    invalid
        What becomes of rings that cross themselves and their like: rejected, kept (for the
        coverage checks), or repaired with a note.
    """
    shapes, single = _single_points(shapes, contract)
    notes = [Note.of("single_points", count=single)] if single else []
    rejects: list[Reject] = []
    open_rows = np.ones(len(shapes), dtype=bool)
    for found in (
        _missing(shapes, rows, contract),
        _wrong_kind(shapes, rows, contract),
        _bad_numbers(shapes, rows, crs),
    ):
        for at, reject in found:
            if open_rows[at]:
                rejects.append(reject)
                open_rows[at] = False
    wrong = np.flatnonzero(open_rows & ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    if len(wrong):
        reasons = shapely.is_valid_reason(shapes[wrong])
        if invalid == "reject":
            open_rows[wrong] = False
            rejects += [
                Reject.of("invalid_shape", row=int(rows[at]), field=_SHAPE, reason=reason)
                for at, reason in zip(wrong, reasons, strict=True)
            ]
        else:
            facts = {"count": len(wrong), "row": int(rows[wrong[0]]), "reason": reasons[0]}
            if invalid == "repair":
                shapes, change = _repair(shapes, wrong, crs)
                notes.append(Note.of("repaired", **facts, change_m2=f"{change:,.2f}"))
            else:
                notes.append(Note.of("invalid_kept", **facts))
    return Shapes(shapes, open_rows, rejects, notes)


def _single_points(
    shapes: NDArray[np.object_], contract: Contract
) -> tuple[NDArray[np.object_], int]:
    if contract.geometry != "point":
        return shapes, 0
    single = (shapely.get_type_id(shapes) == _MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    out = shapes.copy()
    out[single] = shapely.get_geometry(shapes[single], 0)
    return out, int(single.sum())


def _missing(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], contract: Contract
) -> list[tuple[int, Reject]]:
    if not contract.geometry_required:
        return []
    code = "no_coordinates" if contract.geometry == "point" else "no_shape"
    return [
        (int(at), Reject.of(code, row=int(rows[at]), field=_SHAPE))
        for at in np.flatnonzero(shapely.is_missing(shapes))
    ]


def _wrong_kind(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], contract: Contract
) -> list[tuple[int, Reject]]:
    kinds = shapely.get_type_id(shapes)
    wanted = WANTED[contract.geometry]
    return [
        (
            int(at),
            Reject.of(
                "wrong_kind", row=int(rows[at]), field=_SHAPE, value=_KINDS[kinds[at]],
                found=_KINDS[kinds[at]], expected_en=wanted[0], expected_zh=wanted[1],
            ),
        )
        for at in np.flatnonzero((kinds >= 0) & ~np.isin(kinds, _TYPES[contract.geometry]))
    ]  # fmt: skip


def _bad_numbers(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], crs: SourceCrs
) -> list[tuple[int, Reject]]:
    """Find NaN and infinity, and degrees that no place on earth has."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(xy).all(axis=1)
    found = [
        (int(at), Reject.of("not_a_coordinate", row=int(rows[at]), field=_SHAPE, value="NaN"))
        for at in np.unique(owner[~finite])
    ]
    if not crs.is_lonlat:
        return found
    x, y = np.abs(xy[:, 0]), np.abs(xy[:, 1])
    beyond = finite & ((x > 180.0) | (y > 90.0))  # noqa: PLR2004 - degrees
    zero = finite & (x == 0.0) & (y == 0.0)
    for at, first in zip(*np.unique(owner[beyond | zero], return_index=True), strict=True):
        lon, lat = xy[beyond | zero][first]
        code = "out_of_range"
        if lon == 0.0 and lat == 0.0:
            code = "zero_zero"
        elif abs(lon) <= 90.0 and abs(lat) <= 180.0:  # noqa: PLR2004 - degrees
            code = "swapped"
        value = f"{lon:.10g}, {lat:.10g}"
        found.append((int(at), Reject.of(code, row=int(rows[at]), field=_SHAPE, value=value)))
    return found


def _repair(
    shapes: NDArray[np.object_], wrong: NDArray[np.int64], crs: SourceCrs
) -> tuple[NDArray[np.object_], float]:
    """Repair shapes by their structure; give the total change of area in square metres."""
    out = shapes.copy()
    out[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    before, after = _area_m2(shapes[wrong], crs), _area_m2(out[wrong], crs)
    return out, float(np.abs(after - before).sum())


def _area_m2(shapes: NDArray[np.object_], crs: SourceCrs) -> NDArray[np.float64]:
    if not crs.is_lonlat:
        return np.asarray(shapely.area(shapes), dtype=float)
    left, low, right, high = shapely.total_bounds(shapes)
    epsg = working_epsg((left + right) / 2, (low + high) / 2)
    return np.asarray(shapely.area(convert(shapes, crs, SourceCrs("epsg", epsg))), dtype=float)
