"""Batches of incidents: rows read from JSON or CSV, the report written back."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.plain import plainly
from api.problems import TooLarge
from api.rows import MAX_ROWS, parse_json
from api.wire import EditionHead
from api.wire.incidents import BatchOut, Rejected
from geo.crs import SourceCrs, parse_crs
from geo.errors import BadInput, Language, UnknownOption, UnreadableFile
from geo.exchange import Table, read_file, read_records
from geo.import_report import ImportReport, RowsRejected
from geo.people import INCIDENT_COLUMNS

CSV, JSON = "text/csv", "application/json"
_SHAPE = '{"crs": "gcj02", "source": "12345", "rows": [{"key": "1", "kind": "路灯", "lon": 104.6, "lat": 35.0}]}'
_HEAD = ("crs", "source", "rows")


@dataclass(frozen=True, eq=False)
class Batch:
    """The rows of a batch, and whose they are."""

    table: Table
    source: str


def read_batch(
    body: bytes, content_type: str, *, crs: str | None, source: str | None, account: str
) -> Batch:
    """Read a batch; `crs` and `source` of the address stand for those of the body.

    Without a source the keys are those of the account.

    Raises
    ------
    BadInput, UnreadableFile, UnknownOption, WrongCrs, TooLarge
        With the words that mend it.
    """
    kind, _, options = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == JSON:
        batch = _read_json(body, crs, source, account)
    elif kind == CSV:
        charset = options.strip().removeprefix("charset=").strip('"') or None
        batch = Batch(_read_csv(body, charset, parse_crs(crs or "4326")), source or account)
    else:
        raise BadInput(
            f"A body of type “{kind}” is not understood. Send {JSON} or {CSV}.",
            f"无法理解类型为“{kind}”的请求体，请使用 {JSON} 或 {CSV}。",
            content_type=kind,
        )
    count = len(batch.table.frame)
    if count > MAX_ROWS:
        raise TooLarge(
            f"{count:,} rows are too many at once. Send at most {MAX_ROWS:,} per request.",
            f"一次 {count:,} 行过多。请分批发送，每次最多 {MAX_ROWS:,} 行。",
            rows=count,
            limit=MAX_ROWS,
        )
    return batch


def _read_json(body: bytes, crs: str | None, source: str | None, account: str) -> Batch:
    data = parse_json(body, allow_inf_nan=False)
    rows = data.get("rows") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile(f"The body must look like {_SHAPE}.", f"请求体应形如 {_SHAPE}。")
    _check_names(set(data), _HEAD)
    _check_names(set().union(*rows), INCIDENT_COLUMNS)
    _check_cells(rows)
    system = _system(_once("crs", crs, data.get("crs")))
    return Batch(
        read_records(rows, INCIDENT_COLUMNS, crs=system),
        _clean(_once("source", source, data.get("source")) or account),
    )


def _read_csv(body: bytes, charset: str | None, crs: SourceCrs) -> Table:
    if b"\x00" in body:
        raise _with_nul()
    with tempfile.TemporaryDirectory(prefix="wangge-") as folder:
        path = Path(folder) / "body.csv"
        path.write_bytes(body)
        return read_file(path, crs=crs, encoding=charset)


def _check_names(given: set[str], known: tuple[str, ...]) -> None:
    if unknown := sorted(given - set(known)):
        raise UnknownOption(
            f"“{unknown[0]}” is not understood here. Known are: {', '.join(known)}.",
            f"无法理解“{unknown[0]}”。可用的有：{'、'.join(known)}。",
            unknown=unknown,
        )


def _check_cells(rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows, start=1):
        for name, cell in row.items():
            if cell is not None and not isinstance(cell, str | int | float):
                raise BadInput(
                    f"Row {number}, {name}: a value must be a text or a number.",
                    f"第 {number} 行 {name}：值应为文字或数字。",
                    row=number,
                    field=name,
                )
            if isinstance(cell, str) and "\x00" in cell:
                raise _with_nul()


def _with_nul() -> BadInput:
    return BadInput(
        "The rows hold a NUL character, which no text may have. Leave it out.",
        "内容中含有 NUL 字符，请去除。",
    )


def _once(name: str, asked: str | None, said: object) -> str | None:
    """Take what the address or the body says; both may only say the same."""
    if said is None:
        return asked
    if asked is not None and asked != str(said):
        raise BadInput(
            f"The address says {name}={asked}, the body says {said}. Say it once.",
            f"地址中的 {name}={asked} 与请求体中的 {said} 不一致，请只写一处。",
        )
    return str(said)


def _system(crs: str | None) -> SourceCrs:
    return parse_crs(crs or "4326")


def _clean(text: str) -> str:
    if "\x00" in text:
        raise _with_nul()
    return text


def batch_out(report: ImportReport, edition: EditionHead, language: Language) -> BatchOut:
    """Put the report of a batch on the wire."""
    return BatchOut(
        edition=edition,
        committed=report.committed,
        rows_read=report.rows_read,
        new=report.new,
        updated=report.updated,
        unchanged=report.unchanged,
        placed=report.placed or 0,
        outside=report.outside or 0,
        rejected=report.reject_count,
        rejects=_rejects(report, language),
    )


def all_or_nothing(error: RowsRejected, language: Language) -> RowsRejected:
    """Say in the words of this address that rejected rows kept the batch out."""
    report = error.report
    first = _rejects(report, language)[0]
    return RowsRejected(
        f"{report.reject_count} of {report.rows_read} rows are rejected, first row {first.row}"
        f" ({first.field}): {first.reason} {first.remedy} Nothing was stored. Mend the rows, or"
        " leave them out with skip_rejected=true.",
        f"{report.rows_read} 行中有 {report.reject_count} 行被拒绝，首见于第 {first.row} 行"
        f"（{first.field}）：{first.reason}{first.remedy}未保存任何数据。请修正，或使用"
        " skip_rejected=true 跳过这些行。",
        rejected=report.reject_count,
        rows=report.rows_read,
        rejects=[row.model_dump() for row in _rejects(report, language)[:100]],
    )


def _rejects(report: ImportReport, language: Language) -> list[Rejected]:
    chinese = language == "zh"
    return [
        Rejected(
            row=reject.row,
            field=reject.field,
            code=reject.code,
            value=reject.value,
            reason=plainly(reject.zh if chinese else reject.en, language),
            remedy=plainly(reject.remedy_zh if chinese else reject.remedy_en, language),
        )
        for reject in report.rejects
    ]
