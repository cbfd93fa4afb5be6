"""The page of an impact: one offline file of A4 sheets, a map first, then the lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from geo.boundaries import Level
from geo.errors import Language
from geo.plans import Impact
from geo.plans.impact_tables import summary
from geo.reports.html import Markup, join, tag
from geo.reports.impact_map import Drawn, draw_impact, shown_level
from geo.reports.impact_sections import sections, sheets
from geo.reports.impact_words import IMPACT_WORDS
from geo.reports.offline import Block, Code, OfflineFigure
from geo.reports.words import Words

_STYLES = tuple(Path(__file__).parent / name for name in ("report.css", "impact.css"))
_ARROW = '<svg viewBox="0 0 20 28"><path d="M10 1L18 27L10 21L2 27Z" fill="#23282e"/></svg>'


def impact_report(
    found: Impact,
    *,
    title: str,
    before: str,
    after: str,
    day: dt.date,
    language: Language,
    review_number: str | None = None,
) -> str:
    """Give the page of an impact as one HTML file that asks for nothing.

    Parameters
    ----------
    title
        What the redraw is called.
    before, after
        What is compared, such as “第 3 版” and the plan's title.
    day
        The day that the page is made on.
    review_number
        The number that public maps carry, if the site has one.

    Raises
    ------
    Unavailable
        If the scripts and styles that it carries inside are not packed.
    """
    words = Words(language, IMPACT_WORDS)
    heading = words("title", name=title)
    level = shown_level(found)
    drawn = draw_impact(found, level)
    lists = list(sheets(sections(found, words), words))
    pages = 1 + len(lists)
    foot = [_foot(found, words, n, pages, review_number) for n in range(1, pages + 1)]
    head = tag(
        "header",
        tag("p", words("between", before=before, after=after), class_="where"),
        tag("h1", heading),
        tag("p", words("made", date=str(day)), class_="edition"),
    )
    opening = join(
        Markup('<main class="sheets"><section class="sheet">'), head, _figures(found, level, words),
        Markup(f'<figure class="map" style="height:{drawn.map_mm:.1f}mm">'),
    )  # fmt: skip
    closing = join(
        tag("div", tag("b", words("north")), Markup(_ARROW), class_="north"), Markup("</figure>"),
        _legend(drawn, level, words), foot[0], Markup("</section>"),
        *(tag("section", sheet, foot[n + 1], class_="sheet") for n, sheet in enumerate(lists)),
        Markup("</main>"),
    )  # fmt: skip
    figure = OfflineFigure(title=heading, language="zh-CN" if language == "zh" else "en")
    figure.add_child(Block("opening", opening))
    drawn.map.add_to(figure)
    figure.add_child(Block("closing", closing))
    style = "".join(path.read_text("utf-8") for path in _STYLES)
    figure.html.add_child(Code(f"<style>{style}</style>"), name="style")
    return figure.render()


def _figures(found: Impact, level: Level, words: Words) -> Markup:
    """Give the figures that one reads first: those of the level that is drawn."""
    sums = summary(found).set_index("level").loc[level.key].to_dict()
    name = words.pair(level.zh, level.en)
    fates = {key: int(sums[key]) for key in ("new", "retired", "redrawn")}
    facts = {"before": int(sums["areas_before"]), "after": int(sums["areas_after"]), **fates}
    told = [tag("section", tag("h2", name), tag("p", words("fates", **facts)))]
    for count in ("households", "members", "incidents"):
        moved, whole = sums[f"{count}_elsewhere"], sums[f"{count}_before"]
        if moved is None:
            continue
        head = words("elsewhere", level=name)
        number = join(tag("strong", f"{moved:,}"), f" / {whole:,} {words(count)}")
        told.append(tag("section", tag("h2", head), tag("p", number)))
    return tag("div", told, class_="figures")


def _legend(drawn: Drawn, level: Level, words: Words) -> Markup:
    name = words.pair(level.zh, level.en)
    keys = [("after", words("legend_after", level=name)), ("before", words("legend_before"))]
    keys += [(fate, words(f"legend_{fate}")) for fate in drawn.fates]
    entries = [tag("li", Markup(_key(look)), said) for look, said in keys]
    return tag("ul", entries, tag("li", words("legend_figure")), class_="legend")


def _key(look: str) -> str:
    shape = f'<rect class="{look}" x="2" y="2" width="22" height="10"/>'
    return f'<svg class="key" viewBox="0 0 26 14">{shape}</svg>'


def _foot(
    found: Impact, words: Words, number: int, pages: int, review_number: str | None
) -> Markup:
    site = found.after.draft.site
    said = [words.pair(site.name_zh, site.name_en)]
    if number == 1:
        said.append(words("self_drawn"))
    if review_number:
        said.append(review_number)
    return tag(
        "footer", tag("span", " · ".join(said)), tag("span", words("page", n=number, all=pages))
    )
