"""Drawing: areas and units of a plan, operations on them, undo and redo, the log, the findings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request

from api.deps import TheTransaction
from api.features import GeoJson
from api.paging import CLEAN, InBox, PageCursor, PageLimit
from api.plan_areas import area_rows, chain_heads, findings_out, look, outline_out
from api.plan_asked import READS, WRITES, PlanId
from api.plan_edits import edit_answer
from api.plan_operations import operation_json
from api.plan_units import begins, units_page
from api.strict import router
from api.who import TheActor
from api.wire import problem_response
from api.wire.plans import (
    EditAnswer,
    EditIn,
    FindingsAnswer,
    PlanAreaAnswer,
    PlanAreas,
    PlanUnits,
    RedoIn,
    UndoIn,
)
from geo import plans
from geo.boundaries import load_site

routes = router("plans")

Area = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="Id of an area of the plan.", examples=[2])
]
Parent = Annotated[
    str | None,
    Query(
        min_length=1, max_length=100, pattern=CLEAN,
        description="Only what lies in this area (its code, `~ID` for a new one, else its id).",
    ),
]  # fmt: skip
VERSIONS = {metric.key: metric.version for metric in plans.METRICS}
_MOVED_ON: dict[int | str, dict[str, Any]] = {
    409: problem_response(
        "A later operation touched the same areas (`by`: who, when, what); or it can't be done now."
    )
}

# -- looking


@routes.get("/plans/{id}/areas", summary="Areas of a plan, measured", dependencies=READS)
def areas(
    *,
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    level: Annotated[
        str | None, Query(description="Only this level (its key).", examples=["community"])
    ] = None,
    parent: Parent = None,
) -> PlanAreas:
    """List the areas above the units: of a level, or in an area, or both.

    An area alone gives what lies directly below it, units among them.
    """
    looked = look(tx, plan_id, actor=actor)
    chosen = _chosen(looked.survey.draft, level, parent)
    rows = area_rows(tx, looked, chosen, actor=actor)
    return PlanAreas(plan=looked.ref, metrics=VERSIONS, areas=rows)


def _chosen(draft: plans.Draft, level: str | None, parent: str | None) -> list[int]:
    inside = None if parent is None else draft.named(parent)
    if level is not None:
        draft.site.level(level)
        found = draft.at_level(level)
        return found if inside is None else [n for n in found if inside in _above(draft, n)]
    if inside is not None:
        return sorted(draft.children.get(inside, ()))
    return [n for n, place in draft.places.items() if place.shape is None]


def _above(draft: plans.Draft, number: int) -> set[int]:
    return {place.id for place in draft.chain(number)}


@routes.get("/plans/{id}/areas/{area}", summary="One area of a plan", dependencies=READS)
def area(plan_id: PlanId, area: Area, tx: TheTransaction, actor: TheActor) -> PlanAreaAnswer:
    """Give an area with its chain, what is measured and found in it, and its outline."""
    looked = look(tx, plan_id, actor=actor)
    draft = looked.survey.draft
    chain = chain_heads(draft, area)
    found = plans.check(looked.survey, [area], base=looked.base, context=plans.check_context(tx))
    return PlanAreaAnswer(
        plan=looked.ref,
        area=area_rows(tx, looked, [area], actor=actor)[0],
        chain=chain,
        findings=findings_out(found, draft),
        outline=outline_out(draft, area),
    )


@routes.get(
    "/plans/{id}/units", summary="Units of a plan in pages, with their outlines",
    response_model=PlanUnits, response_class=GeoJson,
    response_description="A page of GeoJSON features.", dependencies=READS,
)  # fmt: skip
def units(
    *,
    request: Request,
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    bbox: InBox = None,
    parent: Parent = None,
    limit: PageLimit = 100,
    after: PageCursor = None,
) -> GeoJson:
    """List units by id; all pages are of the revision of the first one."""
    parameters = dict(request.query_params.items())
    start = begins(request.url.path, parameters, after)
    looked = look(tx, plan_id, actor=actor, revision=start.revision)
    return units_page(
        looked, request.url.path, parameters, bbox=bbox, parent=parent, after=start.after,
        limit=limit,
    )  # fmt: skip


@routes.get("/plans/{id}/findings", summary="What the checks find in a plan", dependencies=READS)
def findings(
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    severity: Annotated[
        Literal["error", "warning", "info"] | None, Query(description="Only this severity.")
    ] = None,
) -> FindingsAnswer:
    """Check the whole plan: errors block publishing, warnings need a reason then."""
    looked = look(tx, plan_id, actor=actor)
    found = plans.check(looked.survey, base=looked.base, context=plans.check_context(tx))
    return FindingsAnswer(
        plan=looked.ref,
        counts={s: sum(f.severity == s for f in found) for s in ("error", "warning", "info")},
        findings=findings_out(
            (f for f in found if severity in (None, f.severity)), looked.survey.draft
        ),
    )


# -- drawing


@routes.post(
    "/plans/{id}/operations", summary="Do something to a plan", responses=_MOVED_ON,
    dependencies=WRITES,
)  # fmt: skip
def operate(plan_id: PlanId, order: EditIn, tx: TheTransaction, actor: TheActor) -> EditAnswer:
    """Do an operation, or with `preview` only show what it would do.

    It is refused only if somebody touched the same areas after `expects_revision`.
    """
    said = operation_json(order.operation, load_site(tx).epsg)
    operation = plans.operation_from_json(said, used=plans.codes_ever(tx))
    if order.preview:
        done = plans.preview(tx, plan_id, operation, actor=actor)
    else:
        done = plans.edit(
            tx, plan_id, operation, expects_revision=order.expects_revision, actor=actor,
            note=order.note,
        )  # fmt: skip
    return edit_answer(tx, plan_id, done, kept=not order.preview, actor=actor)


@routes.post(
    "/plans/{id}/undo", summary="Take an operation back", responses=_MOVED_ON, dependencies=WRITES
)
def undo(plan_id: PlanId, order: UndoIn, tx: TheTransaction, actor: TheActor) -> EditAnswer:
    """Take back the last operation, or any one that nothing later stands on."""
    done = plans.undo(
        tx, plan_id, revision=order.revision, expects_revision=order.expects_revision, actor=actor
    )
    return edit_answer(tx, plan_id, done, kept=True, actor=actor)


@routes.post(
    "/plans/{id}/redo", summary="Do again what was taken back", responses=_MOVED_ON,
    dependencies=WRITES,
)  # fmt: skip
def redo(plan_id: PlanId, order: RedoIn, tx: TheTransaction, actor: TheActor) -> EditAnswer:
    """Do again what was taken back last, or any one that nothing later stands on."""
    done = plans.redo(
        tx, plan_id, revision=order.revision, expects_revision=order.expects_revision, actor=actor
    )
    return edit_answer(tx, plan_id, done, kept=True, actor=actor)
