"""A whole installation in one file, and back: the database and the published files.

The file is a ZIP: `wangge-backup.json` (what it is), `database.dump` (PostgreSQL's custom format)
and `published/…`. It holds personal rows and password hashes: keep it as the database itself.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from geo.access import Actor, record
from geo.boundaries import editions, load_site
from geo.db import Engine, dump, knows_revision, load, migrate, schema_versions
from geo.errors import UnreadableFile
from geo.progress import Progress, quiet
from geo.publish.actions import published_folder, repair
from geo.settings import Settings

_NOTE = "wangge-backup.json"
_DUMP = "database.dump"
_PUBLISHED = "published/"
#: What a published folder consists of; nothing else is taken or put back.
_FILE = re.compile(r"(sealed|registers)/[0-9a-f]{8,64}/[\w.]+|editions/\d+\.json|current\.json")


@dataclass(frozen=True)
class Backup:
    """What a file of backup says of itself."""

    wangge: str
    schema: str
    made_at: str
    site: str
    editions: dict[str, str | None]


def backup(
    engine: Engine, settings: Settings, path: Path, *, actor: Actor, progress: Progress = quiet
) -> Backup:
    """Write the installation into one file; it appears under its name when it is whole.

    Others may go on working: the rows are those of one moment, and files of a later publication
    are made again when the backup is put back.

    Raises
    ------
    NotFound
        If the database has no site yet: there is nothing to keep.
    """
    actor.require("admin")
    with engine.begin() as tx:
        site = load_site(tx)
        record(tx, actor=actor, action="backup", file=path.name)
        rows = editions(tx)
        revision, _ = schema_versions(tx)
    sealed = dict(zip(rows["number"].astype(str), rows["sealed"], strict=True))
    note = Backup(
        wangge=version("wangge"),
        schema=str(revision),
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        site=site.name_zh,
        editions=sealed,
    )
    with _scratch(path.parent) as scratch:
        progress("backup", 0, 2)
        dump(engine, scratch / _DUMP)
        progress("backup", 1, 2)
        whole = scratch / "whole"
        whole.touch(mode=0o600)
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_NOTE, json.dumps(asdict(note), ensure_ascii=False, indent=1))
            archive.write(scratch / _DUMP, _DUMP)
            for name, file in _published(published_folder(settings)):
                archive.write(file, _PUBLISHED + name)
        whole.replace(path)
        progress("backup", 2, 2)
    return note


def restore(
    engine: Engine, settings: Settings, path: Path, *, actor: Actor, progress: Progress = quiet
) -> Backup:
    """Put a backup into an empty database and its files into the home folder.

    The rows come in one transaction; a restore that was killed can simply be repeated. Published
    files that are missing are made again. Sessions of browsers do not go on: their key stays with
    the installation that made them.

    Raises
    ------
    UnreadableFile
        If the file is no backup, is damaged, or was made by a newer version of the program.
    Refused
        If the database is in use already.
    """
    actor.require("admin")
    with _opened(path) as archive, _scratch(settings.home) as scratch:
        note = _note(archive, path, engine)
        progress("restore", 0, 3)
        with archive.open(_DUMP) as rows, (scratch / _DUMP).open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            shutil.copyfileobj(rows, file)
        files = _unpack(archive, scratch)
        progress("restore", 1, 3)
        load(engine, scratch / _DUMP)
        migrate(engine)
        with engine.begin() as tx:
            record(tx, actor=actor, action="restore", file=path.name, made_at=note.made_at)
        progress("restore", 2, 3)
        _put(files, published_folder(settings))
    repair(engine, settings, progress=progress)
    progress("restore", 3, 3)
    return note


def _published(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if _FILE.fullmatch(name):
            yield name, file


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".wangge-", dir=beside) as folder:
        yield Path(folder)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    if not path.is_file():
        raise UnreadableFile(
            f"There is no file {path}. Check the name.", f"找不到文件 {path}。请检查文件名。"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError) as error:
        raise UnreadableFile(
            f"{path.name} is damaged or no backup of Wangge ({error}). Take another copy of it.",
            f"{path.name} 已损坏或不是网格的备份文件（{error}），请换用其他备份。",
        ) from error


def _note(archive: zipfile.ZipFile, path: Path, engine: Engine) -> Backup:
    names = set(archive.namelist())
    if not {_NOTE, _DUMP} <= names:
        raise UnreadableFile(
            f"{path.name} is a ZIP file, but no backup made by `wangge backup`.",
            f"{path.name} 不是由 wangge backup 生成的备份文件。",
        )
    note = Backup(**json.loads(archive.read(_NOTE)))
    if not knows_revision(engine, note.schema):
        raise UnreadableFile(
            f"{path.name} was made by Wangge {note.wangge}, which is newer than this program"
            f" ({version('wangge')}). Install that version, then restore.",
            f"{path.name} 由更新的版本 {note.wangge} 生成，当前程序为 {version('wangge')}。"
            "请先升级程序再恢复。",
        )
    return note


def _unpack(archive: zipfile.ZipFile, scratch: Path) -> Path:
    """Unpack the published files beside the home folder, so that they can be moved in one step."""
    files = scratch / "published"
    for name in archive.namelist():
        inside = name.removeprefix(_PUBLISHED)
        if inside == name or not _FILE.fullmatch(inside):
            continue
        target = files / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    return files


def _put(files: Path, folder: Path) -> None:
    """Move what is not there yet; sealed folders never change, the list comes last."""
    for kind in ("sealed", "registers", "editions"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for made in sorted((files / kind).glob("*")):
            if kind == "editions" or not (folder / kind / made.name).exists():
                made.replace(folder / kind / made.name)
    if (files / "current.json").exists():
        (files / "current.json").replace(folder / "current.json")
