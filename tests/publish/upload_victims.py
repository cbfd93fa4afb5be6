"""An import through the browser's door that is killed at a named step, in a process of its own."""

import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from geo.access import operator
from geo.publish import (
    ImportOrder,
    check_upload,
    commit_upload,
    data_file,
    open_upload,
    preview_file,
    receiving,
)
from geo.settings import Settings
from tests.publish import hamlet

#: Step → the kind of event and a word of it, just before which the process dies.
STEPS = {
    "upload begun": ("rename", ".new-"),
    "half a file received": ("write", ""),
    "file received": ("rename", ".part-"),
    "preview": ("open", "facilities.parquet"),
    "check": ("progress", "import facilities 1"),
    "checked": ("rename", "checked.json"),
    "lock": ("statement", "commit: select pg_advisory_xact_lock("),
    "rows written": ("statement", "commit: insert into audit"),
    "before commit": ("progress", "commit 0"),
    "after commit": ("progress", "commit 1"),
    "before refresh": ("statement", "refresh: select pg_advisory_xact_lock("),
    "committed": ("rename", "checked.json again"),
}
ORDER = ImportOrder("facilities", source="upload")


class Trap:
    """Kills the process when the event of a step is about to happen."""

    def __init__(self, step: str | None) -> None:
        self.kind, self.word = STEPS[step] if step else ("", "")
        self.phase = "check"
        self.checked = 0

    def spring(self, kind: str, text: str) -> None:
        if kind == self.kind and self.word in text:
            os.kill(os.getpid(), signal.SIGKILL)

    def set(self, engine: sa.Engine) -> None:
        sa.event.listen(engine, "before_cursor_execute", self._statement)
        sys.addaudithook(self._audit)

    def progress(self, step: str, done: int, _total: int) -> None:
        self.spring("progress", f"{step} {done}")
        if (step, done) == ("commit", 1):
            self.phase = "refresh"

    def _statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.spring("statement", f"{self.phase}: {statement.lower()}")

    def _audit(self, name: str, arguments: tuple[object, ...]) -> None:
        if name == "os.rename":
            what = f"{arguments[0]} {arguments[1]}"
            if "checked.json" in what:
                self.checked += 1
                what += " again" if self.checked > 1 else ""
            self.spring("rename", what)
        elif name == "open":
            self.spring("open", str(arguments[0]))


def import_and_die(url: str, home: Path, *, content: bytes, step: str | None = None) -> None:
    """Send a file, look at it, check it and commit it; die at the step."""
    engine, trap = sa.create_engine(url), Trap(step)
    trap.set(engine)
    settings, actor = Settings(home=home, database_url=url), operator("victim")
    upload = open_upload(settings, actor=actor)
    with receiving(upload, "facilities.parquet") as sink:
        sink.write(content[: len(content) // 2])
        sink.flush()
        trap.spring("write", "")
        sink.write(content[len(content) // 2 :])
    preview_file(data_file(upload), hamlet.SITE)
    check_upload(engine, settings, upload, ORDER, actor=actor, progress=trap.progress)
    trap.phase = "commit"
    commit_upload(engine, settings, upload, ORDER, actor=actor, progress=trap.progress)
