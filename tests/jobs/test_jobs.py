"""Jobs: asked for, run, watched, stopped, taken up again."""

import itertools
import signal
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from geo.access import Actor, Grant, operator
from geo.errors import NotAllowed, NotFound, Refused, UnknownOption
from geo.jobs import ask_job, cancel_job, job, list_jobs
from tests.cli.running import installation
from tests.jobs import workers

ACTOR = operator("tester")
PLANNER = Actor("li", (Grant("planner"),))
_names = itertools.count(1)


@pytest.fixture
def here(cluster, template, tmp_path):
    with installation(cluster, f"jobs_{next(_names)}", tmp_path, template=template) as made:
        yield made


@contextmanager
def working(here):
    process = workers.start(here)
    try:
        yield process
    finally:
        process.terminate()
        process.join(20)
        # Minus 15: it had not yet begun to listen to signals.
        assert process.exitcode in (0, -signal.SIGTERM)


def ask(here, kind, arguments=None, actor=ACTOR):
    with here.engine.begin() as tx:
        return ask_job(tx, kind, arguments or {}, actor=actor)


def look(here, number):
    with here.engine.begin() as tx:
        return job(tx, number, actor=ACTOR)


def until(here, number, condition, seconds=20):
    """Wait until a job is as wanted."""
    deadline = time.monotonic() + seconds
    while not condition(seen := look(here, number)):
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)
    return seen


def ended(here, number):
    return until(here, number, lambda seen: seen.ended_at is not None)


def queued(here):
    with here.engine.connect() as tx:
        return tx.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs"))


def begun(here):
    path = here.home / "begun"
    return path.read_text().splitlines() if path.exists() else []


def test_a_job_that_is_asked_for_is_done_and_tells_its_result(here):
    first = ask(here, "count", {"to": 2}, PLANNER)
    assert look(here, first).state == "waiting"
    with working(here):
        done = ended(here, first)
        second = ended(here, ask(here, "count", {"to": 0}))
    assert (done.state, done.result) == ("done", {"counted": 2, "plan": None})
    assert (done.asked_by, done.step, done.done) == ("li", "step 1", 1)
    assert done.problem is None
    assert second.state == "done"
    # The roles of who asked go with the job.
    assert [line.split()[1] for line in begun(here)] == ["li", "tester"]
    assert queued(here) == 0
    with here.engine.begin() as tx:
        assert [one.id for one in list_jobs(tx, actor=ACTOR)] == [second.id, first]
        assert list_jobs(tx, actor=ACTOR, state="failed") == []


def test_what_is_not_kept_was_never_asked_for(here):
    with here.engine.connect() as tx:
        ask_job(tx, "count", {"to": 0}, actor=ACTOR)
        tx.rollback()
    assert queued(here) == 0
    with here.engine.begin() as tx:
        assert list_jobs(tx, actor=ACTOR) == []


def test_a_refusal_is_told_in_both_languages(here):
    number = ask(here, "refuse")
    with working(here):
        seen = ended(here, number)
    assert seen.state == "failed"
    assert seen.problem == {
        "code": "refused",
        "en": "Not on a Sunday. Come back tomorrow.",
        "zh": "周日不办理，请明天再来。",
        "facts": {"day": "Sunday"},
    }


def test_what_nobody_expected_is_told_without_its_insides(here):
    number = ask(here, "stumble")
    with working(here):
        seen = ended(here, number)
    assert seen.state == "failed"
    assert f"the number of the job: {number}" in seen.problem["en"]
    assert "ZeroDivision" not in str(seen.problem)


def test_a_waiting_job_is_cancelled_at_once(here):
    number = ask(here, "count", {"to": 0}, PLANNER)
    with here.engine.begin() as tx:
        assert cancel_job(tx, number, actor=PLANNER).state == "cancelled"
    assert queued(here) == 0
    with here.engine.begin() as tx, pytest.raises(Refused, match="has ended already"):
        cancel_job(tx, number, actor=PLANNER)


def test_a_running_job_stops_at_its_next_step(here):
    number = ask(here, "count", {"to": 1000})
    with working(here):
        until(here, number, lambda seen: seen.step == "step 2")
        with here.engine.begin() as tx:
            assert cancel_job(tx, number, actor=ACTOR).cancel
        seen = ended(here, number)
    assert seen.state == "cancelled"
    assert seen.result is None


def test_the_job_of_a_killed_worker_is_run_again(here):
    number = ask(here, "count", {"to": 20})
    first = workers.start(here)
    until(here, number, lambda seen: seen.step == "step 2")
    first.kill()
    first.join()
    with working(here):
        assert ended(here, number).state == "done"
    assert len(begun(here)) == 2


def test_a_stopped_worker_gives_its_job_back_and_ends(here):
    number = ask(here, "count", {"to": 20})
    first = workers.start(here)
    until(here, number, lambda seen: seen.step == "step 2")
    first.terminate()
    first.join(10)
    assert first.exitcode == 0  # it listened: the job had begun
    assert look(here, number).state == "waiting"
    with working(here):
        assert ended(here, number).state == "done"


def test_a_job_that_kills_its_worker_each_time_is_given_up(here):
    number = ask(here, "die")
    for _ in range(6):
        worker = workers.start(here)
        deadline = time.monotonic() + 20
        while worker.is_alive() and look(here, number).ended_at is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker.kill()
        worker.join()
    seen = look(here, number)
    assert seen.state == "failed"
    assert "died 5 times" in seen.problem["en"]
    assert queued(here) == 0


def test_a_job_waits_for_what_somebody_else_holds(here):
    number = ask(here, "wait")
    with working(here):
        until(here, number, lambda seen: seen.started_at is not None and seen.state == "waiting")
        (here.home / "free").touch()
        assert ended(here, number).state == "done"


def test_jobs_with_the_same_lock_run_one_after_the_other(here):
    first, second = ask(here, "alone", {"to": 5}), ask(here, "alone", {"to": 1})
    with working(here):
        late = ended(here, second)
    assert look(here, first).ended_at <= late.started_at


def test_a_job_of_a_restored_database_ends_with_the_reason(here):
    number = ask(here, "count", {"to": 0})
    with here.engine.begin() as tx:
        tx.execute(sa.text("DELETE FROM procrastinate_jobs"))
    with working(here):
        seen = ended(here, number)
    assert seen.state == "failed"
    assert "restored from a backup" in seen.problem["en"]


def test_who_may_ask_see_and_stop(here):
    viewer = Actor("guest")
    number = ask(here, "count", {"to": 0}, PLANNER)
    with here.engine.begin() as tx:
        with pytest.raises(NotAllowed):
            ask_job(tx, "alone", {}, actor=PLANNER)
        with pytest.raises(NotAllowed):
            job(tx, number, actor=viewer)
        with pytest.raises(NotAllowed):
            list_jobs(tx, actor=viewer)
        with pytest.raises(NotAllowed, match="Somebody else asked"):
            cancel_job(tx, number, actor=Actor("wang", (Grant("planner"),)))
        with pytest.raises(UnknownOption, match="no work"):
            ask_job(tx, "sing", {}, actor=ACTOR)
        with pytest.raises(NotFound):
            job(tx, 999, actor=ACTOR)
