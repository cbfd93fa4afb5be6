"""Columns of numbers in and out of the database as numpy arrays, by binary COPY.

A million points come in about a second, without a Python object for any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from psycopg import sql

from geo.db.engine import Transaction
from geo.db.queue import driver_connection

_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TAIL = b"\xff\xff"
_WIDE = {"i": ">i8", "f": ">f8"}


def fetch_arrays(tx: Transaction, statement: sa.Select[Any]) -> dict[str, NDArray[Any]]:
    """Run a select of bigint and double precision columns without NULLs.

    Returns
    -------
    dict of str to array
        int64 and float64 arrays by column name, rows in the order of the select.
    """
    names = [str(c.key) for c in statement.selected_columns]
    whole = [isinstance(c.type, sa.Integer) for c in statement.selected_columns]
    compiled = statement.compile(dialect=tx.dialect)
    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(sql.SQL(str(compiled)))
    with (
        driver_connection(tx).cursor() as cursor,
        cursor.copy(query, compiled.params or None) as copy,
    ):
        data = b"".join(bytes(block) for block in copy)
    layout = _layout(names, ["i" if w else "f" for w in whole])
    body = len(data) - len(_HEAD) - len(_TAIL)
    rows = np.frombuffer(data, dtype=layout, offset=len(_HEAD), count=body // layout.itemsize)
    if body % layout.itemsize or any((rows[f"bytes {name}"] != 8).any() for name in names):  # noqa: PLR2004
        raise ValueError("a column holds NULL, or is neither bigint nor double precision")
    return {
        name: rows[name].astype(np.int64 if w else np.float64)
        for name, w in zip(names, whole, strict=True)
    }


def insert_arrays(tx: Transaction, table: str, columns: Mapping[str, NDArray[Any]]) -> int:
    """Add rows to a table of bigint and double precision columns; gives their number."""
    names = list(columns)
    kinds = [columns[name].dtype.kind for name in names]
    layout = _layout(names, kinds)
    count = len(columns[names[0]])
    rows = np.zeros(count, dtype=layout)
    rows["fields"] = len(names)
    for name in names:
        rows[f"bytes {name}"] = 8
        rows[name] = columns[name]
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with driver_connection(tx).cursor() as cursor, cursor.copy(query) as copy:
        copy.write(_HEAD + rows.tobytes() + _TAIL)
    return count


def _layout(names: Sequence[str], kinds: Sequence[str]) -> np.dtype[Any]:
    """One row of the binary format: the number of fields, then length and value of each."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in zip(names, kinds, strict=True):
        fields += [(f"bytes {name}", ">i4"), (name, _WIDE[kind])]
    return np.dtype(fields)
