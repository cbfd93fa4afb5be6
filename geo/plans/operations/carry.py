"""Putting units under an area, with areas made between where they leave others behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from geo.errors import BadInput, Refused
from geo.plans.draft import Draft, Place, provisional_code

#: Behind the name of an area, the name of what was made of a part of it, until it is renamed.
NEW = "（新）"


class _New(NamedTuple):
    """Where new areas get their ids, and their names by the area that was left."""

    ids: Iterator[int]
    names: Mapping[int, str]


def new_place(ids: Iterator[int], level: str, name: str, parent: int | None) -> Place:
    """Make an area above the units, with the code that stands until publishing."""
    number = next(ids)
    return Place(number, level, provisional_code(number), name, parent)


def leaves(draft: Draft, area: int) -> frozenset[int]:
    """Give what an area stands for: its units, or the empty areas at its ends if it has none."""
    units = draft.units(draft.place(area).id)
    if units:
        return frozenset(units)
    inner = draft.children.get(area, frozenset())
    return frozenset(end for child in inner for end in leaves(draft, child)) or frozenset({area})


def all_leaves(draft: Draft, areas: Iterable[int]) -> frozenset[int]:
    """Give what several areas stand for."""
    return frozenset(end for area in areas for end in leaves(draft, area))


def require_above(draft: Draft, ends: Collection[int], level: str) -> None:
    """Refuse to put something under an area that is not of a higher level."""
    rank = draft.site.level(level).rank
    for end in sorted(ends):
        place = draft.place(end)
        if draft.site.level(place.level).rank <= rank:
            above = draft.site.level(level)
            raise BadInput(
                f"“{place.name}” ({place.code}) can't lie in an area of the level "
                f"“{above.en}”. Choose an area of a higher level.",
                f"“{place.name}”（{place.code}）不能归入“{above.zh}”层级的区域。"
                "请选择更高层级的区域。",
                id=end,
            )


def require_not_a_unit(draft: Draft, area: int) -> Place:
    """Give an area above the units.

    Raises
    ------
    NotFound
        If the draft has no such place.
    Refused
        If it is a unit.
    """
    place = draft.place(area)
    if place.shape is not None:
        raise Refused(
            f"“{place.name}” ({place.code}) is a unit, nothing can lie in it. Choose an area "
            "above the units; to join units, unite them; to part one, cut it.",
            f"“{place.name}”（{place.code}）是基本单元，不能包含其他区域。请选择单元以上的区域；"
            "合并单元请用“并单元”，拆分单元请用“切割”。",
            id=area,
        )
    return place


def carry(
    draft: Draft,
    ends: Collection[int],
    to: Place,
    ids: Iterator[int],
    names: Mapping[int, str] | None = None,
) -> list[Place]:
    """Put units (or empty areas) under an area.

    What moves as a whole keeps its place id. Of an area at a level between that keeps some of
    its units, a new area is made under the target for those that go.

    Parameters
    ----------
    draft : Draft
        As it is before.
    ends : collection of int
        Units and empty areas, as `leaves` gives them; those in `to` already stay as they are.
    to : Place
        The target; it need not be in the draft yet.
    ids : iterator of int
        Gives the ids of new areas.
    names : mapping of int to text, optional
        Names for the new areas, by the id of the area that was left.

    Returns
    -------
    list of Place
        The new rows.
    """
    going = frozenset(ends)
    rank = draft.site.level(to.level).rank
    tops = sorted({_top(draft, end, rank) for end in going})
    rows: list[Place] = []
    for top in tops:
        if draft.places[top].parent != to.id:
            rows.extend(_go(draft, top, going, to.id, _New(ids, names or {})))
    return rows


def _top(draft: Draft, place: int, rank: int) -> int:
    """Find the highest place of a chain that may lie under the rank."""
    below = [p.id for p in draft.chain(place) if draft.site.level(p.level).rank > rank]
    return below[-1]


def _go(draft: Draft, area: int, going: frozenset[int], parent: int, new: _New) -> Iterator[Place]:
    place = draft.places[area]
    if leaves(draft, area) <= going:
        yield replace(place, parent=parent)
        return
    name = new.names.get(area) or f"{place.name}{NEW}"
    made = new_place(new.ids, place.level, name, parent)
    yield made
    for child in sorted(draft.children[area]):
        if not going.isdisjoint(leaves(draft, child)):
            yield from _go(draft, child, going, made.id, new)
