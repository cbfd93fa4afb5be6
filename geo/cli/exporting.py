"""`wangge export` and `wangge template`: files to hand over, and files to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from geo.cli.shell import out, require_writable, words
from geo.errors import UnknownOption
from geo.exchange import template as template_of
from geo.frames import CONTRACTS, Kind
from geo.publish import (
    ExportFormat,
    PublishedFolder,
    export_edition,
    format_of,
    published_folder,
)
from geo.settings import read_settings

exports = typer.Typer(no_args_is_help=True, help="导出 Files to hand over.")


@exports.callback()
def _files() -> None:
    """导出 Files to hand over."""


@exports.command("edition")
def edition(
    number: Annotated[int, typer.Argument(help="版本 Number of the edition.")],
    file: Annotated[
        Path, typer.Argument(help="文件 .gpkg, .zip (Shapefile), .parquet, .geojson or .xlsx.")
    ],
    kind: Annotated[
        str | None,
        typer.Option("--format", help="格式 shp-gbk: a Shapefile in GBK; else by the ending."),
    ] = None,
) -> None:
    """导出版本 Write the areas of an edition to a file."""
    require_writable(file)
    settings = read_settings()
    folder = PublishedFolder(published_folder(settings), cache=settings.home / "cache")
    export_edition(folder, number, _format(kind) if kind else format_of(file), file)
    out.print(words(f"第 {number} 版已导出到 {file}", f"Edition {number} is written to {file}"))


def template(
    kind: Annotated[str, typer.Argument(help=" | ".join(CONTRACTS))],
    file: Annotated[Path, typer.Argument(help="文件 Where to write it (.xlsx).")],
) -> None:
    """导入模板 Write an Excel template to fill in: headings, an example, explanations."""
    require_writable(file)
    if file.suffix.lower() != ".xlsx":
        raise UnknownOption(
            f"A template is a workbook: name it {file.with_suffix('.xlsx').name}.",
            f"模板是 Excel 工作簿，请命名为 {file.with_suffix('.xlsx').name}。",
        )
    file.write_bytes(template_of(_kind(kind), levels=_levels()))
    out.print(words(f"模板已写入 {file}", f"The template is written to {file}"))


def _levels() -> list[str]:
    """Name the levels of the site, once an edition is published."""
    settings = read_settings()
    site = PublishedFolder(published_folder(settings)).site()
    return [level.zh for level in site.levels] if site else []


def _format(text: str) -> ExportFormat:
    known: tuple[ExportFormat, ...] = get_args(ExportFormat)
    for kind in known:
        if kind == text:
            return kind
    raise UnknownOption(
        f"“{text}” is no format of exports. Choose one of: {', '.join(known)}.",
        f"“{text}”不是可导出的格式，请选择：{'、'.join(known)}。",
    )


def _kind(text: str) -> Kind:
    for kind in CONTRACTS:
        if kind == text:
            return kind
    raise UnknownOption(
        f"There is no template “{text}”. Choose one of: {', '.join(CONTRACTS)}.",
        f"没有“{text}”的模板，请选择：{'、'.join(CONTRACTS)}。",
    )
