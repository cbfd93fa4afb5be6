"""Dumps of a database, put up again elsewhere."""

import json
import subprocess
from contextlib import contextmanager

import sqlalchemy as sa

from geo.db import migrate
from geo.db.postgres import find_server
from tests.cli.running import Installation


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
