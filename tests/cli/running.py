"""The command `wangge`, run in this process against a database of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa

from geo.cli import main
from geo.db import Cluster
from geo.db.schema import metadata
from geo.publish import PublishedFolder, published_folder
from geo.settings import Settings


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, eq=False)
class Installation:
    """A home folder, a database, and the command over them."""

    home: Path
    engine: sa.Engine
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"WANGGE_HOME": str(self.home), "WANGGE_DATABASE_URL": self.url}

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, database_url=self.url)

    @property
    def published(self) -> Path:
        return published_folder(self.settings)

    @property
    def folder(self) -> PublishedFolder:
        return PublishedFolder(self.published)

    def run(self, *arguments: object, language: str = "en", **more: str) -> Done:
        """Run `wangge` with these arguments."""
        return wangge(*arguments, env={**self.environment, "WANGGE_LANGUAGE": language, **more})

    def does(self, *arguments: object) -> Done:
        """Run `wangge`, which must succeed."""
        done = self.run(*arguments)
        assert done.code == 0, f"wangge {' '.join(map(str, arguments))}\n{done.out}{done.err}"
        return done

    def sizes(self) -> dict[str, int]:
        """Count the rows of every table."""
        with self.engine.connect() as tx:
            return {
                table.name: tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in metadata.sorted_tables
            }

    def rows(self, statement: sa.Select[Any]) -> list[tuple[Any, ...]]:
        with self.engine.connect() as tx:
            return [tuple(row) for row in tx.execute(statement)]


def wangge(*arguments: object, env: Mapping[str, str]) -> Done:
    """Run the command in this process, as the shell would."""
    out, err = io.StringIO(), io.StringIO()
    endings = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WANGGE_")}
    code: object = 0
    with (
        mock.patch.dict(os.environ, {**kept, **env}, clear=True),
        mock.patch.object(sys, "argv", ["wangge", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            for number, handler in endings.items():
                signal.signal(number, handler)
    assert isinstance(code, int)
    return Done(code, out.getvalue(), err.getvalue())


@contextmanager
def installation(
    cluster: Cluster, name: str, home: Path, *, template: str | None = None
) -> Iterator[Installation]:
    """Give an installation with a database of this name; the database goes at the end."""
    cluster.create_database(name, template=template)
    url = cluster.url(name)
    engine = sa.create_engine(url)
    try:
        yield Installation(home, engine, url)
    finally:
        engine.dispose()
        cluster.drop_database(name)
