"""What was found in a file: rejected rows and notes, in one vocabulary with both languages.

A `Reject` is a row that can't be taken, with the field, the reason and the remedy; a `Note` is
said once about a whole file or column. Both are made from a code of `geo.findings_texts` and the
facts that belong to it, so a code has one meaning wherever it appears.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geo.findings_texts import NOTES, REJECTS

Severity = Literal["info", "warning"]

REJECT_COLUMNS = ("row", "field", "value", "code", "reason", "remedy")


@dataclass(frozen=True)
class Note:
    """One sentence about a file as a whole."""

    code: str
    severity: Severity
    en: str
    zh: str

    @classmethod
    def of(cls, code: str, **facts: object) -> Note:
        """Make the note of a code from its facts."""
        text = NOTES[code]
        return cls(code, text.severity, text.en.format_map(facts), text.zh.format_map(facts))


@dataclass(frozen=True)
class Reject:
    """One row that can't be taken: where, why, and what to do.

    `row` is the data row as the user counts it (the first row under the headings is 1); `facts`
    are for programs, such as the candidates of an address.
    """

    row: int
    field: str
    code: str
    value: str
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, *, row: int, field: str, value: object = "", **facts: object) -> Reject:
        """Make the reject of a code from its facts; long values are cut for the report."""
        text = REJECTS[code]
        shown = shorten(value)
        known: Mapping[str, object] = {"field": field, "value": shown, **facts}
        return cls(
            row,
            field,
            code,
            shown,
            text.en.format_map(known),
            text.zh.format_map(known),
            text.remedy_en.format_map(known),
            text.remedy_zh.format_map(known),
        )


def shorten(value: object, *, length: int = 60) -> str:
    """Give a value as one short line; None is the empty text."""
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def rejects_frame(rejects: list[Reject], *, language: Literal["zh", "en"] = "en") -> pd.DataFrame:
    """Give rejects as a table for reports.

    Returns
    -------
    pandas.DataFrame
        Columns `row`, `field`, `value`, `code`, `reason`, `remedy`, in the order of the rows.
    """
    rows = [
        (r.row, r.field, r.value, r.code, r.zh, r.remedy_zh)
        if language == "zh"
        else (r.row, r.field, r.value, r.code, r.en, r.remedy_en)
        for r in sorted(rejects, key=lambda r: (r.row, r.field))
    ]
    return pd.DataFrame(rows, columns=list(REJECT_COLUMNS))
