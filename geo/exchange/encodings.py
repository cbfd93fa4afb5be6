"""Which encoding the bytes of a file are in: declared, proved, or guessed and said.

Strict UTF-8 first, because text in another encoding hardly ever passes for it; then GB18030,
which holds GBK and GB2312. Big5 passes for GB18030 without an error, so a doubtful reading is
said with both previews, never decided silently.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.errors import UnknownOption, UnreadableFile
from geo.exchange.table import EncodingOrigin
from geo.findings import Note, shorten

_CHINESE = ("gb18030", "gbk", "gb2312", "hz")
_COMMON_SHARE = 0.9
_PREVIEW_TEXTS = 4
_LONGEST = 4  # bytes of one character in UTF-8 and GB18030
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class Encoding:
    """How to decode, who said so, and what to tell the user about it."""

    name: str
    origin: EncodingOrigin
    notes: tuple[Note, ...] = ()


def known_encoding(name: str) -> str:
    """Give Python's name of an encoding; GBK and GB2312 become their superset GB18030.

    Raises
    ------
    UnknownOption
        If no such encoding is known.
    """
    try:
        found = codecs.lookup(name.strip()).name
    except LookupError as error:
        raise UnknownOption(
            f"“{name}” is not a known encoding. Say utf-8, gb18030 or big5.",
            f"“{name}”不是已知的编码。请写 utf-8、gb18030 或 big5。",
        ) from error
    return "gb18030" if found in ("gbk", "gb2312") else found


def settle_encoding(
    texts: Sequence[bytes], *, declared: str | None, stated: str | None = None
) -> Encoding:
    """Decide the encoding of the texts of a file.

    Parameters
    ----------
    texts : sequence of bytes
        All texts, so that the decision is proved for each of them.
    declared : str or None
        What the user says: it wins, and fails loudly when the bytes contradict it.
    stated : str or None
        What the file says of itself (.cpg): honoured when the bytes agree, else said.

    Raises
    ------
    UnreadableFile
        If the bytes are not in the declared encoding, or in none of the tried ones.
    """
    telling = [t for t in texts if not t.isascii()]
    if declared is not None:
        name = known_encoding(declared)
        _insist(telling, name)
        return Encoding(name, "declared")
    said = _lookup(stated)
    if not telling:
        return Encoding(said or "utf-8", "file" if said else "guessed")
    found = _proved(telling, said)
    if found is None:
        raise UnreadableFile(
            "The texts are neither UTF-8 nor GB18030. Give the encoding, for example big5.",
            "文本既不是 UTF-8 也不是 GB18030。请指定编码，例如 big5。",
        )
    if said is not None and found == said:
        return Encoding(found, "file")
    if stated is not None:
        note = Note.of(
            "encoding_overruled", declared=stated, encoding=found, preview=preview(telling, found)
        )
        return Encoding(found, "guessed", (note,))
    return Encoding(found, "guessed", _doubts(telling, found))


def preview(texts: Iterable[bytes], encoding: str) -> str:
    """Give a few of the texts that show an encoding best, on one line."""
    distinct = list(dict.fromkeys(t for t in texts if not t.isascii()))[:_PREVIEW_TEXTS]
    words = [w for t in distinct for w in _NOT_ASCII.findall(t.decode(encoding, "replace"))]
    return shorten("、".join(dict.fromkeys(words)))


def fits(texts: Iterable[bytes], encoding: str) -> bool:
    """Do all texts decode strictly? A last character cut off by a field length is forgiven."""
    return all(decode(t, encoding) is not None for t in texts)


def decode(text: bytes, encoding: str) -> tuple[str, bool] | None:
    """Decode strictly; give the text and whether its last character was cut, None if wrong."""
    try:
        return text.decode(encoding), False
    except UnicodeDecodeError as error:
        # A fixed field length cuts through the last character, and only through that one.
        tail = len(text) - error.start
        unfinished = "incomplete" in error.reason or "unexpected end" in error.reason
        if unfinished and tail < _LONGEST:
            return text[: error.start].decode(encoding), True
        return None


def _lookup(stated: str | None) -> str | None:
    if stated is None:
        return None
    name = stated.strip().lower()
    name = {"936": "gbk", "54936": "gb18030", "65001": "utf-8", "950": "big5"}.get(name, name)
    try:
        return known_encoding(name)
    except UnknownOption:
        return None


def _insist(telling: Sequence[bytes], name: str) -> None:
    wrong = next((t for t in telling if decode(t, name) is None), None)
    if wrong is not None:
        shown = shorten(wrong.decode("ascii", "backslashreplace"))
        raise UnreadableFile(
            f"The text “{shown}” is not {name}. Leave the encoding out, or give the right one.",
            f"文本“{shown}”不是 {name} 编码。请不指定编码，或指定正确的编码。",
        )


def _proved(telling: Sequence[bytes], said: str | None) -> str | None:
    """Find the encoding that all texts pass; UTF-8 of three bytes overrules any other word."""
    if fits(telling, "utf-8") and (
        said is None or any(_has_wide(t) for t in telling) or not fits(telling, said)
    ):
        return "utf-8"
    if said is not None and fits(telling, said):
        return said
    return "gb18030" if fits(telling, "gb18030") else None


def _has_wide(text: bytes) -> bool:
    return any(byte >= 0xE0 for byte in text)  # noqa: PLR2004 - lead byte of 3 or more bytes


def _doubts(telling: Sequence[bytes], found: str) -> tuple[Note, ...]:
    shown = preview(telling, found)
    if found != "gb18030":
        return ()
    if _common_share(telling, found) < _COMMON_SHARE and fits(telling, "big5"):
        other = preview(telling, "big5")
        facts = {"encoding": found, "preview": shown, "other": "big5", "other_preview": other}
        return (Note.of("encoding_doubtful", **facts),)
    return (Note.of("encoding_guessed", encoding=found, preview=shown),)


def _common_share(telling: Sequence[bytes], encoding: str) -> float:
    """Share of the non-ASCII characters that everyday Chinese (GB2312) knows."""
    wide = [c for t in telling for c in t.decode(encoding, "replace") if not c.isascii()]
    common = sum(1 for c in wide if c.encode("gb2312", "ignore"))
    return common / len(wide) if wide else 1.0
