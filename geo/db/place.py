"""Where the embedded cluster of a home folder lies: its data, its socket, its owner."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from geo.db.postgres import account, explained
from geo.errors import Unavailable

SYSTEM_DATA = Path("/var/lib/wangge")
SYSTEM_RUNTIME = Path("/run/wangge")
LONGEST_SOCKET = 107  # bytes that the kernel takes for the path of a socket
PORT = 5432  # only part of the socket's name: nothing listens on the network
SOCKET = f".s.PGSQL.{PORT}"


@dataclass(frozen=True)
class Place:
    """The folders of one cluster.

    For an ordinary user everything lies in `home/cluster`. PostgreSQL refuses root, and another
    user can't enter root's folders: there `home/cluster` is a link into /var/lib/wangge.
    """

    home: Path

    @property
    def link(self) -> Path:
        """What the home folder shows: the cluster itself, or the link to it."""
        return self.home / "cluster"

    @property
    def folder(self) -> Path:
        """The folder of the cluster."""
        linked = self.link.is_dir()
        if os.geteuid() != 0 or (linked and not self.link.is_symlink()):
            return self.link.resolve()
        if linked and self._is_ours(self.link.resolve()):
            return self.link.resolve()
        return self._free_system_folder()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server said since its last start."""
        return self.folder / "server.log"

    @property
    def uid(self) -> int:
        """The user the server runs as: the owner of the data, never root."""
        with explained(self.folder):
            owner = self.folder.stat().st_uid if self.folder.exists() else os.geteuid()
        return account(owner)

    def prepare(self) -> None:
        """Make the folder, closed to others, and let the home folder point to it."""
        with explained(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
        folder, uid = self.folder, self.uid
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
            if os.geteuid() == 0:
                os.chown(folder, uid, -1)
            if folder != self.link:
                (folder / "home").write_text(str(self.home), encoding="utf-8")
                self.link.unlink(missing_ok=True)
                self.link.symlink_to(folder)

    def runtime(self) -> Path:
        """Make the folder of the socket: short, and closed to others."""
        uid, name = self.uid, _short(self.folder)
        folders = [Path(f"/tmp/wangge-{uid}-{name}")]  # noqa: S108
        if os.geteuid() == 0:
            folders.insert(0, SYSTEM_RUNTIME / name)
        elif own := os.environ.get("XDG_RUNTIME_DIR"):
            folders.insert(0, Path(own) / "wangge" / name)
        for folder in folders:
            if len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET and _closed(folder, uid):
                return folder
        raise Unavailable(
            f"No folder for the database socket: {' and '.join(map(str, folders))} can't be"
            " used. Remove what lies there.",
            f"无法为数据库套接字建立文件夹：{'、'.join(map(str, folders))} 不可用，请清除后重试。",
        )

    def lock_file(self, name: str) -> int:
        """Open a file of the home folder to lock; reading rights are enough for that."""
        with explained(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            return os.open(self.home / name, os.O_RDONLY | os.O_CREAT, 0o644)

    def _is_ours(self, folder: Path) -> bool:
        """Tell whose the linked folder is: a moved home keeps it, a copied one gets its own."""
        note = folder / "home"
        recorded = Path(note.read_text(encoding="utf-8")) if note.exists() else self.home
        return recorded == self.home or (recorded / "cluster").resolve() != folder

    def _free_system_folder(self) -> Path:
        """Name a new folder: what a deleted home left behind is neither taken up nor deleted."""
        name = _short(self.home)
        names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
        return next(f for f in map(SYSTEM_DATA.joinpath, names) if not f.exists())


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _closed(folder: Path, uid: int) -> bool:
    """Make a folder that only `uid` may enter; False where it can't be made or is another's."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (uid, os.geteuid()):
            return False
        folder.chmod(0o700)
        if facts.st_uid != uid:
            os.chown(folder, uid, -1)
    except OSError:
        return False
    return True
