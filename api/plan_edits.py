"""What an operation changed, as its answer has it."""

from __future__ import annotations

from api.plan_areas import Looked, area_rows, findings_out
from api.wire.plans import EditAnswer, OperationDone, Words
from geo import plans
from geo.access import Actor
from geo.db import Transaction
from geo.plans import Done


def edit_answer(tx: Transaction, plan: int, done: Done, *, kept: bool, actor: Actor) -> EditAnswer:
    """Measure and check what an operation touched, and put it on the wire."""
    head = plans.plan_head(tx, plan, actor=actor)
    base = plans.base_survey(tx, head.base, actor=actor)
    looked = Looked(head, done.survey, base, done.revision if kept else head.revision)
    draft = done.survey.draft
    before = plans.survey_of(tx, plan, revision=done.revision - 1, actor=actor)
    again = plans.touched(before, done.survey, done.change)
    found = plans.check(done.survey, again, base=base, context=plans.check_context(tx))
    return EditAnswer(
        plan=looked.ref,
        operation=OperationDone(kind=done.kind, label=Words(**done.label._asdict()), kept=kept),
        changed=area_rows(
            tx, looked, done.areas | (done.change.places & draft.places.keys()), actor=actor
        ),
        gone=sorted(done.change.places - draft.places.keys()),
        findings=findings_out(found, draft),
    )
