"""From draft to published: who may take a plan from one state to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.access import Actor, Right
from geo.db import Transaction
from geo.errors import Refused
from geo.plans import store
from geo.plans.actions import tell
from geo.plans.checks import check
from geo.plans.desk import hold_measured
from geo.plans.heads import STATES, PlanHead, State, heads, hold_row

Step = Literal["submit", "return", "approve", "withdraw", "publish"]


@dataclass(frozen=True)
class Transition:
    """A step of a plan: from which states to which, by whom.

    `by_creator`: whoever began the plan may take the step without the right.
    """

    sources: frozenset[State]
    target: State
    right: Right
    en: str
    zh: str
    by_creator: bool = False


def _step(*sources: State) -> frozenset[State]:
    return frozenset(sources)


#: Every step there is; all others are refused.
TRANSITIONS: Mapping[Step, Transition] = MappingProxyType(
    {
        "submit": Transition(
            _step("draft"), "in_review", "plans.write", "submitted", "提交审核"
        ),
        "return": Transition(
            _step("in_review", "approved"), "draft", "plans.approve", "returned",
            "退回草稿", by_creator=True,
        ),
        "approve": Transition(
            _step("in_review"), "approved", "plans.approve", "approved", "批准"
        ),
        "withdraw": Transition(
            _step("draft", "in_review", "approved"), "withdrawn", "plans.approve", "withdrawn",
            "撤回", by_creator=True,
        ),
        "publish": Transition(
            _step("approved"), "published", "publish", "published", "发布"
        ),
    }
)  # fmt: skip


def submit(tx: Transaction, plan: int, *, actor: Actor, note: str | None = None) -> PlanHead:
    """Hand a draft in for review: nobody draws in it until it is returned. See `advance`.

    All checks are run; how many findings of each severity there are is told in the event. They
    keep nobody from submitting, only from publishing.
    """
    actor.scope("plans.write")
    row, desk, survey = hold_measured(tx, plan)
    findings = check(survey, base=desk.base(tx, row.base), context=desk.context(tx))
    found = Counter(finding.severity for finding in findings)
    counts = {f"{severity}s": found[severity] for severity in ("error", "warning", "info")}
    return advance(tx, plan, "submit", actor=actor, note=note, **counts)


def return_plan(tx: Transaction, plan: int, *, actor: Actor, note: str | None = None) -> PlanHead:
    """Give a plan back to be drawn in; who began it may take it back too. See `advance`."""
    return advance(tx, plan, "return", actor=actor, note=note)


def approve(tx: Transaction, plan: int, *, actor: Actor, note: str | None = None) -> PlanHead:
    """Approve a plan that is in review, so that it can be published. See `advance`."""
    return advance(tx, plan, "approve", actor=actor, note=note)


def withdraw(tx: Transaction, plan: int, *, actor: Actor, note: str | None = None) -> PlanHead:
    """Lay a plan aside for good; it can still be read and forked. See `advance`."""
    return advance(tx, plan, "withdraw", actor=actor, note=note)


def advance(
    tx: Transaction,
    plan: int,
    step: Step,
    *,
    actor: Actor,
    note: str | None = None,
    **detail: object,
) -> PlanHead:
    """Take a step of `TRANSITIONS`; it is noted in the plan's events and in the audit trail.

    Raises
    ------
    NotFound
        If there is no such plan.
    NotAllowed
        If the step is not the actor's to take.
    Refused
        If the plan is in no state that the step begins from.
    """
    row, to = hold_row(tx, plan), TRANSITIONS[step]
    if not (to.by_creator and actor.may("plans.write") and actor.name == row.created_by):
        actor.scope(to.right)
    if row.state not in to.sources:
        en, zh = STATES[row.state]
        raise Refused(
            f"Plan {plan} is {en}; it can't be {to.en} now. This can be done to a plan that is"
            f" {' or '.join(sorted(STATES[state][0] for state in to.sources))}.",
            f"方案 {plan} 的状态为“{zh}”，不能{to.zh}。"
            f"可{to.zh}的状态：{'、'.join(sorted(STATES[state][1] for state in to.sources))}。",
            plan=plan,
            state=row.state,
        )
    store.set_state(tx, plan, to.target)
    tell(tx, plan, to.en, row.revision, actor=actor, note=note, **detail)
    return heads(tx, [hold_row(tx, plan)])[0]
