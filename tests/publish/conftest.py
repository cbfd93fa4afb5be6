"""The hamlet in a database of its own."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from geo.access import operator
from geo.boundaries import init_site
from geo.db import Cluster
from geo.import_report import ImportReport
from geo.publish import ImportOrder, Published, import_file, publish
from tests.cli.running import Installation, installation
from tests.publish import hamlet

_numbers = itertools.count(1)


@contextmanager
def new_hamlet(cluster: Cluster, template: str, home: Path) -> Iterator[Installation]:
    """An initialised hamlet without areas."""
    name = f"hamlet_{next(_numbers)}"
    with installation(cluster, name, home, template=template) as here:
        with here.engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor=operator("tester"))
        yield here


def bring_rows(
    here: Installation, rows: list[dict[str, object]], kind: str = "areas", **order: object
) -> ImportReport:
    """Import rows of a kind as a file, and keep them unless told otherwise."""
    path = hamlet.write(here.home, rows, kind)
    wanted = ImportOrder(**{"kind": kind, "source": "test", "commit": True, **order})
    return import_file(here.engine, here.settings, wanted, path, actor=operator("tester"))


def issue_edition(
    here: Installation, effective: str | None = "2020-01-01", title: str = "版本", **more: object
) -> Published:
    """Publish the next edition."""
    return publish(
        here.engine,
        here.settings,
        title=title,
        effective=effective,
        actor=operator("tester"),
        **more,
    )


def publish_two(here: Installation) -> None:
    """Edition 1 in force since 2020, edition 2 with the changed lines since July 2024."""
    bring_rows(here, hamlet.whole())
    bring_rows(here, hamlet.incidents(*hamlet.PLACES), "incidents")
    issue_edition(here, "2020-01-01")
    bring_rows(here, hamlet.changed_lines(), complete=True)
    issue_edition(here, "2024-07-01")


@pytest.fixture
def here(cluster: Cluster, template: str, tmp_path: Path) -> Iterator[Installation]:
    """An initialised hamlet without areas, of this test's own."""
    with new_hamlet(cluster, template, tmp_path) as installed:
        yield installed


@pytest.fixture
def bring(here: Installation):
    return partial(bring_rows, here)


@pytest.fixture
def issue(here: Installation):
    return partial(issue_edition, here)


@pytest.fixture
def two(here: Installation) -> Installation:
    """The hamlet of this test with its two editions."""
    publish_two(here)
    return here


@pytest.fixture(scope="session")
def shared(
    cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A hamlet with two editions for tests that only look."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("shared")) as installed:
        publish_two(installed)
        yield installed
