"""Rows that come from a program instead of a file, read as a file's rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from geo.crs import SourceCrs
from geo.exchange.coordinates import with_coordinates
from geo.exchange.source import settle_crs
from geo.exchange.table import Table, number_rows


def read_records(
    records: Sequence[Mapping[str, object]], columns: Sequence[str], *, crs: SourceCrs
) -> Table:
    """Take records as the rows of a table.

    Parameters
    ----------
    records : sequence of mapping
        One per row; `lon` and `lat` are its point. What a record does not name is unknown.
    columns : sequence of str
        The names that records may use.
    crs : SourceCrs
        The system of the points.

    Raises
    ------
    WrongCrs
        If the numbers can't be in this system.
    """
    given = [name for name in columns if any(name in record for record in records)]
    cells = {name: [record.get(name) for record in records] for name in given}
    frame = number_rows(pd.DataFrame(cells, columns=given, dtype=object))
    table = with_coordinates(Table(Path("rows"), None, frame), {})
    # That the points were made from lon and lat needs no saying here.
    return settle_crs(replace(table, notes=()), crs)
