"""Long work that goes on while nobody waits."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from api.wire import Wire
from api.wire.imports import Said

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobProblem(Said):
    """Why a job failed, and what to do; facts for programs, as in a problem document."""

    facts: dict[str, Any]


class JobOut(Wire):
    """One job: what was asked, how far it is, what came of it."""

    id: int
    kind: str = Field(examples=["publish"])
    plan: int | None = Field(description="Id of the plan it is about.")
    state: JobState
    step: str | None = Field(description="What it is doing.")
    done: int | None
    total: int | None
    cancelling: bool = Field(description="It ends at its next step.")
    arguments: dict[str, Any]
    result: dict[str, Any] | None = Field(description="Once it is done.")
    problem: JobProblem | None = Field(description="Once it has failed.")
    asked_by: str
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None


class JobAnswer(Wire):
    """One job."""

    job: JobOut


class JobsAnswer(Wire):
    """Jobs, the newest first."""

    jobs: list[JobOut]
