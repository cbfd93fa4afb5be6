"""Codes of places: the 12-digit statistical code, order by bytes, serial numbers.

A code is text. Its parts are province 2, city 2, county 2, street or town 3, community 3
digits; a higher place has zeros where its parts end. Unit grids add three digits, micro-grids
two more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

#: Codes of counties and above are also written with six digits.
_LENGTHS = (6, 12)
#: Digits up to the province, city, county, street or town, and community.
_ENDS = (2, 4, 6, 9, 12)


def stem(code: str) -> str:
    """Cut the zeros that only fill a code of 6 or 12 digits; others are their own stem."""
    if len(code) not in _LENGTHS or not code.isascii() or not code.isdigit():
        return code
    kept = len(code.rstrip("0"))
    return code[: next(end for end in _ENDS if end >= max(kept, 1))]


def byte_order(codes: Iterable[str]) -> Ints:
    """Positions that sort codes by their UTF-8 bytes, equal codes in input order.

    The same order as `ORDER BY code COLLATE "C"`.
    """
    keys = [code.encode() for code in codes]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def serial_order(label_xy: Floats, areas_m2: Floats) -> Ints:
    """Order places for numbering: north to south in bands, west to east within a band.

    Bands are √(mean unit area) high, counted from the northernmost label point.

    Parameters
    ----------
    label_xy : float array, shape (n, 2)
        Label points in metres.
    areas_m2 : float array, shape (n,)
        Areas of the units.

    Returns
    -------
    int array, shape (n,)
        Positions in the order of their numbers.
    """
    if not len(label_xy):
        return np.zeros(0, dtype=np.int64)
    height = max(float(np.sqrt(np.mean(areas_m2))), 0.001)
    x, y = label_xy[:, 0], label_xy[:, 1]
    band = np.floor((y.max() - y) / height)
    return np.lexsort((-y, x, band))


def repeated(codes: Sequence[str]) -> dict[str, int]:
    """Count the codes that occur more than once."""
    seen: dict[str, int] = {}
    for code in codes:
        seen[code] = seen.get(code, 0) + 1
    return {code: times for code, times in seen.items() if times > 1}
