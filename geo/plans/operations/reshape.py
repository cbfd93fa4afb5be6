"""A border between two units is drawn anew; nobody else's outline changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import shapely

from geo.errors import Refused
from geo.plans import redrawing
from geo.plans.conserving import share_out
from geo.plans.draft import Change, Draft
from geo.plans.operations.base import Words
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import shown
from geo.plans.rerouting import rerouted
from geo.plans.sides import require_untangled
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Reshape(Coded):
    """A stretch of the border of two units is replaced by a drawn line.

    The line begins and ends on or near their common border; what it overshoots is left out
    (`geo.plans.rerouting`). Both outlines change, those of all others stay to the byte.
    """

    kind: ClassVar[str] = "reshape"

    first: int
    second: int
    line: shapely.LineString

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If a unit is not in the draft.
        BadInput
            If one is no unit, or the line is a scribble.
        Refused
            If the line can't be the border: it leaves the two, meets the border with others,
            crosses a building, or a unit would vanish or fall apart; if the households could
            not be conserved.
        """
        draft = survey.draft
        units = [redrawing.unit(draft, number) for number in (self.first, self.second)]
        require_untangled(self.line)
        route = rerouted(units[0], units[1], self.line)
        redrawing.require_uncut(survey.ground, route.outlines, route.path)
        before = np.array([unit.shape for unit in units], dtype=object)
        overlap_m2 = shapely.area(shapely.intersection(before[:, None], route.outlines[None, :]))
        shares = share_out(survey, units, route.outlines, overlap_m2)
        if shapely.equals(before, route.outlines).all():
            raise Refused(
                "The line runs where the border is already. Draw it elsewhere.",
                "这条线与现有边界相同。请画在别处。",
                ids=[self.first, self.second],
            )
        rows = [
            replace(
                unit,
                shape=route.outlines[k],
                households=share.imported,
                people=share.people,
                estimated=share.estimated,
                origins=redrawing.origins(
                    source for i, source in enumerate(units) if overlap_m2[i, k] > 0
                ),
            )
            for k, (unit, share) in enumerate(zip(units, shares, strict=True))
        ]
        return redrawing.change(survey, units, rows, {})

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        first, second = shown(draft, [self.first]), shown(draft, [self.second])
        return Words(
            f"重画{first.zh}与{second.zh}的边界",
            f"Redraw the border of {first.en} and {second.en}",
        )

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give both units."""
        return frozenset({self.first, self.second})
