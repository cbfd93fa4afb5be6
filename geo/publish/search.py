"""Finding a place by a few typed characters: codes, names, building numbers, coordinates.

The texts are folded once (full-width forms, case, the words after a building number) and kept
as arrow strings; a question is then a handful of vectorised passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Type = Literal["area", "building", "compound", "facility"]

# 3号楼, 3 幢 and 3# are the same building.
_NUMBERED = re.compile(r"(\d)\s*(?:号楼|号院|号|栋|幢|楼|座|#)")
_PAIR = re.compile(
    r"[(\[]?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[,;、\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*[)\]]?"
)


def fold(text: str) -> str:
    """Fold a text for comparing: full-width to half-width, lower case, bare building numbers."""
    return _NUMBERED.sub(r"\1", unicodedata.normalize("NFKC", text).casefold()).strip()


def typed_point(text: str) -> tuple[float, float] | None:
    """Read `104.63,35.0` (also with full-width signs) as longitude and latitude.

    Latitude first is understood only where it can't be anything else (`35.0, 104.63`).
    """
    match = _PAIR.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    first, second = float(match[1]), float(match[2])
    if abs(first) <= 180 and abs(second) <= 90:  # noqa: PLR2004
        return first, second
    if abs(first) <= 90 and abs(second) <= 180:  # noqa: PLR2004
        return second, first
    return None


class Thing(NamedTuple):
    """Something that can be found; x, y in metres.

    `order` says which kind comes first among equally good hits; `also` holds further words to
    find it by.
    """

    type: Type
    id: int
    level: str | None
    kind: str | None
    code: str
    name: str
    order: int
    x: float
    y: float
    also: str = ""


class Hit(NamedTuple):
    """A thing that was found; the lowest `score` is the best hit."""

    score: int
    thing: Thing

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort by score, then by what is to be named first."""
        return (self.score, *_rank(self.thing))


def _rank(thing: Thing) -> tuple[int, int, str, str, int]:
    return thing.order, len(thing.name), thing.code, thing.name, thing.id


@dataclass(frozen=True, eq=False)
class SearchTable:
    """Things that can be found, those to be named first on top, with their folded texts."""

    things: list[Thing]
    code: pa.StringArray
    key: pa.StringArray
    text: pa.StringArray

    @classmethod
    def of(cls, things: Iterable[Thing]) -> SearchTable:
        """Sort the things and fold their texts."""
        ranked = sorted(things, key=_rank)
        code = [fold(thing.code) for thing in ranked]
        key = [_tight(thing.name) for thing in ranked]
        also = [_tight(thing.also) for thing in ranked]
        text = ["\n".join(parts) for parts in zip(code, key, also, strict=True)]
        return cls(ranked, *(pa.array(column, pa.string()) for column in (code, key, text)))

    def find(self, query: str, *, limit: int) -> list[Hit]:
        """Give the best hits, best first.

        A hit holds every typed word in its code, name or further words. Exact codes come first,
        then exact names, codes and names that begin with the query, then the rest; among equals
        `order`, the shorter name, the lower code.
        """
        words = fold(query).split()
        if not words:
            return []
        whole = "".join(words)
        hit = self._holding(whole)
        if len(words) > 1:
            hit |= self._holding(*words)
        rows = pa.array(np.flatnonzero(hit))
        code, key = self.code.take(rows), self.key.take(rows)
        tests = (
            pc.equal(code, whole),
            pc.equal(key, whole),
            pc.starts_with(code, whole),
            pc.starts_with(key, whole),
        )
        score = np.full(len(rows), len(tests), dtype=np.int8)
        for points in reversed(range(len(tests))):
            score[_flags(tests[points])] = points
        top = np.argsort(score, kind="stable")[:limit]
        found = zip(score[top].tolist(), rows.to_numpy()[top].tolist(), strict=True)
        return [Hit(points, self.things[row]) for points, row in found]

    def _holding(self, *words: str) -> NDArray[np.bool_]:
        held = np.ones(len(self.things), dtype=bool)
        for word in words:
            held &= _flags(pc.match_substring(self.text, word))
        return held


def best(hits: Iterable[Hit], *, limit: int) -> list[Hit]:
    """Order the hits of several tables and keep the first ones."""
    return sorted(hits, key=lambda hit: hit.rank)[:limit]


def _tight(text: str) -> str:
    return "".join(fold(text).split())


def _flags(array: pa.BooleanArray) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = array.to_numpy(zero_copy_only=False)
    return flags
