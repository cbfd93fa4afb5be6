"""A dump of the database is the whole town: its files come back from it, byte for byte."""

import json
import subprocess
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from geo.db import Cluster, migrate
from geo.db.postgres import find_server
from geo.publish import repair
from tests.cli.running import Installation
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition


def dump(here, path):
    """Dump a database as its keepers would: pg_dump, custom format."""
    command = [find_server().bin / "pg_dump", "-Fc", "-f", path, "-d", libpq(here.url)]
    subprocess.run(command, check=True)


def libpq(url):
    return url.replace("+psycopg", "")


@contextmanager
def restored(path, cluster, name, home):
    """The dump in another database, beside an empty home folder."""
    cluster.create_database(name)
    url = cluster.url(name)
    command = [find_server().bin / "pg_restore", "--no-owner", "--exit-on-error", "-d", libpq(url)]
    subprocess.run([*command, path], check=True)
    engine = sa.create_engine(url)
    try:
        migrate(engine)
        yield Installation(home, engine, url)
    finally:
        engine.dispose()
        cluster.drop_database(name)


def files(here):
    """The bytes of every file that readers are told of, and what they are told."""
    current = json.loads((here.published / "current.json").read_text("utf-8"))
    folders = [f"sealed/{row['sealed']}" for row in current["editions"]]
    told = {
        f"{folder}/{path.name}": path.read_bytes()
        for folder in (*folders, f"registers/{current['registers']}")
        for path in (here.published / folder).iterdir()
    }
    return told, current


@pytest.fixture
def town(two):
    """Two editions with a building and a facility, so that circles are drawn."""
    bring_rows(two, [hamlet.house(50)], "buildings")
    bring_rows(two, hamlet.incidents((50, 50)), "facilities")
    return two


def test_a_database_restored_elsewhere_gets_the_same_files(town, cluster, tmp_path):
    dump(town, tmp_path / "dump")
    with restored(tmp_path / "dump", cluster, "restored", tmp_path / "elsewhere") as copy:
        copy.home.mkdir()
        assert repair(copy.engine, copy.settings) == [1, 2]
        assert files(copy) == files(town)


def test_work_goes_on_in_the_restored_database_as_in_the_first(town, cluster, tmp_path):
    dump(town, tmp_path / "dump")
    with restored(tmp_path / "dump", cluster, "restored", tmp_path / "elsewhere") as copy:
        copy.home.mkdir()
        repair(copy.engine, copy.settings)
        for here in (town, copy):
            bring_rows(here, hamlet.whole(), complete=True)
            issue_edition(here, "2025-01-01")
        (sealed, current), (sealed_copy, current_copy) = files(town), files(copy)
        assert sealed == sealed_copy
        hashes = [[row["sealed"] for row in c["editions"]] for c in (current, current_copy)]
        assert hashes[0] == hashes[1]


def test_a_dump_of_another_server_gives_the_same_files(town, tmp_path):
    dump(town, tmp_path / "dump")
    with (
        Cluster(tmp_path / "own", durable=False) as own,
        restored(tmp_path / "dump", own, "wangge", tmp_path / "elsewhere") as copy,
    ):
        copy.home.mkdir()
        repair(copy.engine, copy.settings)
        assert files(copy) == files(town)
