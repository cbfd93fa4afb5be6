"""How the cells of one column are read: text in, typed values and problems out.

Every reader takes the text of one cell and gives its value or raises `CellProblem`. A column is
read once per distinct text, so a hundred thousand rows cost what their distinct cells cost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.exchange.meant import Meant, taken_for
from geo.frames import Column, ColumnKind

_EXACT = 2**53
_LARGEST = 2**63 - 1
_DAY_S = 86_400
_YEARS = range(1900, 2200)

_EXCEL_POWER = re.compile(r"^\d(?:\.\d+)?[eE]\+\d+$")
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0+$")
_NUMBER = re.compile(r"^([-+]?)(\d{1,3}(?:,\d{3})+|\d*)(\.\d*)?(?:[eE]([-+]?\d{1,3}))?$")
_UNIT = re.compile(r"(户|人|个|名|层|栋|幢|间|套|年|㎡|m2|平方米|平米|米|m)$", re.IGNORECASE)
_TIME = re.compile(
    r"""^(?P<Y>\d{4})[-/.年](?P<M>\d{1,2})[-/.月](?P<D>\d{1,2})日?
    (?:[T\s]\s*(?P<h>\d{1,2})[:时点](?P<m>\d{1,2})?(?:[:分](?P<s>\d{1,2})?(?:\.(?P<f>\d+))?秒?)?
    \s*(?P<z>Z|[-+]\d{2}:?\d{2})?)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$")
_MONTH = re.compile(r"^\d{4}([-/.]\d{1,2}|年\d{1,2}月?)$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_TWO_DAYS = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")

_YES = frozenset(("是", "有", "1", "true", "t", "yes", "y", "√", "✓", "对"))
_NO = frozenset(("否", "无", "0", "false", "f", "no", "n", "×", "✗", "错"))
_BLANK_MARKS = frozenset(("-", "--", "—", "——", "/", "\\", "null", "none", "nan", "n/a", "#n/a"))


Values = pd.api.extensions.ExtensionArray | NDArray[Any]


class CellProblem(Exception):
    """Why a cell can't be read; the code is one of `geo.findings_texts.REJECTS`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Cells:
    """One column: `typed` fits the frame, `problems` are (position, text, problem).

    `meant` tells what cells of a spreadsheet were taken for.
    """

    typed: Values
    problems: list[tuple[int, str, CellProblem]]
    blank_marks: tuple[int, str] | None = None
    restored: str | None = None
    meant: tuple[Meant, ...] = ()


def as_text(column: pd.Series[Any]) -> NDArray[np.object_]:
    """Give every cell as trimmed text, None for blank ones; numbers as they would be written."""
    out = np.empty(len(column), dtype=object)
    out[:] = [_text(cell) for cell in column.array]
    return out


def _text(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, float | np.floating):
        return None if np.isnan(cell) else repr(float(cell))
    if isinstance(cell, pd.Timestamp | bytes):
        return cell.isoformat() if isinstance(cell, pd.Timestamp) else cell.hex()
    return str(cell)


def read_column(
    column: pd.Series[Any], contract: Column, *, timezone: str, day_zero: date | None = None
) -> Cells:
    """Read one column by its contract.

    Parameters
    ----------
    day_zero : date or None
        The day of serial number 0, for cells of a spreadsheet.

    Returns
    -------
    Cells
        `text`, `code`, `choice`: object with None; `integer`: Int64; `number`: float64 with NaN;
        `flag`: boolean; `time`: datetime64[us, UTC] with NaT. Cells with a problem are unknown.
    """
    texts = as_text(column)
    restored = None
    if contract.kind == "code":
        texts, restored = _restore_codes(texts)
    codes, uniques = pd.factorize(texts, use_na_sentinel=True)
    read = _reader(contract, ZoneInfo(timezone), day_zero)
    values: list[object] = []
    wrong: dict[int, CellProblem] = {}
    marks: list[int] = []
    for at, text in enumerate(uniques):
        if contract.kind != "text" and half_width(text).lower() in _BLANK_MARKS:
            marks.append(at)
            values.append(None)
            continue
        try:
            values.append(read(text))
        except CellProblem as problem:
            wrong[at] = problem
            values.append(None)
    hits = np.flatnonzero(np.isin(codes, list(wrong)))
    problems = [(int(at), str(uniques[codes[at]]), wrong[codes[at]]) for at in hits]
    marked = int(np.isin(codes, marks).sum())
    meant, lost = taken_for(column, texts, contract) if day_zero is not None else ((), [])
    known = {at for at, _, _ in problems}
    problems += [(at, str(texts[at]), CellProblem(why)) for at, why in lost if at not in known]
    return Cells(
        _spread(values, codes, contract),
        problems,
        blank_marks=(marked, str(uniques[marks[0]])) if marked else None,
        restored=restored,
        meant=meant,
    )


def _spread(values: list[object], codes: NDArray[Any], contract: Column) -> Values:
    """Give each row the value of its distinct text, in the type of the column."""
    distinct = np.empty(len(values) + 1, dtype=object)
    distinct[:-1] = values
    distinct[-1] = None
    spread = distinct[codes]
    typed: Values = spread
    if contract.kind == "integer":
        typed = pd.array(spread, dtype="Int64")
    elif contract.kind == "number":
        typed = np.array([np.nan if v is None else v for v in spread], dtype=float)
    elif contract.kind == "flag":
        typed = pd.array(spread, dtype="boolean")
    elif contract.kind == "time":
        typed = pd.DatetimeIndex(pd.to_datetime(spread, utc=True)).as_unit("us").array
    return typed


def _reader(contract: Column, zone: ZoneInfo, day_zero: date | None) -> Callable[[str], object]:
    """Choose how the cells of a column are read."""
    words, allowed = choice_words(contract), tuple(contract.choices)
    readers: dict[ColumnKind, Callable[[str], object]] = {
        "text": str,
        "code": read_code,
        "integer": lambda text: at_least(read_integer(text), contract.minimum),
        "number": lambda text: at_least(read_number(text), contract.minimum),
        "flag": read_flag,
        "time": lambda text: read_time(text, zone, day_zero),
        "choice": lambda text: read_choice(text, words, allowed),
    }
    return readers[contract.kind]


def half_width(text: str) -> str:
    """Write full-width letters, digits and signs as half-width ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _restore_codes(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], str | None]:
    """Undo “.0” when all codes of a column have it: it was a column of floats once."""
    known = [t for t in texts if t is not None]
    if not known or not all(_WHOLE_FLOAT.match(t) for t in known):
        return texts, None
    if any(int(t.partition(".")[0]) >= _EXACT for t in known):
        return texts, None
    whole = np.array([None if t is None else t.partition(".")[0] for t in texts], dtype=object)
    return whole, known[0]


def read_code(text: str) -> str:
    """Read a code: text that must not have been a number on the way."""
    code = half_width(text).removeprefix("'")
    if _EXCEL_POWER.match(code):
        raise CellProblem("code_as_number")
    whole = _WHOLE_FLOAT.match(code)
    if whole and int(whole[1]) >= _EXACT:
        raise CellProblem("code_as_number")
    return code


def read_number(text: str) -> float:
    """Read a number: full-width digits, thousands separators and a unit are understood."""
    bare = _UNIT.sub("", half_width(text)).strip()
    parts = _NUMBER.match(bare)
    if parts is None or not (parts[2] or (parts[3] or "").strip(".")):
        raise CellProblem("not_a_number")
    value = float(bare.replace(",", ""))
    if not np.isfinite(value):
        raise CellProblem("too_large")
    return value


def read_integer(text: str) -> int:
    """Read a whole number, also when it was written as 1200.0."""
    bare = _UNIT.sub("", half_width(text)).strip()
    parts = _NUMBER.match(bare)
    if parts and parts[2] and not parts[3] and not parts[4]:
        value = int(parts[1] + parts[2].replace(",", ""))
    else:
        number = read_number(text)
        if number != int(number):
            raise CellProblem("not_whole")
        value = int(number)
    if abs(value) > _LARGEST:
        raise CellProblem("too_large")
    return value


def at_least(value: float, minimum: float | None) -> float:
    """Give a value back unless it is below its minimum."""
    if minimum is not None and value < minimum:
        raise CellProblem("too_small", minimum=f"{minimum:g}")
    return value


def read_flag(text: str) -> bool:
    """Read 是/否, yes/no, 1/0 and their like."""
    word = half_width(text).casefold().removesuffix(".0")
    if word in _YES or word in _NO:
        return word in _YES
    raise CellProblem("not_a_flag")


def choice_words(contract: Column) -> dict[str, str]:
    """Give every word of a choice column with the canonical value it stands for."""
    words = {
        half_width(word).casefold(): value
        for value, others in contract.choices.items()
        for word in others
    }
    return words | {value.casefold(): value for value in contract.choices}


def read_choice(text: str, words: dict[str, str], allowed: tuple[str, ...]) -> str:
    """Read a word of a choice column."""
    value = words.get(half_width(text).casefold())
    if value is None:
        raise CellProblem("unknown_word", allowed=", ".join(allowed))
    return value


def read_time(text: str, zone: ZoneInfo, day_zero: date | None = None) -> datetime:
    """Read a date or time; without a zone of its own it is in `zone`. Always UTC.

    A month without a day is refused: nothing says which day is meant. A serial number is a time
    only where the file is a spreadsheet, which says from which day it counts.
    """
    cell = half_width(text)
    if _SERIAL.match(cell) and day_zero is not None:
        seconds = round(float(cell) * _DAY_S)
        start = datetime.combine(day_zero, time(), zone)
        return (start + timedelta(seconds=seconds)).astimezone(UTC)
    if _SERIAL.match(cell):
        raise CellProblem("time_as_number")
    if _MONTH.match(cell):
        raise CellProblem("time_month_only")
    if _TWO_DAYS.match(cell):
        raise CellProblem("time_ambiguous")
    found = _TIME.match(cell)
    compact = _COMPACT.match(cell)
    if found is None and compact is None:
        raise CellProblem("not_a_time")
    groups = found.group(*"YMDhms") if found else compact.groups() if compact else ()
    numbers = [int(part or 0) for part in groups]
    micro = int(((found["f"] if found else None) or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(*numbers, micro, tzinfo=_zone(found["z"] if found else None, zone))  # type: ignore[misc,arg-type]
    except ValueError as error:
        raise CellProblem("not_a_time") from error
    if moment.year not in _YEARS:
        raise CellProblem("not_a_time")
    return moment.astimezone(UTC)


def _zone(text: str | None, zone: ZoneInfo) -> tzinfo | None:
    if text is None:
        return zone
    return datetime.strptime(text.upper().replace("Z", "+0000"), "%z").tzinfo
