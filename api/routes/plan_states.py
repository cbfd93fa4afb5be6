"""A plan on its way: locked in parts, handed in, approved, given up, brought onto a new edition."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from api.deps import TheTransaction
from api.plan_asked import APPROVES, OWNS, WRITES, PlanId, plan_id
from api.plans import plan_out, plan_ref
from api.strict import router
from api.who import TheActor
from api.wire import problem_response
from api.wire.plans import ConflictOut, NoteIn, PlanAnswer, RebaseAnswer, Words
from geo import plans

routes = router("plans")

Area = Annotated[
    int, Path(ge=1, le=2**63 - 1, description="Id of an area of the plan.", examples=[2])
]
# The documented examples meet plans in different states.
Other = Annotated[int, plan_id(2)]
InReview = Annotated[int, plan_id(3)]
Handed = Annotated[int, plan_id(4)]
_NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: problem_response("It can't be done as things stand; the sentence says what to do.")
}

# -- locks


@routes.put(
    "/plans/{id}/locks/{area}", summary="Keep an area to oneself", responses=_NOT_NOW,
    dependencies=WRITES,
)  # fmt: skip
def lock(
    plan_id: PlanId, area: Area, order: NoteIn, tx: TheTransaction, actor: TheActor
) -> PlanAnswer:
    """Lock an area and what lies in it: nobody else edits it until it is unlocked."""
    plans.lock_area(tx, plan_id, area, actor=actor, note=order.note)
    return PlanAnswer(plan=plan_out(plans.plan_head(tx, plan_id, actor=actor)))


@routes.delete(
    "/plans/{id}/locks/{area}", summary="Unlock an area", responses=_NOT_NOW, dependencies=WRITES
)
def unlock(plan_id: PlanId, area: Area, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Unlock an area; stewards may open the locks of others."""
    plans.unlock_area(tx, plan_id, area, actor=actor)
    return PlanAnswer(plan=plan_out(plans.plan_head(tx, plan_id, actor=actor)))


# -- from draft to approval


@routes.post(
    "/plans/{id}/submit", summary="Hand a plan in for review", responses=_NOT_NOW,
    dependencies=WRITES,
)  # fmt: skip
def submit(number: Other, order: NoteIn, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Hand a draft in; from now on it can't be edited."""
    head = plans.submit(tx, number, actor=actor, note=order.note)
    return PlanAnswer(plan=plan_out(head))


@routes.post(
    "/plans/{id}/return", summary="Give a plan back to its planners", responses=_NOT_NOW,
    dependencies=OWNS,
)  # fmt: skip
def give_back(number: InReview, order: NoteIn, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Make a plan in review, or an approved one, a draft again; who began it may do so too."""
    head = plans.return_plan(tx, number, actor=actor, note=order.note)
    return PlanAnswer(plan=plan_out(head))


@routes.post(
    "/plans/{id}/approve", summary="Approve a plan", responses=_NOT_NOW, dependencies=APPROVES
)
def approve(number: Handed, order: NoteIn, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Approve a plan in review; it can be published then."""
    head = plans.approve(tx, number, actor=actor, note=order.note)
    return PlanAnswer(plan=plan_out(head))


@routes.post(
    "/plans/{id}/withdraw", summary="Give a plan up", responses=_NOT_NOW, dependencies=OWNS
)
def withdraw(number: Other, order: NoteIn, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Give a plan up; it stays to be looked at and forked. Who began it may do so too."""
    head = plans.withdraw(tx, number, actor=actor, note=order.note)
    return PlanAnswer(plan=plan_out(head))


@routes.post(
    "/plans/{id}/rebase", summary="Bring a plan onto the highest edition", status_code=201,
    responses=_NOT_NOW, dependencies=OWNS,
)  # fmt: skip
def rebase(
    plan_id: PlanId, tx: TheTransaction, actor: TheActor, response: Response
) -> RebaseAnswer:
    """Make a new plan of it on the highest edition; what no longer fits is listed."""
    done = plans.rebase(tx, plan_id, actor=actor)
    response.headers["Location"] = f"/plans/{done.plan}"
    return RebaseAnswer(
        plan=plan_ref(plans.plan_head(tx, done.plan, actor=actor)),
        kept=done.kept,
        conflicts=[
            ConflictOut(
                revision=one.revision,
                label=Words(**one.label._asdict()),
                actor=one.actor,
                areas=sorted(one.places),
                why=Words(**one.why._asdict()),
            )
            for one in done.conflicts
        ],
    )
