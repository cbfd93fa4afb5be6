"""A draft: every place of a plan, and the exact changes that lead from one draft to the next.

A unit carries its outline; everything above is drawn from its units. A change holds the rows of
places before and after, so its inverse is exact and replaying it computes nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import geopandas as gpd
import pandas as pd
import shapely

from geo.boundaries import Site, outlines
from geo.errors import NotFound, Refused

#: Codes of places that were made in a plan begin so until publishing gives them real ones.
PROVISIONAL = "~"
#: Ids have fewer digits.
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One area of a draft.

    `shape` is the outline of a unit, metres on the 1 mm grid, normalised; None above the units.
    `households` and `people` are imported figures (None: unknown); `estimated` says that they
    were divided by area. `origins` are the units of the edition that a redrawn unit holds ground
    of; empty for a unit whose outline is that of the edition, and above the units.
    """

    id: int
    level: str
    code: str
    name: str
    parent: int | None
    shape: shapely.Polygon | shapely.MultiPolygon | None = None
    households: int | None = None
    people: int | None = None
    estimated: bool = False
    origins: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the code stands only until publishing."""
        return self.code.startswith(PROVISIONAL)


_PLAIN = tuple(field.name for field in fields(Place) if field.name not in ("id", "shape"))


def provisional_code(place: int) -> str:
    """Give the code of a new place until publishing; it sorts behind all real ones."""
    return f"{PROVISIONAL}{place}"


@dataclass(frozen=True)
class Change:
    """Rows of places before and after: by place id, each pair at least one of them not None."""

    rows: tuple[tuple[Place | None, Place | None], ...]

    @classmethod
    def of(cls, before: Draft, after: Iterable[Place], *, gone: Iterable[int] = ()) -> Self:
        """Make the change that puts places as in `after` and removes those that are `gone`."""
        pairs: dict[int, tuple[Place | None, Place | None]] = {
            place.id: (before.places.get(place.id), place) for place in after
        }
        pairs.update({number: (before.places[number], None) for number in gone})
        return cls(tuple(pairs[n] for n in sorted(pairs) if pairs[n][0] != pairs[n][1]))

    @property
    def places(self) -> frozenset[int]:
        """Ids of the places whose rows change."""
        return frozenset(row.id for pair in self.rows for row in pair if row is not None)

    def inverse(self) -> Change:
        """Give the change that takes this one back exactly."""
        return Change(tuple((after, before) for before, after in self.rows))

    def to_json(self) -> list[dict[str, Any]]:
        """Give the change as plain data; outlines (WKB, hex) only where they differ."""
        return [_row_to_json(before, after) for before, after in self.rows]

    @classmethod
    def from_json(cls, rows: Iterable[Mapping[str, Any]], draft: Draft) -> Self:
        """Build a change from `to_json`'s data; outlines that stay are those of the draft."""
        return cls(tuple(_row_from_json(row, draft) for row in rows))


@dataclass(frozen=True, eq=False)
class Draft:
    """All places of a plan by id, and the children of each; nothing in it is ever changed."""

    site: Site
    places: Mapping[int, Place]
    children: Mapping[int, frozenset[int]]

    @classmethod
    def of(cls, areas: gpd.GeoDataFrame, site: Site) -> Self:
        """Begin with the areas of an edition (`geo.boundaries.areas`, by place id)."""
        parents = set(areas["parent_id"].dropna().astype("int64"))
        rows = zip(
            areas.index.tolist(), areas["level"], areas["code"], areas["name"],
            _known(areas["parent_id"]), areas.geometry, _known(areas["imported_households"]),
            _known(areas["imported_people"]), strict=True,
        )  # fmt: skip
        places = {
            number: Place(
                number, level, code, name, parent,
                None if number in parents else shapely.normalize(shape), households, people,
            )
            for number, level, code, name, parent, shape, households, people in rows
        }  # fmt: skip
        return cls(site, places, _children(places.values()))

    def place(self, number: int) -> Place:
        """Give a place.

        Raises
        ------
        NotFound
            If the draft has no such place.
        """
        try:
            return self.places[number]
        except KeyError:
            raise NotFound(
                f"This plan has no area {number}; it may have been retired. Load the plan anew.",
                f"方案中没有编号为 {number} 的区域，可能已被撤销。请重新载入方案。",
                id=number,
            ) from None

    def named(self, code_or_id: str) -> int:
        """Give the id of a place named by its code (`~ID` for a new one), else by its id.

        Raises
        ------
        NotFound
            If the draft has no such place.
        """
        found = next((n for n, place in self.places.items() if place.code == code_or_id), None)
        digits = code_or_id.removeprefix(PROVISIONAL)
        if found is None and digits.isdecimal() and len(digits) < _MOST_DIGITS:
            found = int(digits) if int(digits) in self.places else None
        if found is None:
            raise NotFound(
                f"This plan has no area with the code or id {code_or_id}. GET /plans/ID/areas and"
                " `wangge plan areas` list them.",
                f"方案中没有编码或编号为 {code_or_id} 的区域。"
                "可用 GET /plans/ID/areas 或 wangge plan areas 查看。",
                area=code_or_id,
            )
        return found

    def is_unit(self, number: int) -> bool:
        """Say whether the draft has such a place, and it is a unit."""
        return number in self.places and self.places[number].shape is not None

    def is_above(self, number: int) -> bool:
        """Say whether the draft has such a place, and it is an area above the units."""
        return number in self.places and self.places[number].shape is None

    def chain(self, number: int) -> list[Place]:
        """Give a place and all above it, itself first."""
        up = [self.place(number)]
        while (parent := up[-1].parent) is not None:
            up.append(self.place(parent))
        return up

    def above(self, number: int, level: str) -> int | None:
        """Give the place of a level that a place is or lies in; None where the chain has none."""
        return next((place.id for place in self.chain(number) if place.level == level), None)

    def units(self, number: int | None = None) -> list[int]:
        """List the units in a place (itself, if it is one), or all units; by id."""
        if number not in self._units:
            below = self.places if number is None else self._below(number)
            self._units[number] = sorted(n for n in below if self.places[n].shape is not None)
        return [*self._units[number]]

    def at_level(self, level: str) -> list[int]:
        """List the places of a level by id."""
        return [*self._levels.get(level, ())]

    @cached_property
    def _units(self) -> dict[int | None, list[int]]:
        """What `units` found before: many rules ask for the same areas."""
        return {}

    @cached_property
    def _levels(self) -> dict[str, list[int]]:
        levels: dict[str, list[int]] = {}
        for number in sorted(self.places):
            levels.setdefault(self.places[number].level, []).append(number)
        return levels

    def outline(self, number: int) -> shapely.Geometry:
        """Draw a place from its units; an empty polygon for one without units."""
        shapes = [self.places[n].shape for n in self.units(number)]
        return (
            shapely.normalize(shapely.coverage_union_all(shapes)) if shapes else shapely.Polygon()
        )

    def areas(self) -> gpd.GeoDataFrame:
        """Give all places as a frame by place id, every outline drawn.

        Columns: level, code, name, parent_id, households, people (as imported, Int64),
        geometry, label, area_m2. Raises BadInput while a place has neither outline nor units.
        """
        numbers = sorted(self.places)
        rows = [self.places[n] for n in numbers]
        frame = gpd.GeoDataFrame(
            {
                "level": [row.level for row in rows],
                "code": [row.code for row in rows],
                "name": [row.name for row in rows],
                "parent_id": pd.array([row.parent for row in rows], dtype="Int64"),
                "households": pd.array([row.households for row in rows], dtype="Int64"),
                "people": pd.array([row.people for row in rows], dtype="Int64"),
            },
            geometry=[row.shape for row in rows],
            index=pd.Index(numbers, name="place_id", dtype="int64"),
            crs=self.site.epsg,
        )
        units = pd.Series([row.shape is not None for row in rows], index=frame.index)
        return outlines(frame, units, parent="parent_id")

    def after(self, change: Change) -> Draft:
        """Give the draft that a change leads to.

        Raises
        ------
        Refused
            If the change does not fit: a place is not as it was before it, or would be left
            without its parent or inside a unit. Nothing is changed then.
        """
        places = dict(self.places)
        left: dict[int, list[int]] = {}
        came: dict[int, list[int]] = {}
        for before, after in change.rows:
            number = (before or after).id  # type: ignore[union-attr]
            if places.get(number) != before:
                raise _does_not_fit(number)
            if before is not None and before.parent is not None:
                left.setdefault(before.parent, []).append(number)
            if after is None:
                del places[number]
            else:
                places[number] = after
                if after.parent is not None:
                    came.setdefault(after.parent, []).append(number)
        children = dict(self.children)
        for parent in {*left, *came}:
            kids = children.pop(parent, frozenset()).difference(left.get(parent, ()))
            if kids := kids.union(came.get(parent, ())):
                children[parent] = kids
        _require_whole(change, places, children)
        draft = Draft(self.site, places, children)
        self._hand_on(draft, change)
        return draft

    def _hand_on(self, draft: Draft, change: Change) -> None:
        """Keep the lists of units that a change leaves as they are."""
        stale: set[int | None] = set()
        for before, after in change.rows:
            was, now = _chain_of(self, before), _chain_of(draft, after)
            number = (before or after).id  # type: ignore[union-attr]
            alike = self.is_unit(number) == draft.is_unit(number)
            stale |= was ^ now if alike else was | now | {None}
        kept = {number: units for number, units in self._units.items() if number not in stale}
        vars(draft)["_units"] = kept

    def _below(self, number: int) -> list[int]:
        found = [number]
        for here in found:  # grows as it goes
            found.extend(self.children.get(here, ()))
        return found


def _chain_of(draft: Draft, place: Place | None) -> set[int]:
    return {above.id for above in draft.chain(place.id)} if place else set()


def _children(places: Iterable[Place]) -> dict[int, frozenset[int]]:
    kids: dict[int, set[int]] = {}
    for place in places:
        if place.parent is not None:
            kids.setdefault(place.parent, set()).add(place.id)
    return {number: frozenset(inner) for number, inner in kids.items()}


def _require_whole(
    change: Change, places: Mapping[int, Place], children: Mapping[int, frozenset[int]]
) -> None:
    for before, after in change.rows:
        number = (before or after).id  # type: ignore[union-attr]
        if (after is None or after.shape is not None) and children.get(number):
            raise _does_not_fit(number)
        if (
            after is not None
            and after.parent is not None
            and (after.parent not in places or places[after.parent].shape is not None)
        ):
            raise _does_not_fit(after.id)


def _does_not_fit(number: int) -> Refused:
    return Refused(
        f"Area {number} has been changed by something later. Load the plan anew, then try again.",
        f"区域 {number} 已被之后的操作改动。请重新载入方案后再试。",
        id=number,
    )


def _known(column: pd.Series[Any]) -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in column]


def _row_to_json(before: Place | None, after: Place | None) -> dict[str, Any]:
    row: dict[str, Any] = {"id": (before or after).id}  # type: ignore[union-attr]
    same = before is not None and after is not None and before.shape == after.shape
    for name, place in (("before", before), ("after", after)):
        if place is None:
            continue
        row[name] = {field: getattr(place, field) for field in _PLAIN}
        if place.shape is not None and not same:
            row[name]["shape"] = shapely.to_wkb(place.shape, hex=True)
    return row


def _row_from_json(row: Mapping[str, Any], draft: Draft) -> tuple[Place | None, Place | None]:
    both = "before" in row and "after" in row
    drawn = any("shape" in row.get(name, ()) for name in ("before", "after"))
    kept = draft.places.get(row["id"]) if both and not drawn else None
    pair: list[Place | None] = []
    for name in ("before", "after"):
        if name not in row:
            pair.append(None)
            continue
        values = dict(row[name])
        wkb = values.pop("shape", None)
        shape = shapely.from_wkb(wkb) if wkb else kept.shape if kept else None
        origins = tuple(values.pop("origins", ()))
        pair.append(Place(row["id"], **values, shape=shape, origins=origins))
    return pair[0], pair[1]
