"""From an incident to the shape of its answer."""

from __future__ import annotations

from dataclasses import asdict

from api.places import degrees, head
from api.wire import AreaHead
from api.wire.incidents import (
    CandidateOut,
    EventOut,
    IncidentOut,
    MayOut,
    PostOut,
    StatisticsRow,
)
from geo.people import AreaCount, Incident
from geo.publish import AreaBook


def incident_out(found: Incident, areas: AreaBook) -> IncidentOut:
    """Put an incident on the wire, its areas named as in the edition of `areas`."""

    def named(place: int) -> AreaHead:
        return head(areas.chain(place)[-1])

    def chain(place: int) -> list[AreaHead]:
        return [head(link) for link in areas.chain(place)]

    return IncidentOut(
        id=found.id,
        version=found.version,
        source=found.source,
        key=found.key,
        kind=found.kind,
        title=found.title,
        state=found.state,
        reported_at=found.reported_at,
        closed_at=found.closed_at,
        address=found.address,
        lon=degrees(found.lon),
        lat=degrees(found.lat),
        status="placed" if found.chain else "outside",
        manual=found.how == "manual",
        chain=chain(found.chain[0]) if found.chain else [],
        handler=None if found.handler is None else named(found.handler),
        border_m=found.border_m,
        candidates=[
            CandidateOut(chain=chain(one.place), distance_m=one.distance_m)
            for one in found.candidates
        ],
        staff=[
            PostOut(
                level=named(post.place).level,
                area=named(post.place),
                title=post.title,
                holder=post.holder,
                phone=post.phone,
                vacant=post.vacant,
            )
            for post in found.staff
        ],
        events=[
            EventOut.model_validate(
                {
                    **asdict(event),
                    "area": None if event.area is None else AreaHead(**event.area._asdict()),
                    "lon": None if event.lon is None else degrees(event.lon),
                    "lat": None if event.lat is None else degrees(event.lat),
                }
            )
            for event in found.events
        ],
        next_states=list(found.next_states),
        earlier_states=list(found.earlier_states),
        may=MayOut(**asdict(found.may)),
    )


def statistics_row(row: AreaCount) -> StatisticsRow:
    """Put a count on the wire."""
    return StatisticsRow(
        area=None if row.area is None else AreaHead(**row.area._asdict()),
        unplaced=row.unplaced,
        group=row.group,
        whole=row.whole,
        count=row.count,
        suppressed=row.count is None,
    )
