"""Many points at once: reading rows from JSON or CSV, writing the answers in either.

A hundred thousand answers repeat a few hundred chains, so each chain and each building is turned
into text once, and the rows are put together from these pieces.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray
from pydantic_core import from_json

from api.places import head
from api.problems import TooLarge
from api.wire import EditionHead
from geo.boundaries import REASONS, STATUSES
from geo.errors import BadInput, Language, UnknownOption, UnreadableFile
from geo.exchange import settle_encoding
from geo.publish import NOWHERE, Located, RegisterBook

MAX_ROWS = 100_000
MAX_BYTES = 32 * 1024 * 1024

#: Headings by which CSV files call the columns.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "key", "编号", "序号"),
    "lon": ("lon", "lng", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
}
_SHAPE = '{"crs": "gcj02", "rows": [{"id": "1", "lon": 104.6, "lat": 35.0}]}'
_CSV_COLUMNS = ("id", "status", "reason", "edition")


@dataclass(frozen=True, eq=False)
class Rows:
    """Points as they came: their ids (None without), coordinates (NaN unreadable), their CRS."""

    ids: Sequence[object]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    crs: str | None = None


def read_json(body: bytes) -> Rows:
    """Read `{"crs": …, "rows": [{"id", "lon", "lat"}, …]}`.

    Raises
    ------
    UnreadableFile
        If the body is no JSON of this shape.
    UnknownOption
        If there are other keys.
    TooLarge
        If there are more than `MAX_ROWS` rows.
    """
    data = parse_json(body)
    rows = data.get("rows") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile(
            f"The body must look like {_SHAPE}.",
            f"请求体应形如 {_SHAPE}。",
        )
    _check_count(len(rows))
    _check_keys(set(data), ("crs", "rows"))
    _check_keys(set().union(*rows), tuple(_HEADINGS))
    crs = data.get("crs")
    return Rows(
        ids=[_plain_id(row.get("id")) for row in rows],
        lon=_numbers([row.get("lon") for row in rows]),
        lat=_numbers([row.get("lat") for row in rows]),
        crs=None if crs is None else str(crs),
    )


def read_csv(body: bytes, charset: str | None) -> Rows:
    """Read CSV with the headings lon, lat and perhaps id (or their Chinese names).

    The encoding is the declared one, else UTF-8, else GB18030.

    Raises
    ------
    UnreadableFile
        If the text can't be decoded, has no such headings or ragged rows.
    UnknownOption
        If there are other columns.
    TooLarge
        If there are more than `MAX_ROWS` rows.
    """
    encoding = settle_encoding([body], declared=charset).name
    text = body.decode(encoding).removeprefix("\ufeff")
    headings = next(csv.reader(io.StringIO(text)), [])
    columns = _columns(headings)
    table = _table(text, headings)
    _check_count(table.num_rows)
    lon, lat = (table.column(columns[name]).to_pylist() for name in ("lon", "lat"))
    ids = table.column(columns["id"]).to_pylist() if "id" in columns else [None] * len(lon)
    return Rows(ids, _numbers(lon), _numbers(lat))


def _table(text: str, headings: Sequence[str]) -> pa.Table:
    """Parse CSV into a table of texts; ragged rows are refused by their number."""
    ragged: list[Any] = []

    def refuse(row: Any) -> str:  # noqa: ANN401 - pyarrow's InvalidRow
        ragged.append(row)
        return "error"

    try:
        return pa_csv.read_csv(
            io.BytesIO(text.encode()),
            # One thread: only so are the numbers of refused rows known.
            read_options=pa_csv.ReadOptions(use_threads=False),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        where = f" (row {ragged[0].number})" if ragged else ""
        raise UnreadableFile(
            f"The body is not CSV{where}: {error}. Every row needs as many cells as the headings;"
            " cells with commas go in quotes.",
            f"请求体不是有效的 CSV{where}：{error}。每行的单元格数应与表头一致，含逗号的单元格请加引号。",
        ) from error


def _columns(headings: Sequence[str]) -> dict[str, int]:
    names = {alias: name for name, aliases in _HEADINGS.items() for alias in aliases}
    plain = [heading.strip().lower() for heading in headings]
    columns = {names[h]: at for at, h in enumerate(plain) if h in names}
    if not {"lon", "lat"} <= columns.keys() or len(columns) < sum(h in names for h in plain):
        raise UnreadableFile(
            "The first line must name the columns, each once: lon,lat or id,lon,lat.",
            "首行应为列名，每列一次：lon,lat 或 id,lon,lat（也可写 编号,经度,纬度）。",
            headings=list(headings),
        )
    _check_keys(set(plain), tuple(names))
    return columns


def _check_keys(given: set[str], known: tuple[str, ...]) -> None:
    unknown = sorted(given - set(known))
    if unknown:
        raise UnknownOption(
            f"“{unknown[0]}” is not understood here. Known are: {', '.join(known)}.",
            f"无法理解“{unknown[0]}”。可用的有：{'、'.join(known)}。",
            unknown=unknown,
        )


def _check_count(count: int) -> None:
    if count > MAX_ROWS:
        raise TooLarge(
            f"{count:,} rows are too many at once. Send at most {MAX_ROWS:,} per request.",
            f"一次 {count:,} 行过多。请分批发送，每次最多 {MAX_ROWS:,} 行。",
            rows=count,
            limit=MAX_ROWS,
        )


def parse_json(body: bytes, *, allow_inf_nan: bool = True) -> Any:  # noqa: ANN401 - any JSON
    """Read a body as JSON; UnreadableFile with the remedy where it is none."""
    try:
        return from_json(body, allow_inf_nan=allow_inf_nan)
    except ValueError as error:
        raise UnreadableFile(
            f"The body is not JSON: {error}. Or send CSV with the type text/csv.",
            f"请求体不是有效的 JSON：{error}。如为 CSV，请将类型设为 text/csv。",
        ) from error


def check_size(size: int) -> None:
    """Refuse a body that is too large.

    Raises
    ------
    TooLarge
        With the limit and the remedy.
    """
    if size > MAX_BYTES:
        raise TooLarge(
            f"The body has more than {MAX_BYTES >> 20} MB. Send it in parts.",
            f"请求体超过 {MAX_BYTES >> 20} MB，请分批发送。",
            limit_bytes=MAX_BYTES,
        )


def _plain_id(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    raise BadInput("An id must be a text or a number.", "id 应为文字或数字。", id=str(value)[:100])


def _numbers(values: Iterable[object]) -> NDArray[np.float64]:
    """Read numbers; what is none becomes NaN and its row `invalid`."""
    cells = [None if isinstance(value, bool) else value for value in values]
    numbers = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce")
    return np.asarray(numbers, dtype=float)


def write_json(
    rows: Rows, located: Located, registers: RegisterBook, edition: EditionHead, language: Language
) -> bytes:
    """Write the answers as `LocatedRows`, in the order of the rows."""

    @cache
    def chain(unit: int) -> str:
        links = [] if unit == NOWHERE else located.areas.chain(unit)
        return _json([head(link).model_dump() for link in links])

    @cache
    def building(number: int) -> str:
        return "null" if number == NOWHERE else _json(registers.building_name(number)._asdict())

    reasons = [*(_json(reason.say(language)) for reason in REASONS), "null"]
    statuses = [_json(status) for status in STATUSES]
    columns = zip(
        map(_json, rows.ids),
        map(statuses.__getitem__, located.status.tolist()),
        map(reasons.__getitem__, located.reason_code.tolist()),
        map(chain, located.unit.tolist()),
        map(building, located.building.tolist()),
        _metres(located, "null"),
        strict=True,
    )
    body = ",\n".join(
        f'{{"id":{i},"status":{s},"reason":{r},"chain":{c},"building":{b},"border_m":{m}}}'
        for i, s, r, c, b, m in columns
    )
    counts = _json(located.counts())
    return f'{{"edition":{edition.model_dump_json()},"counts":{counts},"rows":[{body}]}}'.encode()


def write_csv(
    rows: Rows, located: Located, registers: RegisterBook, edition: EditionHead, language: Language
) -> bytes:
    """Write the answers as CSV: code and name of every level, building, metres to the border."""
    levels = located.areas.site.keys

    @cache
    def chain(unit: int) -> tuple[str, ...]:
        links = () if unit == NOWHERE else located.areas.chain(unit)
        cells = {link.level: (link.code, link.name) for link in links}
        return tuple(cell for level in levels for cell in cells.get(level, ("", "")))

    @cache
    def building(number: int) -> tuple[object, ...]:
        if number == NOWHERE:
            return ("", "", "")
        known = registers.building_name(number)
        return (known.id, known.compound, known.number or known.name)

    reasons = [*(reason.say(language) for reason in REASONS), ""]
    columns = zip(
        rows.ids,
        map(STATUSES.__getitem__, located.status.tolist()),
        map(reasons.__getitem__, located.reason_code.tolist()),
        map(chain, located.unit.tolist()),
        map(building, located.building.tolist()),
        _metres(located, ""),
        strict=True,
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    areas = [f"{level}_{part}" for level in levels for part in ("code", "name")]
    buildings = ("building_id", "building_compound", "building_number")
    writer.writerow([*_CSV_COLUMNS, *areas, *buildings, "border_m"])
    number = edition.number
    writer.writerows((i, s, r, number, *c, *b, m) for i, s, r, c, b, m in columns)
    return out.getvalue().encode()


def _metres(located: Located, unknown: str) -> list[str]:
    rounded = np.round(located.border_m, 3)
    return [unknown if metres != metres else repr(metres) for metres in rounded.tolist()]  # noqa: PLR0124 - NaN


_encode: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: object) -> str:
    return _encode(value)
