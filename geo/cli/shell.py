"""What every command shares: settings, words in the user's language, bars, tables, errors."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from geo.access import Actor, operator
from geo.db import Engine, connect, migrate
from geo.errors import BadInput, Language, WanggeError
from geo.settings import Settings, read_settings

# No markup: what people write may hold square brackets.
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def words(zh: str, en: str) -> str:
    """Choose the sentence in the language of the installation."""
    return zh if _language() == "zh" else en


def _language() -> Language:
    """Give the language of the installation, also to say what is wrong with its settings."""
    try:
        return read_settings().language
    except WanggeError:
        return "en" if os.environ.get("WANGGE_LANGUAGE") == "en" else "zh"


def actor() -> Actor:
    """Give who acts at the command line: an administrator, under the name of the OS user."""
    return operator(f"cli:{getpass.getuser()}")


def complain(error: WanggeError) -> None:
    """Print what happened and what to do, with its code small below."""
    err.print(Text("✗", "bold red"), error.say(_language()))
    err.print(f"  {error.code}", style="dim")


def require_writable(path: Path) -> None:
    """Refuse, before any work is done, a file that can't be written at its end."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise BadInput(
            f"{path} can't be written. Name a file in a folder that exists and is yours.",
            f"无法写入 {path}，请指定一个已存在且可写的文件夹中的文件。",
        )


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """Open the database (starting the embedded one if need be) with today's tables."""
    with connect(settings) as engine:
        migrate(engine)
        yield engine


class Bars:
    """Progress bars on the error stream; a step under a second shows none when piped."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err,
            transient=True,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        if sys.stderr.isatty():
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars.live.is_started:
            self._bars.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show how far a step is (`geo.progress.Progress`)."""
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Sequence[str] = ()
) -> None:
    """Print a plain table; numbers to the right, columns named in `whole` never broken."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    rows = [list(row) for row in rows]
    for position, heading in enumerate(headings):
        numbers = all(isinstance(row[position], int | float) for row in rows) and bool(rows)
        justify: JustifyMethod = "right" if numbers else "left"
        unbroken = heading in whole
        grid.add_column(heading, justify=justify, overflow="fold", no_wrap=unbroken)
    for row in rows:
        grid.add_row(*(f"{c:,}" if isinstance(c, int) else str(c) for c in row))
    out.print(grid)


@contextmanager
def timed(number: int, total: int, title: str) -> Iterator[None]:
    """Print a numbered step and how long it took."""
    out.print(f"[{number}/{total}] {title} …", end=" ")
    start = time.perf_counter()
    yield
    out.print(f"{time.perf_counter() - start:.1f} s")
