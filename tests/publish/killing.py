"""What tests that kill have in common: victims, moments, and what must be whole afterwards."""

import json
import multiprocessing

import sqlalchemy as sa

from geo.publish import missing_files

# A server that has loaded everything once and forks a clean process for every victim.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.publish.victims", "tests.publish.plan_victims"])


def end_of(victim, here, **how):
    """Run a victim; gives its exit code (−9 when it was killed)."""
    process = FORKS.Process(target=victim, args=(here.url, here.home), kwargs=how)
    process.start()
    process.join(60)
    return process.exitcode


def moments(counts, per_kind):
    """Spread moments over everything that was counted, first and last of each kind included."""
    chosen = []
    for kind, total in counts.items():
        steps = min(total, per_kind[kind])
        places = {1 + round(k * (total - 1) / max(steps - 1, 1)) for k in range(steps)}
        chosen += [(kind, place) for place in sorted(places)]
    return chosen


def current(here):
    return json.loads((here.published / "current.json").read_text("utf-8"))


def assert_whole(here):
    """Folder and database say the same, and every edition answers."""
    with here.engine.connect() as tx:
        assert missing_files(tx, here.settings) == []
        rows = tx.execute(sa.text("SELECT number, sealed FROM edition ORDER BY number")).all()
        covered = tx.execute(sa.text("SELECT edition, max(households) FROM coverage GROUP BY 1"))
        # One house of 50 households beside the one facility, counted in the newest edition.
        assert {row[0]: row[1] for row in covered}[rows[-1].number] == 50
    folder = here.folder
    assert [(ref.number, ref.sealed) for ref in folder.editions()] == [tuple(r) for r in rows]
    for ref in folder.editions():
        assert len(folder.areas(ref).frame) >= 10
        assert folder.archive(ref.sealed) is not None
        assert folder.archive(ref.registers) is not None


def in_the_database(here):
    """Count the connections of commands."""
    with here.engine.connect() as tx:
        return tx.scalar(
            sa.text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'wangge'"
            )
        )
