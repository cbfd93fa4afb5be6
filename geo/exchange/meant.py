"""What cells of a spreadsheet mean that are of another type than their column.

Excel makes a number of a code and a day of “3-1” without asking. What can be undone exactly is
undone and said; what has lost something is a problem of its row.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from geo.frames import Column

#: A note's code, and how many cells it is about with the first of them.
Meant = tuple[str, tuple[int, str]]
_KEPT_DIGITS = 15


def taken_for(
    column: pd.Series[Any], texts: NDArray[Any], contract: Column
) -> tuple[tuple[Meant, ...], list[tuple[int, str]]]:
    """Say what the cells of a column were taken for.

    Returns
    -------
    (tuple of Meant, list of (int, str))
        Notes, and the positions whose cells have lost what they were, with the reject's code.
    """
    days = [at for at, cell in enumerate(column) if isinstance(cell, dt.date)]
    numbers = [at for at, cell in enumerate(column) if _is_number(cell)]
    if contract.kind == "code":
        lost = [(at, "code_as_date") for at in days]
        lost += [(at, "code_as_number") for at in numbers if _may_be_cut(str(texts[at]))]
        return _said("codes_from_numbers", numbers, texts), lost
    if contract.kind == "text":
        return _said("texts_from_days", days, texts), []
    if contract.kind == "time":
        serial = [at for at in numbers if float(column.iloc[at]) < 100_000]  # noqa: PLR2004 - else 20260305
        return _said("times_from_numbers", serial, texts), []
    return (), []


def _said(code: str, found: list[int], texts: NDArray[Any]) -> tuple[Meant, ...]:
    return ((code, (len(found), str(texts[found[0]]))),) if found else ()


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _may_be_cut(digits: str) -> bool:
    """Tell a number that may have had other digits: Excel makes zeros of all after fifteen."""
    return digits.isdigit() and len(digits) > _KEPT_DIGITS and digits.endswith("0")
