"""Whose grid is this? For one point, or for many at once."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import Depends, Query, Request, Response

from api.body import body_of
from api.deps import TheEdition, TheLanguage
from api.places import building_head, head
from api.rows import read_csv, read_json, write_csv, write_json
from api.strict import router
from api.who import needs
from api.wire import Located, LocatedRows, problem_response
from geo.crs import parse_crs
from geo.errors import BadInput

routes = router("locate")

CSV, JSON = "text/csv", "application/json"

Crs = Annotated[
    str | None,
    Query(
        description="System of the coordinates: an EPSG code, gcj02 or bd09; 4326 if not given.",
        examples=["gcj02"],
    ),
]


@routes.get("/locate", summary="The areas of one point", dependencies=[needs("map")])
def locate(
    edition: TheEdition,
    language: TheLanguage,
    lon: Annotated[float, Query(description="Longitude, or easting.", examples=[104.63])],
    lat: Annotated[float, Query(description="Latitude, or northing.", examples=[35.0])],
    crs: Crs = None,
) -> Located:
    """Say in which areas and which building a point lies, and how far the next border is.

    On a border the area with the smallest code answers.
    """
    system = parse_crs(crs or "4326")
    answer = edition.folder.locate(edition.ref, np.array([lon]), np.array([lat]), system)[0]
    building = answer.building
    return Located(
        edition=edition.head,
        status=answer.status,
        reason=answer.reason.say(language) if answer.reason else None,
        chain=[head(link) for link in answer.chain],
        building=None if building is None else building_head(edition.registers, building),
        border_m=None if answer.border_m is None else round(answer.border_m, 3),
    )


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {"$ref": "#/components/schemas/PointRows"},
                "example": {"crs": "gcj02", "rows": [{"id": "1", "lon": 104.63, "lat": 35.0}]},
            },
            CSV: {"schema": {"type": "string"}, "example": "id,lon,lat\n1,104.63,35.0\n"},
        },
    }
}


@routes.post(
    "/locate",
    summary="The areas of up to 100,000 points",
    dependencies=[needs("ask")],
    response_model=LocatedRows,
    response_class=Response,
    openapi_extra=_BODY,
    responses={
        200: {
            "description": "One answer per row, in the type that Accept asks for, else that of the body.",
            "content": {
                JSON: {"schema": {"$ref": "#/components/schemas/LocatedRows"}},
                CSV: {"schema": {"type": "string"}},
            },
        },
        413: problem_response("More rows or bytes than one request may carry."),
    },
)
def locate_rows(
    request: Request,
    body: Annotated[bytes, Depends(body_of)],
    edition: TheEdition,
    language: TheLanguage,
    crs: Crs = None,
) -> Response:
    """Place rows sent as JSON or CSV; each row has a status of its own."""
    kind, charset = _content_type(request)
    rows = read_csv(body, charset) if kind == CSV else read_json(body)
    if crs is not None and rows.crs is not None and parse_crs(crs) != parse_crs(rows.crs):
        raise BadInput(
            f"The address says crs={crs}, the body says {rows.crs}. Say it once.",
            f"地址中的 crs={crs} 与请求体中的 {rows.crs} 不一致，请只写一处。",
        )
    system = parse_crs(crs or rows.crs or "4326")
    located = edition.folder.locate(edition.ref, rows.lon, rows.lat, system)
    wanted = _wanted(request, kind)
    write = write_csv if wanted == CSV else write_json
    content = write(rows, located, edition.registers, edition.head, language)
    return Response(content, media_type=f"{wanted}; charset=utf-8" if wanted == CSV else wanted)


def _content_type(request: Request) -> tuple[str, str | None]:
    kind, _, options = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in (CSV, JSON):
        raise BadInput(
            f"A body of type “{kind}” is not understood. Send {JSON} or {CSV}.",
            f"无法理解类型为“{kind}”的请求体，请使用 {JSON} 或 {CSV}。",
            content_type=kind,
        )
    for option in options.split(";"):
        name, _, value = option.strip().partition("=")
        if name.lower() == "charset":
            return kind, value.strip('"') or None
    return kind, None


def _wanted(request: Request, sent: str) -> str:
    """Choose the type of the answer: the one that Accept names, else that of the question."""
    accept = request.headers.get("accept", "")
    named = [kind for kind in (CSV, JSON) if kind in accept]
    return named[0] if len(named) == 1 else sent
