"""Work that is killed in the middle: each function runs in a process of its own.

The process kills itself (SIGKILL: no cleaning up, as when the power goes) at a moment that is
named by what it is just about to do: the n-th SQL statement, the n-th commit, the n-th rename of
a file, the n-th step of progress.
"""

import os
import signal
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from geo.access import operator
from geo.publish import ImportOrder, import_file, publish
from geo.settings import Settings


class Trap:
    """Counts what happens and kills the process when the moment has come."""

    def __init__(self, moment: tuple[str, int] | None, count_in: Path | None = None) -> None:
        self.kind, self.left = moment or ("", 0)
        self.counts = dict.fromkeys(("statement", "commit", "rename", "progress"), 0)
        self.count_in = count_in

    def spring(self, kind: str) -> None:
        self.counts[kind] += 1
        if kind == self.kind and self.counts[kind] == self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def set(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", lambda *_: self.spring("statement"))
        sa.event.listen(engine, "commit", lambda *_: self.spring("commit"))
        sys.addaudithook(lambda name, _: self.spring("rename") if name == "os.rename" else None)

    def progress(self, *_: object) -> None:
        self.spring("progress")

    def tell(self) -> None:
        """Write what was counted, for the test that chooses the moments."""
        if self.count_in is not None:
            self.count_in.write_text(repr(self.counts))


def publish_and_die(
    url: str,
    home: Path,
    *,
    moment: tuple[str, int] | None = None,
    count_in: Path | None = None,
) -> None:
    """Publish the next edition; die at the moment."""
    engine, trap = sa.create_engine(url), Trap(moment, count_in)
    trap.set(engine)
    settings = Settings(home=home, database_url=url)
    publish(
        engine, settings, title="killed", actor=operator("victim"), effective="2024-07-01",
        progress=trap.progress,
    )  # fmt: skip
    trap.tell()


def import_and_die(
    url: str,
    home: Path,
    *,
    kind: str,
    path: Path,
    moment: tuple[str, int] | None = None,
    count_in: Path | None = None,
) -> None:
    """Import a file and keep it; die at the moment."""
    engine, trap = sa.create_engine(url), Trap(moment, count_in)
    trap.set(engine)
    settings = Settings(home=home, database_url=url)
    order = ImportOrder(kind=kind, source="victim", commit=True)
    import_file(engine, settings, order, path, actor=operator("victim"), progress=trap.progress)
    trap.tell()


def quiet_again(here):
    """Wait until the server has noticed the death of its client."""
    deadline = time.monotonic() + 20
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with here.engine.connect() as tx:
        while tx.scalar(others):
            tx.rollback()
            assert time.monotonic() < deadline, "a dead client still holds the database"
            time.sleep(0.02)
