"""Incidents and members as counts on hexagons: never a row about a person."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse

from api.deps import Day, TheService, TheTransaction
from api.strict import router
from api.who import TheActor, needs
from api.wire import IncidentKinds
from geo.errors import BadInput
from geo.people import incident_filters, incident_hexes, member_hexes

routes = router("people")

Zoom = Annotated[int, Query(ge=0, le=24, description="Zoom of the map.", examples=[13])]
_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "GeoJSON hexagons with `count` (null when suppressed), `suppressed`, `low`;"
        " beside the features `k` (counts below it are suppressed) and `resolution`.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@routes.get(
    "/incidents/kinds",
    summary="What incidents can be filtered by",
    dependencies=[needs("counts")],
)
def kinds(tx: TheTransaction) -> IncidentKinds:
    """Name the kinds and states that occur."""
    return IncidentKinds.model_validate(incident_filters(tx))


@routes.get(
    "/hexes/incidents",
    summary="Incidents counted on hexagons",
    dependencies=[needs("counts")],
    response_class=JSONResponse,
    responses=_GEOJSON,
)
def incidents(
    service: TheService,
    tx: TheTransaction,
    actor: TheActor,
    *,
    zoom: Zoom,
    kind: Annotated[str | None, Query(max_length=200, description="Only this kind.")] = None,
    state: Annotated[
        str | None,
        Query(max_length=200, description="Only this state; `open` are all but closed."),
    ] = None,
    start: Annotated[Day | None, Query(alias="from", description="From this day on.")] = None,
    end: Annotated[Day | None, Query(alias="to", description="Up to and with this day.")] = None,
) -> JSONResponse:
    """Count the incidents that pass the filters, exactly, for who may read them.

    Their cells are larger at lower zooms. For all others there are no filters; the cells are of one size, and the counts are rounded
    down to a multiple of `k`. Small ones are suppressed and can't be worked out.
    """
    if start is not None and end is not None and start > end:
        raise BadInput(
            f"“from” ({start}) lies after “to” ({end}). Swap them.",
            f"起始日期（{start}）晚于截止日期（{end}），请对调。",
        )
    hexes = incident_hexes(
        tx,
        zoom=zoom,
        kind=kind,
        state=state,
        start=start,
        end=end,
        actor=actor,
        suppress_below=service.settings.suppress_below,
    )
    return JSONResponse(hexes)


@routes.get(
    "/hexes/members",
    summary="Members counted on hexagons",
    dependencies=[needs("counts")],
    response_class=JSONResponse,
    responses=_GEOJSON,
)
def members(
    service: TheService,
    tx: TheTransaction,
    actor: TheActor,
    zoom: Zoom = 13,  # noqa: ARG001 - part of every hexagon's address; the cells are one size
) -> JSONResponse:
    """Count members by home. The cells are the same at every zoom.

    Counts are rounded down to a multiple of `k`. Small ones are suppressed, and can't be worked out
    together with `/members/counts`; for that, others are not told either (`count` and `low` null).
    """
    k = service.settings.suppress_below
    return JSONResponse(member_hexes(tx, actor=actor, suppress_below=k))
