"""A private PostGIS: made, run and stopped by the program itself.

It listens on a Unix socket in a folder of its own, has no port and no password. Several
processes share one server: each holds a shared lock while it works, and the last one out stops
the server. The kernel drops the locks of a killed process, so nothing has to be tidied by hand.

PostgreSQL refuses root. For root the data lie in /var/lib/wangge and the server runs as
`postgres`; `home/cluster` is then a link to them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateDatabase, UniqueViolation
from sqlalchemy import URL

from geo.db.postgres import Server, account, find_server, run
from geo.errors import Busy, Unavailable

SUPERUSER = "wangge"
PORT = 5432  # only part of the socket's name: nothing listens on the network
SYSTEM_DATA = Path("/var/lib/wangge")
SYSTEM_RUNTIME = Path("/run/wangge")
LONGEST_SOCKET = 107  # bytes that the kernel takes for the path of a socket
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Postmaster:
    """A running server, as its pid file tells."""

    pid: int
    socket: Path
    ready: bool


@dataclass(frozen=True)
class ClusterStatus:
    """What `wangge doctor` says of the embedded server.

    Attributes
    ----------
    made, running
        Whether the data folder exists and whether a server runs on it.
    data
        The data folder.
    pid, socket
        Process id and socket folder of the running server.
    postgres, postgis
        Version of the data folder (else of the programs) and of the installed PostGIS.
    """

    made: bool
    running: bool
    data: Path
    pid: int | None
    socket: Path | None
    postgres: int
    postgis: str


class Cluster:
    """The private server of one home folder.

    Use it as a context manager: entering starts the server where it does not run, leaving stops
    it when nobody else uses it.

    Parameters
    ----------
    home
        The state folder of the installation; any characters, any length.
    durable
        False gives up safety against power cuts for speed (tests).
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.durable = durable
        self._users: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    # -- where things are ------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    @property
    def place(self) -> Path:
        """The folder of the cluster: `home/cluster`, for root a system folder it links to."""
        link = self.home / "cluster"
        if os.geteuid() != 0 or (link.is_dir() and not link.is_symlink()):
            return link
        if link.is_dir() and _belongs(link.resolve(), self.home):
            return link.resolve()
        return SYSTEM_DATA / self._name

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.place.resolve() / "data"

    @property
    def log(self) -> Path:
        """What the server said since its last start."""
        return self.place / "server.log"

    def _uid(self) -> int:
        place = self.place
        return account(place.stat().st_uid if place.exists() else os.geteuid())

    # -- start and stop --------------------------------------------------------------------

    def start(self) -> bool:
        """Make the cluster where it is missing, run it where it does not run, and use it.

        Returns
        -------
        bool
            Whether this call started the server.

        Raises
        ------
        Unavailable
            PostGIS is missing, of another version, the disk is full, a folder can't be written.
        Busy
            Another process has been starting or stopping it for two minutes.
        """
        with self._turn():
            started = not self._answers()
            if started:
                server = find_server(major=self._made_by())
                if not self.data.exists():
                    self._make(server)
                self._launch(server)
            if self._users is None:
                self._users = self._lock_file("cluster.users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
            return started

    def release(self) -> bool:
        """Stop using the server; the last user stops it. Return whether it was stopped here."""
        if self._users is None:
            return False
        with self._turn():
            users, self._users = self._users, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(users)
            return self._halt()

    def stop(self) -> bool:
        """Stop the server whoever uses it; return whether it ran."""
        with self._turn():
            return self._halt()

    def remove(self) -> None:
        """Stop the server and delete its data for good."""
        with self._turn():
            self._halt()
            place = self.place
            shutil.rmtree(self._runtime_folder(self._uid()), ignore_errors=True)
            if place.exists():
                shutil.rmtree(place)
            (self.home / "cluster").unlink(missing_ok=True)

    def status(self) -> ClusterStatus:
        """Tell what is there, without changing anything."""
        postmaster, made_by = self._postmaster(), self._made_by()
        server = find_server(major=made_by)
        return ClusterStatus(
            made=made_by is not None,
            running=postmaster is not None,
            data=self.data,
            pid=postmaster.pid if postmaster else None,
            socket=postmaster.socket if postmaster else None,
            postgres=server.major,
            postgis=server.postgis,
        )

    # -- databases -------------------------------------------------------------------------

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database of the running server."""
        postmaster = self._postmaster()
        if postmaster is None:
            raise Unavailable(
                "The embedded database does not run. Start the program again.",
                "内置数据库没有运行，请重新启动程序。",
            )
        url = URL.create(
            "postgresql+psycopg",
            username=SUPERUSER,
            database=database,
            query={"host": str(postmaster.socket), "port": str(PORT)},
        )
        return url.render_as_string()

    def create_database(self, name: str, *, template: str | None = None) -> bool:
        """Create a database where it is missing; return whether it was created."""
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        try:
            with self._session() as session:
                session.execute(command)
        except (DuplicateDatabase, UniqueViolation):  # the second: two processes at once
            return False
        return True

    def drop_database(self, name: str) -> None:
        """Delete a database, closing what is connected to it."""
        with self._session() as session:
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            session.execute(command.format(sql.Identifier(name)))

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection]:
        url = self.url("postgres").replace("+psycopg", "", 1)
        with psycopg.connect(url, autocommit=True) as session:
            yield session

    # -- the steps -------------------------------------------------------------------------

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        lock = self._lock_file("cluster.lock")
        try:
            _wait_for(lock)
            yield
        finally:
            os.close(lock)

    def _lock_file(self, name: str) -> int:
        with _explained(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            # Reading rights are enough to lock: root and the owner may take turns.
            return os.open(self.home / name, os.O_RDONLY | os.O_CREAT, 0o644)

    def _made_by(self) -> int | None:
        with _explained(self.place):
            version = self.data / "PG_VERSION"
            return int(version.read_text()) if version.exists() else None

    def _postmaster(self) -> Postmaster | None:
        with _explained(self.place):
            file = self.data / "postmaster.pid"
            lines = file.read_text().splitlines() if file.exists() else []
        # pid, data folder, start time, port, socket folder, address, memory key, status
        if not lines or not _runs(int(lines[0]), self.data):
            return None
        lines += [""] * 8
        return Postmaster(int(lines[0]), Path(lines[4]), lines[7].strip() == "ready")

    def _answers(self) -> bool:
        """Wait for a server that is coming up; restart one whose socket has vanished."""
        until = time.monotonic() + PATIENCE_S
        while (postmaster := self._postmaster()) and time.monotonic() < until:
            if postmaster.ready:
                if (postmaster.socket / f".s.PGSQL.{PORT}").exists():
                    return True
                self._halt()  # a log-out or a cleaner took the runtime folder away
                return False
            time.sleep(0.05)
        return False

    def _make(self, server: Server) -> None:
        """Run initdb beside the final name: a half-made folder is never taken for a whole one."""
        place, uid = self.place, self._uid()
        with _explained(place):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.chmod(0o700)
            if os.geteuid() == 0:
                os.chown(place, uid, -1)
                (place / "home").write_text(str(self.home), encoding="utf-8")
            self._point_to(place)
            half = place / "data.new"
            shutil.rmtree(half, ignore_errors=True)
        command = [
            *(server.bin / "initdb", "--pgdata", half, "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8"),
            *(() if self.durable else ("--no-sync",)),
        ]
        done = run([*command, "--locale", "C.UTF-8"], uid=uid, folder=place)
        if done.returncode and "invalid locale" in done.stdout:
            done = run([*command, "--locale", "C"], uid=uid, folder=place)
        if done.returncode:
            raise _failure(done.stdout, place)
        half.rename(self.data)

    def _point_to(self, place: Path) -> None:
        link = self.home / "cluster"
        if link != place and not (link.is_symlink() and link.resolve() == place):
            link.unlink(missing_ok=True)
            link.symlink_to(place)

    def _launch(self, server: Server) -> None:
        uid, place = self._uid(), self.place
        self._forget_the_dead()
        settings = self._server_settings(self._runtime_folder(uid))
        options = shlex.join(part for s in settings.items() for part in ("-c", "=".join(s)))
        command = [
            *(server.bin / "pg_ctl", "start", "--wait", "--timeout", "300"),
            *("--pgdata", self.data, "--log", self.log, "--options", options),
        ]
        until = time.monotonic() + 10
        while True:
            self.log.unlink(missing_ok=True)
            done = run(command, uid=uid, folder=place)
            if done.returncode == 0:
                return
            said = self.log.read_text(errors="replace") if self.log.exists() else ""
            # After kill -9 of the postmaster its children need a moment to notice and leave.
            if "still in use" not in said or time.monotonic() > until:
                raise _failure(done.stdout + said, place)
            time.sleep(0.1)

    def _server_settings(self, socket: Path) -> dict[str, str]:
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "shared_buffers": f"{min(512, max(128, memory_mb // 8))}MB",
            "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
            "work_mem": "32MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": "1.1",
            "jit": "off",  # compiling costs more than it gives on a town's tables
            # Small containers have too little /dev/shm for parallel plans.
            "max_parallel_workers_per_gather": "0",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        return settings

    def _forget_the_dead(self) -> None:
        """Remove the marks of a killed server; a new owner of its number would block the start.

        PostgreSQL itself still refuses while a child of the dead server holds its memory.
        """
        with _explained(self.place):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            for file in self._runtime_folder(self._uid()).glob(".s.PGSQL.*"):
                file.unlink()

    def _runtime_folder(self, uid: int) -> Path:
        """Choose and make the folder of the socket: short, and closed to others."""
        own = os.environ.get("XDG_RUNTIME_DIR")
        if os.geteuid() == 0:
            parents = [SYSTEM_RUNTIME]
        else:
            parents = [Path(own) / "wangge"] if own else []
        folders = [parent / self._name for parent in parents]
        folders.append(Path(f"/tmp/wangge-{uid}-{self._name}"))  # noqa: S108
        short = (f for f in folders if len(os.fsencode(f)) + 14 <= LONGEST_SOCKET)
        for folder in short:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                if os.geteuid() == 0:
                    os.chown(folder, uid, -1)
            except OSError:
                continue
            facts = folder.lstat()
            if stat.S_ISDIR(facts.st_mode) and facts.st_uid == uid:
                folder.chmod(0o700)
                return folder
        raise Unavailable(
            f"No folder for the database socket: {' and '.join(map(str, folders))} can't be"
            " used. Remove what lies there.",
            f"无法为数据库套接字建立文件夹：{'、'.join(map(str, folders))} 均不可用，请清除后重试。",
        )

    def _halt(self) -> bool:
        if self._postmaster() is None:
            return False
        server = find_server(major=self._made_by())
        command = [server.bin / "pg_ctl", "stop", "--wait", "--mode", "fast", "--timeout", "60"]
        done = run([*command, "--pgdata", self.data], uid=self._uid(), folder=self.place)
        if done.returncode:
            raise _failure(done.stdout, self.place)
        return True


def _belongs(place: Path, home: Path) -> bool:
    """Tell whether a linked place is this home's: a moved home keeps it, a copied one does not."""
    owner = place / "home"
    recorded = Path(owner.read_text(encoding="utf-8")) if owner.exists() else home
    return recorded == home or not (recorded / "cluster").is_symlink()


def _runs(pid: int, data: Path) -> bool:
    """Tell whether the process is a server on this data folder, not a later owner of its number."""
    if not Path("/proc/self").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return False
    return os.fsencode(data) in arguments


def _wait_for(lock: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy(
                    "Another process has been starting or stopping the database for two minutes."
                    " Wait, or end it.",
                    "另一个进程正在启动或停止数据库，已超过两分钟。请稍候，或结束该进程。",
                ) from None
            time.sleep(0.02)
        else:
            return


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence with a remedy."""
    try:
        yield
    except OSError as error:
        raise _failure(str(error), folder) from error


def _failure(said: str, folder: Path) -> Unavailable:
    if "No space left" in said:
        return Unavailable(
            f"The disk of {folder} is full. Make room (the database needs about 500 MB), or put"
            " WANGGE_HOME on another disk.",
            f"{folder} 所在磁盘已满。请腾出空间（数据库约需 500 MB），或将 WANGGE_HOME 设到其他磁盘。",
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
