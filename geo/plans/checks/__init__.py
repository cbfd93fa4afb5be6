"""Checks of a plan: one rule per file, each with what it says, where, and what to do.

A finding depends on nothing but the places that it names (`Finding.places`) and what stands on
their ground. So after a change it is enough to look again at the places that the change touched
(`touched`) and at those that earlier findings about them named: `recheck`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from geo.boundaries import Finding
from geo.plans.checks import (
    buildings,
    codes,
    compounds,
    contiguous,
    empty,
    enclave,
    limits,
    names,
    outline,
    service,
    staff,
    streets,
    unassigned,
)
from geo.plans.checks.case import Case
from geo.plans.checks.context import CheckContext, Post
from geo.plans.checks.limits import NEAR
from geo.plans.checks.touched import touched
from geo.plans.survey import Survey

__all__ = ["NEAR", "RULES", "CheckContext", "Post", "Rule", "check", "recheck", "touched"]


class Rule(Protocol):
    """One rule: a module with a key, a version that counts up with its meaning, and `find`."""

    KEY: str
    VERSION: int

    def find(self, case: Case) -> Iterator[Finding]:
        """Give the findings that name any of the places looked at; it may give more."""


RULES: tuple[Rule, ...] = (
    unassigned,
    empty,
    limits,
    contiguous,
    enclave,
    buildings,
    compounds,
    codes,
    names,
    service,
    staff,
    outline,
    streets,
)
_WEIGHT = {"error": 0, "warning": 1, "info": 2}
#: What tells findings apart, and their order.
Key = tuple[int, str, tuple[int, ...], float, float]


def _order(finding: Finding) -> Key:
    at = (finding.x or 0.0, finding.y or 0.0)
    return _WEIGHT[finding.severity], finding.code, finding.places, *at


def check(
    survey: Survey,
    areas: Collection[int] | None = None,
    *,
    base: Survey | None,
    context: CheckContext,
) -> list[Finding]:
    """Check a plan, or some of its places.

    Parameters
    ----------
    areas
        Place ids, units and above; those that the plan has no longer are left out. None: all.
    base
        The survey of the edition that the plan is based on.

    Returns
    -------
    list of Finding
        All findings that name any of the places; errors first, then by code and place.
    """
    places = survey.draft.places
    case = Case(
        survey, frozenset(places) if areas is None else frozenset(areas) & places.keys(),
        base, context,
    )  # fmt: skip
    found = [
        finding
        for rule in RULES
        for finding in rule.find(case)
        if not case.areas.isdisjoint(finding.places)
    ]
    return sorted(found, key=_order)


def recheck(
    before: Sequence[Finding],
    survey: Survey,
    areas: Collection[int],
    *,
    base: Survey | None,
    context: CheckContext,
) -> list[Finding]:
    """Bring the findings of a plan forward to the survey after a change that touched `areas`.

    Gives what a check of the whole would find.
    """
    changed = frozenset(areas)
    stale = [finding for finding in before if not changed.isdisjoint(finding.places)]
    again = changed.union(*(finding.places for finding in stale))
    found = check(survey, again, base=base, context=context)
    # Those who share a name or code are told together: one more of them makes the group larger.
    groups = [finding for finding in found if "shared" in finding.facts]
    kept = {
        _order(finding): finding
        for finding in before
        if changed.isdisjoint(finding.places)
        and not any(
            group.code == finding.code and set(group.places).issuperset(finding.places)
            for group in groups
        )
    }
    kept.update({_order(finding): finding for finding in found})
    return [kept[key] for key in sorted(kept)]
