"""The hamlet in a database of its own."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo.boundaries import init_site
from geo.db import Cluster
from geo.import_report import ImportReport
from geo.publish import ImportOrder, Published, import_file, publish
from tests.cli.running import Installation, installation
from tests.publish import hamlet

_numbers = itertools.count(1)


@pytest.fixture
def here(cluster: Cluster, template: str, tmp_path: Path) -> Iterator[Installation]:
    """An initialised hamlet without areas."""
    with installation(
        cluster, f"hamlet_{next(_numbers)}", tmp_path / "home", template=template
    ) as i:
        i.home.mkdir()
        with i.engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor="tester")
        yield i


@pytest.fixture
def bring(here: Installation, tmp_path: Path) -> Callable[..., ImportReport]:
    """Import rows of a kind as a file, and keep them unless told otherwise."""

    def run(rows: list[dict[str, object]], kind: str = "areas", **order: object) -> ImportReport:
        path = hamlet.write(tmp_path, rows, kind)
        wanted = ImportOrder(**{"kind": kind, "source": "test", "commit": True, **order})
        return import_file(here.engine, here.settings, wanted, path, actor="tester")

    return run


@pytest.fixture
def issue(here: Installation) -> Callable[..., Published]:
    """Publish the next edition."""

    def run(effective: str | None = "2020-01-01", title: str = "版本", **more: object) -> Published:
        return publish(
            here.engine, here.settings, title=title, effective=effective, actor="tester", **more
        )

    return run
