"""What came out of a file, before anything was decided about its meaning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import SourceCrs
from geo.findings import Note, Reject

CrsOrigin = Literal["declared", "file", "missing"]
EncodingOrigin = Literal["declared", "file", "guessed", "format"]

GEOMETRY = "geometry"


@dataclass(frozen=True)
class Table:
    """The rows of one layer of one file, cells as they were written.

    Attributes
    ----------
    path, layer
        Where the rows come from; `layer` is None where a format has none.
    frame : pandas.DataFrame
        One column per heading, in order. The index `row` is the number that a person sees: in a
        CSV or a sheet the row of Excel, headings and blank rows counted from 1; in formats
        without headings the running number of the feature. Shapes, when there are any, are shapely objects in the column `geometry`, in the
        coordinates of the file.
    source_crs, crs_origin
        The system of the coordinates and who said so; None when nobody did.
    encoding, encoding_origin
        How texts were decoded and who said so (`format`: the format prescribes it).
    point_columns : tuple of str
        The headings that the points were made from; empty when the shapes are the file's own.
    cut_bytes : int or None
        The length at which the format cuts headings (DBF: 10 bytes).
    wkt_column : str or None
        The heading that the shapes were read from, where they are WKT in a column.
    day_zero : date or None
        For spreadsheets, the day that the serial number 0 stands for; their cells keep the types
        of Excel. None for all other formats.
    left_out : pandas.DataFrame or None
        The rows that reading itself rejected, as they came, so that they can be given back.
    rejects, notes
        What reading itself found.
    """

    path: Path
    layer: str | None
    frame: pd.DataFrame
    source_crs: SourceCrs | None = None
    crs_origin: CrsOrigin = "missing"
    encoding: str = "utf-8"
    encoding_origin: EncodingOrigin = "format"
    point_columns: tuple[str, ...] = ()
    cut_bytes: int | None = None
    wkt_column: str | None = None
    day_zero: dt.date | None = None
    left_out: pd.DataFrame | None = None
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    @property
    def has_geometry(self) -> bool:
        """Tell whether rows may have a shape or coordinates."""
        return GEOMETRY in self.frame.columns

    @property
    def headings(self) -> tuple[str, ...]:
        """Names of the columns other than the shape, in order."""
        return tuple(str(c) for c in self.frame.columns if c != GEOMETRY)

    @property
    def shapes(self) -> NDArray[np.object_]:
        """The shapes, None where a row has none; empty when the file has no shapes."""
        if not self.has_geometry:
            return np.empty(0, dtype=object)
        return self.frame[GEOMETRY].to_numpy(dtype=object)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The extent in the coordinates of the file; NaN when there is none."""
        left, low, right, high = shapely.total_bounds(self.shapes)
        return float(left), float(low), float(right), float(high)


def put_aside(table: Table, bad: NDArray[np.bool_]) -> pd.DataFrame | None:
    """Give the rows that were left out already, and those marked as bad, as they came."""
    rows = table.frame.loc[bad, list(table.headings)]
    if table.left_out is None:
        return rows if len(rows) else None
    return pd.concat([table.left_out, rows]).sort_index()


def number_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows their numbers from 1."""
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1, name="row"), axis=0)


def row_numbers(frame: pd.DataFrame) -> list[int]:
    """Give the row numbers of a frame as plain integers."""
    return [int(row) for row in frame.index.to_numpy(dtype=np.int64)]
