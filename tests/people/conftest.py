"""The hamlet with its two editions, for tests that change it and take it back."""

import pytest

from tests.publish.conftest import new_hamlet, publish_two


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory):
    """The hamlet of this file: edition 1 in force since 2020, edition 2 since July 2024."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("village")) as installed:
        publish_two(installed)
        yield installed


@pytest.fixture
def tx(village):
    """An open transaction in the hamlet, taken back after the test."""
    with village.engine.connect() as connection:
        opened = connection.begin()
        yield connection
        opened.rollback()
