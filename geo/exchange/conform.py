"""From the cells of a file to the columns of a contract: mapped, typed, checked row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import SourceCrs
from geo.exchange.cells import Cells, Values, as_text, read_column
from geo.exchange.columns import map_columns
from geo.exchange.shapes import WANTED, Invalid, check_shapes
from geo.exchange.source import require_crs
from geo.exchange.table import GEOMETRY, Table, row_numbers
from geo.findings import Note, Reject
from geo.frames import Column, Contract
from geo.progress import Progress, quiet

_TYPES = {"integer": "Int64", "number": "float64", "flag": "boolean", "time": "datetime64[us, UTC]"}


@dataclass(frozen=True)
class Conformed:
    """The rows of a file that keep the contract, and what was found about the others.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame or pandas.DataFrame
        All columns of the contract (unknown cells null), and `geometry` in the coordinates of
        the file when the contract has a shape; a plain frame when there is none. The index `row`
        is the data row of the file. Types: text, code and choice are object with None, integers
        Int64, numbers float64, flags boolean, times datetime64[us, UTC].
    source_crs : SourceCrs or None
        The system of the shapes; None when there are none.
    rejects, notes
        Rows that are not in the frame, and sentences about the file (those of reading included).
    mapping : dict
        Canonical name → heading, for the columns that the file has.
    rows_read : int
        Rows of the file, rejected ones included.
    """

    contract: Contract
    frame: pd.DataFrame
    source_crs: SourceCrs | None
    rejects: list[Reject]
    notes: list[Note]
    mapping: dict[str, str]
    rows_read: int


def conform(
    table: Table,
    contract: Contract,
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str,
    repair: bool = False,
    progress: Progress = quiet,
) -> Conformed:
    """Bring a table to a contract.

    Parameters
    ----------
    columns : mapping or None
        Canonical name → heading, where the user says so.
    timezone : str
        The zone of times without one, such as `Asia/Shanghai`.
    repair : bool
        Mend invalid shapes, with a note. Otherwise those of areas are kept (the coverage checks
        show them) and all others are rejects.

    Raises
    ------
    UnknownOption, BadInput
        If a named column does not exist, or a required one is missing.
    WrongCrs
        If the shapes have no known system.
    """
    table = _without_mere_points(table, contract)
    mapping, notes = map_columns(
        contract,
        table.headings,
        chosen=columns or {},
        cut_bytes=table.cut_bytes,
        encoding=table.encoding,
    )
    good = np.ones(len(table.frame), dtype=bool)
    rejects: list[Reject] = []
    read: dict[str, object] = {}
    for done, column in enumerate(contract.columns):
        progress("columns", done, len(contract.columns))
        if column.name not in mapping:
            read[column.name] = _blank(column, table.frame.index)
            continue
        cells = read_column(
            table.frame[mapping[column.name]], column, timezone=timezone, day_zero=table.day_zero
        )
        found, wrong = _cell_rejects(cells, column, table.frame.index)
        rejects += found
        notes += _cell_notes(cells, mapping[column.name])
        good &= ~wrong
        read[column.name] = _series(cells.typed, column, table.frame.index)
    progress("columns", len(contract.columns), len(contract.columns))
    frame = pd.DataFrame(read, index=table.frame.index)
    crs = None
    if contract.geometry != "none":
        crs = _crs_of(table)
        checked = check_shapes(
            _shapes(table),
            frame.index.to_numpy(),
            contract,
            crs or SourceCrs("epsg"),
            invalid=_fate(contract, repair=repair),
        )
        shapes = gpd.GeoSeries(checked.shapes, index=frame.index)
        frame = gpd.GeoDataFrame(frame, geometry=shapes)
        good &= checked.good
        rejects += checked.rejects
        notes += checked.notes
    elif table.has_geometry:
        notes.append(Note.of("shape_unused", kind=contract.kind))
    same, first = _same_keys(frame, good, mapping)
    rejects += first
    return Conformed(
        contract,
        frame[good & ~same],
        crs,
        sorted((*table.rejects, *rejects), key=lambda r: r.row),
        [*table.notes, *notes],
        mapping,
        len(table.frame) + len({r.row for r in table.rejects}),
    )


def _without_mere_points(table: Table, contract: Contract) -> Table:
    """Leave out points made from columns where they can't be the shape: a list of areas."""
    if not table.point_columns or contract.geometry in ("point", "any", "none"):
        return table
    en, zh = WANTED[contract.geometry]
    note = Note.of(
        "points_unused", headings=", ".join(table.point_columns), kind=contract.kind,
        expected_en=en, expected_zh=zh,
    )  # fmt: skip
    bare = table.frame.drop(columns=GEOMETRY)
    return replace(table, frame=bare, source_crs=None, notes=(*table.notes, note))


def _fate(contract: Contract, *, repair: bool) -> Invalid:
    if repair:
        return "repair"
    return "keep" if contract.kind == "areas" else "reject"


def _crs_of(table: Table) -> SourceCrs | None:
    known = table.has_geometry and table.frame[GEOMETRY].notna().any()
    return require_crs(table) if known else table.source_crs


def _shapes(table: Table) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    if table.has_geometry:
        return table.shapes
    return np.full(len(table.frame), None, dtype=object)


def _blank(column: Column, index: pd.Index) -> pd.Series:
    return _series([None] * len(index), column, index)


def _series(values: Values | list[None], column: Column, index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype=_TYPES.get(column.kind, "object"))


def _cell_rejects(
    cells: Cells, column: Column, index: pd.Index
) -> tuple[list[Reject], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    wrong = np.zeros(len(index), dtype=bool)
    rejects = []
    for at, text, problem in cells.problems:
        wrong[at] = True
        rejects.append(
            Reject.of(
                problem.code, row=int(index[at]), field=column.name, value=text, **problem.facts
            )
        )
    if column.required:
        empty = pd.isna(pd.Series(cells.typed)).to_numpy() & ~wrong
        rejects += [
            Reject.of("missing_value", row=int(row), field=column.name) for row in index[empty]
        ]
        wrong |= empty
    return rejects, wrong


def _cell_notes(cells: Cells, heading: str) -> list[Note]:
    notes = []
    if cells.restored:
        notes.append(Note.of("codes_restored", heading=heading, value=cells.restored))
    for code, found in cells.meant:
        notes.append(Note.of(code, heading=heading, count=found[0], value=found[1]))
    if cells.blank_marks:
        count, value = cells.blank_marks
        notes.append(Note.of("blank_marks", count=count, heading=heading, value=value))
    return notes


def _same_keys(
    frame: pd.DataFrame,
    good: np.ndarray[tuple[int], np.dtype[np.bool_]],
    mapping: Mapping[str, str],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], list[Reject]]:
    """Reject later rows with an id that a good row already has."""
    if "key" not in mapping:
        return np.zeros(len(frame), dtype=bool), []
    keys = pd.Series(as_text(frame["key"]), index=frame.index)
    live = keys[good & keys.notna().to_numpy()]
    first: dict[str, int] = {}
    rejects = []
    for row, key in zip(row_numbers(live.to_frame()), live, strict=True):
        if first.setdefault(key, row) != row:
            facts = {"field": "key", "value": key, "first": first[key]}
            rejects.append(Reject.of("same_key", row=row, **facts))
    return frame.index.isin([r.row for r in rejects]), rejects
