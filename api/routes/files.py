"""Files to hand over and files to fill in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import FileResponse, Response

from api.attached import attached, attachment
from api.deps import TheService
from api.strict import router
from api.who import needs
from geo.exchange import template, template_name
from geo.frames import Kind
from geo.publish import FORMATS, ExportFormat, cached_export, export_name

routes = router("files")

_XLSX = FORMATS["xlsx"].media_type


@routes.get(
    "/templates/{kind}.xlsx",
    summary="An Excel template to fill in and import",
    response_class=Response,
    responses=attached(_XLSX),
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
        headers=attachment(f"wangge-{kind}.xlsx", template_name(kind)),
    )


@routes.get(
    "/editions/{number}/export",
    summary="An edition's areas as a file",
    response_class=FileResponse,
    responses=attached(*dict.fromkeys(about.media_type for about in FORMATS.values())),
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
        headers=attachment(plain, export_name(folder, ref, kind)),
    )
