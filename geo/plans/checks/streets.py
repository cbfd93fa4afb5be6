"""Borders far from streets: lines that nobody can see on the ground.

Only told: a border through a park or along a hill has its reasons. Of the levels that carry a
limit, where less than half of the border with others runs along streets; silent where no street
is registered.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.boundaries import Finding, Wording, share_text
from geo.plans.checks.case import Case

KEY, VERSION = "streets", 1

#: From this share on a border counts as one that follows streets.
SHARE = 0.5

FAR = Wording(
    "info",
    "Only {share} of the border of {areas} runs along streets.",
    "{areas} 的界线只有 {share} 沿道路。",
    "Follow the streets where the lines allow.",
    "如条件允许，请使界线沿道路走向。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the areas of the levels that have a limit."""
    if not (case.survey.ground.features["kind"] == "street").any():
        return
    for place in case.places:
        if case.levels[place.level].household_limit is None:
            continue
        found = case.survey.of_area(place.id)
        if found.perimeter_um and found.street_um < SHARE * found.perimeter_um:
            share = found.street_um / found.perimeter_um
            yield case.finding("far_from_streets", FAR, place.id, share=share_text(share))
