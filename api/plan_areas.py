"""Areas of plans on the wire: what is measured in them, what was found, who may see which."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from api.features import in_degrees, records
from api.places import lonlat
from api.wire import AreaHead
from api.wire.plans import AreaOutline, PlanArea, PlanFinding, PlanRef
from api.wire.questions import Geometry
from geo import plans
from geo.access import Actor, Right
from geo.boundaries import Finding, units_within
from geo.db import Transaction
from geo.plans import Draft, Place, PlanHead, Survey

#: Figures about people and what happened to them, and the right that shows them.
_SHOWN_BY: Mapping[str, Right] = {"members": "members.read", "incidents": "incidents.read"}


@dataclass(frozen=True, eq=False)
class Looked:
    """A plan as it was at one revision, beside the lines that it starts from."""

    head: PlanHead
    survey: Survey
    base: Survey
    revision: int

    @property
    def ref(self) -> PlanRef:
        """How answers name it."""
        return PlanRef(id=self.head.id, revision=self.revision, base=self.head.base)


def look(tx: Transaction, plan: int, *, actor: Actor, revision: int | None = None) -> Looked:
    """Load a plan as of a revision, the latest if none is given."""
    head = plans.plan_head(tx, plan, actor=actor)
    number = head.revision if revision is None else revision
    survey = plans.survey_of(tx, plan, revision=number, actor=actor)
    base = plans.base_survey(tx, head.base, actor=actor)
    return Looked(head, survey, base, number)


def area_head(place: Place) -> AreaHead:
    """Name an area of a draft."""
    return AreaHead(level=place.level, id=place.id, code=place.code, name=place.name)


def chain_heads(draft: Draft, place: int) -> list[AreaHead]:
    """Name an area and all above it, top first."""
    return [area_head(one) for one in reversed(draft.chain(place))]


def in_order(draft: Draft, areas: Iterable[int]) -> list[int]:
    """Put areas in the order of answers: by level from the top, then by code."""
    ranks = {level.key: level.rank for level in draft.site.levels}
    found = (draft.places[n] for n in areas)
    return [p.id for p in sorted(found, key=lambda p: (ranks[p.level], p.code.encode(), p.id))]


def area_rows(
    tx: Transaction, looked: Looked, areas: Iterable[int], *, actor: Actor
) -> list[PlanArea]:
    """Measure areas and put them on the wire, by level and code."""
    survey, draft = looked.survey, looked.survey.draft
    numbers = in_order(draft, areas)
    frame = plans.metrics(survey, numbers, base=looked.base).reindex(numbers)
    shown = {
        key: _sees(tx, survey, looked.head.base, actor, right) for key, right in _SHOWN_BY.items()
    }
    rows = []
    for number, figures in zip(numbers, records(pd.DataFrame(frame)), strict=True):
        place = draft.places[number]
        hidden = {key: None for key, sees in shown.items() if key in figures and not sees(number)}
        rows.append(
            PlanArea(
                id=number,
                level=place.level,
                code=place.code,
                name=place.name,
                provisional=place.provisional,
                parent=place.parent,
                unit=place.shape is not None,
                estimated=place.estimated,
                metrics={**figures, **hidden},
            )
        )
    return rows


def unseen(actor: Actor) -> list[str]:
    """List the figures that an actor may not see of the town as a whole."""
    return [name for name, right in _SHOWN_BY.items() if not _everywhere(actor, right)]


def _everywhere(actor: Actor, right: Right) -> bool:
    return actor.may(right) and actor.scope(right).everywhere


def _sees(
    tx: Transaction, survey: Survey, edition: int, actor: Actor, right: Right
) -> Callable[[int], bool]:
    """Tell of which areas an actor may see a figure: those that lie in the actor's own.

    Areas of a plan can be drawn at will, a single house apart: counts of any others, however
    rounded or suppressed, would give each house away to who redraws and subtracts.
    """
    if _everywhere(actor, right):
        return lambda _: True
    if not actor.may(right):
        return lambda _: False
    own = set(units_within(tx, edition, actor.scope(right).places or ()).tolist())
    draft = survey.draft

    def inside(area: int) -> bool:
        return all(own.issuperset(draft.places[n].origins or (n,)) for n in draft.units(area))

    return inside


# -- findings


def outline_out(draft: Draft, area: int) -> AreaOutline | None:
    """Draw an area in degrees; None for one without units."""
    outline = draft.outline(area)
    if outline.is_empty:
        return None
    (shape,) = in_degrees(np.array([outline], dtype=object), draft.site.epsg)
    place = draft.places[area]
    return AreaOutline(
        type="Feature",
        id=area,
        geometry=Geometry.model_validate(json.loads(shapely.to_geojson(shape))),
        properties={"level": place.level, "code": place.code, "name": place.name},
    )


def findings_out(findings: Iterable[Finding], draft: Draft) -> list[PlanFinding]:
    """Put findings on the wire, errors first."""
    ranks = {"error": 0, "warning": 1, "info": 2}
    return [
        _finding(finding, draft)
        for finding in sorted(findings, key=lambda f: (ranks[f.severity], f.code))
    ]


def _finding(finding: Finding, draft: Draft) -> PlanFinding:
    lon = lat = None
    if finding.x is not None and finding.y is not None:
        lon, lat = lonlat(finding.x, finding.y, draft.site.epsg)
    return PlanFinding(
        code=finding.code,
        severity=finding.severity,
        zh=finding.zh,
        en=finding.en,
        remedy_zh=finding.remedy_zh,
        remedy_en=finding.remedy_en,
        areas=[area_head(draft.places[n]) for n in finding.places if n in draft.places],
        lon=lon,
        lat=lat,
    )
