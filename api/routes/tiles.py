"""TileJSON: which archive holds the tiles of a question. The tiles themselves never pass here."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from api.deps import TheEdition, TheService
from api.strict import router
from api.who import needs
from geo.errors import NoEdition, Unavailable
from geo.tiles import Archive

routes = router("tiles")

#: A page may keep it for a moment only: the next publication names another archive.
_BRIEFLY = {"Cache-Control": "no-cache"}
_TILEJSON: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "TileJSON 3.0.0; tile addresses are relative to this origin.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@routes.get(
    "/tiles/areas.json",
    summary="Tiles of an edition's areas",
    dependencies=[needs("map")],
    response_class=JSONResponse,
    responses=_TILEJSON,
)
def areas(edition: TheEdition) -> JSONResponse:
    """Describe the tiles of all levels and their label points."""
    ref = edition.ref
    return _answer(edition.folder.archive(ref.sealed), ref.sealed, name="areas", edition=ref.number)


@routes.get(
    "/tiles/registers.json",
    summary="Tiles of the public registers",
    dependencies=[needs("map")],
    response_class=JSONResponse,
    responses=_TILEJSON,
)
def registers(service: TheService) -> JSONResponse:
    """Describe the tiles of buildings, compounds, streets, ground, facilities and circles."""
    editions = service.folder.editions()
    if not editions or editions[-1].registers is None:
        raise NoEdition(
            "No registers are published yet. Run `wangge publish`.",
            "还没有发布登记册。请运行 wangge publish。",
        )
    sha = editions[-1].registers
    return _answer(service.folder.archive(sha), sha, name="registers")


def _answer(archive: Archive | None, sha: str, **more: object) -> JSONResponse:
    if archive is None:
        raise Unavailable(
            f"The tiles {sha} are listed but not in the folder. Start the service again to"
            " repair it, or copy the whole folder anew.",
            f"切片 {sha} 已列出但不在文件夹中。请重启服务以修复，或重新拷贝整个文件夹。",
            sealed=sha,
        )
    url = f"/tiles/{sha}/{{z}}/{{x}}/{{y}}.mvt"
    return JSONResponse(archive.tilejson(url, **more), headers=_BRIEFLY)
