"""The reader of a published folder: editions, their areas, the registers and the tile archives.

Everything under `sealed/` and `registers/` is named by its content and never changes; only
`current.json` does. It is read again when it was replaced, so that a publication by another
process is seen by the next question. A question takes one `EditionRef` and asks everything of
it: it sees the old edition or the new one, never a mixture. No database is needed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from geo.boundaries import Site
from geo.crs import SourceCrs
from geo.errors import NoEdition, Unavailable, UnreadableFile, WanggeError
from geo.publish.ask import Located, locate
from geo.publish.books import AreaBook, Floats, RegisterBook
from geo.tiles import Archive

Book = TypeVar("Book")

_HASH = re.compile(r"[0-9a-f]{8,64}")
_EDITIONS_KEPT = 4
_ARCHIVES_KEPT = 16


@dataclass(frozen=True)
class EditionRef:
    """One published edition, with the hashes of the files that belong to it at this moment."""

    number: int
    title: str
    effective: dt.date
    published_at: str
    sealed: str
    registers: str | None


@dataclass(frozen=True)
class _Current:
    """What `current.json` said, and which file said it."""

    stamp: tuple[int, int, int]
    site: Site
    editions: tuple[EditionRef, ...]


class PublishedFolder:
    """Reads a published folder; safe to ask from several threads.

    Parameters
    ----------
    path : Path
        The folder with `current.json`; it may still be empty.
    cache : Path, optional
        Where locate indexes are kept between starts; without it they are built in memory.
    """

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        self.path, self.cache = path, cache
        self._current: _Current | None = None
        self._areas: _Shelf[AreaBook] = _Shelf(_EDITIONS_KEPT)
        self._registers: _Shelf[RegisterBook] = _Shelf(_EDITIONS_KEPT)
        self._archives: _Shelf[Archive] = _Shelf(_ARCHIVES_KEPT)

    def site(self) -> Site | None:
        """Give the place as of the latest publication; None before the first."""
        current = self._now()
        return current.site if current else None

    def editions(self) -> tuple[EditionRef, ...]:
        """List every edition by number; none before the first is published."""
        current = self._now()
        return current.editions if current else ()

    def edition_for(
        self,
        number: int | None = None,
        at: dt.date | None = None,
        *,
        today: dt.date | None = None,
    ) -> EditionRef:
        """Find the edition that answers: by number, or the one in force on a day.

        Parameters
        ----------
        number : int, optional
            The edition itself, in force or not.
        at : date, optional
            The highest edition whose effective date is not after this day.
        today : date, optional
            The day meant when neither is given; by default today in the site's time zone.

        Raises
        ------
        NoEdition
            If nothing is published, or no edition answers; the facts name those there are.
        """
        current = self._now()
        if current is None or not current.editions:
            raise NoEdition(
                "No edition is published yet. Import the areas and run `wangge publish`.",
                "还没有发布任何版本。请先导入区划，再运行 wangge publish。",
                editions=[],
            )
        if number is not None:
            found = [ref for ref in current.editions if ref.number == number]
        else:
            day = at or today or dt.datetime.now(ZoneInfo(current.site.timezone)).date()
            found = [ref for ref in current.editions if ref.effective <= day]
        if not found:
            raise _none_of(current.editions, number, at)
        return found[-1]

    def areas(self, ref: EditionRef) -> AreaBook:
        """Give the areas of an edition, loaded once."""
        folder = self.path / "sealed" / ref.sealed
        cache = self.cache / ref.sealed if self.cache else None
        return self._areas.get(ref.sealed, partial(AreaBook.read, folder, cache))

    def registers(self, ref: EditionRef) -> RegisterBook:
        """Give the registers that stood beside this edition when it was looked up."""
        if ref.registers is None:
            return RegisterBook.empty()
        folder = self.path / "registers" / ref.registers
        return self._registers.get(ref.registers, partial(RegisterBook.read, folder))

    def locate(self, ref: EditionRef, x: Floats, y: Floats, crs: SourceCrs) -> Located:
        """Place points in an edition; see `geo.publish.ask.locate`."""
        return locate(self.areas(ref), self.registers(ref), x, y, crs)

    def archive(self, sha: str) -> Archive | None:
        """Give the tile archive of a sealed or registers hash; None if there is none."""
        if not _HASH.fullmatch(sha):
            return None
        kept = self._archives.peek(sha)
        if kept is not None:
            return kept
        for kind in ("sealed", "registers"):
            file = self.path / kind / sha / "tiles.pmtiles"
            if file.is_file():
                return self._archives.get(sha, partial(Archive, file))
        return None

    def _now(self) -> _Current | None:
        file = self.path / "current.json"
        try:
            stat = file.stat()
            stamp = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            kept = self._current
            if kept is None or kept.stamp != stamp:
                kept = self._current = _read_current(file, stamp)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, WanggeError) as error:
            raise Unavailable(
                f"current.json of the published folder can't be read ({error}). "
                "Publish again, or copy the folder anew.",
                f"发布文件夹中的 current.json 无法读取（{error}）。请重新发布，或重新拷贝该文件夹。",
            ) from error
        return kept


def _read_current(file: Path, stamp: tuple[int, int, int]) -> _Current:
    data = json.loads(file.read_text(encoding="utf-8"))
    registers = data.get("registers")
    editions = tuple(
        EditionRef(
            number=int(row["number"]),
            title=str(row["title"]),
            effective=dt.date.fromisoformat(row["effective"]),
            published_at=str(row["published_at"]),
            sealed=str(row["sealed"]),
            registers=registers,
        )
        for row in sorted(data["editions"], key=lambda row: int(row["number"]))
    )
    return _Current(stamp, Site.from_json(data["site"]), editions)


def _none_of(editions: tuple[EditionRef, ...], number: int | None, at: dt.date | None) -> NoEdition:
    known = [{"number": ref.number, "effective": ref.effective.isoformat()} for ref in editions]
    en = ", ".join(f"{row['number']} (from {row['effective']})" for row in known)
    zh = "、".join(f"第 {row['number']} 版（{row['effective']} 起）" for row in known)
    if number is not None:
        what_en, what_zh = f"There is no edition {number}.", f"没有第 {number} 版。"
    elif at is not None:
        what_en, what_zh = f"No edition was in force on {at}.", f"{at} 尚无生效的版本。"
    else:
        what_en, what_zh = "No edition is in force yet.", "还没有生效的版本。"
    return NoEdition(
        f"{what_en} Ask for one of these: {en}.", f"{what_zh}可用的版本：{zh}。", editions=known
    )


class _Shelf(Generic[Book]):
    """Keeps the books used last; each is read once, even when several threads ask for it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._books: OrderedDict[str, Book] = OrderedDict()
        self._door, self._desk = Lock(), Lock()

    def peek(self, key: str) -> Book | None:
        """Give a book that is on the shelf."""
        with self._door:
            if key in self._books:
                self._books.move_to_end(key)
            return self._books.get(key)

    def get(self, key: str, read: Callable[[], Book]) -> Book:
        """Give a book, reading it first where it is not on the shelf."""
        book = self.peek(key)
        if book is not None:
            return book
        with self._desk:
            book = self.peek(key)
            if book is None:
                book = _whole(read)
                with self._door:
                    self._books[key] = book
                    if len(self._books) > self._size:
                        self._books.popitem(last=False)
        return book


def _whole(read: Callable[[], Book]) -> Book:
    """Read a book; a file that is broken on our side is no fault of the question."""
    try:
        return read()
    except UnreadableFile as error:
        raise Unavailable(error.en, error.zh, **error.facts) from error
