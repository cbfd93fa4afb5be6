"""The leader's page: two A4 sheets in one offline file."""

from __future__ import annotations

from pathlib import Path

from geo.errors import Language
from geo.plans import NEAR
from geo.reports.facts import Covered, Figures, Report
from geo.reports.html import Markup, join, tag
from geo.reports.map import PATTERNS, draw_map
from geo.reports.marks import HOLLOW, symbols
from geo.reports.offline import Block, Code, OfflineFigure
from geo.reports.tables import lists, parts_table
from geo.reports.words import Words

_STYLE = Path(__file__).parent / "report.css"


def area_report(report: Report, *, language: Language) -> str:
    """Give the page of an area as one HTML file that asks for nothing.

    Raises
    ------
    Unavailable
        If the scripts and styles that it carries inside are not packed.
    """
    words = Words(language)
    title = words("title", name=report.area.name)
    figure = OfflineFigure(title=title, language="zh-CN" if language == "zh" else "en")
    defs = (
        f'<svg class="defs" aria-hidden="true"><defs>{PATTERNS}{symbols(report.kinds)}</defs></svg>'
    )
    head = join(_head(report, title, words), _strip(report, words))
    opening = f'{defs}<main class="sheets"><section class="sheet">{head}<figure class="map" style="height:{report.map_mm:.1f}mm">'
    north = tag("div", tag("b", words("north")), Markup(_ARROW), class_="north")
    closing = join(
        north, Markup("</figure>"), _legend(report, words),
        tag("div", parts_table(report, words), class_="columns first") if report.parts_first else None,
        _foot(report, words, 1),
        Markup("</section>"), tag("section", lists(report, words), _foot(report, words, 2), class_="sheet"),
        Markup("</main>"),
    )  # fmt: skip
    drawn = draw_map(report, words)
    figure.add_child(Block("opening", opening))
    drawn.add_to(figure)
    figure.add_child(Block("closing", closing))
    figure.header.add_child(Code(""), name="first")
    figure.html.add_child(Code(f"<style>{_STYLE.read_text('utf-8')}</style>"), name="style")
    return figure.render()


_ARROW = '<svg viewBox="0 0 20 28"><path d="M10 1L18 27L10 21L2 27Z" fill="#23282e"/></svg>'


def _head(report: Report, title: str, words: Words) -> Markup:
    site = report.site
    chain = " › ".join(report.chain[:-1]) or words.pair(site.name_zh, site.name_en)
    edition = words(
        "edition", number=report.edition, title=report.title, date=str(report.effective)
    )
    return tag(
        "header",
        tag("p", f"{chain} · {words('code', code=report.area.code)}", class_="where"),
        tag("h1", title),
        tag("p", edition, " · ", words("made", date=str(report.day)), class_="edition"),
    )


def _strip(report: Report, words: Words) -> Markup:
    """Give the figures that a leader reads first."""
    return tag(
        "div",
        tag("section", tag("h2", words("households")), _households(report, words)),
        tag("section", tag("h2", words("coverage")), _coverage(report, words)),
        class_="strip",
    )


def _households(report: Report, words: Words) -> Markup:
    area, limit = report.area, report.area.level.household_limit
    number = words("unknown") if area.households is None else f"{area.households:,}"
    beside = words("of_limit", limit=limit) if limit is not None else words("hh")
    return join(
        tag("p", tag("strong", number), " ", beside, " ", _verdict(area, words), class_="figure"),
        bar(area.households, limit) if limit is not None and area.households is not None else None,
        None if area.complete else tag("p", words("incomplete"), class_="note"),
        tag("p", _growth(report, words), class_="note"),
        tag("p", _parts(report, words), class_="note strong") if report.parts else None,
    )


def _verdict(area: Figures, words: Words) -> Markup | None:
    limit = area.level.household_limit
    if limit is None or area.households is None:
        return None
    if area.over_by:
        return tag("em", words("over_by", n=area.over_by), class_="over")
    if area.fill == "under":
        return tag("em", words("under_floor", n=area.level.household_floor or 0))
    return tag("em", words("left", n=limit - area.households))


def bar(value: int, limit: int) -> Markup:
    """Households against their limit: the limit is a tick, what lies beyond it is hatched."""
    whole = max(value, round(limit * 1.1))
    inside, beyond = (100 * part / whole for part in (min(value, limit), max(0, value - limit)))
    tick = 100 * limit / whole
    look = "over" if value > limit else "near" if value >= NEAR * limit else "well"
    drawn = (
        f'<rect class="in" width="{inside:.2f}" height="10"/>'
        f'<rect class="beyond" x="{inside:.2f}" width="{beyond:.2f}" height="10"/>'
        f'<rect class="limit" x="{tick - 0.4:.2f}" width="0.8" height="10"/>'
    )
    return tag(
        "svg", Markup(drawn), class_=f"bar {look}", viewBox="0 0 100 10",
        preserveAspectRatio="none", role="img", aria_label=f"{value:,} / {limit:,}",
    )  # fmt: skip


def _growth(report: Report, words: Words) -> str:
    growth, area = report.growth, report.area
    if not growth.buildings:
        return words("no_growth")
    total = (area.households or 0) + growth.households
    said = words("growth", buildings=growth.buildings, n=growth.households, total=total)
    limit = area.level.household_limit
    if limit is not None:
        beyond = total - limit
        said += words("growth_over", n=beyond) if beyond > 0 else words("growth_left", n=-beyond)
    return said + (words("growth_unknown", n=growth.unknown) if growth.unknown else "")


def _parts(report: Report, words: Words) -> str:
    level = report.parts[0].figures.level
    facts: dict[str, object] = {
        "n": len(report.parts),
        "level": words.pair(level.zh, level.en.lower()),
    }
    if level.household_limit is None:
        return words("parts_count", **facts)
    facts["limit"] = level.household_limit
    over = sum(part.figures.over_by > 0 for part in report.parts)
    return words("parts_over", over=over, **facts) if over else words("parts_fine", **facts)


def _coverage(report: Report, words: Words) -> Markup:
    if not report.coverage:
        return tag("p", words("no_coverage"), class_="note")
    rows = [_covered(one, words) for one in report.coverage]
    return join(
        tag("dl", rows, class_="covered"), tag("p", _measured(report, words), class_="note")
    )


def _covered(one: Covered, words: Words) -> Markup:
    share = 0.0 if one.share is None else one.share
    drawn = Markup(f'<rect class="in" width="{100 * share:.2f}" height="10"/>')
    line = tag(
        "svg", drawn, class_="bar share", viewBox="0 0 100 10", preserveAspectRatio="none",
        aria_hidden="true",
    )  # fmt: skip
    told = words("unknown") if one.share is None else f"{100 * share:.1f} %"
    return join(
        tag("dt", words("minutes", n=one.minutes)),
        tag("dd", line, tag("b", told), tag("span", f"{one.households:,}")),
    )


def _measured(report: Report, words: Words) -> str:
    one = next(one for one in report.coverage if one.minutes == report.minutes)
    if not one.disc:
        return words("walked")
    return words("disc", n=one.minutes, metres=round(one.radius_m))


def _legend(report: Report, words: Words) -> Markup:
    """Tell what the map shows, in the order of a reader's questions."""
    entries: list[Markup] = [
        _key('<rect class="outline"', words("legend_outline", name=report.area.name))
    ]
    drawn = set(report.layers["parts"]["fill"])
    if report.parts and drawn:
        level = report.parts[0].figures.level
        entries.append(
            _key('<rect class="part"', words("legend_parts", level=words.pair(level.zh, level.en)))
        )
        limit = level.household_limit or 0
        if "over" in drawn:
            entries.append(_key('<rect class="hatch over"', words("legend_over", limit=limit)))
        if "near" in drawn:
            entries.append(_key('<rect class="hatch near"', words("legend_near")))
    if report.minutes is not None:
        disc = words("legend_disc") if any(one.disc for one in report.coverage) else ""
        entries.append(
            _key('<rect class="circle"', words("legend_circle", n=report.minutes) + disc)
        )
        if report.uncovered_buildings:
            said = words("legend_uncovered", n=report.minutes)
            entries.append(tag("li", Markup('<i class="bare"></i>'), said))
    here = {one.kind for one in report.facilities if one.inside}
    counts = {kind: sum(f.inside and f.kind == kind for f in report.facilities) for kind in here}
    for row, kind in enumerate(report.kinds):
        if kind in here:
            mark = Markup(f'<svg class="mark"><use href="#k{row}"/></svg>')
            entries.append(tag("li", mark, words.term(kind), tag("b", f"{counts[kind]:,}")))
    if any(one.state in HOLLOW for one in report.facilities):
        entries.append(tag("li", tag("span", words("legend_hollow"), class_="note")))
    return tag("ul", entries, class_="legend")


def _key(shape: str, said: str) -> Markup:
    drawn = Markup(
        f'<svg class="key" viewBox="0 0 26 14">{shape} x="2" y="2" width="22" height="10"/></svg>'
    )
    return tag("li", drawn, said)


def _foot(report: Report, words: Words, number: int) -> Markup:
    site = report.site
    said = [words.pair(site.name_zh, site.name_en)]
    if number == 1:
        said.append(words("self_drawn"))
    if report.review_number:
        said.append(report.review_number)
    return tag("footer", tag("span", " · ".join(said)), tag("span", words("page", n=number)))
