"""Units become one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import shapely

from geo.errors import BadInput, Refused
from geo.plans import redrawing
from geo.plans.arcs import joined
from geo.plans.conserving import share_out
from geo.plans.draft import Change, Draft, Place
from geo.plans.operations.base import Words
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_some, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Unite(Coded):
    """Unite units with one of them, of one parent or of several.

    `into` keeps its id, code, name and parent; it may stand among `units`, too. The figures sum.
    For areas above the units there is `merge`.
    """

    kind: ClassVar[str] = "unite"

    units: tuple[int, ...]
    into: int

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:  # noqa: ARG002
        """Compute the change; `ids` is not used.

        Raises
        ------
        NotFound
            If a unit is not in the draft.
        BadInput
            If there is nothing to unite, one is no unit, or the levels differ.
        Refused
            If they do not hang together, or the households could not be conserved.
        """
        draft = survey.draft
        into = redrawing.unit(draft, self.into)
        others = sorted(set(require_some(self.units, "units")) - {self.into})
        units = [into, *(redrawing.unit(draft, number) for number in others)]
        _require_alike(units)
        pieces = survey.fabric.contiguous_pieces([unit.id for unit in units])
        if len(pieces) > 1:
            apart = draft.places[min(pieces[1])]
            raise Refused(
                f"“{apart.name}” ({apart.code}) does not hang together with the others: no border "
                "that rivers, railways and walls leave open, and no bridge. Choose neighbours.",
                f"“{apart.name}”（{apart.code}）与其余单元不相连：没有未被河流、铁路、围墙隔断的"
                "共同边界，也没有桥。请选择相邻单元。",
                id=apart.id,
                pieces=[sorted(piece) for piece in pieces],
            )
        outline = np.array([joined(unit.shape for unit in units)], dtype=object)
        areas_m2 = shapely.area([unit.shape for unit in units])[:, None]
        (share,) = share_out(survey, units, outline, areas_m2)
        row = replace(
            into,
            shape=outline[0],
            households=share.imported,
            people=share.people,
            estimated=share.estimated,
            origins=redrawing.origins(units),
        )
        return redrawing.change(survey, units, [row], {})

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        others = shown(draft, [number for number in self.units if number != self.into])
        into = shown(draft, [self.into])
        return Words(f"把{others.zh}并入{into.zh}", f"Unite {others.en} with {into.en}")

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the units."""
        return frozenset({*self.units, self.into})


def _require_alike(units: list[Place]) -> None:
    into, *others = units
    if not others:
        raise BadInput(
            f"“{into.name}” can't be united with itself. Choose another unit beside it.",
            f"“{into.name}”不能与自身合并。请再选择一个相邻单元。",
            id=into.id,
        )
    for other in others:
        if other.level != into.level:
            raise BadInput(
                f"“{other.name}” ({other.code}) is not of the same level as “{into.name}”. Unite "
                "units of one level.",
                f"“{other.name}”（{other.code}）与“{into.name}”层级不同。只能合并同级单元。",
                id=other.id,
            )
