"""kill -9 in the middle: the old state or the new one is whole, and the work can be repeated."""

import ast
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from geo.access import operator
from geo.boundaries import init_site
from geo.db import Cluster, migrate
from geo.errors import Busy
from geo.publish import missing_files, publish, repair
from geo.settings import Settings
from tests.cli.running import Installation
from tests.publish import hamlet, victims
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet
from tests.publish.killing import assert_whole, current, end_of, in_the_database, moments
from tests.publish.victims import quiet_again


@pytest.fixture(scope="module")
def town(cluster, template, tmp_path_factory):
    """The hamlet with edition 1 and the lines of edition 2 staged."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("kills")) as here:
        bring_rows(here, hamlet.whole())
        bring_rows(here, hamlet.incidents(*hamlet.PLACES), "incidents")
        bring_rows(here, [hamlet.house(50)], "buildings")
        bring_rows(here, hamlet.incidents((50, 50)), "facilities")
        issue_edition(here)
        yield here


def publish_again(here):
    quiet_again(here)
    return issue_edition(here, "2024-07-01", title="repeated")


@pytest.mark.slow
def test_publishing_killed_at_any_moment_leaves_one_edition_or_the_next_whole(town, tmp_path):
    counted = tmp_path / "counts"
    bring_rows(town, hamlet.changed_lines(), complete=True)
    assert end_of(victims.publish_and_die, town, count_in=counted) == 0
    counts = ast.literal_eval(counted.read_text())
    assert counts["commit"] == 2  # the rows, then circles and coverage
    wanted = {"statement": 7, "commit": 2, "rename": 4, "progress": 2}
    lines = [hamlet.whole(), hamlet.changed_lines()]
    landed = killed = 0
    for turn, moment in enumerate(moments(counts, wanted)):
        bring_rows(town, lines[turn % 2], complete=True, discard=True)  # something new to publish
        before, sizes = current(town), town.sizes()
        killed += end_of(victims.publish_and_die, town, moment=moment) == -signal.SIGKILL
        quiet_again(town)
        # Readers of the folder see what they saw, or the whole new edition.
        seen = current(town)["editions"]
        assert seen[: len(before["editions"])] == before["editions"], moment
        after = town.sizes()
        if after["edition"] == sizes["edition"]:
            assert after == sizes, f"{moment}: rows of an unfinished edition"
        else:
            landed += 1
        repair(town.engine, town.settings)
        assert_whole(town)
        if after["edition"] == sizes["edition"] and turn % 3 == 0:
            assert publish_again(town).number == sizes["edition"] + 1
            assert_whole(town)
    # Some died before the commit, some after it.
    assert 0 < landed < killed


def test_the_kill_before_the_list_of_editions_is_mended_at_the_next_start(town, tmp_path):
    bring_rows(town, hamlet.whole(), complete=True, discard=True)
    # The second commit is that of the refresh: the edition is in, its files lie there unlisted.
    before = current(town)
    code = end_of(victims.publish_and_die, town, moment=("commit", 2))
    assert code == -signal.SIGKILL
    quiet_again(town)
    with town.engine.connect() as tx:
        missing = missing_files(tx, town.settings)
    assert len(missing) <= 1
    repair(town.engine, town.settings)
    assert_whole(town)
    assert len(current(town)["editions"]) == len(before["editions"]) + 1


@pytest.mark.parametrize("kind", ["areas", "incidents", "facilities"])
def test_an_import_killed_at_any_moment_is_all_in_or_not_at_all(town, tmp_path, kind):
    counted = tmp_path / "counts"
    rows = {
        "areas": [hamlet.grid(1, name="x")],
        "incidents": hamlet.incidents((5, 5), (6, 6)),
        "facilities": hamlet.incidents((55, 55)),
    }
    path = hamlet.write(tmp_path, rows[kind], kind)
    victim = partial(end_of, victims.import_and_die, town, kind=kind, path=path)
    assert victim(count_in=counted) == 0
    counts = ast.literal_eval(counted.read_text())
    for turn, moment in enumerate(
        moments(counts, {"statement": 3, "commit": 1, "rename": 1, "progress": 1})
    ):
        rows[kind][0]["name" if kind == "areas" else "kind"] = f"turn {turn}"
        hamlet.write(tmp_path, rows[kind], kind)
        before = town.sizes()
        assert victim(moment=moment) == -signal.SIGKILL
        quiet_again(town)
        after = town.sizes()
        grown = {name for name in after if after[name] != before[name]}
        # What is stored is audited in the same transaction: neither is there without the other.
        assert ("audit" in grown) or not grown, moment
        assert victim() == 0
        repair(town.engine, town.settings)
        assert_whole(town)
    with town.engine.begin() as tx:
        tx.execute(sa.text("DELETE FROM staged_area"))
        tx.execute(sa.text("UPDATE staged_plan SET status = 'discarded' WHERE status = 'open'"))


def start(here, *arguments):
    """Start the command `wangge` as a process."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WANGGE_")}
    return subprocess.Popen(
        [sys.executable, "-c", "from geo.cli import main; main()", *map(str, arguments)],
        env={**environment, **here.environment, "WANGGE_LANGUAGE": "en"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(here, process, begun, *, after_s):
    """Kill the process a while after it has begun."""
    while process.poll() is None and not begun():
        time.sleep(0.002)
    time.sleep(after_s)
    process.kill()
    process.wait(30)
    quiet_again(here)


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.5])
def test_wangge_publish_killed_after_any_time_can_be_repeated(town, after_s):
    before, sizes = current(town), town.sizes()
    process = start(town, "publish", "--title", "x", "--effective", "2024-07-01")
    kill(town, process, lambda: any(town.published.glob("*/.unfinished-*")), after_s=after_s)
    assert current(town)["editions"][: len(before["editions"])] == before["editions"]
    repair(town.engine, town.settings)
    assert_whole(town)
    assert town.sizes()["edition"] - sizes["edition"] in (0, 1)
    publish_again(town)
    assert_whole(town)


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.3])
def test_wangge_import_killed_after_any_time_is_all_in_or_not_at_all(town, tmp_path, after_s):
    rows = [
        {**row, "key": f"{after_s} {k}"}
        for k, row in enumerate(hamlet.incidents(*[(x, y) for x in range(400) for y in (5, 105)]))
    ]
    path = hamlet.write(tmp_path, rows, "incidents")
    before = town.sizes()
    kill(
        town,
        start(town, "import", "incidents", path, "--commit"),
        lambda: in_the_database(town),
        after_s=after_s,
    )
    grown = {name: n - before[name] for name, n in town.sizes().items() if n != before[name]}
    assert grown in ({}, {"incident": 800, "placement": 800, "audit": 1})
    town.does("import", "incidents", path, "--commit")
    assert town.sizes()["incident"] == before["incident"] + 800


def test_what_a_killed_sealing_leaves_behind_is_swept_when_it_is_old(town):
    left = town.published / "sealed" / ".unfinished-x"
    left.mkdir()
    (left / "areas.parquet").write_bytes(b"half")
    publish_again(town)
    assert left.exists()  # it may be somebody's who is publishing now
    os.utime(left, (0, 0))
    publish_again(town)
    assert not left.exists()


def test_two_do_not_publish_at_once(town):
    with town.engine.begin() as tx:
        tx.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('wangge publish'))"))
        before = town.sizes()
        with pytest.raises(Busy, match="publishing or importing right now"):
            issue_edition(town, "2024-07-01")
        assert town.sizes() == before


# -- the server dies


@pytest.fixture
def own_cluster(tmp_path_factory):
    """A PostGIS of this test's own, to be killed."""
    server = Cluster(tmp_path_factory.mktemp("own"), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_when_the_server_is_killed_during_publishing_the_old_edition_stays(own_cluster, tmp_path):
    own_cluster.create_database("wangge")
    engine = sa.create_engine(own_cluster.url("wangge"))
    here = Installation(tmp_path, engine, own_cluster.url("wangge"))
    migrate(engine)
    with engine.begin() as tx:
        init_site(tx, hamlet.SITE, actor=operator("tester"))
    bring_rows(here, hamlet.whole())
    bring_rows(here, [hamlet.house(50)], "buildings")
    bring_rows(here, hamlet.incidents((50, 50)), "facilities")
    issue_edition(here)
    before = current(here)
    bring_rows(here, hamlet.changed_lines(), complete=True)
    steps = []

    def kill_at_the_lineage(step, done, total):
        steps.append(step)
        if steps.count("lineage") == 1 and step == "lineage":
            os.kill(own_cluster.status().pid, signal.SIGKILL)

    with pytest.raises(OperationalError):
        publish(
            engine, Settings(home=tmp_path), title="x", actor=operator("tester"), effective="2024-07-01",
            progress=kill_at_the_lineage,
        )  # fmt: skip
    assert current(here) == before
    engine.dispose()
    own_cluster.start()
    assert here.sizes()["edition"] == 1
    repair(engine, here.settings)
    assert_whole(here)
    assert current(here) == before
    assert issue_edition(here, "2024-07-01").number == 2
    assert_whole(here)
    engine.dispose()
