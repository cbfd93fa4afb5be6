"""All rows of a database in one file, and back: PostgreSQL's own programs do the work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from geo.db.migrate import alembic_config
from geo.db.postgres import find_server
from geo.db.schema import metadata, place_ids, subject_ids
from geo.errors import Refused, Unavailable

_VERSION_TABLE = "alembic_version"


def dump(engine: sa.Engine, path: Path) -> None:
    """Write all tables and sequences of the program into a file of pg_dump's custom format.

    The file is one consistent moment of the database, also while others write.

    Raises
    ------
    Unavailable
        If `pg_dump` is missing, is older than the server, or can't finish.
    """
    names = [*metadata.tables, _VERSION_TABLE, place_ids.name, subject_ids.name]
    chosen = [f"--table={name}" for name in names]
    _run(engine, "pg_dump", ["--format=custom", f"--file={path}", *chosen])


def load(engine: sa.Engine, path: Path) -> None:
    """Fill an empty database from a file that `dump` wrote; all of it or nothing.

    Raises
    ------
    Refused
        If the database has a site or accounts already.
    Unavailable
        If `pg_restore` is missing or can't finish.
    """
    with engine.begin() as tx:
        _make_room(tx)
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run(engine, "pg_restore", [*options, str(path)])


def _make_room(tx: sa.Connection) -> None:
    """Drop the tables of an empty database: the file brings its own."""
    there = set(sa.inspect(tx).get_table_names())
    for name in ("site", "account"):
        if name in there and tx.scalar(
            sa.select(sa.func.count()).select_from(metadata.tables[name])
        ):
            raise Refused(
                "The database is in use already; a backup is only put into an empty one. Name"
                " another one with WANGGE_HOME or WANGGE_DATABASE_URL.",
                "该数据库已有数据，备份只能恢复到空数据库。"
                "请用 WANGGE_HOME 或 WANGGE_DATABASE_URL 指定其他数据库。",
            )
    metadata.drop_all(tx)
    tx.execute(sa.text(f'DROP TABLE IF EXISTS "{_VERSION_TABLE}"'))
    tx.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))


def knows_revision(engine: sa.Engine, revision: str) -> bool:
    """Tell whether this program knows the state of the tables that a revision names."""
    with engine.connect() as tx:
        scripts = ScriptDirectory.from_config(alembic_config(tx))
    return revision in {script.revision for script in scripts.walk_revisions()}


def _run(engine: sa.Engine, program: str, arguments: Sequence[str]) -> None:
    url = engine.url
    target = url.set(drivername="postgresql", password=None).render_as_string()
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        # Not on the command line, where every user of the machine could read it.
        **({"PGPASSWORD": str(url.password)} if url.password else {}),
    }
    done = subprocess.run(  # noqa: S603
        [str(_program(program)), *arguments, f"--dbname={target}"],
        check=False,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environ,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Unavailable(
            f"{program} did not finish: {said} Nothing half-done was kept. If it is older than the"
            " server, install the client programs of the server's version.",
            f"{program} 未能完成：{said} 未保留任何未完成的内容。"
            "如其版本低于数据库服务器，请安装与服务器相同版本的客户端程序。",
        )


def _program(name: str) -> Path:
    """Find the newest of PostgreSQL's client programs on this machine."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    newest = max(
        (folder for folder in folders if (folder / name).exists()),
        key=lambda folder: int((re.findall(r"\d+", folder.parent.name) or ["0"])[0]),
        default=None,
    )
    if newest is not None:
        return newest / name
    if found := shutil.which(name):
        return Path(found)
    return find_server().bin / name
