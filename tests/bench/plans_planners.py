"""Twenty planners at one plan for a minute: is every accepted operation in the log?"""

import random
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import sqlalchemy as sa

from geo import plans
from geo.access import operator
from geo.cli.demo import fill
from geo.db import migrate
from geo.errors import Refused
from geo.plans import desk
from geo.plans.heads import find_row
from geo.plans.history import net
from geo.plans.operations import Move, Rename
from geo.settings import Settings
from tests.bench._database import new_database

_OWNER = operator("owner")
_UNDONE, _RENAMED = 0.15, 0.3


def bench():
    """One row: the sample county, two processes' desks."""
    return [measure()]


def measure():
    """Fill a database with the sample county and let the planners in."""
    with new_database() as (url, home):
        engines = [sa.create_engine(url, pool_size=10) for _ in range(2)]
        migrate(engines[0])
        fill(engines[0], Settings(home=home, database_url=url))
        row = {"name": "planners", "ours": True, **lost_operations(engines)}
        for engine in engines:
            engine.dispose()
        return row


@dataclass
class Planner:
    """Somebody who draws as fast as the service lets them, and writes down what was accepted."""

    name: str
    engine: object
    plan: int
    seed: int
    accepted: list = field(default_factory=list)  # (revision seen, revision got, kind, places)
    refused: int = 0
    seconds: list = field(default_factory=list)
    broken: list = field(default_factory=list)

    def draw(self, until):
        """Draw until a moment of `time.monotonic`."""
        rng = random.Random(self.seed)  # noqa: S311 - who draws what decides nothing secret
        try:
            while time.monotonic() < until:
                self._once(rng)
        except Exception as error:
            self.broken.append(error)
            raise

    def _once(self, rng):
        actor = operator(self.name)
        with self.engine.begin() as tx:
            seen = plans.plan_head(tx, self.plan, actor=actor).revision
            survey = plans.survey_of(tx, self.plan, revision=seen, actor=actor)
        wanted = _something(survey, rng, self.name)
        begun = time.perf_counter()
        try:
            with self.engine.begin() as tx:
                if rng.random() < _UNDONE:
                    done = plans.undo(tx, self.plan, expects_revision=seen, actor=actor)
                else:
                    done = plans.edit(tx, self.plan, wanted, expects_revision=seen, actor=actor)
        except Refused:
            self.refused += 1
            return
        self.seconds.append(time.perf_counter() - begun)
        self.accepted.append((seen, done.revision, done.kind, done.change.places))


def _something(survey, rng, name):
    """A unit goes to where a neighbour is, or gets a name."""
    units = survey.draft.units()
    for unit in rng.sample(units, len(units)):
        home = survey.draft.place(unit).parent
        others = {survey.draft.place(n).parent for n in survey.fabric.neighbours(unit)} - {home}
        if others and rng.random() > _RENAMED:
            return Move(units=(unit,), to=rng.choice(sorted(others)))
        return Rename(area=unit, name=f"{name} {rng.random():.6f}")
    raise ValueError("there are no units to draw with")


def lost_operations(engines, *, planners=20, seconds=60.0):
    """Let planners draw in a new plan at once, and look for what was lost.

    Parameters
    ----------
    engines
        Of the same database, with an edition in it; the planners are dealt out among them. Each
        has a desk of its own, as another process would.

    Returns
    -------
    dict
        planners, operations (accepted), refused, edit_p95_ms, lost_operations: those accepted that
        the log does not have or that it has without their being accepted, those that overwrote
        what their planner had not seen, and 1 if the plan is not the sum of its log.
    """
    with engines[0].begin() as tx:
        plan = plans.create_plan(tx, title="many", actor=_OWNER).id
    for engine in engines:
        with engine.begin() as tx:
            plans.survey_of(tx, plan, actor=_OWNER)
    team = [
        Planner(f"planner {n}", engines[n % len(engines)], plan, seed=n) for n in range(planners)
    ]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=one.draw, args=(until,)) for one in team]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken := [error for one in team for error in one.broken]:
        raise broken[0]
    times = [s for one in team for s in one.seconds]
    return {
        "planners": planners,
        "operations": sum(len(one.accepted) for one in team),
        "refused": sum(one.refused for one in team),
        "edit_p95_ms": round(float(np.percentile(times, 95)) * 1000, 1),
        "lost_operations": _lost(engines, plan, team),
    }


def _lost(engines, plan, team):
    with engines[0].begin() as tx:
        log = plans.log(tx, plan, actor=_OWNER)
        row = find_row(tx, plan)
        fresh = desk.Desk().at(tx, row).draft
    kept = {(entry.revision, entry.actor, entry.kind) for entry in log}
    told = {(got, one.name, kind) for one in team for _, got, kind, _ in one.accepted}
    lost = len(kept ^ told) + abs(row.revision - len(log))
    for one in team:
        for seen, got, _, places in one.accepted:
            between = net(entry for entry in log[seen : got - 1] if entry.touched & places)
            lost += bool(between)
    for engine in engines:
        with engine.begin() as tx:
            seen_there = plans.survey_of(tx, plan, actor=_OWNER).draft
        lost += dict(seen_there.places) != dict(fresh.places)
    return lost
