"""Where PostgreSQL with PostGIS is on this machine, and how its programs are run."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo.errors import Unavailable

OLDEST_POSTGRES = 14
OLDEST_POSTGIS = (3, 3)

APT = "sudo apt-get install -y --no-install-recommends postgresql-postgis"


@dataclass(frozen=True)
class Server:
    """An installed PostgreSQL that has PostGIS.

    Attributes
    ----------
    bin
        Folder of `postgres`, `initdb` and `pg_ctl`.
    major
        Major version of PostgreSQL, such as 15.
    postgis
        Version of PostGIS, such as "3.3.2".
    """

    bin: Path
    major: int
    postgis: str


def find_server(*, major: int | None = None) -> Server:
    """Find the newest usable PostgreSQL, or the one of the given major version.

    Raises
    ------
    Unavailable
        None is there, it is too old, or PostGIS is missing; the remedy is in the sentence.
    """
    installed = sorted(_installed(), key=lambda server: server.major, reverse=True)
    usable = [s for s in installed if s.major >= OLDEST_POSTGRES and new_enough(s.postgis)]
    for server in usable:
        if major in (None, server.major):
            return server
    if major is not None and usable:
        have = usable[0].major
        raise Unavailable(
            f"The data folder was made by PostgreSQL {major}, this machine has {have}. Install"
            f" it (sudo apt-get install postgresql-{major}-postgis-3), or carry the data over"
            " with pg_dump and pg_restore.",
            f"数据文件夹由 PostgreSQL {major} 创建，本机只有 {have}。请安装"
            f"（sudo apt-get install postgresql-{major}-postgis-3），"
            "或用 pg_dump、pg_restore 迁移数据。",
            wanted=major,
            found=have,
        )
    found = ", ".join(f"PostgreSQL {s.major} / PostGIS {s.postgis or '–'}" for s in installed)
    raise Unavailable(
        f"PostgreSQL ≥ {OLDEST_POSTGRES} with PostGIS ≥ 3.3 is needed; found: {found or 'none'}."
        f" Install it with: {APT}. Or name an external one in WANGGE_DATABASE_URL.",
        f"需要 PostgreSQL ≥ {OLDEST_POSTGRES} 和 PostGIS ≥ 3.3，本机现有：{found or '无'}。"
        f"请安装：{APT}；或用 WANGGE_DATABASE_URL 指定外部数据库。",
        found=found,
    )


def _installed() -> list[Server]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if on_path := shutil.which("pg_ctl"):
        folders.append(Path(on_path).resolve().parent)
    whole = {f for f in folders if all((f / p).exists() for p in ("postgres", "initdb", "pg_ctl"))}
    return [_server(folder) for folder in sorted(whole)]


def _server(folder: Path) -> Server:
    version = run([folder / "postgres", "--version"]).stdout
    major = re.search(r"(\d+)", version)
    share = run([folder / "pg_config", "--sharedir"]).stdout.strip()
    control = Path(share) / "extension/postgis.control"
    text = control.read_text(encoding="utf-8") if control.exists() else ""
    postgis = re.search(r"default_version\s*=\s*'([\d.]+)", text)
    return Server(folder, int(major[1]) if major else 0, postgis[1] if postgis else "")


def new_enough(postgis: str) -> bool:
    """Tell whether a version of PostGIS, such as "3.3.2", can be used."""
    return tuple(int(part) for part in postgis.split(".")[:2] if part) >= OLDEST_POSTGIS


def account(uid: int) -> int:
    """Choose the user id that may run a server whose files belong to `uid`: never root."""
    if uid != 0:
        return uid
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise Unavailable(
        "PostgreSQL refuses to run as root and there is no user “postgres”. Make one:"
        " useradd --system postgres",
        "PostgreSQL 不能以 root 运行，系统中也没有 postgres 用户。请创建："
        "useradd --system postgres",
    )


def run(
    command: Sequence[str | Path], *, uid: int | None = None, folder: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL, as another user where `uid` says so (root only).

    The environment is bare: `PG…` variables of the caller must not lead it astray, and its
    messages come in English.
    """
    environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(folder)}
    other = uid is not None and uid != os.geteuid()
    return subprocess.run(  # noqa: S603
        [str(part) for part in command],
        check=False,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environ,
        user=uid if other else None,
        group=pwd.getpwuid(uid).pw_gid if other and uid is not None else None,
        extra_groups=[] if other else None,
    )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence with a remedy."""
    try:
        yield
    except OSError as error:
        raise failure(str(error), folder) from error


def failure(said: str, folder: Path) -> Unavailable:
    """Make the error for what PostgreSQL or the file system said about a folder."""
    if "No space left" in said:
        return Unavailable(
            f"The disk of {folder} is full. Make room (the database needs about 500 MB), or put"
            " WANGGE_HOME on another disk.",
            f"{folder} 所在磁盘已满。请腾出空间（数据库约需 500 MB），"
            "或将 WANGGE_HOME 设到其他磁盘。",
        )
    if "Permission denied" in said or "Read-only" in said:
        return Unavailable(
            f"{folder} can't be used: {_last_line(said)}. Run as the user it belongs to, or set"
            " WANGGE_HOME to a folder of your own.",
            f"无法使用 {folder}：{_last_line(said)}。请以其所有者身份运行，"
            "或将 WANGGE_HOME 设为自己的文件夹。",
        )
    return Unavailable(
        f"The embedded database did not start: {_last_line(said)} More is in"
        f" {folder / 'server.log'}.",
        f"内置数据库未能启动：{_last_line(said)} 详见 {folder / 'server.log'}。",
        said=said,
    )


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL" in line or "error:" in line]
    return (grave or lines or ["no message"])[-1]
