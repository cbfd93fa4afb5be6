"""A plan taken over from a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import shapely

from geo.errors import BadInput, Refused
from geo.plans.draft import Change, Draft, Place
from geo.plans.operations.base import Words
from geo.plans.operations.codec import CODECS, Codec, Coded, read_list, read_object
from geo.plans.redrawing import change as redrawn
from geo.plans.survey import Survey


class Row(NamedTuple):
    """A place as the file has it.

    `place` is its id, in the plan or from before it was retired; None for a place that is made.
    `parent` is a code, of another row or of a place that stays as it is. A unit without `shape` keeps its outline.
    """

    place: int | None
    level: str
    code: str
    name: str
    parent: str | None
    unit: bool
    shape: shapely.Geometry | None = None
    households: int | None = None
    people: int | None = None
    estimated: bool = False
    origins: tuple[int, ...] = ()


_PLAIN = tuple(name for name in Row._fields if name != "shape")


def _write(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        plain = {name: getattr(row, name) for name in _PLAIN} | {"origins": list(row.origins)}
        drawn = {} if row.shape is None else {"shape": shapely.to_wkb(row.shape, hex=True)}
        found.append(plain | drawn)
    return found


def _read(value: object) -> tuple[Row, ...]:
    rows = []
    for item in read_list(value):
        values = read_object(item)
        wkb, origins = values.pop("shape", None), values.pop("origins", ())
        shape = shapely.from_wkb(wkb) if wkb else None
        rows.append(Row(**values, shape=shape, origins=tuple(origins)))
    return tuple(rows)


CODECS[tuple[Row, ...]] = Codec(_write, _read, "a list of places", "区域列表")


@dataclass(frozen=True, slots=True)
class Restore(Coded):
    """Make the draft as an exported plan has it: labels, names, codes, redrawn units.

    `rows` are the places that differ from the draft, `gone` the ids of those that the plan no
    longer has. New places keep the codes of the file, open ones too. Redrawn units must hold the
    same ground and the same households as those they take the place of.
    """

    kind: ClassVar[str] = "restore"

    rows: tuple[Row, ...]
    gone: tuple[int, ...] = ()

    def apply(self, survey: Survey, ids: Iterator[int]) -> Change:
        """Compute the change.

        Raises
        ------
        NotFound
            If a place is not in the draft, or the site has no such level.
        BadInput
            If a parent is nowhere, is a unit or is not above; or a new unit has no outline.
        Refused
            If redrawn units are not a clean coverage of the same ground, or would not have the
            same households.
        """
        draft = survey.draft
        numbers = self._numbers(draft, ids)
        places = [self._place(draft, row, number, numbers) for row, number in numbers.rows]
        for gone in self.gone:
            draft.place(gone)
        change = Change.of(draft, places, gone=self.gone)
        _require_levels(draft, change)
        _require_same_ground(survey, change)
        return change

    def label(self, draft: Draft) -> Words:  # noqa: ARG002
        """Say what it does."""
        count = len(self.rows) + len(self.gone)
        return Words(
            f"按文件恢复方案（{count} 个区域）", f"Take a plan over from a file ({count} areas)"
        )

    def about(self, draft: Draft) -> frozenset[int]:  # noqa: ARG002
        """Give the places that change or go."""
        return frozenset(row.place for row in self.rows if row.place is not None) | {*self.gone}

    def _numbers(self, draft: Draft, ids: Iterator[int]) -> _Numbered:
        """Give every row its id, new ones from the top down, and every code its place."""
        order = sorted(self.rows, key=lambda row: draft.site.level(row.level).rank)
        rows = [(row, next(ids) if row.place is None else row.place) for row in order]
        here = {number for _, number in rows} | {*self.gone}
        codes = {place.code: n for n, place in draft.places.items() if n not in here}
        codes.update({row.code: number for row, number in rows})
        return _Numbered(rows, codes)

    def _place(self, draft: Draft, row: Row, number: int, numbers: _Numbered) -> Place:
        old = draft.places.get(number)
        parent = None if row.parent is None else numbers.codes.get(row.parent)
        if row.parent is not None and parent is None:
            raise BadInput(
                f"“{row.name}” ({row.code}) lies in {row.parent}, which is neither in the file nor "
                "in the plan. Add it, or correct the code.",
                f"“{row.name}”（{row.code}）的上级 {row.parent} 既不在文件中也不在方案中。"
                "请补充该上级或更正编码。",
                code=row.code,
            )
        shape = (row.shape if row.shape is not None else old and old.shape) if row.unit else None
        if row.unit and shape is None:
            raise BadInput(
                f"The unit “{row.name}” ({row.code}) has no outline. Import the plan from a file "
                "with outlines.",
                f"单元“{row.name}”（{row.code}）没有边界。请从带边界的文件导入方案。",
                code=row.code,
            )
        return Place(
            number, row.level, row.code, row.name, parent, shape,
            row.households, row.people, row.estimated, row.origins,
        )  # fmt: skip


class _Numbered(NamedTuple):
    rows: list[tuple[Row, int]]
    codes: Mapping[str, int]


def _require_levels(draft: Draft, change: Change) -> None:
    """Refuse what would not lie in an area of a higher level."""
    after = {place.id: place for _, place in change.rows if place is not None}
    for place in after.values():
        if place.parent is None:
            continue
        parent = after.get(place.parent) or draft.place(place.parent)
        ranks = [draft.site.level(p.level).rank for p in (parent, place)]
        if parent.shape is not None or ranks[0] >= ranks[1]:
            raise BadInput(
                f"“{place.name}” ({place.code}) can't lie in “{parent.name}” ({parent.code}): "
                "choose an area of a higher level.",
                f"“{place.name}”（{place.code}）不能归入“{parent.name}”（{parent.code}）："
                "请选择更高层级的区域。",
                code=place.code,
            )


def _require_same_ground(survey: Survey, change: Change) -> None:
    """Refuse redrawn units that do not hold what those before them held."""
    before, after = [], []
    for old, new in change.rows:
        if (old and old.shape) != (new and new.shape):
            before += [old] if old and old.shape is not None else []
            after += [new] if new and new.shape is not None else []
    if not before and not after:
        return
    if before and after:
        redrawn(survey, before, after, {})
        later = survey.after(change)
        held = [
            sum(found.households(unit.id) or 0 for unit in units)
            for found, units in ((survey, before), (later, after))
        ]
        if held[0] == held[1]:
            return
    raise Refused(
        f"The {len(after)} redrawn units of the file do not hold the ground and the households of "
        f"the {len(before)} units they replace. Import the whole plan, on the edition it was "
        "drawn on.",
        f"文件中 {len(after)} 个改画的单元与被替换的 {len(before)} 个单元的范围或户数不一致。"
        "请导入完整方案，并以其原来的版本为基础。",
    )
