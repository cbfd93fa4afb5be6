"""The secret of an installation, with which its sessions are signed."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from geo.errors import UnreadableFile

_BYTES = 32


def read_secret(home: Path) -> bytes:
    """Read the secret of an installation, 32 bytes in `home/secret`; the first to ask makes it.

    Who deletes the file ends all sessions; services that share the file share their sessions.

    Raises
    ------
    UnreadableFile
        The file holds something else.
    """
    file = home / "secret"
    if not file.exists():
        _make(file)
    secret = file.read_bytes()
    if len(secret) != _BYTES:
        raise UnreadableFile(
            f"{file} is not the secret of an installation ({len(secret)} bytes, not {_BYTES})."
            " Delete it; a new one is made, and everybody signs in again.",
            f"{file} 不是本系统的密钥文件（{len(secret)} 字节，应为 {_BYTES}）。请删除该文件，"
            "系统会重新生成，用户需重新登录。",
        )
    return secret


def _make(file: Path) -> None:
    """Write a whole secret beside the file, then give it the name: the first one keeps it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".secret-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as sink:
            sink.write(secrets.token_bytes(_BYTES))
            sink.flush()
            os.fsync(sink.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(temporary, file)
    finally:
        Path(temporary).unlink()
