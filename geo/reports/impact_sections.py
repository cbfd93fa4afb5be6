"""The lists of an impact's page, parted into sheets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.plans import Impact
from geo.plans.impact_tables import posts_text, tables
from geo.plans.impact_words import VALUES
from geo.reports.html import Markup, join, tag
from geo.reports.tables import rows_table
from geo.reports.words import Words

#: Lines that a sheet holds; a section's heading and its table's head take some of them.
_LINES = 55
_HEAD_LINES = 3
_MOST_ROWS = 120
#: Half-width characters in a line of a table, and those of a column of numbers.
_WIDE, _NUMBER = 118, 13


@dataclass(frozen=True)
class Section:
    """A table under its heading; `numbers` columns at its end are numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int
    left_out: int = 0

    def lines(self) -> list[int]:
        """Give the lines that each row takes; columns of text share the room by what they hold."""
        texts = len(self.heads) - self.numbers
        widths = [[_width(cell) for cell in row[:texts]] for row in self.rows]
        most = [max(column) or 1 for column in zip(*widths, strict=True)]
        room = _WIDE - self.numbers * _NUMBER
        columns = [max(1, room * width // sum(most)) for width in most]
        return [
            max(1, *(-(-width // column) for width, column in zip(row, columns, strict=True)))
            for row in widths
        ]


def sections(found: Impact, words: Words) -> list[Section]:
    """Give what an impact has to tell, level by level; sections without rows are left out."""
    data = tables(found)
    untold = [name for name in ("members", "incidents") if found.flows[name].isna().any()]
    counted = [name for name in ("households", "members", "incidents") if name not in untold]
    made: list[Section] = []
    for level in found.levels:
        name = words.pair(level.zh, level.en)
        here = {key: frame[frame["level"] == level.key] for key, frame in data.items()}
        made += [
            _areas(here["areas"], name, counted, words),
            _flows(here["flows"], name, counted, words),
            _workers(here["workers"], name, counted, words),
        ]
    made += [
        _needed(data["needed"], words),
        _freed(data["freed"], words),
        _codes(data["codes"], words),
    ]
    return [section for section in made if section.rows]


def sheets(found: Sequence[Section], words: Words) -> Iterator[Markup]:
    """Part sections into what one sheet holds each."""
    parts: list[Markup] = []
    left = _LINES
    for section in found:
        rest: Section | None = section
        while rest is not None:
            if left < _HEAD_LINES + 2:
                yield join(parts)
                parts, left = [], _LINES
            now, rest, used = _fitting(rest, left, words)
            parts.append(_drawn(now, words))
            left -= used
    if parts:
        yield join(parts)


def _fitting(section: Section, left: int, words: Words) -> tuple[Section, Section | None, int]:
    used, kept = _HEAD_LINES, 0
    for lines in section.lines():
        used += lines
        if used > left and kept:
            break
        kept += 1
    if kept == len(section.rows):
        return section, None, used + (section.left_out > 0)
    title = section.title.removesuffix(words("continued", title=""))
    again = words("continued", title=title)
    return (
        replace(section, rows=section.rows[:kept], left_out=0),
        replace(section, rows=section.rows[kept:], title=again),
        left,
    )


def _drawn(section: Section, words: Words) -> Markup:
    rest = words("rest", n=section.left_out) if section.left_out else None
    return tag(
        "section", tag("h2", section.title), rows_table(section.heads, section.rows, section.numbers),
        tag("p", rest, class_="note") if rest else None,
    )  # fmt: skip


def _section(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int
) -> Section:
    kept = tuple(tuple(row) for row in rows[:_MOST_ROWS])
    return Section(title, tuple(heads), kept, numbers, len(rows) - len(kept))


def _areas(frame: pd.DataFrame, level: str, counted: Sequence[str], words: Words) -> Section:
    shown = (*counted, "facilities", "coverage")
    rows = [
        [
            words.pair(*VALUES[row["fate"]]),
            _pair(row, "name", words),
            *(_pair(row, name, words) for name in shown),
        ]
        for row in _rows(frame)
    ]
    heads = [words("fate"), words("name"), *(words(f"n_{name}") for name in shown)]
    return _section(words("section_areas", level=level), heads, rows, len(shown))


def _flows(frame: pd.DataFrame, level: str, counted: Sequence[str], words: Words) -> Section:
    apart = frame[frame["from_id"] != frame["to_id"]]
    shown = (*counted, "facilities")
    rows = [
        [_place(row, "from", words), _place(row, "to", words), *(_figure(row[n]) for n in shown)]
        for row in _rows(apart.sort_values("households", ascending=False, kind="stable"))
    ]
    heads = [words("from"), words("to"), *(words(f"n_{name}") for name in shown)]
    return _section(words("section_flows", level=level), heads, rows, len(shown))


def _workers(frame: pd.DataFrame, level: str, counted: Sequence[str], words: Words) -> Section:
    rows = [
        [
            _place(row, "from", words), posts_text(row["posts_before"], words.language),
            _place(row, "to", words), posts_text(row["posts_after"], words.language),
            *(_figure(row[name]) for name in counted),
        ]
        for row in _rows(frame.sort_values("households", ascending=False, kind="stable"))
    ]  # fmt: skip
    heads = [words("from"), words("posts_before"), words("to"), words("posts_after")]
    heads += [words(f"n_{name}") for name in counted]
    return _section(words("section_workers", level=level), heads, rows, len(counted))


def _needed(frame: pd.DataFrame, words: Words) -> Section:
    rows = [[row["name"], row["title"], _figure(row["posts"])] for row in _rows(frame)]
    return _section(
        words("section_needed"), [words("name"), words("post"), words("posts")], rows, 1
    )


def _freed(frame: pd.DataFrame, words: Words) -> Section:
    rows = [
        [row["name"], row["title"], row["holder"] or words.pair(*VALUES[bool(row["held"])])]
        for row in _rows(frame)
    ]
    return _section(
        words("section_freed"), [words("name"), words("post"), words("holder")], rows, 0
    )


def _codes(frame: pd.DataFrame, words: Words) -> Section:
    rows = [
        [
            _pair(row, "name", words), row["code_before"] or words("nowhere"),
            row["code_after"] or words("nowhere"), row["heirs"] or "",
        ]
        for row in _rows(frame)
    ]  # fmt: skip
    heads = [words("name"), words("code_before"), words("code_after"), words("heirs")]
    return _section(words("section_codes"), heads, rows, 0)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain: pd.DataFrame = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def _place(row: dict[str, Any], end: str, words: Words) -> str:
    return row[f"{end}_name"] or row[f"{end}_code"] or words("nowhere")


def _pair(row: dict[str, Any], name: str, words: Words) -> str:
    """Say what was and what is; once, if it is the same, or was or is not at all."""
    was, now = (_figure(row[f"{name}_{side}"]) for side in ("before", "after"))
    if not was or not now or was == now:
        return was or now
    return words("before_after", before=was, after=now)


def _figure(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0%}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)
