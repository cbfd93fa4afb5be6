"""Finding a place by a few typed characters: codes, names, building numbers, coordinates.

The texts are folded once (full-width forms, case, the words after a building number) and kept
as arrow strings; a question is then a handful of vectorised passes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Type = Literal["area", "building", "compound", "facility"]

COLUMNS = ("type", "id", "level", "kind", "code", "name", "order", "x", "y")
_AMONG_EQUALS = ["order", "length", "code", "name", "id"]

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


@dataclass(frozen=True, eq=False)
class SearchTable:
    """Things that can be found, with their folded texts, the ones to be named first on top.

    `things` has the columns of `COLUMNS` (x, y in metres, `order`: which kind comes first) and
    `length`, that of the folded name; `text` is everything a thing may be found by.
    """

    things: pd.DataFrame
    code: pd.Series[str]
    key: pd.Series[str]
    text: pd.Series[str]

    @classmethod
    def of(cls, things: pd.DataFrame, also: pd.Series[str] | None = None) -> SearchTable:
        """Fold the texts of things; `also` holds further words to find them by."""
        things = things.loc[:, list(COLUMNS)].reset_index(drop=True)
        code, key = _folded(things["code"]), _folded(things["name"]).str.replace(" ", "")
        text = code + "\n" + key
        if also is not None:
            text = text + "\n" + _folded(also.reset_index(drop=True)).str.replace(" ", "")
        things = things.assign(length=key.str.len()).sort_values(_AMONG_EQUALS, kind="stable")
        first = things.index
        return cls(things, *(texts.loc[first] for texts in (code, key, text)))

    def find(self, query: str, *, limit: int) -> pd.DataFrame:
        """Give the best hits with their `score` (0 best), best first.

        A hit holds every typed word in its code, name or further words. Exact codes come first,
        then exact names, codes and names that begin with the query, then the rest; among equals
        `order`, the shorter name, the lower code.
        """
        words = fold(query).split()
        whole = "".join(words)
        hit = self.text.str.contains(whole, regex=False).to_numpy() & bool(words)
        if len(words) > 1:
            each = [self.text.str.contains(word, regex=False).to_numpy() for word in words]
            hit |= np.logical_and.reduce(each)
        rows = np.flatnonzero(hit)
        code, key = self.code.iloc[rows], self.key.iloc[rows]
        score = np.select(
            [code == whole, key == whole, code.str.startswith(whole), key.str.startswith(whole)],
            [0, 1, 2, 3],
            4,
        ).astype(np.int8)
        top = np.argsort(score, kind="stable")[:limit]
        return self.things.iloc[rows[top]].assign(score=score[top])


def best(hits: pd.DataFrame, *, limit: int) -> pd.DataFrame:
    """Order the hits of several tables and keep the first ones."""
    return hits.sort_values(["score", *_AMONG_EQUALS], kind="stable").head(limit)


def _folded(texts: pd.Series[str]) -> pd.Series[str]:
    folded = [fold(text) for text in texts.fillna("")]
    return pd.Series(folded, dtype="str", index=texts.index)
