"""A private PostGIS: made, run and stopped by the program itself.

It listens on a Unix socket in a folder of its own, has no port and no password. Several
processes share one server: each holds a shared lock while it works, and the last one out stops
the server. The kernel drops the locks of a killed process, so nothing has to be tidied by hand.

PostgreSQL refuses root. For root the data lie in /var/lib/wangge and the server runs as
`postgres`; `home/cluster` is then a link to them.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
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

from geo.db.place import PORT, SOCKET, Place
from geo.db.postgres import Server, explained, failure, find_server, run
from geo.errors import Busy, Unavailable

SUPERUSER = "wangge"
HALF_MADE = "data.new."
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
        self.home = home.resolve()
        self.place = Place(self.home)
        self.durable = durable
        self._users: int | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except (KeyboardInterrupt, SystemExit):
            time.sleep(0.5)  # a server that was just being started shows itself
            self._users = self._users or self.place.lock_file("cluster.users")
            self.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

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
                self.place.prepare()
                if not self.place.data.exists():
                    self._make(server)
                self._launch(server)
            if self._users is None:
                self._users = self.place.lock_file("cluster.users")
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
            if self.place.folder.exists():
                shutil.rmtree(self.place.folder)
            self.place.link.unlink(missing_ok=True)

    def status(self) -> ClusterStatus:
        """Tell what is there, without changing anything."""
        postmaster, made_by = self._postmaster(), self._made_by()
        server = find_server(major=made_by)
        return ClusterStatus(
            made=made_by is not None,
            running=postmaster is not None,
            data=self.place.data,
            pid=postmaster.pid if postmaster else None,
            socket=postmaster.socket if postmaster else None,
            postgres=server.major,
            postgis=server.postgis,
        )

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database of the running server."""
        url = URL.create(
            "postgresql+psycopg",
            username=SUPERUSER,
            database=database,
            query={"host": str(self._running().socket), "port": str(PORT)},
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
        with psycopg.connect(
            host=str(self._running().socket),
            port=PORT,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
        ) as session:
            yield session

    def _running(self) -> Postmaster:
        postmaster = self._postmaster()
        if postmaster is None:
            raise Unavailable(
                "The embedded database does not run. Start the program again.",
                "内置数据库没有运行，请重新启动程序。",
            )
        return postmaster

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        lock = self.place.lock_file("cluster.lock")
        try:
            _wait_for(lock)
            yield
        finally:
            os.close(lock)

    def _made_by(self) -> int | None:
        with explained(self.place.folder):
            version = self.place.data / "PG_VERSION"
            return int(version.read_text()) if version.exists() else None

    def _postmaster(self) -> Postmaster | None:
        with explained(self.place.folder):
            file = self.place.data / "postmaster.pid"
            lines = file.read_text().splitlines() if file.exists() else []
        # pid, data folder, start time, port, socket folder, address, memory key, status
        pid, _, _, _, socket, _, _, status, *_ = [*lines, *[""] * 8]
        if not pid.isdigit() or not _runs(int(pid), self.place.data):
            return None
        return Postmaster(int(pid), Path(socket), status.strip() == "ready")

    def _answers(self) -> bool:
        """Wait for a server that is coming up; restart one whose socket has vanished."""
        until = time.monotonic() + PATIENCE_S
        while (postmaster := self._postmaster()) and time.monotonic() < until:
            if postmaster.ready:
                if (postmaster.socket / SOCKET).exists():
                    return True
                self._halt()  # a log-out or a cleaner took the runtime folder away
                return False
            time.sleep(0.05)
        return False

    def _make(self, server: Server) -> None:
        """Run initdb beside the final name: a half-made folder is never taken for a whole one.

        Each attempt has a name of its own, since the initdb of a killed process runs on.
        """
        for left_over in self.place.folder.glob(f"{HALF_MADE}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        half = self.place.folder / f"{HALF_MADE}{os.getpid()}.{time.monotonic_ns()}"
        done = self._initdb(server, half, locale="C.UTF-8")
        if done.returncode and "invalid locale" in done.stdout:
            done = self._initdb(server, half, locale="C")
        if done.returncode:
            raise failure(done.stdout, self.place.folder)
        half.rename(self.place.data)

    def _initdb(
        self, server: Server, folder: Path, *, locale: str
    ) -> subprocess.CompletedProcess[str]:
        return self._as_owner(
            *(server.bin / "initdb", "--pgdata", folder, "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", locale),
            *(() if self.durable else ("--no-sync",)),
        )

    def _as_owner(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return run(command, uid=self.place.uid, folder=self.place.folder)

    def _launch(self, server: Server) -> None:
        self._forget_the_dead()
        settings = _server_settings(self.place.runtime(), durable=self.durable)
        options = shlex.join(part for s in settings.items() for part in ("-c", "=".join(s)))
        command: tuple[str | Path, ...] = (
            *(server.bin / "pg_ctl", "start", "--wait", "--timeout", "300"),
            *("--pgdata", self.place.data, "--log", self.place.log, "--options", options),
        )
        until = time.monotonic() + 10
        while True:
            self.place.log.unlink(missing_ok=True)
            done = self._as_owner(*command)
            if done.returncode == 0:
                return
            log = self.place.log
            said = done.stdout + (log.read_text(errors="replace") if log.exists() else "")
            # After kill -9 of the postmaster its children need a moment to notice and leave.
            if "still in use" not in said or time.monotonic() > until:
                raise failure(said, self.place.folder)
            time.sleep(0.1)

    def _forget_the_dead(self) -> None:
        """Remove the marks of a killed server; a new owner of its number would block the start.

        PostgreSQL itself still refuses while a child of the dead server holds its memory.
        """
        if self._postmaster() is not None:
            return
        with explained(self.place.folder):
            (self.place.data / "postmaster.pid").unlink(missing_ok=True)
            for file in self.place.runtime().glob(".s.PGSQL.*"):
                file.unlink()

    def _halt(self) -> bool:
        postmaster = self._postmaster()
        if postmaster is None:
            return False
        server = find_server(major=self._made_by())
        done = self._as_owner(
            *(server.bin / "pg_ctl", "stop", "--wait", "--mode", "fast", "--timeout", "60"),
            *("--pgdata", self.place.data),
        )
        if done.returncode:
            raise failure(done.stdout, self.place.folder)
        if postmaster.socket.is_dir():
            shutil.rmtree(postmaster.socket)
        return True


def _server_settings(socket: Path, *, durable: bool) -> dict[str, str]:
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
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off"}
    return settings


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
