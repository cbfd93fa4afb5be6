"""Questions about incidents in pages."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from geo.access import Actor
from geo.boundaries import Site, edition_on, require_place, today, units_within
from geo.db import Found, Listing, Transaction
from geo.people.incident_states import OPEN, settled
from geo.people.store.questions import Allowed, Wanted, incident_page


def list_incidents(
    tx: Transaction,
    site: Site,
    listing: Listing,
    *,
    parent: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    newest_first: bool = False,
    actor: Actor,
) -> Found:
    """List incidents by time and id, those that lie today in the areas that the actor may read.

    `parent` is the code or the place id of an area: the incidents placed in it are meant, by the
    lines of the edition that answers. `state` may be another system's word for one; `OPEN` are all
    states but closed. `start` and `end` are days of reporting in the site's time zone, both
    included; incidents without a time are in no span, and in the order by when they became known.

    Returns
    -------
    Found
        Rows as `incident_page` gives them, keyed by (moment as ISO text, id).

    Raises
    ------
    NotFound
        If the edition has no such parent.
    """
    scope = actor.scope("incidents.read")
    zone = ZoneInfo(site.timezone)
    wanted = Wanted(
        kind=kind,
        state=None if state == OPEN else settled(state),
        open=state == OPEN,
        start=None if start is None else dt.datetime.combine(start, dt.time(), tzinfo=zone),
        end=None if end is None else dt.datetime.combine(end, dt.time.max, tzinfo=zone),
    )
    units = None
    if parent is not None:
        place = require_place(tx, listing.edition, parent)
        units = units_within(tx, listing.edition, [place])
    allowed = None
    if scope.places is not None:
        # Who may read what is decided by today's lines, whatever day is asked about.
        now = edition_on(tx, today(site)) or listing.edition
        allowed = Allowed(now, units_within(tx, now, scope.places))
    return incident_page(
        tx, listing, wanted=wanted, units=units, allowed=allowed, newest_first=newest_first
    )
