"""Incidents counted: by area and group, and on hexagons for maps.

Who may read the incidents of an area has its exact numbers, by any line, day and filter. All
others have one table of the lines in force: totals, groups and rough hexagons that are chosen
together, so that no small number can be worked out from them (`geo.people.privacy`). Filters and
old lines are not for them: two answers that differ a little would tell the difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from geo.access import Actor
from geo.boundaries import Site, edition_on, load_site, require_chain, today, units_within
from geo.db import Transaction
from geo.people.hexes import (
    MEMBER_RESOLUTION,
    feature_collection,
    finer_digits,
    hexagons,
    resolution_of,
    rough_hexagons,
)
from geo.people.incident_states import OPEN, settled
from geo.people.incident_table import PublicTable, public_table
from geo.people.incident_views import Area
from geo.people.store import hexes as hex_store
from geo.people.store import incident_counts as store
from geo.people.store import incidents as rows_store
from geo.people.store.incident_counts import Counted, Group
from geo.people.store.questions import Allowed

Lines = Literal["then", "now"]
Unplaced = Literal["outside", "no_time", "before_editions", "no_such_level"]


@dataclass(frozen=True)
class AreaCount:
    """How many incidents of a group there are in an area.

    Without an area `unplaced` says why. `whole`: all groups together, for they may not be told
    apart. `count` is None where it may not be told.
    """

    area: Area | None
    unplaced: Unplaced | None
    group: str | None
    whole: bool
    count: int | None


def incident_filters(tx: Transaction) -> dict[str, list[str]]:
    """Name the kinds and states that incidents can be filtered by."""
    kinds, states = rows_store.incident_words(tx)
    return {"kinds": kinds, "states": states}


def incident_statistics(
    tx: Transaction,
    site: Site,
    *,
    by: Group,
    edition: int,
    level: str | None = None,
    parent: int | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    lines: Lines = "now",
    actor: Actor,
    suppress_below: int = 5,
) -> list[AreaCount]:
    """Count incidents by kind, state or month for areas, by code.

    By whatever lines, only incidents that lie today in the areas of the actor are counted exactly.

    Parameters
    ----------
    edition
        The edition whose areas are asked.
    level, parent
        The areas of a level, of a level in a place, or the children of a place; without both,
        the level that carries a household limit.
    start, end
        Days of reporting in the site's time zone, both included; without them incidents without
        a time count too.
    lines
        `now`: by the lines of `edition`. `then`: each incident by the lines in force on the day
        when it was reported; those without a time are a row of their own.

    Raises
    ------
    NotFound
        If there is no such level or parent.
    NotSignedIn, NotAllowed
        If days, old lines or another edition are asked for by who may read no incidents.
    """
    actor.scope("counts")
    if level is not None:
        site.level(level)
    if parent is not None:
        require_chain(tx, edition, parent)
    if level is None and parent is None:
        level = next((one.key for one in site.levels if one.household_limit), site.keys[0])
    plain = lines == "now" and start is None and end is None
    public = plain and edition == edition_on(tx, today(site))
    if not public:
        actor.scope("incidents.read")
    within = actor.scope("incidents.read").places if actor.may("incidents.read") else frozenset()
    counts: list[AreaCount] = []
    if within is None or within:
        counted = _counted(site, by, start, end)
        number = edition if lines == "now" else None
        counts = _exact(tx, site, counted, number=number, level=level, parent=parent, within=within)
    if public and within is not None:
        table = _public(tx, site, by, suppress_below)
        areas = store.areas_of(tx, edition, level=level, parent=parent)
        own = store.areas_of(tx, edition, level=level, parent=parent, within=within)
        counts += _shown(tx, table, [place for place in areas if place not in own])
    return sorted(counts, key=_order)


def _order(row: AreaCount) -> tuple[str, str, str]:
    return row.area.code if row.area else "\uffff", row.unplaced or "", row.group or ""


def _counted(site: Site, by: Group, start: dt.date | None, end: dt.date | None) -> Counted:
    zone = ZoneInfo(site.timezone)
    after = None if end is None else end + dt.timedelta(days=1)
    return Counted(by, site.timezone, _midnight(start, zone), _midnight(after, zone))


def _midnight(day: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), tzinfo=zone)


def _exact(
    tx: Transaction,
    site: Site,
    counted: Counted,
    *,
    number: int | None,
    level: str | None,
    parent: int | None,
    within: Collection[int] | None,
) -> list[AreaCount]:
    allowed = None
    if within is not None:
        # Old lines must not widen what a role is for.
        now = edition_on(tx, today(site)) or 0
        allowed = Allowed(now, units_within(tx, now, within))
    rows = store.counts_by_area(
        tx, counted, number=number, level=level, parent=parent, within=within, allowed=allowed
    )
    areas = _areas(tx, [row.top for row in rows if row.top is not None])
    return [
        AreaCount(
            area=None if row.top is None else areas[row.top],
            unplaced=row.why,
            group=row.group,
            whole=False,
            count=row.number,
        )
        for row in rows
    ]


def _areas(tx: Transaction, places: Collection[int]) -> dict[int, Area]:
    named = rows_store.named(tx, sorted(set(places)))
    return {place: Area(place, *name) for place, name in named.items()}


def _shown(tx: Transaction, table: PublicTable, places: Collection[int]) -> list[AreaCount]:
    counts = []
    for place, area in _areas(tx, places).items():
        told = table.of(place)
        if told.groups is None:
            counts.append(AreaCount(area, None, None, whole=True, count=told.count))
        else:
            counts += [
                AreaCount(area, None, group, whole=False, count=count)
                for group, count in told.groups
            ]
    return counts


def _public(tx: Transaction, site: Site, by: Group, k: int) -> PublicTable:
    number = edition_on(tx, today(site))
    cell = hex_store.cell_at(MEMBER_RESOLUTION, int(finer_digits(MEMBER_RESOLUTION)))
    spots = store.counts_by_spot(tx, Counted(by, site.timezone), number=number or 0, cell=cell)
    parents = {} if number is None else store.parents_in(tx, number)
    return public_table(spots, parents, k=k)


def incident_hexes(
    tx: Transaction,
    *,
    zoom: int,
    kind: str | None = None,
    state: str | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    actor: Actor,
    suppress_below: int = 5,
) -> dict[str, Any]:
    """Count incidents on H3 cells for a map of this zoom, as GeoJSON.

    Who may read incidents gets the exact counts of those in the areas that the right reaches,
    filtered at will; `start` and `end` are days in the site's time zone, both included, and
    incidents without a time are in no span. All others get cells of one size, rounded down to a
    multiple of `suppress_below`, small counts not told.

    Raises
    ------
    NotSignedIn, NotAllowed
        If somebody filters who may read no incidents.
    """
    actor.scope("counts")
    site = load_site(tx)
    filtered = any(value is not None for value in (kind, state, start, end))
    if not filtered and not actor.may("incidents.read"):
        table = _public(tx, site, "kind", suppress_below)
        return rough_hexagons(
            table.hexes, resolution=MEMBER_RESOLUTION, suppress_below=suppress_below
        )
    places = actor.scope("incidents.read").places
    number = edition_on(tx, today(site))
    counted = _counted(site, "kind", start, end)
    resolution = resolution_of(zoom)
    cells, counts = hex_store.incident_cells(
        tx,
        resolution=resolution,
        finer_digits=int(finer_digits(resolution)),
        kind=kind,
        state=None if state == OPEN else settled(state),
        unclosed=state == OPEN,
        start=counted.start,
        end=counted.end,
        number=number or 0,
        units=None if places is None else units_within(tx, number or 0, places),
    )
    drawn = hexagons(cells, counts, suppress_below=1)
    return feature_collection(drawn, resolution=resolution, suppress_below=1)
