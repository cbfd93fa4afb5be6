"""An area parted along a drawn line, by whole units."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
import shapely

from geo.errors import BadInput, Refused
from geo.plans.draft import Change, Draft, Place
from geo.plans.fabric import Fabric
from geo.plans.operations.base import Words
from geo.plans.operations.carry import NEW, carry, new_place, require_not_a_unit
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import shown
from geo.plans.sides import left_of, mostly_in, require_simple
from geo.plans.survey import Survey

_PARTS = 2


class Side(NamedTuple):
    """One part of an area: its units (ids, rising) and their known households (None: unknown)."""

    units: tuple[int, ...]
    households: int | None


class SplitPreview(NamedTuple):
    """What a line makes of an area: the part that keeps the id, and the new area."""

    kept: Side
    made: Side


@dataclass(frozen=True, slots=True)
class Split(Coded):
    """Part an area along a line.

    Each unit goes to the side of the line that holds most of it (`geo.plans.sides` says what the
    sides are); a piece of one side that the other one surrounds is handed over, so that both are
    contiguous where that is possible. The part with most households (then with most units, then
    the left one) keeps the id. The other becomes a new area of the same level and parent; areas
    between that are parted too are made anew in it, as in `Move`. `names` are those of the part
    that keeps the id and of the new area; blank or missing ones are as they were, or that with
    “（新）”. To part a unit itself there is `cut`.
    """

    kind: ClassVar[str] = "split"

    area: int
    line: shapely.LineString
    names: tuple[str, ...] = ()

    def preview(self, survey: Survey) -> SplitPreview:
        """Give both parts without keeping anything; raises as `apply` does."""
        draft = survey.draft
        place = require_not_a_unit(draft, self.area)
        require_simple(self.line)
        units = draft.units(self.area)
        region, faces = left_of(draft.outline(self.area), self.line)
        if faces < _PARTS:
            raise _parts_nothing(place)
        shapes = np.array([draft.places[n].shape for n in units], dtype=object)
        on_left = mostly_in(shapes, region)
        left = frozenset(n for n, here in zip(units, on_left.tolist(), strict=True) if here)
        if not 0 < len(left) < len(units):
            raise _all_on_one_side(place)
        parts = _without_islands(survey.fabric, left, frozenset(units) - left)
        sides = [Side(tuple(sorted(part)), _households(survey, part)) for part in parts]
        kept, made = sorted(sides, key=lambda side: (-(side.households or 0), -len(side.units)))
        return SplitPreview(kept, made)

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If the area is not in the draft.
        BadInput
            If the line crosses itself, or there are more than two names.
        Refused
            If it is a unit, the line does not part it, or all units lie on one side.
        """
        if len(self.names) > _PARTS:
            raise BadInput(
                "A split gives two parts. Give at most two names.",
                "拆分只产生两个部分。最多填写两个名称。",
                option="names",
            )
        parts = self.preview(survey)
        draft, place = survey.draft, survey.draft.place(self.area)
        kept_name, made_name = (*self.names, "", "")[:_PARTS]
        name = made_name or f"{place.name}{NEW}"
        made = new_place(ids, place.level, name, place.parent)
        rows = [made, *carry(draft, parts.made.units, made, ids)]
        return Change.of(draft, [*rows, replace(place, name=kept_name or place.name)])

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what = shown(draft, [self.area])
        return Words(f"沿线拆分{what.zh}", f"Split {what.en} along a line")

    def about(self, draft: Draft) -> frozenset[int]:
        """Give the area and all of its units."""
        return frozenset({self.area, *draft.units(draft.place(self.area).id)})


def _without_islands(
    fabric: Fabric, left: frozenset[int], right: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Hand over what does not hold together with its own side but does with the other."""
    left, right = _hand_over(fabric, left, right)
    right, left = _hand_over(fabric, right, left)
    return left, right


def _hand_over(
    fabric: Fabric, giving: frozenset[int], taking: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    known = fabric.households
    pieces = fabric.contiguous_pieces(giving)
    pieces.sort(key=lambda piece: (-sum(known.get(n, 0) for n in piece), -len(piece)))
    for piece in pieces[1:]:
        apart = len(fabric.contiguous_pieces(taking))
        if len(fabric.contiguous_pieces(taking | piece)) <= apart:
            giving, taking = giving - piece, taking | piece
    return giving, taking


def _households(survey: Survey, units: Collection[int]) -> int | None:
    known = [found for n in units if (found := survey.households(n)) is not None]
    return sum(known) if known else None


def _parts_nothing(place: Place) -> Refused:
    return Refused(
        f"The line does not part “{place.name}”. Draw it from outside the area through to outside.",
        f"所画的线没有把“{place.name}”分开。请从区域外画起，穿过区域，画到区域外。",
        id=place.id,
    )


def _all_on_one_side(place: Place) -> Refused:
    return Refused(
        f"Every unit of “{place.name}” lies mostly on one side of the line. Draw it elsewhere; "
        "to part a unit itself, cut it.",
        f"“{place.name}”的所有单元都主要位于线的同一侧。请改画位置；如需拆分单元本身，请用“切割”。",
        id=place.id,
    )
