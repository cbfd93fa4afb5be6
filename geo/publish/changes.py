"""The feed of changes: what systems ask for to keep up without reading everything anew."""

from __future__ import annotations

from geo.access import Actor
from geo.boundaries import Site, edition_on, today, units_within
from geo.db import Event, IncidentSight, Mark, Transaction, events, horizon


def list_changes(
    tx: Transaction, site: Site, *, after: Mark, limit: int, actor: Actor
) -> list[Event]:
    """List changes after a mark, in order: editions and areas, registers, incidents.

    Nothing personal. Incidents come only to those who may read them, those that lie today in the
    areas that their roles are for. A change is given out when every transaction that began before
    it has ended, a second later at the earliest.
    """
    actor.scope("ask")
    # First, in a statement of its own: what commits after it is not older than it.
    before = horizon(tx)
    return events(tx, after=after, before=before, limit=limit, incidents=_sight(tx, site, actor))


def _sight(tx: Transaction, site: Site, actor: Actor) -> IncidentSight | None:
    number = edition_on(tx, today(site))
    if number is None or not actor.may("incidents.read"):
        return None
    places = actor.scope("incidents.read").places
    return IncidentSight(number, None if places is None else units_within(tx, number, places))
