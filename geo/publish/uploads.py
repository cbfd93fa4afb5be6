"""Files on their way in from a browser or a program: kept aside until they are imported.

An upload is a folder `home/uploads/ID`: `about.json` (owner, when), `files/` (what was sent, under
safe names) and, once tried, `checked.json` (the order that was tried, the files it was tried on,
the rejected rows). A file stands there whole or not at all. Nobody but its owner and the
administrator sees an upload, and after a week it is swept away.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from geo.access import Actor
from geo.errors import BadInput, Busy, NotFound, UnreadableFile
from geo.exchange import READABLE
from geo.settings import Settings

MAX_FILE_BYTES = 200 * 1024**2
MAX_FILES = 24
KEPT = dt.timedelta(days=7)

_ID = re.compile(r"^[0-9a-f]{32}$")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|!]')
_LONGEST_NAME = 120  # bytes; a folder takes 255
#: What may stand beside a Shapefile's .shp and is no data set of its own.
_SIDE = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".qpj", ".xml", ".fix")


@dataclass(frozen=True)
class Upload:
    """Files that somebody sent, not yet imported."""

    id: str
    owner: str
    created: dt.datetime
    folder: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """What was received whole, by name."""
        return tuple(sorted(p for p in (self.folder / "files").iterdir() if p.is_file()))

    @property
    def expires(self) -> dt.datetime:
        """When it is swept away."""
        return self.created + KEPT


def open_upload(settings: Settings, *, actor: Actor) -> Upload:
    """Make room for files; sweeps uploads that are older than a week."""
    home = _home(settings)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep_uploads(settings)
    upload = Upload(secrets.token_hex(16), actor.name, dt.datetime.now(dt.UTC), home)
    upload = replace(upload, folder=home / upload.id)
    # Named only when whole: who dies in between leaves a folder without a name.
    making = Path(tempfile.mkdtemp(dir=home, prefix=".new-"))
    (making / "files").mkdir()
    about = {"owner": upload.owner, "created": upload.created.isoformat()}
    (making / "about.json").write_text(json.dumps(about), "utf-8")
    making.rename(upload.folder)
    return upload


def find_upload(settings: Settings, number: str, *, actor: Actor) -> Upload:
    """Give an upload to its owner or an administrator.

    Raises
    ------
    NotFound
        If there is none, or it is somebody else's: whether it exists is not told.
    """
    folder = _home(settings) / number
    if _ID.fullmatch(number) and (folder / "about.json").is_file():
        upload = _read(folder)
        if upload.owner == actor.name or actor.may("admin"):
            return upload
    raise NotFound(
        "There is no such upload, or it was swept away after a week. Send the files again.",
        "没有这个上传，或已满一周被清理。请重新上传文件。",
    )


def uploads_of(settings: Settings, *, actor: Actor) -> list[Upload]:
    """List the actor's own uploads, the newest first."""
    sweep_uploads(settings)
    own = [u for u in _all(settings) if u.owner == actor.name]
    return sorted(own, key=lambda u: u.created, reverse=True)


def sweep_uploads(settings: Settings, *, now: dt.datetime | None = None) -> int:
    """Remove what is older than a week, and what was never finished; gives how many."""
    now = now or dt.datetime.now(dt.UTC)
    old = [u.folder for u in _all(settings) if u.expires <= now]
    left = [
        p for p in _home(settings).glob(".new-*") if p.stat().st_mtime < (now - KEPT).timestamp()
    ]
    for folder in (*old, *left):
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def drop_upload(upload: Upload) -> None:
    """Remove an upload with all its files."""
    # The name goes first: half an upload is never found.
    gone = upload.folder.with_name(f".new-{upload.id}")
    with suppress(FileNotFoundError):
        upload.folder.rename(gone)
        shutil.rmtree(gone)


def safe_name(name: str) -> str:
    """Give the name under which a file is kept: one path step, no signs that mean something.

    Chinese stays; the ending is lower case, so that the parts of a Shapefile find each other.

    Raises
    ------
    BadInput
        If nothing is left of it, or it has no ending that says what it is.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = _UNSAFE.sub("_", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem or not ending.isalnum():
        raise BadInput(
            f"“{name}” has no ending such as .csv or .shp that says what it is. Rename the file.",
            f"“{name}”没有 .csv、.shp 之类的扩展名，请重命名文件。",
        )
    return f"{_cut(stem, _LONGEST_NAME)}.{_cut(ending.lower(), 16)}"


def _cut(text: str, length: int) -> str:
    return text.encode()[:length].decode(errors="ignore")


@contextmanager
def receiving(upload: Upload, name: str) -> Iterator[IO[bytes]]:
    """Give a file to write to; it takes its place, whole, when the block ends well.

    Raises
    ------
    BadInput
        If the name says nothing, or the upload has as many files as it may have.
    Busy
        If the upload is being read at that moment.
    """
    target = upload.folder / "files" / safe_name(name)
    if len(upload.files) >= MAX_FILES and not target.exists():
        raise BadInput(
            f"An upload takes up to {MAX_FILES} files. Pack them into a zip, or import the sets"
            " one after the other.",
            f"一次上传最多 {MAX_FILES} 个文件。请打包为 zip，或分次导入。",
        )
    handle, part = tempfile.mkstemp(dir=upload.folder, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
        with held(upload, fcntl.LOCK_EX):
            Path(part).replace(target)
    finally:
        Path(part).unlink(missing_ok=True)


def data_file(upload: Upload) -> Path:
    """Find the file that holds the rows, among those that only accompany it.

    Raises
    ------
    BadInput
        If nothing was sent yet.
    UnreadableFile
        If several data sets were sent, or only parts of one.
    """
    files = upload.files
    if not files:
        raise BadInput("No file was sent yet. Send one.", "还没有上传文件，请先选择文件。")
    whole = [p for p in files if p.suffix not in _SIDE]
    sets = [p for p in whole if p.suffix in READABLE] or whole
    if len(sets) > 1:
        listed = ", ".join(p.name for p in sets)
        raise UnreadableFile(
            f"There are {len(sets)} data sets: {listed}. Import them one after the other.",
            f"包含 {len(sets)} 份数据：{listed}。请逐份导入。",
        )
    if sets and sets[0].suffix == ".shp":
        _require_parts(sets[0], files)
    return sets[0] if sets else _alone(files[0])


def _require_parts(shp: Path, files: tuple[Path, ...]) -> None:
    there = {p.suffix for p in files if p.stem == shp.stem}
    missing = [ending for ending in (".dbf", ".shx") if ending not in there]
    if missing:
        raise UnreadableFile(
            f"{shp.name} comes without {' and '.join(missing)}. Choose all its parts together"
            " (.shp .dbf .shx .prj .cpg), or a zip of them.",
            f"{shp.name} 缺少 {'、'.join(missing)}。请同时选择全部组成文件"
            "（.shp .dbf .shx .prj .cpg），或打包成 zip。",
            missing=missing,
        )


def _alone(path: Path) -> Path:
    raise UnreadableFile(
        f"{path.name} is a part of a Shapefile. Send its .shp file too.",
        f"{path.name} 只是 Shapefile 的一部分，请连同 .shp 文件一起上传。",
    )


@contextmanager
def held(upload: Upload, how: int) -> Iterator[None]:
    """Hold the files still; the system lets go of them when the process dies."""
    with (upload.folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy(
                "The upload is in use right now. Wait for the check or the import to end.",
                "该上传正在使用中，请等待检查或导入结束。",
            ) from error
        yield


def _home(settings: Settings) -> Path:
    return settings.home / "uploads"


def _all(settings: Settings) -> list[Upload]:
    return [_read(about.parent) for about in _home(settings).glob("[0-9a-f]*/about.json")]


def _read(folder: Path) -> Upload:
    about = json.loads((folder / "about.json").read_text("utf-8"))
    created = dt.datetime.fromisoformat(about["created"])
    return Upload(folder.name, about["owner"], created, folder)
