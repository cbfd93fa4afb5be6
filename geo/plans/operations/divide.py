"""Units are divided into units of a lower level, all outlines given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import shapely

from geo.boundaries import label_points
from geo.codes import serial_order
from geo.errors import BadInput, Refused
from geo.plans import redrawing
from geo.plans.arcs import Geometries, Ints, node, segments, with_nodes, without
from geo.plans.conserving import share_out
from geo.plans.draft import Change, Draft, Place, provisional_code
from geo.plans.operations.base import Words
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import require_some, shown
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Divide(Coded):
    """Each of some units becomes an area of units of a lower level.

    `areas` gives the outlines of the new units by the unit that they divide
    (`geo.plans.units_to_make` draws them along streets). They are named after it and numbered in
    the standard order.
    """

    kind: ClassVar[str] = "divide"

    areas: Mapping[int, tuple[shapely.Geometry, ...]]
    level: str

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If a unit is not in the draft, or the site has no such level.
        BadInput
            If there is nothing to divide, one is no unit, or the level is not below it.
        Refused
            If the outlines do not fit, part a building, or the households could not be conserved.
        """
        draft = survey.draft
        level = draft.site.level(self.level)
        numbers = sorted(require_some(tuple(self.areas), "areas"))
        units = [redrawing.unit(draft, number) for number in numbers]
        rows: list[Place] = []
        for unit in units:
            if draft.site.level(unit.level).rank >= level.rank:
                raise BadInput(
                    f"“{unit.name}” ({unit.code}) can't have units of the level “{level.en}”. "
                    "Choose a lower level.",
                    f"“{unit.name}”（{unit.code}）不能划分为“{level.zh}”。请选择更低的层级。",
                    id=unit.id,
                )
            outlines = _in_order(unit, self.areas[unit.id])
            bare = replace(
                unit, shape=None, households=None, people=None, estimated=False, origins=()
            )
            redrawing.require_uncut(survey.ground, outlines, _inner(unit, outlines))
            shares = share_out(survey, [unit], outlines, shapely.area(outlines)[None, :])
            rows.append(bare)
            for serial, (outline, share) in enumerate(zip(outlines, shares, strict=True), 1):
                new = next(ids)
                rows.append(
                    Place(
                        new, level.key, provisional_code(new), f"{unit.name}{level.zh}{serial}",
                        unit.id, outline, share.imported, share.people, share.estimated,
                        redrawing.origins([unit]),
                    )
                )  # fmt: skip
        drawn = segments([row.shape for row in rows if row.shape is not None])
        nodes, _ = node(segments([unit.shape for unit in units]), drawn)
        return redrawing.change(survey, units, rows, nodes)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        what, level = shown(draft, sorted(self.areas)), draft.site.level(self.level)
        count = sum(map(len, self.areas.values()))
        return Words(
            f"把{what.zh}划分为 {count} 个{level.zh}",
            f"Divide {what.en} into {count} of the level “{level.en}”",
        )

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the units that are divided."""
        return frozenset(self.areas)


def _inner(unit: Place, outlines: Geometries) -> Ints:
    """Give the segments of outlines that are not on the rim of the unit they divide."""
    rim = segments([unit.shape])
    drawn = segments(outlines)
    nodes, _ = node(rim, drawn)
    return without(drawn, segments([with_nodes(unit.shape, nodes)]))


def _in_order(unit: Place, shapes: tuple[shapely.Geometry, ...]) -> Geometries:
    outlines: Geometries = shapely.normalize(np.array(shapes, dtype=object))
    if not len(outlines):
        raise Refused(
            f"“{unit.name}” ({unit.code}) is given no outlines to be divided into.",
            f"“{unit.name}”（{unit.code}）没有给出划分后的边界。",
            id=unit.id,
        )
    return outlines[serial_order(label_points(outlines), shapely.area(outlines))]
