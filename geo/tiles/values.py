"""Properties of features as MVT values, encoded once per distinct value of a whole layer."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import BadInput
from geo.tiles import varint
from geo.tiles.varint import Ints

_KEYS, _VALUES = 0x1A, 0x22
_STRING, _DOUBLE, _UINT, _SINT, _BOOL = 0x0A, 0x19, 0x28, 0x30, 0x38
_INT64 = 1 << 63


@dataclass(frozen=True)
class Properties:
    """The properties of n features.

    Parameters
    ----------
    keys : tuple of bytes
        One per column, as fields of a `Layer` message.
    codes : int array (n, columns)
        Index into `values`; −1 where the feature has no such property.
    values : tuple of bytes
        The distinct values of all columns together, as fields of a `Layer` message.
    """

    keys: tuple[bytes, ...]
    codes: Ints
    values: tuple[bytes, ...]


def encode_value(value: object) -> bytes:
    """Encode one value as a `Tile.Value` message.

    Raises
    ------
    BadInput
        If the value is neither text nor a truth value nor a number of 64 bits.
    """
    match value:
        case bool() | np.bool_():
            return bytes((_BOOL, bool(value)))
        case int() | np.integer() if -_INT64 <= int(value) < 2 * _INT64:
            number = int(value)
            if number >= 0:
                return bytes((_UINT,)) + varint.word(number)
            return bytes((_SINT,)) + varint.word(-2 * number - 1)
        case float() | np.floating():
            return bytes((_DOUBLE,)) + struct.pack("<d", float(value))
        case str():
            return varint.message(_STRING, value.encode())
        case _:
            raise BadInput(
                f"A tile can't carry the value {value!r} ({type(value).__name__}). "
                "Give text, a number or yes/no.",
                f"矢量切片不能包含值 {value!r}（{type(value).__name__}）。请用文字、数字或是否。",
            )


def _distinct(column: pd.Series) -> tuple[Ints, Sequence[object]]:
    """Give each row the number of its value, −1 where it is missing, and the values."""
    if column.dtype != object:
        codes, values = pd.factorize(column)
        return codes.astype(np.int64), list(values)
    # Python holds True == 1 == 1.0, so mixed columns are numbered by type and value.
    missing = column.isna().to_numpy()
    seen: dict[tuple[type, object], int] = {}
    codes = np.full(len(column), -1, np.int64)
    for row in np.flatnonzero(~missing):
        value = column.iloc[row]
        codes[row] = seen.setdefault((type(value), value), len(seen))
    return codes, [value for _, value in seen]


def properties(frame: pd.DataFrame) -> Properties:
    """Encode the distinct values of a frame's columns; None, NaN and <NA> are left out."""
    table: dict[bytes, int] = {}
    codes: NDArray[np.int64] = np.full(frame.shape, -1, np.int64)
    for place, name in enumerate(frame.columns):
        local, values = _distinct(frame[name])
        encoded = [table.setdefault(encode_value(value), len(table)) for value in values]
        codes[:, place] = np.array([*encoded, -1], np.int64)[local]
    keys = tuple(varint.message(_KEYS, str(name).encode()) for name in frame.columns)
    return Properties(keys, codes, tuple(varint.message(_VALUES, value) for value in table))
