"""Long work that goes on while nobody waits: asked for, queued, done by workers, told about."""

from geo.jobs.actions import Job, State, ask_job, cancel_job, job, list_jobs
from geo.jobs.kinds import KINDS, Kind
from geo.jobs.run import run_job
from geo.jobs.worker import Pace, work

__all__ = [
    "KINDS",
    "Job",
    "Kind",
    "Pace",
    "State",
    "ask_job",
    "cancel_job",
    "job",
    "list_jobs",
    "run_job",
    "work",
]
