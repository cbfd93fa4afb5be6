"""Plans as files: handed over, and taken back or brought from elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import Query, Response

from api.attached import attached, attachment
from api.deps import TheService, TheTransaction
from api.plan_areas import look
from api.plan_asked import READS, WRITES, PlanId
from api.plan_edits import edit_answer
from api.strict import router
from api.who import TheActor
from api.wire.plan_files import PlanImportAnswer, PlanImportIn, RemarkOut
from geo import plans
from geo.crs import parse_crs
from geo.plans import PlanFormat
from geo.publish import FORMATS, data_file, find_upload

routes = router("plans")


@routes.get(
    "/plans/{id}/export",
    summary="A plan as a file",
    response_class=Response,
    responses=attached(*(FORMATS[kind].media_type for kind in plans.PLAN_FORMATS)),
    dependencies=READS,
)
def export(
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    kind: Annotated[
        PlanFormat,
        Query(
            alias="format",
            description="GeoPackage, GeoJSON, Shapefile (zip), GeoParquet, or Excel without a map.",
            examples=["gpkg"],
        ),
    ],
) -> Response:
    """Give all areas of a plan with outlines; imported again, it is the same plan."""
    looked = look(tx, plan_id, actor=actor)
    about = FORMATS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan{about.suffix}"
        plans.write_plan(looked.survey, path, kind)
        content = path.read_bytes()
    name = f"{looked.head.title}-{looked.revision}{about.suffix}"
    plain = f"plan-{plan_id}-{looked.revision}{about.suffix}"
    return Response(content, media_type=about.media_type, headers=attachment(plain, name))


@routes.post("/plans/{id}/imports", summary="A plan out of a file", dependencies=WRITES)
def bring(
    plan_id: PlanId, order: PlanImportIn, service: TheService, tx: TheTransaction, actor: TheActor
) -> PlanImportAnswer:
    """Match the areas of a file to the units of a plan, and with `commit` make it so.

    The files are sent to `/imports` first. What doesn't match is told, row by row.
    """
    upload = find_upload(service.settings, order.upload, actor=actor)
    looked = look(tx, plan_id, actor=actor)
    found = plans.read_plan(
        data_file(upload),
        looked.survey,
        match=order.match,
        level=order.level,
        crs=parse_crs(order.crs) if order.crs else None,
    )
    done = None
    if found.operation is not None and order.commit:
        done = plans.edit(
            tx, plan_id, found.operation, expects_revision=order.expects_revision, actor=actor,
            note=order.note,
        )  # fmt: skip
    elif found.operation is not None:
        done = plans.preview(tx, plan_id, found.operation, actor=actor)
    edited = done and edit_answer(tx, plan_id, done, kept=order.commit, actor=actor)
    return PlanImportAnswer(
        plan=edited.plan if edited else looked.ref,
        committed=order.commit and edited is not None,
        rows_read=found.rows_read,
        matched=found.matched,
        remarks=[RemarkOut(**remark.to_json()) for remark in found.remarks],
        changed=edited.changed if edited else [],
        gone=edited.gone if edited else [],
        findings=edited.findings if edited else [],
    )
