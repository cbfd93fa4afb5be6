"""One round of checks: the survey, the places looked at, and how a finding about them is made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo.boundaries import Finding, Level, Severity, Wording
from geo.plans.checks.context import CheckContext
from geo.plans.draft import Draft, Place
from geo.plans.survey import Survey

#: As many names are written out in a sentence; `codes` and `places` have them all.
_NAMED = 3
_LIGHTER: Mapping[Severity, Severity] = {"error": "warning", "warning": "info", "info": "info"}


@dataclass(frozen=True, eq=False)
class Case:
    """What a rule looks at.

    Attributes
    ----------
    survey
        The plan.
    areas
        Ids of the places to look at, units and what is above them; all of the draft's.
    base
        What the plan began with; None: nothing to compare with.
    context
        Codes and staff.
    """

    survey: Survey
    areas: frozenset[int]
    base: Survey | None
    context: CheckContext

    @property
    def draft(self) -> Draft:
        """The plan's places."""
        return self.survey.draft

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places to look at, by id."""
        rows = self.draft.places
        return tuple(rows[number] for number in sorted(self.areas))

    @cached_property
    def above(self) -> tuple[Place, ...]:
        """Those of them that are not units, empty ones included."""
        return tuple(place for place in self.places if place.shape is None)

    @cached_property
    def crown(self) -> int | None:
        """The one place that all others lie in, if it is looked at and there is such a one."""
        rows = self.draft.places
        if not any(rows[number].parent is None for number in self.areas):
            return None
        tops = [number for number, place in rows.items() if place.parent is None]
        return tops[0] if len(tops) == 1 else None

    @cached_property
    def units(self) -> frozenset[int]:
        """The units that are looked at, or lie in what is looked at, the crown left out.

        What parts units never parts the crown from another area.
        """
        rows, children = self.draft.places, self.draft.children
        seen, waiting = set(self.areas), [number for number in self.areas if number != self.crown]
        while waiting:
            fresh = children.get(waiting.pop(), frozenset()) - seen
            seen |= fresh
            waiting.extend(fresh)
        return frozenset(number for number in seen if rows[number].shape is not None)

    @cached_property
    def with_children(self) -> tuple[Place, ...]:
        """Give the places to look at and their children, by id: who says something of a parent."""
        rows, children = self.draft.places, self.draft.children
        inner = (kid for number in self.areas for kid in children.get(number, ()))
        return tuple(rows[number] for number in sorted(self.areas.union(inner)))

    @cached_property
    def top_rank(self) -> int:
        """Rank of the highest level that the plan has: its places need no parent."""
        return min(self.levels[place.level].rank for place in self.draft.places.values())

    @cached_property
    def levels(self) -> dict[str, Level]:
        """The site's levels by key."""
        return {level.key: level for level in self.draft.site.levels}

    def was(self, number: int) -> Place | None:
        """Give a place as the base has it."""
        return None if self.base is None else self.base.draft.places.get(number)

    def finding(
        self,
        code: str,
        wording: Wording,
        *places: int,
        at: tuple[float, float] | None = None,
        said: int | None = None,
        before: bool = False,
        area_m2: float | None = None,
        **facts: object,
    ) -> Finding:
        """Make a finding about places: the first is the one that the sentence is about.

        Parameters
        ----------
        at
            A point to look at; None: in the first of the places.
        said
            How many of the places the sentence speaks of; None: all.
        before
            The plan began with it and made it no worse. It is told one step lighter then: nobody
            is kept from publishing, or asked for a reason, for what the plan did not do.
        """
        rows = [self.draft.places[number] for number in places]
        if at is None:
            at = point_in(self.draft, self.draft.units(places[0]))
        if before:
            wording = wording._replace(severity=_LIGHTER[wording.severity])
        return Finding.worded(
            code,
            wording,
            *(row.code for row in rows),
            row=None,
            at=at,
            area_m2=area_m2,
            areas=named(rows[:said]),
            level_zh=self.levels[rows[0].level].zh,
            level_en=self.levels[rows[0].level].en,
            places=list(places),
            **facts,
        )

    def siblings(self) -> Iterator[tuple[int | None, list[Place]]]:
        """Give the places with each parent that any of the places looked at has, by id."""
        rows, children = self.draft.places, self.draft.children
        parents = {place.parent for place in self.places}
        if None in parents:
            yield None, [row for _, row in sorted(rows.items()) if row.parent is None]
        for parent in sorted(number for number in parents if number is not None):
            yield parent, [rows[number] for number in sorted(children[parent])]


def holder(draft: Draft, number: int, level: str) -> int | None:
    """Give the place of a level that a place is or lies in, as quickly as can be."""
    here: int | None = number
    while here is not None and (row := draft.places[here]).level != level:
        here = row.parent
    return here


def point_in(draft: Draft, units: Collection[int]) -> tuple[float, float] | None:
    """Give a point to look at: in the unit nearest to the middle of all of them."""
    if not units:
        return None
    shapes = np.array([draft.places[unit].shape for unit in sorted(units)], dtype=object)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    away = np.hypot(*(middles - middles.mean(axis=0)).T)
    point = shapely.point_on_surface(shapes[int(np.argmin(away))])
    return round(point.x, 3), round(point.y, 3)


def named(places: Sequence[Place]) -> str:
    """Name places for people, in either language: name and code of the first few."""
    said = [
        f"{place.name} {place.code}".strip() if not place.provisional else place.name or place.code
        for place in places[:_NAMED]
    ]
    return ", ".join(said) + ("…" if len(places) > _NAMED else "")
