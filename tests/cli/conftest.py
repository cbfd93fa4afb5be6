"""The command over the hamlet of `tests/publish`."""

import itertools

import pytest

from tests.cli.running import installation
from tests.publish import hamlet

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def install(cluster, template, tmp_path_factory):
    """Give installations: a home folder with `site.toml`, a database with empty tables."""

    def at():
        home = tmp_path_factory.mktemp("home")
        (home / "site.toml").write_text(hamlet.SITE_TOML, "utf-8")
        return installation(cluster, f"cli_{next(_numbers)}", home, template=template)

    return at


@pytest.fixture
def here(install):
    """An installation before `wangge init`."""
    with install() as installed:
        yield installed


@pytest.fixture(scope="session")
def town(install):
    """The hamlet after `wangge init`, for tests that store nothing."""
    with install() as installed:
        installed.does("init", installed.home / "site.toml")
        yield installed


@pytest.fixture(scope="session")
def open_town(install):
    """The hamlet with edition 1 published, for tests that only ask."""
    with install() as installed:
        installed.does("init", installed.home / "site.toml")
        areas = hamlet.write(installed.home, hamlet.whole())
        installed.does("import", "areas", areas, "--commit")
        installed.does("publish", "--title", "第一版", "--effective", "2020-01-01")
        yield installed
