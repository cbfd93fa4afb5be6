"""kill -9 while a plan is published: the old or the new edition is whole, the job repeatable."""

import ast
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
import sqlalchemy as sa

from geo.access import operator
from geo.boundaries import editions, init_site
from geo.db import Cluster, Unreachable, migrate
from geo.jobs import ask_job, job
from geo.publish import publish_plan, repair
from tests.cli.running import Installation
from tests.publish import hamlet, plan_victims
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet
from tests.publish.killing import FORKS, assert_whole, current, end_of, in_the_database
from tests.publish.plan_victims import ACTOR, REASONS, approved_plan, build, steps_of
from tests.publish.victims import quiet_again

SEED, MOMENTS = 20_261_122, 30
#: The named steps of publishing; the first test holds the list complete.
STEPS = ("survey", "checks", "codes", "check", "rows", "lineage", "place", "tiles")


@pytest.fixture(scope="module")
def town(cluster, template, tmp_path_factory):
    """The hamlet with edition 1."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("plan-kills")) as here:
        build(partial(bring_rows, here), partial(issue_edition, here))
        yield here


def numbers(here):
    with here.engine.begin() as tx:
        return editions(tx)["number"].tolist()


def plan_state(here, plan):
    with here.engine.connect() as tx:
        return tx.scalar(sa.text("SELECT state FROM plan WHERE id = :id"), {"id": plan})


def test_the_steps_of_publishing_are_known(town):
    assert tuple(steps_of(town, approved_plan(town))) == STEPS


@pytest.mark.slow
def test_at_thirty_random_moments_the_plan_is_published_whole_or_not_at_all(town, tmp_path):
    counted = tmp_path / "counts"
    plan = approved_plan(town)
    victim = plan_victims.publish_plan_and_die
    assert end_of(victim, town, plan=plan, count_in=counted) == 0
    counts = ast.literal_eval(counted.read_text())
    everything = [(kind, k) for kind, total in counts.items() for k in range(1, total + 1)]
    landed = 0
    plan = approved_plan(town)
    for moment in random.Random(SEED).sample(everything, MOMENTS):  # noqa: S311
        before, there = current(town), numbers(town)
        assert end_of(victim, town, plan=plan, moment=moment) == -signal.SIGKILL
        quiet_again(town)
        assert current(town)["editions"][: len(there)] == before["editions"], moment
        known = numbers(town)
        # The state of the plan and the edition are kept together.
        assert plan_state(town, plan) == ("approved" if known == there else "published"), moment
        repair(town.engine, town.settings)
        assert_whole(town)
        if known != there:
            landed += 1
            assert known == [*there, there[-1] + 1]
            again = publish_plan(
                town.engine, town.settings, plan, title="x", reasons=REASONS, actor=ACTOR
            )
            assert (again.number, numbers(town)) == (known[-1], known)
            plan = approved_plan(town)
    # Some died before the commit, some after it.
    assert 0 < landed < MOMENTS


# -- the worker


def ask(here, plan):
    with here.engine.begin() as tx:
        return ask_job(
            tx, "publish", {"title": "x", "reasons": REASONS}, actor=operator("tester"), plan=plan
        )


def ended(here, number, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        with here.engine.begin() as tx:
            seen = job(tx, number, actor=operator("tester"))
        if seen.ended_at is not None:
            return seen
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)


def repeated(here, number, plan, there):
    """Let another worker take the job up; the plan is published once."""
    worker = FORKS.Process(target=plan_victims.work_and_die, args=(here.url, here.home))
    worker.start()
    try:
        seen = ended(here, number)
    finally:
        worker.terminate()
        worker.join(20)
    assert (seen.state, seen.problem) == ("done", None)
    assert seen.result["edition"] == there[-1] + 1
    assert numbers(here) == [*there, there[-1] + 1]
    assert plan_state(here, plan) == "published"
    assert_whole(here)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_the_job_of_a_worker_that_is_killed_at_a_step_is_repeated(town, step):
    plan, there = approved_plan(town), numbers(town)
    number = ask(town, plan)
    assert end_of(plan_victims.work_and_die, town, step=step) == -signal.SIGKILL
    repeated(town, number, plan, there)


# -- the server of the API, with its worker


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.0, 0.4])
def test_a_killed_server_takes_its_worker_along_and_the_job_is_repeated(town, after_s):
    plan, there = approved_plan(town), numbers(town)
    number = ask(town, plan)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WANGGE_")}
    server = subprocess.Popen(
        [sys.executable, "-c", "from geo.cli import main; main()", "serve", "--port", "0"],
        env={**environment, **town.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    begun = sa.text("SELECT started_at FROM job WHERE id = :id")
    with town.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
        while tx.scalar(begun, {"id": number}) is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(after_s)
        server.kill()
        server.wait()
        # The worker notices that its server is gone.
        while in_the_database(town):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    repair(town.engine, town.settings)
    assert_whole(town)
    repeated(town, number, plan, there)


# -- the database


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The hamlet on a PostGIS of this file's own, to be killed."""
    server = Cluster(tmp_path_factory.mktemp("own"), durable=False)
    try:
        server.start()
        server.create_database("wangge")
        engine = sa.create_engine(server.url("wangge"))
        here = Installation(tmp_path_factory.mktemp("home"), engine, server.url("wangge"))
        migrate(engine)
        with engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor=operator("tester"))
        build(partial(bring_rows, here), partial(issue_edition, here))
        yield here, server
        engine.dispose()
    finally:
        server.remove()


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_when_the_database_is_killed_at_a_step_the_old_edition_stays(own, step):
    here, server = own
    plan, there, before = approved_plan(here), numbers(here), current(here)
    killed = []

    def kill(name, *_):
        if name == step and not killed:
            killed.append(server.status().pid)
            os.kill(killed[0], signal.SIGKILL)

    publish = partial(
        publish_plan, here.engine, here.settings, plan, title="x", reasons=REASONS, actor=ACTOR
    )
    with pytest.raises(Unreachable):
        publish(progress=kill)
    here.engine.dispose()
    server.start()
    assert current(here) == before
    assert numbers(here) == there
    assert plan_state(here, plan) == "approved"
    repair(here.engine, here.settings)
    assert_whole(here)
    assert publish().number == there[-1] + 1
    assert_whole(here)
