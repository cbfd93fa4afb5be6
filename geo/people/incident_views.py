"""One incident with all that its card shows, as far as the actor may know it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo.access import Actor, Scope, record
from geo.boundaries import OUTSIDE, Site
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.db import Transaction
from geo.people.incident_intake import Point, near_placer
from geo.people.incident_places import Candidate, border_m, candidates, places_of
from geo.people.incident_standing import Standing, standing_of
from geo.people.incident_states import State, earlier_states, later_states
from geo.people.store import incidents as store


@dataclass(frozen=True)
class Post:
    """A post of an area (place id): who holds it, if that may be told; vacant ones have nobody."""

    place: int
    title: str
    holder: str | None
    phone: str | None
    vacant: bool


class Area(NamedTuple):
    """An area by what it is called; of an area that is gone, by what it was called last."""

    id: int
    level: str
    code: str
    name: str


@dataclass(frozen=True)
class Event:
    """What happened to an incident; `actor` only for who may know it, the point in degrees."""

    at: dt.datetime
    actor: str | None
    what: str
    state: str | None
    area: Area | None
    lon: float | None
    lat: float | None
    note: str | None


@dataclass(frozen=True)
class May:
    """What the actor may do with it now."""

    move: bool
    advance: bool
    escalate: bool
    assign: bool


@dataclass(frozen=True)
class Incident:
    """One incident as an edition sees it.

    `chain` are place ids, its unit first, all above after it; empty outside. `border_m` are the
    metres from the pin to the nearest border of a unit. `candidates` are the units near the pin
    when there are several, the one it lies in first. `staff` are the posts of its unit, and of
    the areas above up to the first where somebody is. Degrees are WGS 84.
    """

    id: int
    version: int
    source: str
    key: str
    kind: str
    title: str | None
    state: str | None
    reported_at: dt.datetime | None
    closed_at: dt.datetime | None
    address: str | None
    lon: float
    lat: float
    chain: tuple[int, ...]
    how: str | None
    handler: int | None
    border_m: float | None
    candidates: tuple[Candidate, ...]
    staff: tuple[Post, ...]
    events: tuple[Event, ...]
    next_states: tuple[State, ...]
    earlier_states: tuple[State, ...]
    may: May


def look_at_incident(
    tx: Transaction, site: Site, incident_id: int, *, edition: int, actor: Actor
) -> Incident:
    """Give an incident as an edition sees it, with all that the actor may know of it.

    Names and phones of those to send are in it only with the right to them; that they were read
    is written to the audit trail.

    Raises
    ------
    NotFound
        If there is no such incident.
    NotSignedIn, NotAllowed
        If it lies outside the areas of the actor, by the edition in force.
    """
    now = standing_of(tx, site, incident_id)
    actor.require("incidents.read", now.chain)
    then = now if edition == now.edition else standing_of(tx, site, incident_id, edition=edition)
    row = then.row
    placer = near_placer(tx, site, Point(row.x, row.y))
    units = placer.units[edition]
    covering = places_of(placer, row.x, row.y)[edition]
    near = candidates(units, row.x, row.y)
    lon, lat = _degrees(site, row.x, row.y)
    return Incident(
        id=row.id,
        version=row.row_id,
        source=row.source,
        key=row.key,
        kind=row.kind,
        title=row.title,
        state=row.state,
        reported_at=row.reported_at,
        closed_at=row.closed_at,
        address=row.address,
        lon=lon,
        lat=lat,
        chain=then.chain,
        how=row.how,
        handler=then.handler,
        border_m=(
            _metres(store.nearest_m(tx, edition, row.x, row.y, epsg=site.epsg))
            if covering == OUTSIDE
            else border_m(units, row.x, row.y, covering)
        ),
        candidates=near if len(near) > 1 or covering == OUTSIDE else (),
        staff=_staff(tx, then, actor),
        events=_events(tx, site, now, actor),
        next_states=later_states(row.state),
        earlier_states=earlier_states(row.state),
        may=_may(now, near, actor),
    )


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _staff(tx: Transaction, standing: Standing, actor: Actor) -> tuple[Post, ...]:
    """List whom to send: the posts from the unit upward, as far as the first with somebody.

    Within an area those who lead come first. Nothing says who leads but the title: one that ends
    in 长 or 书记, deputies (副) after their heads; then the title that fewer posts have, then by
    name.
    """
    by_place: dict[int, list[Post]] = {place: [] for place in standing.chain}
    scope = actor.scope("staff.read") if actor.may("staff.read") else Scope(frozenset())
    rows = store.posts_at(tx, standing.chain, standing.edition)
    alike = Counter((row.place_id, row.title) for row in rows)
    for row in sorted(
        rows, key=lambda row: (_rank(row.title), alike[row.place_id, row.title], row.title)
    ):
        vacant = not row.holder
        above = standing.chain[standing.chain.index(row.place_id) :]
        told = scope.covers(above) and not vacant
        by_place[row.place_id].append(
            Post(
                place=row.place_id,
                title=row.title,
                holder=row.holder if told else None,
                phone=row.phone if told else None,
                vacant=vacant,
            )
        )
    posts: list[Post] = []
    for place in standing.chain:
        posts += by_place[place]
        if any(not post.vacant for post in by_place[place]):
            break
    if named := sum(post.holder is not None for post in posts):
        record(tx, actor=actor, action="read staff", incident=standing.row.id, rows=named)
    return tuple(posts)


def _rank(title: str) -> int:
    if not title.endswith(("长", "书记")):
        return 2
    return 1 if "副" in title else 0


def _events(tx: Transaction, site: Site, standing: Standing, actor: Actor) -> tuple[Event, ...]:
    named = standing.seen_by(actor)
    rows, told = store.events(tx, standing.row.id), []
    places = sorted({row.place_id for row in rows if row.place_id is not None})
    areas = {place: Area(place, *name) for place, name in store.named(tx, places).items()}
    for row in rows:
        lon, lat = (None, None) if row.x is None else _degrees(site, row.x, row.y)
        who = row.actor if named else None
        area = areas.get(row.place_id)
        told.append(Event(row.at, who, row.what, row.state, area, lon, lat, row.note))
    return tuple(told)


def _degrees(site: Site, x: float, y: float) -> tuple[float, float]:
    working = SourceCrs("epsg", site.epsg)
    lon, lat = convert_xy(np.array([x]), np.array([y]), working, WGS84)
    return float(lon[0]), float(lat[0])


def _may(standing: Standing, near: Iterable[Candidate], actor: Actor) -> May:
    may = actor.may("incidents.write") and actor.scope("incidents.write").covers(standing.chain)
    own = standing.chain[:1]
    return May(
        move=may,
        advance=may,
        escalate=may and bool(own) and standing.handler != standing.chain[-1],
        assign=may and any(candidate.place not in own for candidate in near),
    )
