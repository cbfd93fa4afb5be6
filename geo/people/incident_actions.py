"""Incidents as living things: reported, moved, advanced, escalated, assigned.

Every change opens the next dated row, is logged among the incident's events and in the audit
trail, and stands or falls with its caller's transaction. `version` is the row that the caller
saw: whoever comes second learns who was first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

import numpy as np

from geo.access import Actor, record
from geo.boundaries import OUTSIDE, Site, units_within
from geo.crs import WGS84, SourceCrs, convert_xy
from geo.db import Transaction
from geo.errors import BadInput, MovedOn, Refused, WanggeError
from geo.people.hexes import cells_at
from geo.people.incident_intake import Point, near_placer, read_point
from geo.people.incident_places import NEAR_M, candidates, handler_in, places_of, stays
from geo.people.incident_standing import Standing, chain_at, in_force, no_incident, standing_of
from geo.people.incident_states import CLOSED, require_step
from geo.people.store import incidents as store

_SKEW = dt.timedelta(minutes=5)

#: What an event did, in both languages.
_DONE = {
    "reported": ("reported", "上报"),
    "moved": ("moved", "移动位置"),
    "state": ("the state", "办理状态"),
    "escalated": ("handed up", "上报上级"),
    "assigned": ("assigned by hand", "人工指定网格"),
    "changed": ("imported anew", "重新导入"),
}


@dataclass(frozen=True)
class Step:
    """What came of one incident of many: done, or why not."""

    id: int
    problem: WanggeError | None = None


def move_incident(
    tx: Transaction,
    site: Site,
    incident_id: int,
    *,
    lon: float,
    lat: float,
    crs: SourceCrs,
    version: int,
    note: str | None = None,
    actor: Actor,
) -> None:
    """Put the pin elsewhere: placed at once in every edition, the old place stays in the history.

    The right is needed at both ends. A unit chosen by hand before is forgotten; an escalated
    incident goes to the area of the same level that it lies in now.

    Raises
    ------
    BadInput, WrongCrs
        If the coordinates can't be read in their system.
    MovedOn
        If somebody changed the incident since `version`.
    """
    standing, moment = _take(tx, site, incident_id, version, actor)
    point = read_point(lon, lat, crs, site)
    placer = near_placer(tx, site, point)
    places = places_of(placer, point.x, point.y)
    chain, levels = chain_at(tx, standing.edition, _unit(places[standing.edition]))
    actor.require("incidents.write", chain)
    store.shift(
        tx, incident_id, moment=moment, xy=(point.x, point.y), epsg=site.epsg,
        cell=_cell(point, site), original_x=lon, original_y=lat, original_crs=crs.name,
        handler_id=_kept_handler(standing, chain, levels),
    )  # fmt: skip
    store.put_placements(tx, incident_id, [asdict(stay) for stay in stays(places, {})])
    _tell(
        tx, standing, moment, actor, "moved", place_id=chain[0] if chain else None,
        x=point.x, y=point.y, note=note,
    )  # fmt: skip


def advance_incident(
    tx: Transaction,
    site: Site,
    incident_id: int,
    *,
    state: str,
    version: int,
    note: str | None = None,
    at: dt.datetime | None = None,
    actor: Actor,
) -> None:
    """Set the next state: any later one, or an earlier one with a note.

    Closing sets the time of closing, reopening clears it. `at` says when it happened (without a
    zone: in the site's), now if not given; it lies neither before the last step nor ahead.

    Raises
    ------
    UnknownOption, BadInput
        If the step or its time can't be.
    MovedOn
        If somebody changed the incident since `version`.
    """
    standing, moment = _take(tx, site, incident_id, version, actor)
    to = require_step(standing.row.state, state, note=note)
    when = _time_of_step(tx, site, standing, at, moment)
    store.revise(
        tx, [incident_id], moment=moment, state=to, closed_at=when if to == CLOSED else None
    )
    _tell(tx, standing, moment, actor, "state", happened=when, state=to, note=note)


def advance_incidents(
    tx: Transaction,
    site: Site,
    incident_ids: Sequence[int],
    *,
    state: str,
    note: str | None = None,
    actor: Actor,
) -> list[Step]:
    """Set the state of many incidents; each is done or says why not, in the order given."""
    ids = list(dict.fromkeys(incident_ids))
    number = in_force(tx, site)
    moment = store.hold(tx, ids)
    rows = {row.id: row for row in store.load(tx, ids, number)}
    scope = actor.scope("incidents.write")
    mine = None if scope.places is None else set(units_within(tx, number, scope.places).tolist())
    problems: dict[int, WanggeError] = {}
    for incident_id in ids:
        row = rows.get(incident_id)
        try:
            if row is None:
                raise no_incident(incident_id)
            if mine is not None and row.unit not in mine:
                actor.require("incidents.write")
            require_step(row.state, state, note=note)
        except WanggeError as problem:
            problems[incident_id] = problem
    done = [incident_id for incident_id in ids if incident_id not in problems]
    if done:
        closed_at = moment if state == CLOSED else None
        store.revise(tx, done, moment=moment, state=state, closed_at=closed_at)
        event = {"at": moment, "actor": actor.name, "what": "state", "state": state, "note": note}
        store.log(tx, [{"incident_id": number, **event} for number in done])
        record(tx, actor=actor, action="advance incidents", incidents=done, state=state)
    return [Step(number, problems.get(number)) for number in ids]


def escalate_incident(
    tx: Transaction,
    site: Site,
    incident_id: int,
    *,
    version: int,
    note: str | None = None,
    actor: Actor,
) -> None:
    """Hand an incident to the area above the one that handles it.

    Raises
    ------
    Refused
        If there is none above, or the incident lies outside all areas.
    MovedOn
        If somebody changed the incident since `version`.
    """
    standing, moment = _take(tx, site, incident_id, version, actor)
    handler = standing.handler
    if handler is None:
        raise Refused(
            "The incident lies outside all areas, so no area is above. Move its pin into an area"
            " first.",
            "事件不在任何区域内，没有上级区域。请先把位置移到区域内。",
        )
    above = standing.chain[standing.chain.index(handler) + 1 :]
    if not above:
        raise Refused(
            "The highest area handles this incident already; there is none above.",
            "该事件已由最高一级区域处理，没有上级可以上报。",
        )
    store.revise(tx, [incident_id], moment=moment, handler_id=above[0])
    _tell(tx, standing, moment, actor, "escalated", place_id=above[0], note=note)


def assign_incident(
    tx: Transaction,
    site: Site,
    incident_id: int,
    *,
    area: int,
    version: int,
    note: str | None = None,
    actor: Actor,
) -> None:
    """Choose by hand which of the units near its pin an incident belongs to, from today on.

    The choice outlives new editions as long as the unit is one. Editions before the one in force
    keep the unit of the point. The right is needed at both ends.

    Raises
    ------
    BadInput
        If the area is none of the candidates; the sentence names the rule.
    MovedOn
        If somebody changed the incident since `version`.
    """
    standing, moment = _take(tx, site, incident_id, version, actor)
    point = Point(standing.row.x, standing.row.y)
    placer = near_placer(tx, site, point)
    known = {n: {c.place for c in candidates(placer.units[n], *point)} for n in placer.editions}
    if area not in known[standing.edition]:
        raise BadInput(
            f"The area {area} is not one of the lowest areas within {NEAR_M:g} m of the pin."
            " Choose one of the candidates, or move the pin.",
            f"区域 {area} 不是该位置 {NEAR_M:g} 米以内的基层区域。请从候选区域中选择，或移动位置。",
            candidates=sorted(known[standing.edition]),
        )
    chain, levels = chain_at(tx, standing.edition, area)
    actor.require("incidents.write", chain)
    by_hand = {n: area for n, near in known.items() if n >= standing.edition and area in near}
    places = places_of(placer, point.x, point.y)
    store.revise(
        tx, [incident_id], moment=moment, handler_id=_kept_handler(standing, chain, levels)
    )
    store.put_placements(tx, incident_id, [asdict(stay) for stay in stays(places, by_hand)])
    _tell(tx, standing, moment, actor, "assigned", place_id=area, note=note)


def tell_lost(tx: Transaction, incident_ids: Sequence[int], *, edition: int) -> None:
    """Note that a new edition took away the units that were chosen by hand for incidents."""
    note = "人工指定的区域已撤销，改按位置归属 (the chosen area is gone: placed by the pin)"
    now = store.moment(tx)
    store.log(
        tx,
        [
            {
                "incident_id": row.id, "at": now, "actor": f"edition {edition}",
                "what": "assigned", "place_id": row.unit, "note": note,
            }
            for row in store.load(tx, incident_ids, edition)
        ],
    )  # fmt: skip


def _take(
    tx: Transaction, site: Site, incident_id: int, version: int, actor: Actor
) -> tuple[Standing, dt.datetime]:
    """Hold an incident for a change, by who may, as of the version that was seen."""
    moment = store.hold(tx, [incident_id])
    standing = standing_of(tx, site, incident_id)
    actor.require("incidents.write", standing.chain)
    if standing.row.row_id != version:
        raise _moved_on(tx, site, standing, actor)
    return standing, moment


def _moved_on(tx: Transaction, site: Site, standing: Standing, actor: Actor) -> MovedOn:
    events = store.events(tx, standing.row.id)
    if not events:
        return MovedOn(
            "This is not the version that the incident has now. Look at it again, then decide.",
            "事件已不是该版本。请重新查看后再操作。",
            version=standing.row.row_id,
        )
    last, named = events[-1], standing.seen_by(actor)
    who_en, who_zh = (last.actor, last.actor) if named else ("Somebody", "其他用户")
    when = f"{last.at.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M:%S}"
    return MovedOn(
        f"{who_en} changed this incident at {when} ({_DONE[last.what][0]}). Look at it again, then decide.",
        f"{who_zh}已于 {when} 修改了该事件（{_DONE[last.what][1]}）。请重新查看后再操作。",
        id=standing.row.id,
        version=standing.row.row_id,
        who=last.actor if named else None,
        at=last.at.isoformat(),
        what=last.what,
    )


def _unit(place: int) -> int | None:
    return None if place == OUTSIDE else place


def _kept_handler(
    standing: Standing, chain: tuple[int, ...], levels: tuple[str, ...]
) -> int | None:
    """Give the handler of an incident that lies elsewhere now; None: the unit it lies in."""
    handler = handler_in(chain, levels, standing.row.handler_id, standing.row.handler_level)
    return None if standing.row.handler_id is None or handler in chain[:1] else handler


def _time_of_step(
    tx: Transaction,
    site: Site,
    standing: Standing,
    at: dt.datetime | None,
    moment: dt.datetime,
) -> dt.datetime:
    last = store.last_steps(tx, [standing.row.id]).get(standing.row.id)
    if at is None:
        return moment
    when = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(site.timezone))
    if when > moment + _SKEW or (last is not None and when < last):
        earliest = "" if last is None else last.astimezone(ZoneInfo(site.timezone)).isoformat()
        raise BadInput(
            f"{when.isoformat()} can't be the time of this step: it must lie between the step"
            f" before it ({earliest}) and now. Correct it, or leave it out for now.",
            f"{when.isoformat()} 不能作为此步骤的时间：应介于上一步（{earliest}）与现在之间。"
            "请更正，或留空表示现在。",
            at=when.isoformat(),
        )
    # A clock that is a little ahead of ours means now.
    return min(when, moment)


def _cell(point: Point, site: Site) -> int:
    lon, lat = convert_xy(
        np.array([point.x]), np.array([point.y]), SourceCrs("epsg", site.epsg), WGS84
    )
    return int(cells_at(lon, lat)[0])


def _tell(
    tx: Transaction,
    standing: Standing,
    moment: dt.datetime,
    actor: Actor,
    what: str,
    *,
    happened: dt.datetime | None = None,
    **more: object,
) -> None:
    event = {"incident_id": standing.row.id, "at": happened or moment, "actor": actor.name}
    store.log(tx, [{**event, "what": what, **more}])
    told = {name: more[name] for name in ("state", "place_id") if name in more}
    record(tx, actor=actor, action=f"incident {what}", incident=standing.row.id, **told)
