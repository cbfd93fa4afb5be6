"""The hamlet with two editions, and incidents in it: what the tests of incidents share."""

import datetime as dt

import sqlalchemy as sa

from geo import people
from geo.access import Actor, Grant, operator
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.db.schema import area_version, audit, incident, incident_event, placement
from tests.publish import hamlet

ALL = operator("tester")
METRES = SourceCrs("epsg", hamlet.EPSG)
SITE = hamlet.SITE


def lonlat(x, y):
    """A point of the hamlet in degrees."""
    lon, lat = convert_xy(*([v] for v in hamlet.metres(x, y)), METRES, WGS84)
    return float(lon[0]), float(lat[0])


def place(tx, code):
    """The place id behind a code."""
    v = area_version.c
    return tx.scalar(sa.select(v.place_id).where(v.code == code).distinct())


def codes(tx, places):
    v = area_version.c
    return [tx.scalar(sa.select(v.code).where(v.place_id == p).limit(1)) for p in places]


def worker(tx, code, role="worker", name="li"):
    """Who has a role for one area only."""
    return Actor(name, (Grant(role, place(tx, code)),))


def report(tx, x, y, *, actor=ALL, source="map", **row):
    """Report an incident at metres of the hamlet; gives its id."""
    lon, lat = hamlet.metres(x, y)
    row = {"kind": "路灯", **row, "lon": lon, "lat": lat}
    return people.report_incident(tx, SITE, row, crs=METRES, source=source, actor=actor)


def look(tx, number, *, edition=2, actor=ALL):
    return people.look_at_incident(tx, SITE, number, edition=edition, actor=actor)


def version(tx, number):
    i = incident.c
    return tx.scalar(sa.select(i.row_id).where(i.id == number, i.valid_to.is_(None)))


def act(tx, what, number, *, actor=ALL, **more):
    """Do one thing to the live version of an incident, then look at it."""
    more = {"version": version(tx, number), **more}
    getattr(people, f"{what}_incident")(tx, SITE, number, actor=actor, **more)
    return look(tx, number)


def move(tx, number, x, y, **more):
    lon, lat = hamlet.metres(x, y)
    return act(tx, "move", number, lon=lon, lat=lat, crs=METRES, **more)


def where(tx, number):
    """The codes of its unit, edition span by edition span, and how it came there."""
    p = placement.c
    rows = tx.execute(
        sa.select(p.first_edition, p.last_edition, p.place_id, p.how)
        .where(p.subject_kind == "incident", p.subject_id == number)
        .order_by(p.first_edition)
    ).all()
    return [
        (first, last, None if unit is None else codes(tx, [unit])[0], how)
        for first, last, unit, how in rows
    ]


def history(tx, number):
    """Its dated rows in order: valid_from, valid_to, state."""
    i = incident.c
    return tx.execute(
        sa.select(i.valid_from, i.valid_to, i.state).where(i.id == number).order_by(i.row_id)
    ).all()


def told(tx, number):
    e = incident_event.c
    return list(tx.scalars(sa.select(e.what).where(e.incident_id == number).order_by(e.id)))


def lines(tx, action):
    """The details of the audit trail's lines of an action."""
    rows = sa.select(audit.c.detail).where(audit.c.action == action).order_by(audit.c.id)
    return list(tx.scalars(rows))


def day(text):
    return dt.datetime.fromisoformat(text)
