"""Redrawing the lines: drafts, what can be done to them, what it does, and who does it."""

from geo.plans.actions import create_plan, fork_plan, log
from geo.plans.background import check_context, codes_ever
from geo.plans.blocks import SLIVER_M2
from geo.plans.checks import NEAR, CheckContext, Post, check, recheck, touched
from geo.plans.compare import Comparison, compare
from geo.plans.draft import PROVISIONAL, Change, Draft, Place
from geo.plans.drafting import Done, base_survey, edit, preview, survey_of
from geo.plans.exchange import PLAN_FORMATS, PlanFormat, write_plan
from geo.plans.fabric import Border, Fabric
from geo.plans.figures import Figures
from geo.plans.ground import Ground
from geo.plans.heads import (
    STATES,
    Lock,
    LogEntry,
    PlanEvent,
    PlanHead,
    State,
    hold_plan,
    list_plans,
    plan_head,
)
from geo.plans.impact import Impact, impact
from geo.plans.impact_tables import without_counts, write_impact
from geo.plans.importing import PlanFile, read_plan
from geo.plans.locking import lock_area, unlock_area
from geo.plans.making import units_to_make
from geo.plans.metrics import METRICS, metrics
from geo.plans.numbering import lines_to_publish
from geo.plans.operations import Operation, Words, operation_from_json
from geo.plans.operations.divide import Divide
from geo.plans.proposals import EMPHASES, Emphasis
from geo.plans.propose import Proposed, Wanted, propose, require_askable
from geo.plans.rebase import Conflict, Rebased, rebase
from geo.plans.records import records
from geo.plans.remarks import Remark
from geo.plans.review import TRANSITIONS, advance, approve, return_plan, submit, withdraw
from geo.plans.survey import Survey
from geo.plans.undoing import redo, undo

__all__ = [
    "EMPHASES",
    "METRICS",
    "NEAR",
    "PLAN_FORMATS",
    "PROVISIONAL",
    "SLIVER_M2",
    "STATES",
    "TRANSITIONS",
    "Border",
    "Change",
    "CheckContext",
    "Comparison",
    "Conflict",
    "Divide",
    "Done",
    "Draft",
    "Emphasis",
    "Fabric",
    "Figures",
    "Ground",
    "Impact",
    "Lock",
    "LogEntry",
    "Operation",
    "Place",
    "PlanEvent",
    "PlanFile",
    "PlanFormat",
    "PlanHead",
    "Post",
    "Proposed",
    "Rebased",
    "Remark",
    "State",
    "Survey",
    "Wanted",
    "Words",
    "advance",
    "approve",
    "base_survey",
    "check",
    "check_context",
    "codes_ever",
    "compare",
    "create_plan",
    "edit",
    "fork_plan",
    "hold_plan",
    "impact",
    "lines_to_publish",
    "list_plans",
    "lock_area",
    "log",
    "metrics",
    "operation_from_json",
    "plan_head",
    "preview",
    "propose",
    "read_plan",
    "rebase",
    "recheck",
    "records",
    "redo",
    "require_askable",
    "return_plan",
    "submit",
    "survey_of",
    "touched",
    "undo",
    "units_to_make",
    "unlock_area",
    "withdraw",
    "without_counts",
    "write_impact",
    "write_plan",
]
