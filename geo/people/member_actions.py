"""Members for those in charge, as counts for everybody; forgotten when they must be.

Who may see a member's row: those in charge of the unit where the member lives, and those of the
area where the member serves. The latter see the name, the phone masked and the duty; where the
member lives is told only to those in charge there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from geo import access
from geo.access import Actor
from geo.boundaries import chain_of, load_site, require_chain, units_within
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.db import Transaction
from geo.errors import BadInput, NotFound
from geo.people import store
from geo.people.hexes import MEMBER_RESOLUTION, cells_at, rough_hexagons
from geo.people.member_table import MemberCount, MemberTable, member_table
from geo.people.store import Floats, Ints

_MOBILE = re.compile(r"(\d{3})\d{4}(\d{4})")


@dataclass(frozen=True)
class MemberHome:
    """Where a member lives: the building (None when only a point is known) and the unit."""

    building: int | None
    name: str | None
    unit: int | None


@dataclass(frozen=True)
class MemberRow:
    """A member, as somebody in charge sees one; `home` is None where it is not for them.

    `duty` is the place of the area where the member serves.
    """

    id: int
    name: str
    phone: str | None
    kind: str | None
    home: MemberHome | None
    duty: int | None


@dataclass(frozen=True)
class MemberPage:
    """Members by id; `after` leads to the next page and is None on the last."""

    members: list[MemberRow]
    after: int | None


def list_members(
    tx: Transaction,
    *,
    edition: int,
    actor: Actor,
    area: int | None = None,
    kind: str | None = None,
    q: str | None = None,
    limit: int = 100,
    after: int = 0,
    full: bool = False,
) -> MemberPage:
    """List who lives or serves in an area, or in all areas that the actor is for.

    `edition` is to be the one in force: what lies in the areas of an actor is said by today's lines.
    Each call is written to the audit trail: what was filtered by (not the words of `q`), how many
    rows were given, whether the phones were shown in full.

    Parameters
    ----------
    q
        Part of the name, or the whole phone number.
    full
        Give phones as they are; else all but the first three and last four digits are masked.

    Raises
    ------
    NotFound
        If the edition has no such area.
    NotAllowed
        If the area lies outside those that the actor is for.
    """
    scope = actor.scope("members.read")
    places = scope.places
    if area is not None:
        chain = require_chain(tx, edition, area)
        actor.require("members.read", chain)
        places = frozenset({area})
    own = None if scope.places is None else set(units_within(tx, edition, scope.places).tolist())
    rows = store.list_members(
        tx,
        number=edition,
        units=None if places is None else units_within(tx, edition, places),
        duties=None if places is None else store.codes_of(tx, edition, places),
        kind=kind,
        words=q,
        after=after,
        limit=limit + 1,
    )
    page = [_row(row, own, full=full) for row in rows[:limit]]
    access.record(
        tx, actor=actor, action="read members", edition=edition, area=area, kind=kind,
        searched=q is not None, full=full, after=after, rows=len(page),
    )  # fmt: skip
    return MemberPage(page, page[-1].id if len(rows) > limit else None)


def _row(row: Any, own: set[int] | None, *, full: bool) -> MemberRow:  # noqa: ANN401 - a row
    home = None
    if own is None or row.unit in own:
        called = f"{row.compound}{row.number or ''}" if row.compound else row.building_address
        home = MemberHome(row.home_id, called or row.address, row.unit)
    phone = row.phone if full else masked_phone(row.phone)
    return MemberRow(row.id, row.name, phone, row.kind, home, row.duty)


def masked_phone(phone: str | None) -> str | None:
    """Hide the middle of a mobile number (138****5678), of others all but the last two."""
    if phone is None:
        return None
    if mobile := _MOBILE.fullmatch(phone):
        return f"{mobile[1]}****{mobile[2]}"
    return "*" * len(phone[:-2]) + phone[-2:]


def forget_member(
    tx: Transaction,
    member: int | str,
    *,
    edition: int | None,
    actor: Actor,
    source: str | None = None,
) -> int:
    """Forget a member: all versions of the row and where it was placed. Gives the id.

    `member` is the id, or the key of the roster; with `source` of that roster. Who is in charge
    of the unit where the member lives may do it. The audit trail keeps the id alone.

    Raises
    ------
    NotFound
        If there is none.
    BadInput
        If members of several rosters have the key.
    """
    scope = actor.scope("members.forget")
    found = store.members_of(tx, member, source)
    if not found:
        raise NotFound("There is no such member.", "没有此人员。")
    if len(found) > 1:
        raise BadInput(
            "Members of several rosters have this id. Say the roster with --source.",
            "有多个来源的名册使用该编号，请用 --source 指定来源。",
        )
    if not scope.everywhere:
        unit = None if edition is None else store.unit_of(tx, found[0], edition)
        chain = [] if edition is None or unit is None else chain_of(tx, edition, unit)
        actor.require("members.forget", chain)
    store.erase(tx, found[0])
    access.record(tx, actor=actor, action="forget member", id=found[0])
    return found[0]


# -- counts


def member_counts(
    tx: Transaction,
    *,
    edition: int,
    level: str,
    parent: int | None = None,
    kind: str | None = None,
    actor: Actor,
    suppress_below: int = 5,
) -> list[tuple[int, MemberCount]]:
    """Count members by home for the areas of a level: (place id, what may be told), by code.

    With `kind` the counts are of that kind alone. They are for everybody who may see counts,
    wherever: what a visitor sees can't be kept from somebody with a role. Small counts are not told and can't be worked
    out from the others, whatever is asked (`geo.people.privacy`).
    """
    actor.scope("counts")
    if parent is not None:
        require_chain(tx, edition, parent)
    load_site(tx).level(level)
    table = _table(tx, suppress_below)
    places = store.level_places(tx, edition, level=level, parent=parent)
    counts = [(place, table.of(edition, place)) for place in places]
    if kind is None:
        return counts
    return [(place, _of_kind(count, kind)) for place, count in counts]


def _of_kind(count: MemberCount, kind: str) -> MemberCount:
    told = None if count.by_kind is None else count.by_kind[kind]
    return MemberCount(told, low=count.low, by_kind=count.by_kind)


def member_hexes(tx: Transaction, *, actor: Actor, suppress_below: int = 5) -> dict[str, Any]:
    """Count members by home on H3 cells, as GeoJSON; the same cells at every zoom.

    Counts are rounded down to a multiple of `suppress_below`, small ones not told, and neither
    can be worked out together with the counts by area (`geo.people.privacy`).
    """
    actor.scope("counts")
    hexes = _table(tx, suppress_below).hexes
    return rough_hexagons(hexes, resolution=MEMBER_RESOLUTION, suppress_below=suppress_below)


@dataclass(frozen=True, eq=False)
class _Facts:
    """All that the table of counts is made of; equal when the digests are."""

    units: Mapping[int, Ints]
    kinds: Sequence[str | None]
    homes: Floats
    epsg: int
    parents: Mapping[int, Mapping[int, int]]
    digest: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


@lru_cache(maxsize=4)
def _made(facts: _Facts, k: int) -> MemberTable:
    x, y = facts.homes[:, 0], facts.homes[:, 1]
    lon, lat = convert_xy(x, y, SourceCrs("epsg", facts.epsg), WGS84)
    cells = cells_at(lon, lat, MEMBER_RESOLUTION)
    return member_table(facts.units, facts.kinds, cells, facts.parents, k=k)


def _table(tx: Transaction, k: int) -> MemberTable:
    """Give the table of counts; it is made anew only when something has changed."""
    members = store.live_members(tx)
    ids = members["id"].to_numpy(np.int64)
    spans, above = store.member_spans(tx), store.parent_spans(tx)
    numbers, epsg = store.edition_numbers(tx), load_site(tx).epsg
    kinds = [kind if isinstance(kind, str) else None for kind in members["kind"]]
    units = {number: _units(ids, spans, number) for number in numbers}
    parents = {number: _parents(above, number) for number in numbers}
    homes = _homes(tx, ids)
    digest = sha256(repr((numbers, epsg, kinds)).encode())
    for column in (*units.values(), homes, *above.values()):
        digest.update(np.ascontiguousarray(column).tobytes())
    return _made(_Facts(units, kinds, homes, epsg, parents, digest.digest()), k)


def _units(ids: Ints, spans: Mapping[str, Ints], number: int) -> Ints:
    now = (spans["first"] <= number) & ((spans["last"] == 0) | (spans["last"] >= number))
    units = np.full(len(ids), -1, dtype=np.int64)
    units[np.searchsorted(ids, spans["member"][now])] = spans["place"][now]
    return units


def _parents(spans: Mapping[str, Ints], number: int) -> dict[int, int]:
    now = (spans["first"] <= number) & ((spans["last"] == 0) | (spans["last"] >= number))
    return dict(zip(spans["place"][now].tolist(), spans["parent"][now].tolist(), strict=True))


def _homes(tx: Transaction, ids: Ints) -> Floats:
    """Give the points (metres) where members live, NaN where none is known."""
    homes = np.full((len(ids), 2), np.nan)
    for members, xy in (store.housed_points(tx), store.own_points(tx)):
        homes[np.searchsorted(ids, members)] = xy
    return homes
