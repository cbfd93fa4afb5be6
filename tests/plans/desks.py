"""A plan as planners handle it: every step in a transaction of its own, as in a request."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from geo import plans
from geo.access import Actor, operator
from geo.boundaries import areas
from geo.plans import desk
from geo.plans.operations import Move, Rename

STEWARD = operator("steward")


@dataclass(frozen=True, eq=False)
class Table:
    """A plan in a database."""

    engine: sa.Engine
    plan: int

    @classmethod
    def new(cls, engine: sa.Engine, title: str = "方案", base: int | None = None) -> Table:
        with engine.begin() as tx:
            return cls(engine, plans.create_plan(tx, title=title, base=base, actor=STEWARD).id)

    def place(self, code: str) -> int:
        """The place id of a code of the base edition."""
        with self.engine.begin() as tx:
            frame = areas(tx, 1, epsg=4544)
        return int(frame.index[frame["code"] == code][0])

    def does(self, operation, *, seen: int | None = None, actor: Actor = STEWARD, **more):
        """Do an operation, having seen the plan at a revision (None: as it stands)."""
        with self.engine.begin() as tx:
            expects = self._revision(tx) if seen is None else seen
            return plans.edit(
                tx, self.plan, operation, expects_revision=expects, actor=actor, **more
            )

    def turns(self, how, revision=None, *, seen: int | None = None, actor: Actor = STEWARD):
        """Undo or redo."""
        with self.engine.begin() as tx:
            expects = self._revision(tx) if seen is None else seen
            return how(tx, self.plan, revision=revision, expects_revision=expects, actor=actor)

    def moves(self, unit: str, to: str, **more):
        """Move the grid of a code into the community of another."""
        return self.does(Move(units=(self.place(unit),), to=self.place(to)), **more)

    def renames(self, area: str, name: str, **more):
        return self.does(Rename(area=self.place(area), name=name), **more)

    @property
    def head(self) -> plans.PlanHead:
        with self.engine.begin() as tx:
            return plans.plan_head(tx, self.plan, actor=STEWARD)

    @property
    def log(self) -> list[plans.LogEntry]:
        with self.engine.begin() as tx:
            return plans.log(tx, self.plan, actor=STEWARD)

    def survey(self, revision: int | None = None) -> plans.Survey:
        with self.engine.begin() as tx:
            return plans.survey_of(tx, self.plan, revision=revision, actor=STEWARD)

    def bytes(self, revision: int | None = None) -> bytes:
        """All places as bytes."""
        return state_bytes(self.survey(revision).draft)

    def fresh_bytes(self, revision: int | None = None) -> bytes:
        """All places as bytes, as a process that knows nothing replays them."""
        with self.engine.begin() as tx:
            row = plans.heads.find_row(tx, self.plan)
            return state_bytes(desk.Desk().at(tx, row, revision).draft)

    def parent_code(self, code: str) -> str:
        """The code of the area that a grid of the base lies in now."""
        draft = self.survey().draft
        return draft.place(draft.place(self.place(code)).parent).code

    def _revision(self, tx) -> int:
        return plans.plan_head(tx, self.plan, actor=STEWARD).revision


def state_bytes(draft: plans.Draft) -> bytes:
    """A draft as bytes: every row of every place, outlines exact."""
    everything = plans.Change.of(plans.Draft(draft.site, {}, {}), draft.places.values())
    return repr(everything.to_json()).encode()
