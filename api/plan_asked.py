"""What the routes of plans have in common: their id, their rights, the plan that is asked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from api.who import needs


def plan_id(example: int) -> Any:  # noqa: ANN401 - what FastAPI takes as a parameter
    """Declare the plan of an address; `example`: one that the step can be taken with."""
    return Path(alias="id", ge=1, le=2**31 - 1, description="Id of the plan.", examples=[example])


PlanId = Annotated[int, plan_id(1)]
READS = [needs("plans.read")]
WRITES = [needs("plans.write")]
APPROVES = [needs("plans.approve")]
#: Steps that also whoever began the plan may take; the action knows who that is.
OWNS = [needs("plans.approve", "plans.write")]
PUBLISHES = [needs("publish")]
