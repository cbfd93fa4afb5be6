"""Drawing in a plan: operations are tried, kept, and read back as they were kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo.access import Actor, record
from geo.db import Transaction
from geo.errors import Refused
from geo.plans import store
from geo.plans.desk import Desk, base_digest, desk_of, next_digest
from geo.plans.draft import Change
from geo.plans.guards import (
    require_areas,
    require_draft,
    require_edition,
    require_fresh_codes,
    require_seen,
    require_undisturbed,
    require_unlocked,
)
from geo.plans.heads import find_row, hold_row, locks_of
from geo.plans.operations.base import Operation, Words
from geo.plans.proving import require_kept
from geo.plans.survey import Survey


@dataclass(frozen=True)
class Done:
    """What an operation did.

    `areas` are the places of the survey whose figures may have changed, all above included.
    """

    revision: int
    kind: str
    label: Words
    change: Change
    survey: Survey
    areas: frozenset[int]


@dataclass(frozen=True)
class Drawn:
    """A change that was computed but not kept: what it leads to, and what it may collide with."""

    kind: str
    label: Words
    wanted: dict[str, Any]
    change: Change
    before: Survey
    after: Survey
    touched: frozenset[int]
    undoes: int | None = None

    def done(self, revision: int) -> Done:
        """Give it as the operation of a revision."""
        areas = {
            above.id
            for survey in (self.before, self.after)
            for place in self.change.places
            if place in survey.draft.places
            for above in survey.draft.chain(place)
        }
        return Done(
            revision, self.kind, self.label, self.change, self.after,
            frozenset(areas & self.after.draft.places.keys()),
        )  # fmt: skip


def survey_of(tx: Transaction, plan: int, *, revision: int | None = None, actor: Actor) -> Survey:
    """Give the survey of a plan as it stands, or as it stood at a revision (0: its base).

    Raises
    ------
    NotFound
        If there is no such plan or revision.
    """
    actor.scope("plans.read")
    return desk_of(tx).at(tx, find_row(tx, plan), revision)


def base_survey(tx: Transaction, edition: int, *, actor: Actor) -> Survey:
    """Give the survey of an edition, to compare plans with; NoEdition if there is none."""
    actor.scope("plans.read")
    require_edition(tx, edition)
    return desk_of(tx).base(tx, edition)


def preview(tx: Transaction, plan: int, operation: Operation, *, actor: Actor) -> Done:
    """Show what an operation would do to a plan as it stands; nothing is kept.

    New places have ids below 0. Refused as `edit` refuses.
    """
    actor.scope("plans.write")
    row, desk = find_row(tx, plan), desk_of(tx)
    require_draft(row)
    drawn = draw(desk.at(tx, row), operation, itertools.count(-1, -1))
    _require_free(tx, desk, row, drawn, actor)
    return drawn.done(row.revision + 1)


def edit(
    tx: Transaction,
    plan: int,
    operation: Operation,
    *,
    expects_revision: int,
    actor: Actor,
    note: str | None = None,
) -> Done:
    """Do an operation to a plan as it stands and keep it in its log.

    `expects_revision` is what the caller saw of the plan. Others may have gone on elsewhere
    meanwhile.

    Raises
    ------
    MovedOn
        If an operation since then touched a place that this one changes or is about; `by` says
        who, when, and what. Nothing is overwritten.
    Refused
        If the plan is no draft, somebody else has locked the area, or the operation can't be done.
    NotAllowed
        If the actor may not draw there.
    """
    actor.scope("plans.write")
    row, desk = find_row(tx, plan), desk_of(tx)
    require_draft(row)
    require_seen(row, expects_revision)
    drawn = _drawn(tx, desk, row, operation, expects_revision)
    held = hold_row(tx, plan)
    if held.revision != row.revision:
        # Others went on meanwhile: what it comes to is said by the plan as it stands now.
        drawn = _drawn(tx, desk, held, operation, expects_revision)
    return keep(tx, desk, held, drawn, actor=actor, note=note)


def _drawn(
    tx: Transaction, desk: Desk, row: store.PlanRow, operation: Operation, expects_revision: int
) -> Drawn:
    survey = desk.at(tx, row)
    site = survey.draft.site
    if expects_revision < row.revision:
        # What the caller saw may be gone by now: that is somebody's doing, not the caller's error.
        seen = desk.at(tx, row, expects_revision).draft
        require_undisturbed(tx, row, operation.about(seen), expects_revision, site)
    drawn = draw(survey, operation, store.new_ids(tx))
    require_undisturbed(tx, row, drawn.touched, expects_revision, site)
    return drawn


def draw(survey: Survey, operation: Operation, ids: Iterator[int]) -> Drawn:
    """Compute what an operation does to a survey, and prove that it keeps what is not its own.

    Raises
    ------
    Refused
        If it changes nothing, as the operation refuses, or as `require_kept` does.
    """
    change = operation.apply(survey, ids)
    if not change.rows:
        raise Refused("This changes nothing: it is so already.", "没有任何变化：现状已经如此。")
    after, about = survey.after(change), operation.about(survey.draft)
    require_kept(survey, after, change, about)
    return Drawn(
        kind=operation.kind,
        label=operation.label(survey.draft),
        wanted=operation.to_json(),
        change=change,
        before=survey,
        after=after,
        touched=change.places | about,
    )


def keep(
    tx: Transaction,
    desk: Desk,
    plan: store.PlanRow,
    drawn: Drawn,
    *,
    actor: Actor,
    note: str | None,
) -> Done:
    """Append what was drawn on the newest state of a plan that is held."""
    require_draft(plan)
    _require_free(tx, desk, plan, drawn, actor)
    revision = plan.revision + 1
    rows = drawn.change.to_json()
    digest = next_digest(plan.digest or base_digest(plan.base), rows)
    store.append(
        tx,
        plan.id,
        revision,
        {
            "actor": actor.name, "kind": drawn.kind, "operation": drawn.wanted, "change": rows,
            "label_zh": drawn.label.zh, "label_en": drawn.label.en, "note": note,
            "undoes": drawn.undoes, "touched": sorted(drawn.touched), "digest": digest,
        },
    )  # fmt: skip
    record(tx, actor=actor, action="edit plan", plan=plan.id, revision=revision, kind=drawn.kind)
    desk.keep(drawn.after, digest)
    return drawn.done(revision)


def _require_free(
    tx: Transaction, desk: Desk, plan: store.PlanRow, drawn: Drawn, actor: Actor
) -> None:
    before, after = drawn.before.draft, drawn.after.draft
    if not actor.scope("plans.write").everywhere:
        base = desk.base(tx, plan.base).draft
        require_areas(actor, base, before, after, drawn.change)
    require_fresh_codes(tx, drawn.change, after)
    require_unlocked(actor, locks_of(tx, plan.id), drawn.touched, before, after)
