"""`wangge init`, `wangge samples`, `wangge doctor`."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from geo.boundaries import change_site, editions, has_site, init_site, load_site, read_site
from geo.cli.shell import Bars, actor, complain, database, out, table, words
from geo.crs import proj_text
from geo.db import Transaction, schema_versions, server_versions
from geo.errors import WanggeError
from geo.publish import missing_files
from geo.samples import SEED, figures, generate, write
from geo.settings import Settings, read_settings


def init(
    site: Annotated[Path, typer.Argument(help="站点文件 TOML: name, CRS, time zone, levels.")],
    change: Annotated[
        bool, typer.Option("--change", help="修改 Change names, limits or patterns of the site.")
    ] = False,
) -> None:
    """初始化 Make the database of a place: its name, working CRS and levels."""
    definition = read_site(site)
    with database(read_settings()) as engine, engine.begin() as tx:
        keep = change_site if change else init_site
        keep(tx, definition, actor=actor())
    levels = " > ".join(f"{level.zh} {level.key}" for level in definition.levels)
    out.print(
        words(f"已初始化 {definition.name_zh}：EPSG:{definition.epsg}，层级 {levels}",
              f"{definition.name_en} is ready: EPSG:{definition.epsg}, levels {levels}")
    )  # fmt: skip


def samples(
    folder: Annotated[Path | None, typer.Argument(help="写入文件夹 Where to write it.")] = None,
    seed: Annotated[int, typer.Option(help="种子 The same seed gives the same bytes.")] = SEED,
    scale: Annotated[float, typer.Option(min=0.1, max=10, help="规模 Size, 1 = a county.")] = 1.0,
) -> None:
    """示例县 Generate the fictional sample county, print its figures, write its files."""
    with Bars() as progress:
        county = generate(seed=seed, scale=scale, progress=progress)
    table(
        [words("项目", "figure"), words("数值", "value")],
        [(words(figure.zh, figure.en), figure.value) for figure in figures(county)],
    )
    if folder is not None:
        for path in write(county, folder):
            out.print(f"  {path}")


def doctor() -> None:
    """检查环境 Say what is here, and what to do about what is wrong."""
    settings = read_settings()
    free = shutil.disk_usage(_existing(settings.home)).free / 1e9
    rows: list[tuple[str, str]] = [
        (words("程序", "program"), f"wangge {version('wangge')}"),
        (words("数据文件夹", "folder"), f"{settings.home} ({free:.1f} GB {words('可用', 'free')})"),
    ]
    try:
        with database(settings) as engine, engine.connect() as tx:
            rows += _database_rows(tx, settings)
    except WanggeError as error:
        table([words("项目", "what"), words("情况", "found")], rows)
        complain(error)
        raise typer.Exit(1) from None
    table([words("项目", "what"), words("情况", "found")], rows)


def _existing(path: Path) -> Path:
    return next(p for p in (path, *path.parents) if p.exists())


def _database_rows(tx: Transaction, settings: Settings) -> list[tuple[str, str]]:
    kind = words("外部", "external") if settings.database_url else words("内置", "embedded")
    at, newest = schema_versions(tx)
    postgres, postgis = server_versions(tx)
    rows = [
        (words("数据库", "database"), f"{kind}, PostgreSQL {postgres}, PostGIS {postgis}"),
        (words("表结构", "tables"), f"{at} / {newest}"),
    ]
    if not has_site(tx):
        todo = words("尚未初始化：wangge init SITE.toml", "none yet: wangge init SITE.toml")
        return [*rows, (words("站点", "site"), todo)]
    site = load_site(tx)
    rows += [
        (words("站点", "site"), f"{site.name_zh} / {site.name_en}"),
        (words("坐标系", "CRS"), f"EPSG:{site.epsg} {proj_text(site.epsg)}"),
        (words("层级", "levels"), " > ".join(site.keys)),
    ]
    for row in editions(tx).itertuples():
        rows.append(
            (words("版本", "edition"), f"{row.number} {row.title} {row.effective} {row.sealed}")
        )
    missing = missing_files(tx, settings)
    state = (
        words("齐全", "whole")
        if not missing
        else words(
            f"缺 {len(missing)} 个，启动服务时自动重建",
            f"{len(missing)} missing; serving rebuilds them",
        )
    )
    return [*rows, (words("发布文件", "files"), state)]
