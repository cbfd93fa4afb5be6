"""Codes: of the level's pattern, one place each, never another place's, under the parent's.

A code says one thing for ever, so a code twice, or one that another place ever had, is an error;
so is a malformed one, unless the plan began with it. A code that does not begin with its
parent's still works and is a warning, where the plan made it so: whoever moves a grid may want
to keep its code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from geo.boundaries import Finding, Wording
from geo.codes import stem
from geo.plans.checks.case import Case
from geo.plans.draft import Place

KEY, VERSION = "codes", 1

MALFORMED = Wording(
    "error",
    "The code of {areas} is not one of level {level_en} ({pattern}).",
    "{areas} 的编码不符合{level_zh}层级的格式（{pattern}）。",
    "Recode it, or renumber the area above it.",
    "请更改编码，或对上级区域重新编号。",
)
DUPLICATE = Wording(
    "error",
    "{areas} have the same code.",
    "{areas} 的编码相同。",
    "Recode all of them but one.",
    "请只保留一个，其余更改编码。",
)
REUSED = Wording(
    "error",
    "The code of {areas} belonged to another place (id {owner}) before; codes are never reused.",
    "{areas} 的编码曾属于另一区域（编号 {owner}）；编码不得重复使用。",
    "Give it a code that was never used.",
    "请使用从未用过的编码。",
)
APART = Wording(
    "warning",
    "{areas}: the code of the first does not begin with that of the second, its parent.",
    "{areas}：前者的编码不以其上级（后者）的编码开头。",
    "Renumber the parent, or say why the code stays.",
    "请对上级区域重新编号，或说明保留原编码的理由。",
)


def find(case: Case) -> Iterator[Finding]:
    """Look at the codes that are not provisional."""
    coded = [place for place in case.places if not place.provisional]
    for code, numbers in _twice(case, {place.code for place in coded}).items():
        yield case.finding("duplicate_code", DUPLICATE, *numbers, shared=code)
    for place in coded:
        level = case.levels[place.level]
        if not level.accepts(place.code):
            was = case.was(place.id)
            before = was is not None and was.code == place.code
            yield case.finding(
                "malformed_code", MALFORMED, place.id, before=before, pattern=level.code_pattern
            )
        owner = case.context.owners.get(place.code, place.id)
        if owner != place.id:
            yield case.finding("reused_code", REUSED, place.id, owner=owner)
    for place in case.with_children:
        yield from _apart(case, place)


def _twice(case: Case, codes: set[str]) -> dict[str, list[int]]:
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for number, place in case.draft.places.items():
        if place.code in codes:
            bearers[place.code].append(number)
    return {code: sorted(bearers[code]) for code in sorted(bearers) if len(bearers[code]) > 1}


def _apart(case: Case, place: Place) -> Iterator[Finding]:
    parent = None if place.parent is None else case.draft.places[place.parent]
    if parent is None or parent.provisional or place.provisional:
        return
    if place.code.startswith(stem(parent.code)):
        return
    was = case.was(place.id)
    old = None if was is None or was.parent is None else case.was(was.parent)
    if was is None or old is None or (was.code, old.code) != (place.code, parent.code):
        yield case.finding("code_apart", APART, place.id, parent.id)
