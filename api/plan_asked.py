"""What the routes of plans have in common: their id, their rights, the plan that is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.who import needs

PlanId = Annotated[
    int, Path(alias="id", ge=1, le=2**31 - 1, description="Id of the plan.", examples=[1])
]
READS = [needs("plans.read")]
WRITES = [needs("plans.write")]
APPROVES = [needs("plans.approve")]
PUBLISHES = [needs("publish")]
