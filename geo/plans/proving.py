"""The proof that an operation keeps what is not its own: taken from what was measured after it.

Whose a thing exactly on a border is, the codes of the units decide. So a unit that is cut, united
or given another code could hand such a thing to a unit beside, or take it from there, and nobody
would see it. Such an operation is refused, with the thing and the remedy.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from geo.errors import Refused
from geo.plans.draft import Change, Place
from geo.plans.figures import NOWHERE
from geo.plans.redrawing import named_buildings
from geo.plans.segments import Ints
from geo.plans.survey import Survey


def require_kept(before: Survey, after: Survey, change: Change, about: Collection[int]) -> None:
    """Prove that an operation moved nothing but between its own units, and lost nothing.

    Parameters
    ----------
    before, after : Survey
        What was measured before the change and after it.
    change : Change
        What the operation does.
    about : collection of int
        The places that it is about; those that it makes are its own, too.

    Raises
    ------
    Refused
        If a unit that is not its own would win or lose a building, a home of a member, an
        incident or a facility, or if the households or the people would not be the same.
    """
    own = {*about, *(new.id for old, new in change.rows if old is None and new is not None)}
    ours = np.fromiter(own, dtype=np.int64)
    units = set(change.places)
    for kind, rows, was, now in after.located.moved(before.located):
        stray = ~(np.isin(was, ours) & np.isin(now, ours))
        if stray.any():
            first = int(np.argmax(stray))
            where = _place(before, after, was[first], now[first])
            raise _strays(after, where, rows[stray]) if kind == "buildings" else _others(where)
        units.update(was.tolist(), now.tolist())
    had, has = (_sums(survey, units) for survey in (before, after))
    if had != has:
        raise Refused(
            f"Together the areas have {had[0]} households and {had[1]} people, and would have "
            f"{has[0]} and {has[1]}. Enter the households of the buildings on their borders, or "
            "lead the borders around them (reshape).",
            f"相关区域共有 {had[0]} 户、{had[1]} 人，操作后为 {has[0]} 户、{has[1]} 人。"
            "请补录边界上楼栋的户数，或先重画边界绕开这些楼栋。",
            before=list(had),
            after=list(has),
        )


def _sums(survey: Survey, units: Collection[int]) -> tuple[int, int]:
    found = [survey.by_unit[n] for n in units if n in survey.by_unit]
    return sum(one.households for one in found), sum(one.people for one in found)


def _place(before: Survey, after: Survey, was: int, now: int) -> Place:
    """Give the unit that a thing is taken from; where there was none, the one it would come to."""
    return after.draft.places[int(now)] if was == NOWHERE else before.draft.places[int(was)]


def _strays(survey: Survey, unit: Place, rows: Ints) -> Refused:
    met = survey.ground.buildings.iloc[rows]
    named = named_buildings(met)
    return Refused(
        f"Building {', '.join(named)} stands exactly on the border of {unit.name} ({unit.code}); "
        "this would hand it to another unit. Lead that border around it first (reshape), or "
        "correct the building.",
        f"楼栋 {'、'.join(named)} 恰好位于{unit.name}（{unit.code}）的边界上，此操作会使其"
        "改归其他单元。请先重画边界绕开它，或更正该楼栋。",
        id=unit.id,
        buildings=met.index.tolist(),
    )


def _others(unit: Place) -> Refused:
    # Which of them it is is left open: where a member lives is not for every planner to know.
    return Refused(
        f"A home, an incident or a facility lies exactly on the border of {unit.name} "
        f"({unit.code}); this would hand it to another unit. Assign it to its unit by hand, or "
        "lead that border around it first (reshape).",
        f"有住户、事件或设施恰好位于{unit.name}（{unit.code}）的边界上，此操作会使其改归其他单元。"
        "请先手动指定其所属单元，或重画边界绕开它。",
        id=unit.id,
    )
