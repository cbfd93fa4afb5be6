"""Incidents one by one and in batches: reported, looked at, moved, advanced, handed on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response

from api.body import body_of
from api.deps import Day, Edition, TheEdition, TheLanguage, TheService, TheTransaction
from api.incident_rows import CSV, JSON, all_or_nothing, batch_out, read_batch
from api.incidents import incident_out, statistics_row
from api.paging import CLEAN
from api.strict import router
from api.who import TheActor, needs
from api.wire import problem_response
from api.wire.incidents import (
    AdvanceIn,
    AdvanceManyIn,
    AssignIn,
    BatchOut,
    EscalateIn,
    IncidentAnswer,
    IncidentIn,
    MoveIn,
    StatisticsOut,
    StepOut,
    StepsOut,
)
from geo.access import Actor
from geo.crs import parse_crs
from geo.db import Transaction
from geo.import_report import RowsRejected
from geo.people import (
    ON_THE_MAP,
    advance_incident,
    advance_incidents,
    assign_incident,
    bring_incidents,
    escalate_incident,
    incident_statistics,
    look_at_incident,
    move_incident,
    report_incident,
)

routes = router("incidents")


def _id(example: int) -> Any:  # noqa: ANN401 - what FastAPI takes as a parameter
    return Path(alias="id", ge=1, le=2**63 - 1, description="Its id.", examples=[example])


_WRITES = [needs("incidents.write")]
_MOVED_ON: dict[int | str, dict[str, Any]] = {
    409: problem_response("Somebody changed it since; or it can't be done now.")
}


@routes.post("/incidents", summary="Report an incident", status_code=201, dependencies=_WRITES)
def report(
    row: IncidentIn, tx: TheTransaction, edition: TheEdition, actor: TheActor, response: Response
) -> IncidentAnswer:
    """Report one incident; it is placed at once, in every edition.

    Within 15 m of a border all units near it are named as candidates.
    """
    site = edition.areas.site
    number = report_incident(
        tx,
        site,
        row.model_dump(exclude={"crs", "source"}, exclude_none=True),
        crs=parse_crs(row.crs or "4326"),
        source=row.source or ON_THE_MAP,
        actor=actor,
    )
    response.headers["Location"] = f"/incidents/{number}"
    return _answer(tx, edition, number, actor)


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"$ref": "#/components/schemas/BatchIn"},
                "example": {
                    "crs": "gcj02",
                    "source": "12345",
                    "rows": [{"key": "1", "kind": "路灯", "lon": 104.63, "lat": 35.0}],
                },
            },
            CSV: {
                "schema": {"type": "string"},
                "example": "key,kind,lon,lat,reported_at\n1,路灯,104.63,35.0,2026-11-21 09:30\n",
            },
        },
    }
}


@routes.post(
    "/incidents/batch",
    summary="Up to 100,000 incidents at once, all or nothing",
    dependencies=_WRITES,
    openapi_extra=_BODY,
    responses={413: problem_response("More rows or bytes than one request may carry.")},
)
def batch(
    *,
    request: Request,
    body: Annotated[bytes, Depends(body_of)],
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
    language: TheLanguage,
    crs: Annotated[
        str | None, Query(description="System of the coordinates, as in `/locate`.")
    ] = None,
    source: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=CLEAN,
            description="Whose keys they are; those of the account if not given.",
            examples=["12345"],
        ),
    ] = None,
    dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,
    skip_rejected: Annotated[bool, Query(description="Take the good rows alone.")] = False,
) -> BatchOut:
    """Take rows as JSON or CSV, as an import of a file does.

    The same (source, key) with the same values changes nothing; other values are an update,
    which leaves alone what was changed here. Without a key a row is known by its values.
    """
    kind = request.headers.get("content-type", "")
    asked = read_batch(body, kind, crs=crs, source=source, account=actor.name)
    try:
        done = bring_incidents(
            tx,
            edition.areas.site,
            asked.table,
            source=asked.source,
            actor=actor,
            commit=not dry_run,
            skip_rejected=skip_rejected,
        )
    except RowsRejected as error:
        raise all_or_nothing(error, language) from error
    return batch_out(done, edition.head, language)


@routes.post("/incidents/advance", summary="Set the state of many incidents", dependencies=_WRITES)
def advance_many(
    order: AdvanceManyIn,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
    language: TheLanguage,
) -> StepsOut:
    """Set the state of up to 1,000 incidents; each is done, or says why not."""
    steps = advance_incidents(
        tx, edition.areas.site, order.ids, state=order.state, note=order.note, actor=actor
    )
    results = [
        StepOut(
            id=step.id,
            done=step.problem is None,
            code=step.problem.code if step.problem else None,
            reason=step.problem.say(language) if step.problem else None,
        )
        for step in steps
    ]
    return StepsOut(done=sum(result.done for result in results), results=results)


@routes.get(
    "/incidents/statistics",
    summary="Incidents counted by area, and by kind, state or month",
    dependencies=[needs("counts")],
)
def statistics(
    *,
    service: TheService,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
    by: Annotated[Literal["kind", "state", "month"], Query(description="The groups.")] = "kind",
    level: Annotated[
        str | None, Query(description="The areas of this level.", examples=["community"])
    ] = None,
    parent: Annotated[
        int | None,
        Query(ge=1, le=2**63 - 1, description="Only areas in this one (place id); its children."),
    ] = None,
    start: Annotated[Day | None, Query(alias="from", description="From this day on.")] = None,
    end: Annotated[Day | None, Query(alias="to", description="Up to and with this day.")] = None,
    lines: Annotated[
        Literal["then", "now"],
        Query(description="Lines of the edition asked, or those of the day of reporting."),
    ] = "now",
) -> StatisticsOut:
    """Count incidents for the areas of a level, or for the children of an area.

    Who may read the incidents of an area gets its exact numbers. For others small numbers are
    not told, and can't be worked out from the rest; days, old lines and other editions are not
    for them.
    """
    k = service.settings.suppress_below
    rows = incident_statistics(
        tx,
        edition.areas.site,
        by=by,
        edition=edition.ref.number,
        level=level,
        parent=parent,
        start=start,
        end=end,
        lines=lines,
        actor=actor,
        suppress_below=k,
    )
    return StatisticsOut(
        edition=edition.head,
        by=by,
        lines=lines,
        suppress_below=k,
        rows=[statistics_row(row) for row in rows],
    )


@routes.get("/incidents/{id}", summary="One incident", dependencies=[needs("incidents.read")])
def incident(
    incident_id: Annotated[int, _id(31483)],
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
) -> IncidentAnswer:
    """Give an incident with its areas in the edition asked, its events and whom to send.

    Names and phones of staff are given only to who may read them; each such reading is logged.
    """
    return _answer(tx, edition, incident_id, actor)


@routes.post(
    "/incidents/{id}/move", summary="Move the pin", dependencies=_WRITES, responses=_MOVED_ON
)
def move(
    incident_id: Annotated[int, _id(31484)],
    order: MoveIn,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
) -> IncidentAnswer:
    """Put the pin elsewhere: placed anew at once, logged; the old place stays in the history."""
    move_incident(
        tx,
        edition.areas.site,
        incident_id,
        lon=order.lon,
        lat=order.lat,
        crs=parse_crs(order.crs or "4326"),
        version=order.version,
        note=order.note,
        actor=actor,
    )
    return _answer(tx, edition, incident_id, actor)


@routes.post(
    "/incidents/{id}/advance", summary="Set the state", dependencies=_WRITES, responses=_MOVED_ON
)
def advance(
    incident_id: Annotated[int, _id(31485)],
    order: AdvanceIn,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
) -> IncidentAnswer:
    """Go to a later state, or back with a note; closing sets the time, reopening clears it."""
    advance_incident(
        tx,
        edition.areas.site,
        incident_id,
        state=order.state,
        version=order.version,
        note=order.note,
        at=order.at,
        actor=actor,
    )
    return _answer(tx, edition, incident_id, actor)


@routes.post(
    "/incidents/{id}/escalate",
    summary="Hand on to the area above",
    dependencies=_WRITES,
    responses=_MOVED_ON,
)
def escalate(
    incident_id: Annotated[int, _id(31486)],
    order: EscalateIn,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
) -> IncidentAnswer:
    """Let the area above the present handler handle it."""
    escalate_incident(
        tx,
        edition.areas.site,
        incident_id,
        version=order.version,
        note=order.note,
        actor=actor,
    )
    return _answer(tx, edition, incident_id, actor)


@routes.post(
    "/incidents/{id}/assign",
    summary="Choose the unit by hand",
    dependencies=_WRITES,
    responses=_MOVED_ON,
)
def assign(
    incident_id: Annotated[int, _id(31487)],
    order: AssignIn,
    tx: TheTransaction,
    edition: TheEdition,
    actor: TheActor,
) -> IncidentAnswer:
    """Choose one of the candidates; the choice outlives new editions while that unit lives."""
    assign_incident(
        tx,
        edition.areas.site,
        incident_id,
        area=order.area,
        version=order.version,
        note=order.note,
        actor=actor,
    )
    return _answer(tx, edition, incident_id, actor)


def _answer(tx: Transaction, edition: Edition, number: int, actor: Actor) -> IncidentAnswer:
    found = look_at_incident(
        tx, edition.areas.site, number, edition=edition.ref.number, actor=actor
    )
    return IncidentAnswer(edition=edition.head, incident=incident_out(found, edition.areas))
