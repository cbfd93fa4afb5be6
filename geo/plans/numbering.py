"""Codes for places that have none of their own yet: the next serials, from the top down.

A code is its parent's code with a serial behind it, as wide as those of its siblings (digits may
follow letters: `1A` → `1A01`, `…-G01`). Where the siblings' codes do not extend the parent's, or
by more than four digits (communities of a county: town and serial), a new code stands beside that
of the area which most of its households come from, as the codes of its units tell: the same code
but for its last three digits. Zeros that fill a statistical code stay (`geo.codes.stem`).

Serials follow the highest one that was ever used; beside an origin they follow that of the origin,
so that a village stays among villages. They are never used twice. Within a parent, places are
numbered in the order of `geo.codes.serial_order`; those without any unit come last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries import label_points
from geo.codes import serial_order, stem
from geo.errors import Refused
from geo.plans.draft import Change, Draft, Place
from geo.plans.survey import Survey

_TAIL = re.compile(r"(.*[^0-9])?([0-9]{1,4})")
_SERIAL = 3
_WIDTHS = (_SERIAL, 1, 2, 4, 5, 6)


class Form(NamedTuple):
    """How a code is made of a prefix: letters, a serial of some digits, zeros that fill it up."""

    letters: str
    width: int
    fill: str

    def code(self, prefix: str, serial: int) -> str:
        """Write a code."""
        return f"{prefix}{self.letters}{serial:0{self.width}}{self.fill}"


class Row(NamedTuple):
    """Where the next code comes from: prefix, form, and the serial that it must follow."""

    prefix: str
    form: Form
    after: int | None


def lines_to_publish(
    survey: Survey, used: Collection[str], *, base: Survey | None = None
) -> gpd.GeoDataFrame:
    """Give all places of a plan as they will be published, every one with a real code.

    Parameters
    ----------
    survey : Survey
        The plan.
    used : collection of text
        Every code that any edition has ever had.
    base : Survey, optional
        The edition that the plan starts from. What was imported for an area above the units holds
        no more once it won or lost ground since: it is unknown then.

    Returns
    -------
    GeoDataFrame
        As `Draft.areas`, by place id, with `code` settled and `unit` (bool).

    Raises
    ------
    Refused
        If a range of serials is full, or a code would not match the level's pattern.
    BadInput
        If a place has no units.
    """
    draft = survey.draft
    unpublished = [n for n, place in draft.places.items() if place.provisional]
    settled = draft.after(renumbering(survey, unpublished, used))
    frame = settled.areas()
    unit = pd.Series([settled.places[n].shape is not None for n in frame.index], index=frame.index)
    if base is not None:
        redrawn = frame.index.isin(list(survey.drift(base).touches)) & ~unit
        frame.loc[redrawn, ["households", "people"]] = pd.NA
    return frame.assign(unit=unit)


def renumbering(survey: Survey, places: Collection[int], used: Collection[str]) -> Change:
    """Give places new codes, from the top down; the others keep theirs.

    Raises
    ------
    Refused
        If a range of serials is full, or a code would not match the level's pattern.
    """
    draft = survey.draft
    numbers = _Numbers(survey, frozenset(places), used)
    for level in draft.site.keys:
        families: dict[int | None, list[int]] = {}
        for n in sorted(places):
            if draft.places[n].level == level:
                families.setdefault(draft.places[n].parent, []).append(n)
        for parent in sorted(families, key=numbers.code):
            for n in _in_order(draft, families[parent]):
                numbers.give(draft.places[n])
    return Change.of(
        draft, [replace(draft.places[n], code=code) for n, code in numbers.given.items()]
    )


def extends(code: str, parent: str) -> bool:
    """Tell whether a code carries its parent's code."""
    return code != parent and code.startswith(stem(parent))


class _Numbers:
    """Codes on their way to places: `given` grows as `give` is called, from the top down."""

    def __init__(self, survey: Survey, places: frozenset[int], used: Collection[str]) -> None:
        self.survey = survey
        self.draft = survey.draft
        self.places = places
        self.taken = {*used, *(place.code for place in survey.draft.places.values())}
        self.given: dict[int, str] = {}
        self._last: dict[tuple[str, Form], int] = {}
        self._kin: dict[str, dict[int | None, list[Place]]] = {
            key: {} for key in self.draft.site.keys
        }
        for place in self.draft.places.values():
            if place.id not in places and not place.provisional:
                self._kin[place.level].setdefault(place.parent, []).append(place)
        self._of_level: dict[str, Form | None] = {}

    def code(self, number: int | None) -> str:
        """Give the code of a place as it will be; nothing above the top."""
        if number is None:
            return ""
        return self.given.get(number) or self.draft.places[number].code

    def give(self, place: Place) -> None:
        """Find the next code for a place."""
        level = self.draft.site.level(place.level)
        code = self._next(place, self._row(place))
        if not level.accepts(code):
            raise Refused(
                f"“{place.name}” would get the code {code}, which does not match the pattern "
                f"{level.code_pattern} of the level “{level.en}”. Give it a code by hand (recode).",
                f"“{place.name}”将得到编码 {code}，不符合“{level.zh}”层级的编码规则 "
                f"{level.code_pattern}。请手工改码。",
                id=place.id,
                code=code,
            )
        self.given[place.id] = code
        self.taken.add(code)

    def _row(self, place: Place) -> Row:
        """Find where the code of a place comes from."""
        prefix = stem(self.code(place.parent))
        form = self._form(place.level, place.parent)
        if form is not None:
            return Row(prefix, form, None)
        beside = self._origin(place)
        whole = stem(beside)
        if whole[-_SERIAL:].isdigit() and len(whole) > _SERIAL:
            form = Form("", _SERIAL, beside[len(whole) :])
            return Row(whole[:-_SERIAL], form, int(whole[-_SERIAL:]))
        level = self.draft.site.level(place.level)
        forms = [Form("", width, "") for width in _WIDTHS]
        fits = (form for form in forms if level.accepts(form.code(prefix, 1)))
        return Row(prefix, next(fits, forms[0]), None)

    def _form(self, level: str, parent: int | None) -> Form | None:
        """Learn how codes extend their parent's: from siblings, else from the whole level."""
        kin = self._kin[level]
        siblings = [_form_of(p.code, self.code(parent)) for p in kin.get(parent, ())]
        found = _usual([form for form in siblings if form is not None])
        if found is None and level not in self._of_level:
            self._of_level[level] = _usual(
                [
                    _form_of(place.code, self.code(above))
                    for above, family in kin.items()
                    if above not in self.places
                    for place in family
                ]
            )
        return found or self._of_level[level]

    def _origin(self, place: Place) -> str:
        """Give the code of the area of its level that most of its households come from."""
        kin = self._kin[place.level]
        lengths = {len(p.code) for family in kin.values() for p in family}
        households: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for n in self.draft.units(place.id):
            for code in self._codes_of(n):
                for origin in {code[:k] for k in lengths} & self.taken:
                    households[origin] += self.survey.households(n) or 0
                    units[origin] += 1
        nearest = min((p.code for p in kin.get(place.parent, ())), default="")
        return min(units, key=lambda c: (-households[c], -units[c], c), default=nearest)

    def _codes_of(self, unit: int) -> list[str]:
        """Give the code of a unit, or those of the units whose ground a new one holds."""
        places = self.draft.places
        sources = places[unit].origins if places[unit].provisional else (unit,)
        return [places[n].code for n in sources if n in places]

    def _next(self, place: Place, row: Row) -> str:
        prefix, form, origin = row
        full = 10**form.width
        last = self._highest(prefix, form) if origin is None else origin
        for serial in (*range(last + 1, full), *range(1, last)):
            if (code := form.code(prefix, serial)) not in self.taken:
                if origin is None:
                    self._last[prefix, form] = serial
                return code
        first, final = form.code(prefix, 1), form.code(prefix, full - 1)
        raise Refused(
            f"All codes from {first} to {final} have been used. Give “{place.name}” a code by "
            "hand (recode).",
            f"编码 {first} 至 {final} 已全部用过。请为“{place.name}”手工改码。",
            id=place.id,
        )

    def _highest(self, prefix: str, form: Form) -> int:
        """Find the highest serial of a row that was ever used; 0 if none was."""
        if (prefix, form) not in self._last:
            first = len(prefix + form.letters)
            like = (code for code in self.taken if code.startswith(prefix + form.letters))
            serials = (code[first : first + form.width] for code in like)
            known = [
                int(s) for s in serials if s.isdecimal() and form.code(prefix, int(s)) in self.taken
            ]
            self._last[prefix, form] = max(known, default=0)
        return self._last[prefix, form]


def _form_of(code: str, parent: str) -> Form | None:
    """Read how a code extends its parent's; None where it does not, or by too much."""
    whole, base = stem(code), stem(parent)
    tail = _TAIL.fullmatch(whole[len(base) :]) if base and whole.startswith(base) else None
    return tail and Form(tail[1] or "", len(tail[2]), code[len(whole) :])


def _usual(forms: list[Form | None]) -> Form | None:
    """Give the form that most have; of equally many the last by its parts."""
    counts = Counter(forms)
    return max(counts, key=lambda form: (counts[form], form or ()), default=None)


def _in_order(draft: Draft, places: list[int]) -> list[int]:
    """Order places for numbering; those without units last."""
    shapes = np.array([draft.outline(n) for n in places], dtype=object)
    drawn = np.flatnonzero(~shapely.is_empty(shapes))
    order = serial_order(label_points(shapes[drawn]), shapely.area(shapes[drawn]))
    first = [places[k] for k in drawn[order].tolist()]
    return first + sorted(set(places) - set(first))
