"""Plans: listed, begun, forked, and what was done to them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from api.deps import TheTransaction
from api.paging import PageLimit
from api.plan_asked import READS, WRITES, PlanId
from api.plans import plan_out, plan_ref, plan_row
from api.strict import router
from api.who import TheActor
from api.wire.plans import (
    ForkIn,
    LoggedOperation,
    PlanAnswer,
    PlanIn,
    PlanLog,
    PlansAnswer,
    PlanState,
    Words,
)
from geo import plans

routes = router("plans")


@routes.get("/plans", summary="All plans", dependencies=READS)
def list_plans(
    tx: TheTransaction,
    actor: TheActor,
    state: Annotated[PlanState | None, Query(description="Only those in this state.")] = None,
) -> PlansAnswer:
    """List plans, the newest first."""
    found = plans.list_plans(tx, actor=actor, state=state)
    return PlansAnswer(plans=[plan_row(head) for head in found])


@routes.post("/plans", summary="Begin a plan", status_code=201, dependencies=WRITES)
def create(order: PlanIn, tx: TheTransaction, actor: TheActor, response: Response) -> PlanAnswer:
    """Begin a plan on the lines of an edition."""
    head = plans.create_plan(tx, title=order.title, base=order.base, actor=actor, note=order.note)
    response.headers["Location"] = f"/plans/{head.id}"
    return PlanAnswer(plan=plan_out(head))


@routes.get("/plans/{id}", summary="One plan", dependencies=READS)
def plan(plan_id: PlanId, tx: TheTransaction, actor: TheActor) -> PlanAnswer:
    """Give a plan with its locks and its life."""
    return PlanAnswer(plan=plan_out(plans.plan_head(tx, plan_id, actor=actor)))


@routes.post(
    "/plans/{id}/fork", summary="Begin a plan where another is", status_code=201,
    dependencies=WRITES,
)  # fmt: skip
def fork(
    plan_id: PlanId, order: ForkIn, tx: TheTransaction, actor: TheActor, response: Response
) -> PlanAnswer:
    """Begin a plan with the log of another one, up to a revision."""
    head = plans.fork_plan(tx, plan_id, title=order.title, actor=actor, at=order.revision)
    response.headers["Location"] = f"/plans/{head.id}"
    return PlanAnswer(plan=plan_out(head))


@routes.get("/plans/{id}/operations", summary="The log of a plan", dependencies=READS)
def log(
    *,
    plan_id: PlanId,
    tx: TheTransaction,
    actor: TheActor,
    after: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Only later revisions than this one.")
    ] = 0,
    limit: PageLimit = 100,
) -> PlanLog:
    """List operations in the order they were done: who, when, what and why."""
    head = plans.plan_head(tx, plan_id, actor=actor)
    entries = plans.log(tx, plan_id, after=after, limit=limit + 1, actor=actor)
    rows = [
        LoggedOperation(
            revision=one.revision,
            at=one.at,
            actor=one.actor,
            kind=one.kind,
            label=Words(**one.label._asdict()),
            note=one.note,
            undoes=one.undoes,
            stands=one.stands,
            areas=sorted(one.touched),
        )
        for one in entries[:limit]
    ]
    return PlanLog(
        plan=plan_ref(head),
        operations=rows,
        next=rows[-1].revision if len(entries) > limit else None,
    )
