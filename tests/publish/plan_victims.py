"""Publishing a plan, and workers, that are killed in the middle; see `victims`."""

import os
import signal
from pathlib import Path

import sqlalchemy as sa

from geo import plans
from geo.access import operator
from geo.boundaries import highest_edition
from geo.jobs import Pace, run, work
from geo.plans.operations import Move
from geo.publish import publish_plan
from geo.settings import Settings
from tests.publish import hamlet
from tests.publish.victims import Trap

ACTOR = operator("victim")
REASONS = {"code_apart": "x"}
QUICK = Pace(heartbeat_s=0.1, dead_after_s=0.6)


def publish_plan_and_die(
    url: str,
    home: Path,
    *,
    plan: int,
    moment: tuple[str, int] | None = None,
    count_in: Path | None = None,
) -> None:
    """Publish a plan; die at the moment."""
    engine, trap = sa.create_engine(url), Trap(moment, count_in)
    trap.set(engine)
    publish_plan(
        engine, Settings(home=home, database_url=url), plan, title="killed", reasons=REASONS,
        actor=ACTOR, progress=trap.progress,
    )  # fmt: skip
    trap.tell()


def work_and_die(url: str, home: Path, *, step: str | None = None) -> None:
    """Work; die when a job comes to a step."""
    told = run.Watched.__call__

    def tell(self: run.Watched, name: str, done: int, total: int) -> None:
        told(self, name, done, total)
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    run.Watched.__call__ = tell
    work(sa.create_engine(url), Settings(home=home, database_url=url), pace=QUICK)


def approved_plan(here) -> int:
    """An approved plan on the highest edition: grid 2 moves to the other community."""
    with here.engine.begin() as tx:
        base = highest_edition(tx)
        head = plans.create_plan(tx, title="方案", base=base, actor=ACTOR)
        draft = plans.survey_of(tx, head.id, actor=ACTOR).draft
        place = {row.code: row for row in draft.places.values()}
        there = "02" if place["0102"].parent == place["01"].id else "01"
        move = Move(units=(place["0102"].id,), to=place[there].id)
        plans.edit(tx, head.id, move, expects_revision=0, actor=ACTOR)
        plans.submit(tx, head.id, actor=ACTOR)
        plans.approve(tx, head.id, actor=ACTOR)
    return head.id


def steps_of(here, plan: int) -> list[str]:
    """Publish a plan and give the names of its steps, in order."""
    steps: list[str] = []
    publish_plan(
        here.engine, here.settings, plan, title="counted", reasons=REASONS, actor=ACTOR,
        progress=lambda step, *_: steps.append(step),
    )  # fmt: skip
    return list(dict.fromkeys(steps))


def build(bring, issue) -> None:
    """Edition 1 with incidents, a house of 50 households and a facility beside it."""
    bring(hamlet.whole())
    bring(hamlet.incidents(*hamlet.PLACES), "incidents")
    bring([hamlet.house(50)], "buildings")
    bring(hamlet.incidents((50, 50)), "facilities")
    issue()
