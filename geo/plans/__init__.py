"""Redrawing the lines: drafts, what can be done to them, what it does, and who does it."""

from geo.plans.actions import create_plan, fork_plan, log
from geo.plans.draft import PROVISIONAL, Change, Draft, Place
from geo.plans.drafting import Done, base_survey, edit, preview, survey_of
from geo.plans.ground import Ground
from geo.plans.heads import LogEntry, PlanEvent, PlanHead, list_plans, plan_head
from geo.plans.operations import Operation, Words, operation_from_json
from geo.plans.survey import Survey

__all__ = [
    "PROVISIONAL",
    "Change",
    "Done",
    "Draft",
    "Ground",
    "LogEntry",
    "Operation",
    "Place",
    "PlanEvent",
    "PlanHead",
    "Survey",
    "Words",
    "base_survey",
    "create_plan",
    "edit",
    "fork_plan",
    "list_plans",
    "log",
    "operation_from_json",
    "plan_head",
    "preview",
    "survey_of",
]
