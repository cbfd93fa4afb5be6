"""The incidents of an area as its page tells them: exactly, or as everybody may know them."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd

from geo.access import Actor
from geo.boundaries import Site, chain_of, edition_on, load_site, today, units_within
from geo.db import Transaction
from geo.people import AreaCount, incident_statistics
from geo.reports import store
from geo.reports.facts import Incidents, Tally


def sees_incidents(tx: Transaction, place: int, *, edition: int, actor: Actor) -> bool:
    """Tell whether the actor may read all incidents of an area.

    A role for a part of the town reaches what lies there by the lines in force, no older ones.
    """
    if not actor.may("incidents.read"):
        return False
    scope = actor.scope("incidents.read")
    in_force = edition == edition_on(tx, today(load_site(tx)))
    return scope.everywhere or (in_force and scope.covers(chain_of(tx, edition, place)))


def exact_incidents(
    tx: Transaction, site: Site, place: int, *, edition: int, day: dt.date
) -> Incidents:
    """Count the incidents of the twelve months up to a day."""
    units = units_within(tx, edition, [place])
    counted = store.incidents(tx, edition, units, _a_year_before(day, site))
    number = int(counted["number"].sum())
    return Incidents(number, _sums(counted, "kind"), _sums(counted, "state"), exact=True)


def public_incidents(
    tx: Transaction, site: Site, place: int, *, edition: int, level: str, below: int, actor: Actor
) -> Incidents:
    """Say of all incidents on record what `/incidents/statistics` says to everybody.

    Nothing is counted for the page alone: a second count, of other days or other lines, would
    tell small ones by the difference. Of lines that are not in force nothing is told.
    """
    if edition != edition_on(tx, today(site)):
        return Incidents(None, (), (), exact=False)
    kinds, states = (
        incident_statistics(
            tx, site, by=group, edition=edition, level=level, parent=place, actor=actor,
            suppress_below=below,
        )
        for group in ("kind", "state")
    )  # fmt: skip
    number = _number(kinds) or _number(states)
    return Incidents(number, _tallies(kinds), _tallies(states), exact=False)


def _number(rows: list[AreaCount]) -> int | None:
    counts = [row.count for row in rows if row.count is not None]
    return sum(counts) if counts else None


def _tallies(rows: list[AreaCount]) -> tuple[Tally, ...]:
    told = [(row.group or "", row.count or 0) for row in rows if not row.whole]
    return _ranked(told)


def _sums(counted: pd.DataFrame, column: str) -> tuple[Tally, ...]:
    sums = counted.groupby(counted[column].fillna(""))["number"].sum()
    return _ranked([(str(name), int(number)) for name, number in sums.items()])


def _ranked(counts: list[tuple[str, int]]) -> tuple[Tally, ...]:
    ranked = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return tuple(Tally((name,), number, 0) for name, number in ranked)


def _a_year_before(day: dt.date, site: Site) -> dt.datetime:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    then = day.replace(year=day.year - 1, day=min(day.day, last))
    return dt.datetime.combine(then, dt.time(), tzinfo=ZoneInfo(site.timezone))
