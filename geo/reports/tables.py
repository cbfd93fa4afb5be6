"""The second sheet of a report: its lists, cut to what a sheet holds, with the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from geo.reports.facts import Part, Report, Tally
from geo.reports.html import Markup, join, tag
from geo.reports.html import Part as Cell
from geo.reports.lists import STANDARD_M2
from geo.reports.words import Words

#: Lines of text that the two columns of the sheet hold, headings and table heads included.
_LINES = 118
_MOST_UNCOVERED = 50
_MOST_PARTS = 40
_MOST_SMALL = 12
_MOST_COUNTED = 10
_MOST_BLIND = 24
_HEAD_LINES = 4  # a section's heading, its table head and the space around


def lists(report: Report, words: Words) -> Markup:
    """Give the sections of the second sheet."""
    others = [
        Markup("") if report.parts_first else parts_table(report, words),
        _under_standard(report, words),
        _incidents(report, words),
        _vacancies(report, words),
    ]
    used = sum(section.count("<tr") + _HEAD_LINES for section in others)
    room = max(5, min(_MOST_UNCOVERED, _LINES - used - _HEAD_LINES))
    parts, small, incidents, vacancies = others
    private = tag("p", words("private", n=report.suppress_below), class_="note")
    if report.incidents.exact:
        private = join(private, tag("p", words("incidents_exact"), class_="note"))
    return tag(
        "div", parts, _uncovered(report, words, room), small, incidents, vacancies, private,
        class_="columns",
    )  # fmt: skip


def count(tally: Tally) -> str:
    """Say a count that may be too small to be told."""
    return f"<{tally.least}" if tally.count is None else f"{tally.count:,}"


def _section(title: str, *content: Cell, whole: bool = True) -> Markup:
    """Give a section with its heading; a `whole` one is not broken over two columns."""
    return tag("section", tag("h2", title), *content, class_="whole" if whole else None)


def rows_table(heads: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: int) -> Markup:
    """Give a table whose last `numbers` columns are numbers."""
    first = len(heads) - numbers

    def line(name: str, cells: Sequence[Cell]) -> Markup:
        return tag(
            "tr",
            [
                tag(name, cell, class_="number" if column >= first else None)
                for column, cell in enumerate(cells)
            ],
        )

    return tag(
        "table", tag("thead", line("th", heads)), tag("tbody", [line("td", r) for r in rows])
    )


def _rest(words: Words, left: int) -> Markup | None:
    return tag("p", words("rest_rows", n=left), class_="note") if left > 0 else None


def parts_table(report: Report, words: Words) -> Markup:
    """Give the areas inside, fullest first."""
    if not report.parts:
        return Markup("")
    level = report.parts[0].figures.level
    limit = level.household_limit
    households = words("limit", limit=limit) if limit is not None else words("households")
    heads = [words("name"), households]
    if report.minutes is not None:
        heads.append(words("covered_at", n=report.minutes))
    if report.posts:
        heads.append(words("vacant"))
    rows = [_part(part, report, words) for part in report.parts[:_MOST_PARTS]]
    title = words("parts", level=words.pair(level.zh, level.en.lower()))
    table = rows_table(heads, rows, len(heads) - 1)
    return _section(title, table, _rest(words, len(report.parts) - _MOST_PARTS), whole=False)


def _part(part: Part, report: Report, words: Words) -> list[Cell]:
    figures = part.figures
    number = words("unknown") if figures.households is None else f"{figures.households:,}"
    over = tag("span", f"▲ {number}", class_="over") if figures.over_by else number
    cells: list[Cell] = [figures.name, over]
    if report.minutes is not None:
        cells.append("–" if part.covered is None else f"{100 * part.covered:.1f} %")
    if report.posts:
        cells.append(f"{part.vacant:,} / {part.posts:,}")
    return cells


def _uncovered(report: Report, words: Words, room: int) -> Markup:
    if report.minutes is None:
        return Markup("")
    title = words("uncovered", n=report.minutes)
    if not report.uncovered:
        return _section(title, tag("p", words("uncovered_none"), class_="note"))
    shown, rest = report.uncovered[:room], report.uncovered[room:]
    total = words(
        "uncovered_sum", buildings=report.uncovered_buildings,
        households=count(report.uncovered_households),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            words.all(name or words("no_address") for name in one.households.names),
            f"{one.buildings:,}",
            count(one.households),
        ]
        for one in shown
    ]
    heads = [words("place"), words("n_buildings"), words("households")]
    more = words("rest", n=len(rest), buildings=sum(one.buildings for one in rest))
    return _section(
        title, tag("p", total, class_="sum"), rows_table(heads, rows, 2),
        tag("p", more, class_="note") if rest else None, whole=False,
    )  # fmt: skip


def _under_standard(report: Report, words: Words) -> Markup:
    title = words("under_standard", n=round(STANDARD_M2))
    found = report.under_standard
    if not found:
        return _section(title, tag("p", words("under_standard_none"), class_="note"))
    rows: list[list[Cell]] = [
        [
            one.name or words.term(one.kind),
            "?" if one.floor_area_m2 is None else f"{one.floor_area_m2:,.0f}",
        ]
        for one in found[:_MOST_SMALL]
    ]
    table = rows_table([words("facility"), words("floor_area")], rows, 1)
    return _section(f"{title} · {len(found)}", table, _rest(words, len(found) - _MOST_SMALL))


def _incidents(report: Report, words: Words) -> Markup:
    found = report.incidents
    title = words("incidents" if found.exact else "incidents_on_record")
    if not found.number:
        said = "incidents_untold" if found.number is None else "incidents_none"
        return _section(title, tag("p", words(said), class_="note"))
    kinds = found.kinds and _tallied(found.kinds, words("kind"), "–", words)
    states = found.states and _tallied(found.states, words("state"), words("no_state"), words)
    groups = [group for group in (kinds, states) if group]
    return _section(f"{title} · {found.number:,}", tag("div", groups, class_="pair"))


def _tallied(tallies: Sequence[Tally], head: str, unnamed: str, words: Words) -> Markup:
    rows: list[list[Cell]] = [
        [words.all(words.term(name) or unnamed for name in one.names), count(one)]
        for one in tallies[:_MOST_COUNTED]
    ]
    table = rows_table([head, words("count")], rows, 1)
    return tag("div", table, _rest(words, len(tallies) - _MOST_COUNTED))


def _vacancies(report: Report, words: Words) -> Markup:
    title = words("vacancies")
    if not report.posts:
        return _section(title, tag("p", words("no_posts"), class_="note"))
    vacant = sum(number for _, number in report.vacant)
    rows: list[list[Cell]] = [[words.term(name), f"{n:,}"] for name, n in report.vacant]
    table = (
        rows_table([words("post"), words("vacant")], rows[:_MOST_COUNTED], 1)
        if rows
        else tag("p", words("vacancies_none"), class_="note")
    )
    rest = _rest(words, len(rows) - _MOST_COUNTED)
    return _section(f"{title} · {vacant:,} / {report.posts:,}", table, rest, _blind(report, words))


def _blind(report: Report, words: Words) -> Markup | None:
    if not report.parts or not report.branches:
        return None
    level = report.parts[0].figures.level
    name = words.pair(level.zh, level.en.lower())
    blind = [part.figures.name for part in report.parts if part.blind]
    if not blind:
        return tag("p", words("blind_none", level=name), class_="note")
    named = words.all(blind[:_MOST_BLIND]) + ("…" if len(blind) > _MOST_BLIND else "")
    said = words("blind", level=words.pair(level.zh, level.en), n=len(blind))
    return join(tag("h3", said), tag("p", named, class_="names"))
