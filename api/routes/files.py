"""Files to hand over and files to fill in."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Query
from fastapi.responses import FileResponse, Response

from api.deps import TheService
from api.strict import router
from api.who import needs
from geo.exchange import template, template_name
from geo.frames import Kind
from geo.publish import FORMATS, ExportFormat, cached_export, export_name

routes = router("files")

_XLSX = FORMATS["xlsx"].media_type
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_JSON = {"schema": {"type": "object"}}


def _attached(*media_types: str) -> dict[int | str, dict[str, Any]]:
    content = {name: _JSON if name.endswith("json") else _BINARY for name in media_types}
    return {200: {"description": "The file, as an attachment.", "content": content}}


@routes.get(
    "/templates/{kind}.xlsx",
    summary="An Excel template to fill in and import",
    response_class=Response,
    responses=_attached(_XLSX),
    dependencies=[needs("map")],
)
def template_of(
    service: TheService,
    kind: Annotated[Kind, Path(description="What the rows are.", examples=["members"])],
) -> Response:
    """Give headings, an example, lists to choose from, and an explanation of every column."""
    site = service.folder.site()
    levels = [level.zh for level in site.levels] if site else []
    return Response(
        template(kind, levels=levels),
        media_type=_XLSX,
        headers=_attachment(f"wangge-{kind}.xlsx", template_name(kind)),
    )


@routes.get(
    "/editions/{number}/export",
    summary="An edition's areas as a file",
    response_class=FileResponse,
    responses=_attached(*dict.fromkeys(about.media_type for about in FORMATS.values())),
    dependencies=[needs("map")],
)
def export(
    service: TheService,
    number: Annotated[int, Path(ge=1, description="Number of the edition.", examples=[1])],
    kind: Annotated[
        ExportFormat,
        Query(
            alias="format",
            description="GeoPackage, Shapefile (zip; texts in UTF-8 or GBK), GeoParquet, GeoJSON, or"
            " Excel without shapes.",
            examples=["gpkg"],
        ),
    ],
) -> FileResponse:
    """Give all areas with code, name, level, parent, households, area and label point."""
    folder = service.folder
    path = cached_export(folder, number, kind, service.settings.home / "cache/exports")
    ref = folder.edition_for(number)
    plain = f"edition-{number}-{kind}{FORMATS[kind].suffix}"
    return FileResponse(
        path,
        media_type=FORMATS[kind].media_type,
        headers=_attachment(plain, export_name(folder, ref, kind)),
    )


def _attachment(plain: str, name: str) -> dict[str, str]:
    """Name the file to be saved (RFC 6266): for everyone, and in its own letters."""
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return {"Content-Disposition": named, "Cache-Control": "no-cache"}
