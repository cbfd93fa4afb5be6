"""`wangge import`: a dry run with a report, until told to commit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.text import Text

from geo.cli.findings import show_findings
from geo.cli.shell import Bars, actor, database, err, out, require_writable, table, words
from geo.crs import parse_crs
from geo.errors import BadInput, UnknownOption
from geo.exchange import RowFormat, read_file, rejected_rows, write_rows
from geo.findings import rejects_frame
from geo.frames import CONTRACTS, Kind
from geo.import_report import ImportReport, RowsRejected
from geo.publish import ImportOrder, import_file
from geo.settings import read_settings

_SHOWN = 20


def import_rows(
    kind: Annotated[str, typer.Argument(help=" | ".join(CONTRACTS))],
    files: Annotated[list[Path], typer.Argument(help="文件 One or more files of this kind.")],
    commit: Annotated[bool, typer.Option("--commit", help="写入 Keep it; else a dry run.")] = False,
    crs: Annotated[
        str | None, typer.Option(help="坐标系 EPSG code, gcj02 or bd09, where the file is silent.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="编码 Of texts, such as gb18030.")] = None,
    layer: Annotated[str | None, typer.Option(help="图层 Which layer of the file.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="列 NAME=HEADING, where a heading is not guessed.")
    ] = None,
    level: Annotated[str | None, typer.Option(help="层级 Areas: the level of all rows.")] = None,
    source: Annotated[
        str | None, typer.Option(help="来源 Whose ids these are (default: the kind's name).")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="全量 Areas: what is missing of the level is gone.")
    ] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="弃用 Areas: drop what was staged before.")
    ] = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="修复 Mend invalid shapes, and hairs between areas; says how far."
        ),
    ] = False,
    skip_rejected: Annotated[
        bool, typer.Option("--skip-rejected", help="跳过 Keep the good rows, leave the rest out.")
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help="拒绝清单 Write all rejected rows here to mend (.xlsx or .csv)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """导入文件 Import files: a dry run by default; all or nothing with --commit."""
    settings = read_settings()
    if rejects is not None:
        require_writable(rejects)
    order = ImportOrder(
        kind=_kind(kind),
        crs=parse_crs(crs) if crs else None,
        encoding=encoding,
        layer=layer,
        columns=_columns(column or []),
        level=level,
        source=source or kind,
        complete=complete,
        discard=discard,
        repair=repair,
        skip_rejected=skip_rejected,
        commit=commit,
    )
    reports: list[ImportReport] = []
    try:
        with database(settings) as engine:
            for file in files:
                with Bars() as progress:
                    reports.append(
                        import_file(engine, settings, order, file, actor=actor(), progress=progress)
                    )
                order = replace(order, discard=False)  # the next file joins this one
    except RowsRejected as refused:
        reports.append(refused.report)
        raise
    finally:
        for file, report in zip(files, reports, strict=False):
            _show(report, file, refused=commit and not report.committed, as_json=as_json)
        if rejects is not None:
            rejects.write_bytes(_to_mend(order, files, reports, rejects))


def _to_mend(
    order: ImportOrder, files: list[Path], reports: list[ImportReport], target: Path
) -> bytes:
    """Give the rejected rows of all files as they came, with the reasons in front."""
    language = read_settings().language
    rows = []
    for file, report in zip(files, reports, strict=False):
        # Read again: the reasons of an import are kept, the rows of a file are not.
        table = read_file(
            file, crs=order.crs, encoding=order.encoding, layer=order.layer, columns=order.columns
        )
        found = rejected_rows(table, report.rejects, language=language)
        if len(files) > 1:
            found.insert(0, words("文件", "file"), file.name)
        rows.append(found)
    whole = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()
    kind: RowFormat = "xlsx" if target.suffix.lower() == ".xlsx" else "csv"
    return write_rows(whole, kind, language=language)


def _kind(text: str) -> Kind:
    for kind in CONTRACTS:
        if kind == text:
            return kind
    raise UnknownOption(
        f"“{text}” is not a kind of import. Choose one of: {', '.join(CONTRACTS)}.",
        f"“{text}”不是可导入的类型，请选择：{'、'.join(CONTRACTS)}。",
    )


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        name, sign, heading = pair.partition("=")
        if not sign:
            raise BadInput(
                f"“{pair}” is not NAME=HEADING, for example code=GEOID.",
                f"“{pair}”应写成 字段=表头，例如 code=网格编码。",
            )
        columns[name.strip()] = heading.strip()
    return columns


def _show(report: ImportReport, file: Path, *, refused: bool, as_json: bool) -> None:
    if as_json:
        out.print_json(json.dumps(report.to_json(), ensure_ascii=False))
        return
    language = read_settings().language
    state = words("预演，未写入", "dry run")
    if report.committed:
        state = words("已写入", "stored")
    elif refused:
        state = words("有被拒绝的行，未写入", "rows are rejected, nothing stored")
    out.print(Text(file.name, "bold"), "→", report.kind, f"({state})")
    figures = [
        (words("读取", "rows read"), report.rows_read),
        (words("新增", "new"), report.new),
        (words("更新", "updated"), report.updated),
        (words("未变", "unchanged"), report.unchanged),
        (words("落入", "placed"), report.placed),
        (words("区外", "outside"), report.outside),
        (words("拒绝", "rejected"), report.reject_count),
    ]
    table(
        [name for name, n in figures if n is not None], [[n for _, n in figures if n is not None]]
    )
    for note in report.notes:
        out.print(f"  · {note.zh if language == 'zh' else note.en}")
    show_findings(report.findings)
    shown = rejects_frame(list(report.rejects[:_SHOWN]), language=language)
    if len(shown):
        table([words("行", "row"), words("字段", "field"), words("值", "value"),
               words("原因", "reason"), words("处理", "remedy")],
              shown[["row", "field", "value", "reason", "remedy"]].itertuples(index=False))  # fmt: skip
    if (more := len(report.rejects) - _SHOWN) > 0:
        err.print(words(f"  … 另有 {more} 行被拒绝，全部行用 --rejects 文件.xlsx 输出",
                        f"  … and {more} more rejected rows; all of them: --rejects FILE.xlsx"))  # fmt: skip
