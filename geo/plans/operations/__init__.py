"""What a planner can do to a draft: one file per kind of work."""

from geo.plans.operations.base import Operation, Words

__all__ = ["Operation", "Words"]
