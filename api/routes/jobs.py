"""Long work: proposals, publishing and withdrawing asked for, followed and cancelled."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from api.deps import TheTransaction
from api.plan_asked import PUBLISHES, READS, WRITES, PlanId, plan_id
from api.strict import router
from api.who import TheActor
from api.wire import problem_response
from api.wire.jobs import JobAnswer, JobOut, JobProblem, JobsAnswer, JobState
from api.wire.plans import ProposalIn, PublishIn, WithdrawIn
from geo.access import Actor
from geo.db import Transaction
from geo.jobs import Job, ask_job, cancel_job, job, list_jobs
from geo.plans import Wanted, require_askable
from geo.publish import require_publishable

routes = router("jobs")

JobId = Annotated[
    int, Path(alias="id", ge=1, le=2**63 - 1, description="Id of the job.", examples=[1])
]
# The documented example meets an approved plan.
Approved = Annotated[int, plan_id(5)]
_NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: problem_response("It can't be asked for as things stand; the sentence says why.")
}


@routes.post(
    "/plans/{id}/proposals", summary="Look for lawful ways to draw the lines", status_code=202,
    responses=_NOT_NOW, dependencies=WRITES,
)  # fmt: skip
def propose(
    plan_id: PlanId, order: ProposalIn, tx: TheTransaction, actor: TheActor, response: Response
) -> JobAnswer:
    """Ask for proposals; each becomes a fork of the plan, made of ordinary operations.

    Seed and parameters stay with the result. What can't be is refused at once: areas that are not
    there, units, areas of several levels, more parts than units.
    """
    arguments = order.model_dump(mode="json", exclude_none=True)
    require_askable(tx, plan_id, Wanted.from_json(arguments), actor=actor)
    return _asked(tx, "propose", arguments, response, actor=actor, plan=plan_id)


@routes.post(
    "/plans/{id}/publish", summary="Publish an approved plan", status_code=202,
    responses=_NOT_NOW, dependencies=PUBLISHES,
)  # fmt: skip
def publish(
    number: Approved, order: PublishIn, tx: TheTransaction, actor: TheActor, response: Response
) -> JobAnswer:
    """Ask for a new edition with the lines of a plan: errors block, warnings need a reason.

    A plan that is not approved, or does not start from the last edition, is refused at once.
    """
    require_publishable(tx, number, title=order.title, effective=order.effective, actor=actor)
    arguments = order.model_dump(mode="json", exclude_none=True)
    return _asked(tx, "publish", arguments, response, actor=actor, plan=number)


@routes.post(
    "/editions/{number}/withdraw", summary="Put the lines before an edition back",
    status_code=202, responses=_NOT_NOW, dependencies=PUBLISHES,
)  # fmt: skip
def withdraw(
    number: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="The highest edition.", examples=[2])
    ],
    order: WithdrawIn,
    tx: TheTransaction,
    actor: TheActor,
    response: Response,
) -> JobAnswer:
    """Ask for a new edition with the lines of the one before; nothing is unpublished."""
    arguments = {"number": number, **order.model_dump(mode="json", exclude_none=True)}
    return _asked(tx, "withdraw_edition", arguments, response, actor=actor)


@routes.get("/jobs", summary="Jobs, the newest first", dependencies=READS)
def jobs(
    tx: TheTransaction,
    actor: TheActor,
    plan: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Only those about this plan.")
    ] = None,
    state: Annotated[JobState | None, Query(description="Only those in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 100,
) -> JobsAnswer:
    """List jobs."""
    found = list_jobs(tx, actor=actor, plan=plan, state=state, limit=limit)
    return JobsAnswer(jobs=[_out(one) for one in found])


@routes.get("/jobs/{id}", summary="One job", dependencies=READS)
def one_job(number: JobId, tx: TheTransaction, actor: TheActor) -> JobAnswer:
    """Give a job with its progress, or its result, or its problem."""
    return JobAnswer(job=_out(job(tx, number, actor=actor)))


@routes.post("/jobs/{id}/cancel", summary="Cancel a job", responses=_NOT_NOW, dependencies=WRITES)
def cancel(number: JobId, tx: TheTransaction, actor: TheActor) -> JobAnswer:
    """End a job at its next step; nothing of it stays. Who asked for it may, and who may publish."""
    return JobAnswer(job=_out(cancel_job(tx, number, actor=actor)))


def _asked(
    tx: Transaction,
    kind: str,
    arguments: dict[str, Any],
    response: Response,
    *,
    actor: Actor,
    plan: int | None = None,
) -> JobAnswer:
    number = ask_job(tx, kind, arguments, actor=actor, plan=plan)
    response.headers["Location"] = f"/jobs/{number}"
    return JobAnswer(job=_out(job(tx, number, actor=actor)))


def _out(found: Job) -> JobOut:
    problem = found.problem
    return JobOut(
        id=found.id,
        kind=found.kind,
        plan=found.plan,
        state=found.state,
        step=found.step,
        done=found.done,
        total=found.total,
        cancelling=found.cancel and found.state == "running",
        arguments=dict(found.arguments),
        result=None if found.result is None else dict(found.result),
        problem=None if problem is None else JobProblem(**problem),
        asked_by=found.asked_by,
        created_at=found.created_at,
        started_at=found.started_at,
        ended_at=found.ended_at,
    )
