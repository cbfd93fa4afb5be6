"""`wangge job` and `wangge worker`, and the worker beside a server."""

import os
import signal
import subprocess
import sys
import time

import pytest

from geo.access import operator
from geo.cli.beside import worker_beside
from geo.jobs import ask_job, job
from tests.cli.running import installation
from tests.publish.killing import in_the_database

ACTOR = operator("tester")


@pytest.fixture(scope="module")
def here(cluster, template, tmp_path_factory):
    home = tmp_path_factory.mktemp("jobs-cli")
    with installation(cluster, "jobs_cli", home, template=template) as made:
        yield made


def ask(here):
    """A job that is refused at once: there is no such edition."""
    arguments = {"number": 9, "title": "x", "reason": "x"}
    with here.engine.begin() as tx:
        return ask_job(tx, "withdraw_edition", arguments, actor=ACTOR)


def state(here, number):
    with here.engine.begin() as tx:
        return job(tx, number, actor=ACTOR).state


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_job_is_listed_shown_and_cancelled(here):
    number = ask(here)
    assert f"{number}" in here.does("job", "list").out
    assert "withdraw_edition waiting" in here.does("job", "show", number).out
    assert "is cancelled" in here.does("job", "cancel", number).out
    refused = here.run("job", "cancel", number)
    assert (refused.code, "has ended already" in refused.err) == (1, True)
    assert here.run("job", "show", 999).code == 1


def test_the_worker_beside_does_the_jobs_and_ends_with_the_block(here):
    number = ask(here)
    with worker_beside(here.settings):
        until(lambda: state(here, number) == "failed")
    until(lambda: in_the_database(here) == 0)
    assert "没有" in here.run("job", "show", number, language="zh").out
    assert "There is no edition 9" in here.does("job", "show", number).out


def test_the_worker_beside_is_started_again_when_it_dies(here):
    with worker_beside(here.settings):
        until(children)
        (first,) = children()
        os.kill(first, signal.SIGKILL)
        until(lambda: children() - {first})
        number = ask(here)
        until(lambda: state(here, number) == "failed")


def children():
    """The workers beside this process that live."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(os.getpid())],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    rows = (line.split(maxsplit=2) for line in listed.stdout.splitlines())
    return {int(pid) for pid, stat, what in rows if "--attached" in what and stat[0] != "Z"}


def test_a_worker_ends_politely(here):
    worker = subprocess.Popen(
        [sys.executable, "-c", "from geo.cli import main; main()", "worker"],
        env={**os.environ, **here.environment},
        stderr=subprocess.DEVNULL,
    )
    number = ask(here)
    until(lambda: state(here, number) == "failed")
    worker.terminate()
    assert worker.wait(30) == 0
