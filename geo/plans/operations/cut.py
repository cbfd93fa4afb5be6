"""Cut a unit by a drawn line: a true cut, through everything but buildings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import shapely

from geo.errors import Refused
from geo.plans import redrawing
from geo.plans.arcs import PER_M, Geometries, Ints, Parted, joined, parted, segments, ways
from geo.plans.conserving import share_out
from geo.plans.draft import Change, Draft, Place, provisional_code
from geo.plans.operations.base import Words
from geo.plans.operations.carry import NEW
from geo.plans.operations.codec import Coded
from geo.plans.operations.wording import shown
from geo.plans.sides import require_untangled
from geo.plans.survey import Survey


@dataclass(frozen=True, slots=True)
class Cut(Coded):
    """A unit is cut into the ground left and right of a line.

    The part with most households (then most ground) keeps the id, the other is a new unit of
    the same parent. Islands that the line does not cross stay with the nearest part.
    """

    kind: ClassVar[str] = "cut"

    unit: int
    line: shapely.LineString

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        BadInput
            If the line is a scribble.
        Refused
            If the line does not part the unit, parts it in more than two, or crosses a building;
            if the households could not be conserved.
        """
        draft = survey.draft
        unit = redrawing.unit(draft, self.unit)
        require_untangled(self.line)
        found = parted([unit.shape], segments([self.line]))
        parts = _sides(unit, found, self.line)
        redrawing.require_uncut(survey.ground, parts, found.cuts)
        overlap_m2 = shapely.area(parts)[None, :]
        shares = share_out(survey, [unit], parts, overlap_m2)
        kept = max((0, 1), key=lambda k: (shares[k].households, shapely.area(parts[k])))
        new = next(ids)
        rows = [
            replace(
                unit,
                id=unit.id if k == kept else new,
                code=unit.code if k == kept else provisional_code(new),
                name=unit.name if k == kept else f"{unit.name}{NEW}",
                shape=parts[k],
                households=share.imported,
                people=share.people,
                estimated=share.estimated,
                origins=redrawing.origins([unit]),
            )
            for k, share in enumerate(shares)
        ]
        return redrawing.change(survey, [unit], rows, found.nodes)

    def label(self, draft: Draft) -> Words:
        """Say what it does."""
        unit = shown(draft, [self.unit])
        return Words(f"沿线切割{unit.zh}", f"Cut {unit.en} along a line")

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the unit."""
        return frozenset({self.unit})


def _sides(unit: Place, found: Parted, line: shapely.LineString) -> Geometries:
    """Put the faces together to what lies left and what lies right of the line."""
    islands = shapely.get_parts(unit.shape)
    inner = shapely.point_on_surface(found.faces)
    face, island = shapely.STRtree(islands).query(inner, predicate="intersects")
    sides: tuple[list[shapely.Geometry], list[shapely.Geometry]] = ([], [])
    whole: list[shapely.Geometry] = []
    for k in range(len(islands)):
        here = found.faces[face[island == k]]
        if len(here) == 1:
            whole.append(here[0])
        elif len(here) == len(sides):
            left = _leftness(here[0], found.cuts, line) >= _leftness(here[1], found.cuts, line)
            sides[0].append(here[0 if left else 1])
            sides[1].append(here[1 if left else 0])
        else:
            raise _too_many(unit, len(here))
    if not sides[0]:
        raise Refused(
            f"The line does not part {unit.name} ({unit.code}). Draw it across the unit, from "
            "outside to outside.",
            f"这条线没有把{unit.name}（{unit.code}）分开。请从单元外画到单元外，横穿该单元。",
            id=unit.id,
        )
    for one in whole:
        away = [min(one.distance(other) for other in side) for side in sides]
        sides[0 if away[0] <= away[1] else 1].append(one)
    return np.array([joined(side) for side in sides], dtype=object)


def _leftness(face: shapely.Polygon, cuts: Ints, line: shapely.LineString) -> float:
    """Measure how much longer the cuts that a face lies left of are than those it lies right of."""
    known = set(map(tuple, cuts.tolist()))
    ours = [way for way in ways(face) if (*min(way), *max(way)) in known]
    ends = shapely.line_locate_point(line, shapely.points(np.array(ours) / PER_M))
    return float((ends[:, 1] - ends[:, 0]).sum())


def _too_many(unit: Place, count: int) -> Refused:
    return Refused(
        f"The line parts {unit.name} ({unit.code}) in {count}. Draw a line that crosses it once, "
        "and cut again for more.",
        f"这条线把{unit.name}（{unit.code}）分成了 {count} 块。请只横穿一次；需要更多块时再切一次。",
        id=unit.id,
        count=count,
    )
