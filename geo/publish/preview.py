"""What a file holds, shown before anything is decided: columns, samples, a few rows on the map.

A preview never fails as a whole: what can't be read is said as its `problem`, and whatever could
be read stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import Site
from geo.crs import BD09, GCJ02, WGS84, SourceCrs, convert, convert_xy, proj_text
from geo.errors import WanggeError, WrongCrs
from geo.exchange import Table, map_columns, read_file, require_crs
from geo.findings import Note, shorten
from geo.frames import CONTRACTS, Contract, Kind

Box = tuple[float, float, float, float]

SHOWN_ROWS = 20
_SAMPLES = 3
_ENCODINGS = ("utf-8", "gb18030", "big5")
_COORDINATES = ("lon", "lat", "lonlat", "wkt")
_CGCS2000 = SourceCrs("epsg", 4490)
_ZONES = range(4534, 4555)
#: Columns of personal kinds that neither name nor reach a person.
_OPEN = frozenset({"kind", "title", "area", "duty_area", "members"})
_MANY_VERTICES = 40_000
_JUDGED_ROWS = 400


@dataclass(frozen=True)
class Heading:
    """One column of the file: what it is taken for, and a few of its cells."""

    heading: str
    canonical: str | None
    required: bool
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A system that the coordinates may be in; `inside` is the share of rows it puts in the town."""

    crs: SourceCrs
    inside: float | None


@dataclass(frozen=True)
class Preview:
    """What is known of a file so far.

    Attributes
    ----------
    kind, kind_guess
        The kind that the columns are shown for, and the one that the columns look like.
    layers, layer
        The layers, sheets or members to choose from, and the one that is shown.
    declared, used, shown_as
        The system that the file names, the one an import would use (None: it must be said), and
        the one in which the rows are drawn here.
    rows
        Rows of the layer, unreadable ones included.
    shapes
        Row number → shape in degrees (WGS 84), at most `SHOWN_ROWS` spread over the file.
    missing
        Required columns that no heading was found for.
    problem
        Why the file can't be imported as it is, with the remedy.
    """

    format: str
    kind: Kind | None = None
    kind_guess: Kind | None = None
    encoding: str | None = None
    encodings: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    layer: str | None = None
    declared: SourceCrs | None = None
    used: SourceCrs | None = None
    shown_as: SourceCrs | None = None
    candidates: tuple[Candidate, ...] = ()
    rows: int = 0
    columns: tuple[Heading, ...] = ()
    missing: tuple[str, ...] = ()
    shapes: Mapping[int, shapely.Geometry] | None = None
    bounds: Box | None = None
    notes: tuple[Note, ...] = ()
    problem: WanggeError | None = None


def preview_file(
    path: Path,
    site: Site,
    *,
    kind: Kind | None = None,
    crs: SourceCrs | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    columns: Mapping[str, str] | None = None,
    town: Box | None = None,
    unmasked: bool = False,
) -> Preview:
    """Read a file and show what it holds.

    Parameters
    ----------
    columns : mapping or None
        Canonical name → heading, as the user says; coordinate columns included.
    town : Box or None
        West, south, east, north of the town in degrees, to tell likely systems from others.
    unmasked : bool
        Show names and phones in samples of personal kinds.
    """
    chosen = dict(columns or {})
    empty = Preview(path.suffix.lstrip("."), kind=kind, layer=layer)
    try:
        table, layers = _read(path, encoding, layer, chosen)
    except WanggeError as error:
        layers = tuple(str(name) for name in _named(error))
        encodings = _ENCODINGS if encoding else ()
        return replace(empty, layers=layers, encoding=encoding, encodings=encodings, problem=error)
    guess = _guess_kind(table)
    shown_for = kind or guess
    contract = None if shown_for is None else CONTRACTS[shown_for]
    found = replace(
        empty,
        kind=contract.kind if contract else None,
        kind_guess=guess,
        encoding=table.encoding,
        encodings=_encodings(table),
        layers=layers,
        layer=table.layer,
        rows=len(table.frame) + len({reject.row for reject in table.rejects}),
        notes=table.notes,
    )
    return _with_place(
        _with_columns(found, table, contract, chosen, unmasked=unmasked), table, crs, site, town
    )


def _read(
    path: Path, encoding: str | None, layer: str | None, columns: Mapping[str, str]
) -> tuple[Table, tuple[str, ...]]:
    """Read a layer: the named one, else the only one, else the first; and name them all."""
    try:
        table = read_file(path, encoding=encoding, columns=columns)
    except WanggeError as error:
        layers = tuple(str(name) for name in _named(error))
        if not layers:
            raise
        table = read_file(path, encoding=encoding, layer=layer or layers[0], columns=columns)
        return table, layers
    if layer is not None and layer != table.layer:
        return read_file(path, encoding=encoding, layer=layer, columns=columns), ()
    return table, () if table.layer is None else (table.layer,)


def _named(error: WanggeError) -> list[object]:
    layers = error.facts.get("layers")
    return list(layers) if isinstance(layers, (list, tuple)) else []


def _encodings(table: Table) -> tuple[str, ...]:
    if table.encoding_origin == "format":
        return ()
    return tuple(dict.fromkeys((table.encoding, *_ENCODINGS)))


# -- columns


def _lenient(contract: Contract) -> Contract:
    """Give a contract that asks for nothing, so that headings are mapped as far as they go."""
    return replace(contract, columns=tuple(replace(c, required=False) for c in contract.columns))


def _mapping(contract: Contract, table: Table, chosen: Mapping[str, str]) -> dict[str, str]:
    mapping, _ = map_columns(
        _lenient(contract),
        table.headings,
        chosen={n: h for n, h in chosen.items() if n in contract.names},
        cut_bytes=table.cut_bytes,
        encoding=table.encoding,
    )
    return mapping


def _guess_kind(table: Table) -> Kind | None:
    """Guess the kind: all its required columns are there, and most of its others."""
    best: tuple[float, Kind | None] = (0.0, None)
    for kind, contract in CONTRACTS.items():
        mapping = _mapping(contract, table, {})
        required = [c.name for c in contract.columns if c.required]
        if not _may_be(contract, table) or any(name not in mapping for name in required):
            continue
        told = [name for name in mapping if name not in ("key", "name")]
        score = len(told) + len(told) / len(contract.columns)
        if score > best[0]:
            best = (score, kind)
    return best[1]


def _may_be(contract: Contract, table: Table) -> bool:
    """Tell whether the shapes of the file can be those of the kind."""
    shapes = table.shapes[~shapely.is_missing(table.shapes)] if table.has_geometry else []
    if not len(shapes):
        return not contract.geometry_required
    dimension = int(np.median(shapely.get_dimensions(shapes)))
    wanted = {"point": 0, "line": 1, "polygon": 2}
    return contract.geometry in ("any", "none") or wanted[contract.geometry] == dimension


def _with_columns(
    found: Preview,
    table: Table,
    contract: Contract | None,
    chosen: Mapping[str, str],
    *,
    unmasked: bool,
) -> Preview:
    names: dict[str, str] = {}
    required: set[str] = set()
    problem = found.problem
    if contract is not None:
        required = {c.name for c in contract.columns if c.required}
        try:
            mapping = _mapping(contract, table, chosen)
        except WanggeError as error:
            mapping, problem = _mapping(contract, table, {}), error
        names = {heading: name for name, heading in mapping.items()}
    for name, heading in _coordinate_headings(table, chosen):
        names.setdefault(heading, name)
    kinds = {kind for kind in (found.kind, found.kind_guess) if kind}
    private = not unmasked and any(CONTRACTS[kind].personal for kind in kinds)
    headings = [
        Heading(
            heading,
            names.get(heading),
            names.get(heading) in required,
            _samples(table.frame[heading], masked=private and names.get(heading) not in _OPEN),
        )
        for heading in table.headings
    ]
    missing = tuple(sorted(required - set(names.values())))
    return replace(found, columns=tuple(headings), missing=missing, problem=problem)


def _coordinate_headings(table: Table, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    named = [(name, chosen[name]) for name in _COORDINATES if chosen.get(name)]
    if named:
        yield from named
    elif len(table.point_columns) == 1:
        yield "lonlat", table.point_columns[0]
    else:
        yield from zip(("lon", "lat"), table.point_columns, strict=False)


def _samples(column: pd.Series[Any], *, masked: bool) -> tuple[str, ...]:
    texts = column.dropna().astype(str).drop_duplicates().head(_SAMPLES)
    return tuple(mask(text) if masked else shorten(text, length=40) for text in texts)


def mask(text: str) -> str:
    """Hide a name or a number: its first sign and its length stay."""
    return text[:1] + "＊" * min(len(text) - 1, 10)


# -- place


def _with_place(
    found: Preview, table: Table, crs: SourceCrs | None, site: Site, town: Box | None
) -> Preview:
    """Say in which system the coordinates are, or may be, and draw a few rows."""
    if not table.has_geometry or shapely.is_missing(table.shapes).all():
        return found
    problem = found.problem
    used = crs or table.source_crs
    try:
        if crs is None:
            require_crs(table)
    except WrongCrs as error:
        problem = problem or error
        used = None
    candidates = _candidates(table, site, town)
    fits = [c.crs for c in candidates]
    if used is not None and not _fits(table, used):
        problem, used = problem or _misfit(table, used, fits), None
    shown = used or (fits[0] if fits else None)
    shapes = {} if shown is None else _drawn(table, shown)
    corners = shapely.total_bounds(list(shapes.values())) if shapes else np.full(4, np.nan)
    west, south, east, north = (float(v) for v in corners)
    return replace(
        found,
        declared=table.source_crs,
        used=used,
        shown_as=shown,
        candidates=candidates,
        shapes=shapes,
        bounds=(west, south, east, north) if shapes else None,
        problem=problem,
    )


def _candidates(table: Table, site: Site, town: Box | None) -> tuple[Candidate, ...]:
    """List systems that the numbers can be in: those that put most rows into the town first."""
    stated = [table.source_crs] if table.source_crs else []
    working = SourceCrs("epsg", site.epsg)
    degrees = [_CGCS2000, WGS84, GCJ02, BD09]
    metres = [working, *_neighbouring(site.epsg), *_prefixed(table)]
    possible = [c for c in (*stated, *degrees, *metres) if _fits(table, c)]
    known = [Candidate(c, _inside(table, c, town)) for c in dict.fromkeys(possible)]
    near = [c for c in known if c.crs.is_lonlat or c.crs in (working, *stated) or c.inside]
    return tuple(sorted(near, key=lambda c: -(c.inside or 0.0)))


def _neighbouring(epsg: int) -> list[SourceCrs]:
    """List the 3-degree zones beside that of the town: files of a county on the edge of two."""
    return [SourceCrs("epsg", code) for code in (epsg - 1, epsg + 1) if code in _ZONES]


def _prefixed(table: Table) -> list[SourceCrs]:
    """Name the 3-degree zone whose number stands before the eastings, 25 to 45."""
    code = 4513 + int(np.median(_middles(table)[0]) // 1e6) - 25
    return [SourceCrs("epsg", code)] if 4513 <= code <= 4533 else []  # noqa: PLR2004


def _fits(table: Table, crs: SourceCrs) -> bool:
    """Tell whether numbers of this size can be in a system."""
    x, y = _middles(table)
    degrees = abs(float(np.median(x))) <= 180.0 and abs(float(np.median(y))) <= 180.0  # noqa: PLR2004
    return crs.is_lonlat == degrees


def _middles(table: Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the middles of some shapes, spread over the file."""
    corners = shapely.bounds(table.shapes)
    corners = corners[np.isfinite(corners).all(axis=1)]
    corners = corners[:: max(1, len(corners) // _JUDGED_ROWS)]
    return (corners[:, 0] + corners[:, 2]) / 2.0, (corners[:, 1] + corners[:, 3]) / 2.0


def _inside(table: Table, crs: SourceCrs, town: Box | None) -> float | None:
    if town is None:
        return None
    lon, lat = convert_xy(*_middles(table), crs, WGS84)
    west, south, east, north = town
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return round(float(inside.mean()), 4)


def _misfit(table: Table, crs: SourceCrs, fits: list[SourceCrs]) -> WrongCrs:
    x, y = (float(np.median(v)) for v in _middles(table))
    listed = ", ".join(c.name for c in fits[:4]) or "–"
    return WrongCrs(
        f"Numbers like {x:.10g}, {y:.10g} can't be in {crs.name}. Choose another system: {listed}.",
        f"{x:.10g}, {y:.10g} 这样的坐标不可能属于 {crs.name}。请选择其他坐标系：{listed}。",
    )


def _drawn(table: Table, crs: SourceCrs) -> dict[int, shapely.Geometry]:
    """Give up to `SHOWN_ROWS` shapes in degrees, spread over the file, light enough to send."""
    present = np.flatnonzero(~shapely.is_missing(table.shapes))
    picks = np.unique(np.linspace(0, len(present) - 1, SHOWN_ROWS).round().astype(int))
    at = present[picks]
    shapes = convert(table.shapes[at], crs, WGS84)
    if shapely.get_num_coordinates(shapes).sum() > _MANY_VERTICES:
        west, south, east, north = shapely.total_bounds(shapes)
        shapes = shapely.simplify(shapes, max(east - west, north - south) / 5000.0)
    rows = table.frame.index.to_numpy()[at]
    on_earth = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    within = np.abs(shapely.bounds(shapes)[:, [1, 3]]).max(axis=1) <= 90.0  # noqa: PLR2004
    return {
        int(row): shape
        for row, shape, good in zip(rows, shapes, on_earth & within, strict=True)
        if good
    }


def crs_title(crs: SourceCrs) -> str:
    """Name a system as people know it."""
    return {"gcj02": "GCJ-02", "bd09": "BD-09"}.get(crs.kind) or proj_text(crs.epsg)
