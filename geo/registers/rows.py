"""What a kind of dated row is: its table, its place on the map, its own checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.access import Actor, Right
from geo.boundaries import Finding
from geo.db import Transaction
from geo.findings import Note, Reject
from geo.frames import Kind
from geo.registers.diff import Diff

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Rows that fit their table, and what was found on the way.

    `rows` is indexed by data row and has the table's columns with `key` and `row_hash`; `xy`
    (shape (n, 2), metres) are the points that decide the unit; `how` says which point that is
    ("point" or "building") and is "point" throughout when None. `stays` marks the rows whose
    placements are kept although other values change; none when None.
    """

    rows: pd.DataFrame
    xy: Floats | None = None
    how: NDArray[np.object_] | None = None
    stays: Bools | None = None
    rejects: tuple[Reject, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()


Review = Callable[[Prepared, Ints, gpd.GeoDataFrame], Sequence[Finding]]
Carry = Callable[[Transaction, Prepared, Diff, Collection[str]], Prepared]
Written = Callable[[Transaction, Actor, Ints], None]


@dataclass(frozen=True)
class RowKind:
    """One kind of file whose rows are kept with dates.

    Attributes
    ----------
    kind
        The kind of file.
    table
        The table of its rows.
    subject
        Its name among the placements; None when it belongs to no unit by its position.
    prepare
        Takes the incoming frame (data row as index; the contract's columns, key, row_hash, geom
        in working metres, original_x, original_y, original_crs) and gives the rows.
    review
        Looks at the rows once their units (place ids of the highest edition) are known.
    right
        What an actor needs to import it. Where it may be held for a part of the town, `prepare`
        rejects the rows elsewhere.
    carry
        Takes the rows, the verdicts, and the columns that the file has; gives the rows with what
        known ones keep of the changes made here since they were last imported.
    written
        Is told the ids of the rows that were stored.
    action
        What the audit trail calls it; “import” and the kind when empty.
    """

    kind: Kind
    table: str
    subject: str | None
    prepare: Callable[[pd.DataFrame], Prepared] = field(repr=False)
    review: Review | None = field(default=None, repr=False)
    right: Right = "import.people"
    carry: Carry | None = field(default=None, repr=False)
    written: Written | None = field(default=None, repr=False)
    action: str = ""


def pick(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Take the identity, the named columns and the shape; columns the file lacks are unknown."""
    return frame.reindex(columns=["key", "row_hash", *columns, "geom"])


def point_xy(points: NDArray[np.object_]) -> Floats:
    """Give the coordinates of points; shape (n, 2), NaN where there is none."""
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def too_large(frame: pd.DataFrame, column: str, most: int) -> list[Reject]:
    """Reject the rows whose figure can't be right."""
    if column not in frame:
        return []
    figures = pd.to_numeric(frame[column])
    return [
        Reject.of("too_large", row=int(str(row)), field=column, value=int(value))
        for row, value in figures[figures > most].items()
    ]


def without_rejected(frame: pd.DataFrame, rejects: Sequence[Reject]) -> pd.DataFrame:
    """Leave the rejected rows out."""
    return frame[~frame.index.isin([reject.row for reject in rejects])]
