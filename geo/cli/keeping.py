"""`wangge backup`, `wangge restore`: the whole installation in one file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.shell import Bars, actor, database, out, require_writable, words
from geo.db import connect
from geo.publish import backup as write_backup
from geo.publish import restore as read_backup
from geo.settings import read_settings

File = Annotated[Path, typer.Argument(help="备份文件 The file of the backup.")]


def backup(file: File) -> None:
    """备份 Write the database and the published files into one file."""
    require_writable(file)
    settings = read_settings()
    with database(settings) as engine, Bars() as progress:
        done = write_backup(engine, settings, file, actor=actor(), progress=progress)
    size = file.stat().st_size / 1e6
    out.print(
        words(
            f"已备份{done.site}（{len(done.editions)} 个版本）：{file}，{size:.1f} MB。"
            "内含个人信息，请妥善保管。",
            f"{done.site} with {len(done.editions)} editions is in {file}, {size:.1f} MB. It holds"
            " personal data: keep it safe.",
        )
    )


def restore(file: File) -> None:
    """恢复 Put a backup into an empty database and a home folder."""
    settings = read_settings()
    # Without today's tables: the backup brings its own.
    with connect(settings) as engine, Bars() as progress:
        done = read_backup(engine, settings, file, actor=actor(), progress=progress)
    made = f"{dt.datetime.fromisoformat(done.made_at).astimezone():%Y-%m-%d %H:%M}"
    out.print(
        words(
            f"已恢复{done.site}（{made} 的备份，{len(done.editions)} 个版本）。"
            "启动服务：wangge serve",
            f"{done.site} is back (backup of {made}, {len(done.editions)} editions). Start"
            " the service: wangge serve",
        )
    )
