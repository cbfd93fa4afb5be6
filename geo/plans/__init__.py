"""Redrawing the lines: drafts, what can be done to them, what it does, and who does it."""

from geo.plans.draft import Change, Draft, Place
from geo.plans.ground import Ground
from geo.plans.operations import OPERATIONS, Operation, Words, operation_from_json
from geo.plans.survey import Survey

__all__ = [
    "OPERATIONS",
    "Change",
    "Draft",
    "Ground",
    "Operation",
    "Place",
    "Survey",
    "Words",
    "operation_from_json",
]
