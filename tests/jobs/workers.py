"""Workers in processes of their own, and kinds of work for the tests."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import sqlalchemy as sa

from geo.errors import Busy, Refused
from geo.jobs import KINDS, Kind, Pace, work
from geo.settings import Settings

QUICK = Pace(heartbeat_s=0.1, dead_after_s=0.6)


def count(engine, settings, arguments, *, plan, actor, progress):
    """Count to `to`, a step every tenth of a second; every begin is noted in a file."""
    with (settings.home / "begun").open("a") as file:
        file.write(f"{os.getpid()} {actor.name}\n")
    for done in range(arguments["to"]):
        progress(f"step {done}", done, arguments["to"])
        time.sleep(0.1)
    return {"counted": arguments["to"], "plan": plan}


def refuse(engine, settings, arguments, *, plan, actor, progress):
    raise Refused("Not on a Sunday. Come back tomorrow.", "周日不办理，请明天再来。", day="Sunday")


def stumble(engine, settings, arguments, *, plan, actor, progress):
    raise ZeroDivisionError


def wait_for_file(engine, settings, arguments, *, plan, actor, progress):
    if not (settings.home / "free").exists():
        raise Busy("Somebody else.", "别人。")
    return {}


def die(engine, settings, arguments, *, plan, actor, progress):
    os.kill(os.getpid(), signal.SIGKILL)


KINDS |= {
    "count": Kind(count, "plans.write"),
    "refuse": Kind(refuse, "plans.write"),
    "stumble": Kind(stumble, "plans.write"),
    "wait": Kind(wait_for_file, "plans.write"),
    "die": Kind(die, "plans.write"),
    "alone": Kind(count, "publish", lock="publish"),
}


# A server that has loaded everything once and forks a clean process for every worker.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.jobs.workers"])


def start(here):
    """Start a worker beside the test."""
    process = _FORKS.Process(target=_work, args=(here.url, here.home))
    process.start()
    return process


def _work(url: str, home: Path) -> None:
    work(sa.create_engine(url), Settings(home=home, database_url=url), pace=QUICK)
