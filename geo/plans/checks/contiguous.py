"""Areas in pieces: one that a worker can't walk through without leaving it.

Rivers, railways and walls part, declared bridges link; the rule is the fabric's. A new piece
apart is an error; one that the plan began with may have its reasons and is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from geo.boundaries import Finding, Wording
from geo.plans.checks.case import Case, point_in
from geo.plans.survey import Survey

KEY, VERSION = "contiguous", 1

APART = Wording(
    "error",
    "{areas} is in {pieces} pieces: {count} units with {households} households lie apart from"
    " the rest ({units}).",
    "{areas} 分为 {pieces} 块：其中 {count} 个单元、{households} 户与主体不相连（{units}）。",
    "Move this piece to the area around it, or join it to the rest; if a bridge leads there,"
    " enter it as a bridge.",
    "请将这一块移入周围的区域，或使其与主体相连；如有桥梁相通，请登记该桥。",
)
_SHOWN = 6

#: The pieces of all units of the surveys that plans are based on; they live as long.
_FOUND: WeakKeyDictionary[Survey, list[frozenset[int]]] = WeakKeyDictionary()


def find(case: Case) -> Iterator[Finding]:
    """Name every piece of an area but the one with most households."""
    for place in case.above:
        pieces = _of_all(case) if place.id == case.crown else _pieces(case.survey, place.id)
        if len(pieces) < 2:  # noqa: PLR2004
            continue
        before = (
            case.base is not None
            and case.was(place.id) is not None
            and len(_pieces(case.base, place.id)) >= len(pieces)
        )
        for piece in pieces[1:]:
            units = sorted(piece)
            codes = [case.draft.places[unit].code for unit in units]
            yield case.finding(
                "not_contiguous", APART, place.id, *units, said=1,
                at=point_in(case.draft, units), before=before,
                pieces=len(pieces), count=len(units),
                households=sum(case.survey.figures(unit).households for unit in units),
                units=", ".join(codes[:_SHOWN]) + ("…" if len(codes) > _SHOWN else ""),
            )  # fmt: skip


def _pieces(survey: Survey, area: int) -> list[frozenset[int]]:
    return survey.fabric.contiguous_pieces(survey.draft.units(area))


def _of_all(case: Case) -> list[frozenset[int]]:
    """Give the pieces of all units together: those of the base, as long as no unit is redrawn."""
    base, fabric = case.base, case.survey.fabric
    if base is None or base.fabric.borders is not fabric.borders:
        return fabric.contiguous_pieces(case.survey.by_unit)
    if base not in _FOUND:
        _FOUND[base] = base.fabric.contiguous_pieces(base.by_unit)
    return _FOUND[base]
