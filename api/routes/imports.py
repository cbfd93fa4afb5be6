"""Importing in the browser or by program: files up, a preview, a dry run, then the same stored."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.deps import Service, TheLanguage, TheService, current_edition, read_only
from api.imported import preview_out, report_out
from api.ndjson import MEDIA_TYPE, told, wants_lines
from api.plain import plainly
from api.problems import TooLarge
from api.strict import router
from api.who import TheActor, needs
from api.wire import problem_response
from api.wire.imports import (
    ImportOut,
    OrderIn,
    PreviewOut,
    UploadedFile,
    UploadOut,
    Uploads,
)
from geo.access import Actor
from geo.boundaries import Site, load_site
from geo.crs import parse_crs
from geo.db import Engine
from geo.errors import BadInput, UnreadableFile, WanggeError
from geo.exchange import write_rows
from geo.frames import Kind
from geo.import_report import ImportReport
from geo.progress import Progress, quiet
from geo.publish import (
    MAX_FILE_BYTES,
    ImportOrder,
    Preview,
    Upload,
    check_upload,
    commit_upload,
    data_file,
    drop_upload,
    find_upload,
    open_upload,
    preview_file,
    receiving,
    rows_to_mend,
    state_of,
    uploads_of,
    with_homes,
)

routes = router("imports")

_MAY = [needs("import.lines", "import.registers", "import.people")]
_FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

Id = Annotated[str, Path(description="Id of the upload.", max_length=64)]
Run = Callable[..., ImportReport]


async def the_upload(service: TheService, actor: TheActor, id: Id) -> Upload:  # noqa: A002
    """Find the upload of an address, for its owner alone."""
    return await run_in_threadpool(find_upload, service.settings, id, actor=actor)


TheUpload = Annotated[Upload, Depends(the_upload)]


@routes.post("/imports", summary="Begin an import", status_code=201, dependencies=_MAY)
def begin(service: TheService, actor: TheActor) -> UploadOut:
    """Make room for the files of one import; they are kept for a week."""
    _engine(service)
    return _upload_out(open_upload(service.settings, actor=actor))


@routes.get("/imports", summary="One's own uploads", dependencies=_MAY)
def own(service: TheService, actor: TheActor) -> Uploads:
    """List what was sent and not removed, the newest first."""
    found = uploads_of(service.settings, actor=actor)
    return Uploads(imports=[_upload_out(upload) for upload in found])


@routes.put(
    "/imports/{id}/files/{name}",
    summary="Send one file",
    dependencies=_MAY,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
    responses={413: problem_response("The file is larger than 200 MB.")},
)
async def send(
    request: Request,
    upload: TheUpload,
    name: Annotated[str, Path(description="Its name, with its ending.", examples=["楼栋.csv"])],
) -> UploadOut:
    """Take a file whole or not at all; one of the same name is replaced.

    A Shapefile is sent part by part (.shp .dbf .shx .prj .cpg) into the same upload, or as a zip.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_FILE_BYTES:
        raise _too_large()
    try:
        with receiving(upload, name) as sink:
            async for chunk in _limited(request):
                await run_in_threadpool(sink.write, chunk)
    except ClientDisconnect as gone:
        raise BadInput(
            "The file was cut off on its way; nothing of it is kept. Send it again.",
            "文件传输中断，未保留任何内容。请重新上传。",
        ) from gone
    return _upload_out(upload)


async def _limited(request: Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise _too_large()
        yield chunk


def _too_large() -> TooLarge:
    limit = MAX_FILE_BYTES // 1024**2
    return TooLarge(
        f"A file may have up to {limit} MB. Split it, zip it, or import it at the server"
        " (wangge import).",
        f"单个文件最大 {limit} MB。请拆分或压缩，或在服务器上使用 wangge import 导入。",
    )


@routes.delete("/imports/{id}", summary="Remove an upload", status_code=204, dependencies=_MAY)
def remove(upload: TheUpload) -> Response:
    """Remove the files; what was imported from them stays."""
    drop_upload(upload)
    return Response(status_code=204)


@routes.get("/imports/{id}/preview", summary="What the files hold", dependencies=_MAY)
def preview(
    service: TheService,
    actor: TheActor,
    upload: TheUpload,
    *,
    kind: Annotated[
        Kind | None, Query(description="What the rows are; guessed if not said.")
    ] = None,
    encoding: Annotated[
        str | None,
        Query(max_length=40, description="Encoding of the texts; detected if not said."),
    ] = None,
    crs: Annotated[
        str | None,
        Query(
            max_length=40,
            description="System of the coordinates, where the file is silent: an EPSG code, gcj02 or"
            " bd09.",
            examples=["gcj02"],
        ),
    ] = None,
    layer: Annotated[
        str | None, Query(max_length=200, description="Which layer or sheet of the file.")
    ] = None,
    columns: Annotated[
        str | None,
        Query(max_length=8000, description='JSON: {"lon": "heading", …}', examples=["{}"]),
    ] = None,
) -> PreviewOut:
    """Show columns with samples, the coordinates' system, and up to 20 rows as GeoJSON.

    What can't be read comes back as `problem`, with the remedy.
    """
    try:
        path = data_file(upload)
    except UnreadableFile as error:
        return preview_out(Preview(upload.files[0].suffix.lstrip("."), problem=error))
    with _in_plain_words():
        found = preview_file(
            path,
            _site(service),
            kind=kind,
            crs=parse_crs(crs) if crs else None,
            encoding=encoding,
            layer=layer,
            columns=_columns(columns),
            town=_town(service),
            unmasked=actor.may("members.read"),
        )
    return preview_out(found)


_REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report; with `Accept: application/x-ndjson` lines of progress, the"
        " last one `{report}` or `{problem}`.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@routes.post(
    "/imports/{id}/check",
    summary="Try an import without storing anything",
    response_model=ImportOut,
    responses=_REPORT,
    dependencies=_MAY,
)
def check(
    request: Request, service: TheService, actor: TheActor, upload: TheUpload, order: OrderIn
) -> Any:  # noqa: ANN401 - the report, or its progress line by line
    """Say what the import would do, row by row, and what stands against it."""
    return _answer(request, _run(check_upload, service, actor, upload, order), may_stop=True)


@routes.post(
    "/imports/{id}/commit",
    summary="Store what was checked",
    response_model=ImportOut,
    responses=_REPORT,
    dependencies=_MAY,
)
def commit(
    request: Request, service: TheService, actor: TheActor, upload: TheUpload, order: OrderIn
) -> Any:  # noqa: ANN401
    """Store all rows or none, in one transaction; 409 unless this very order was checked."""
    return _answer(request, _run(commit_upload, service, actor, upload, order), may_stop=False)


@routes.get(
    "/imports/{id}/rejects",
    summary="The rejected rows, to mend",
    response_class=Response,
    responses={200: {"description": "The rows as they came, reasons and remedies in front.",
                     "content": {t: {"schema": {"type": "string"}} for t in _FORMATS.values()}}},
    dependencies=_MAY,
)  # fmt: skip
def rejects(
    upload: TheUpload,
    language: TheLanguage,
    form: Annotated[
        Literal["xlsx", "csv"], Query(alias="format", description="Type of the file.")
    ] = "xlsx",
) -> Response:
    """Give the rejected rows of the last check as a file; mended, it can be imported again."""
    frame = rows_to_mend(upload, language=language)
    stem = f"{data_file(upload).stem}-{'待修正' if language == 'zh' else 'to mend'}"
    named = f"attachment; filename=\"rejected.{form}\"; filename*=UTF-8''{quote(stem)}.{form}"
    headers = {"Content-Disposition": named}
    content = write_rows(frame, form, language=language)
    return Response(content, media_type=_FORMATS[form], headers=headers)


def _run(
    run: Run, service: Service, actor: Actor, upload: Upload, said: OrderIn
) -> Callable[[Progress], ImportOut]:
    engine, site = _engine(service), _site(service)

    def work(progress: Progress) -> ImportOut:
        with _in_plain_words():
            order = with_homes(upload, _order(said), said.homes)
            report = run(engine, service.settings, upload, order, actor=actor, progress=progress)
        return report_out(report, upload.id, site)

    return work


def _answer(
    request: Request, work: Callable[[Progress], ImportOut], *, may_stop: bool
) -> ImportOut | Response:
    if not wants_lines(request):
        return work(quiet)
    return told(request, lambda progress: work(progress).model_dump(mode="json"), may_stop=may_stop)


def _order(said: OrderIn) -> ImportOrder:
    plain = said.model_dump(exclude={"homes"})
    return ImportOrder(**{**plain, "crs": parse_crs(said.crs) if said.crs else None})


def _columns(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise BadInput(
            '“columns” must be a JSON object of names and headings, such as {"code": "GEOID"}.',
            'columns 应为 JSON 对象，例如 {"code": "网格编码"}。',
        )
    return found


def _engine(service: Service) -> Engine:
    if service.engine is None:
        raise read_only()
    return service.engine


def _site(service: Service) -> Site:
    with _engine(service).connect() as tx:
        return load_site(tx)


def _town(service: Service) -> tuple[float, float, float, float] | None:
    edition = current_edition(service)
    archive = edition.folder.archive(edition.ref.sealed) if edition else None
    return archive.about.bounds if archive else None


def _upload_out(upload: Upload) -> UploadOut:
    files = [UploadedFile(name=p.name, bytes=p.stat().st_size) for p in upload.files]
    return UploadOut(
        id=upload.id,
        created=upload.created,
        expires=upload.expires,
        files=files,
        state=state_of(upload),
    )


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """Let errors speak of the form, not of the options of the command line."""
    try:
        yield
    except WanggeError as error:
        error.en, error.zh = plainly(error.en, "en"), plainly(error.zh, "zh")
        raise
