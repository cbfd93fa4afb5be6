"""The hamlet with its first edition in a database, for plans that are kept."""

from collections.abc import Iterator

import pytest

from tests.cli.running import Installation
from tests.plans.desks import Table
from tests.publish import hamlet as files
from tests.publish.conftest import bring, bring_rows, here, issue, issue_edition, new_hamlet

__all__ = ["bring", "here", "issue"]


@pytest.fixture(scope="module")
def town(cluster, template, tmp_path_factory) -> Iterator[Installation]:
    """The hamlet of this file with edition 1: communities 01 and 02 of four grids each."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("town")) as installed:
        bring_rows(installed, files.whole())
        issue_edition(installed)
        yield installed


@pytest.fixture
def table(town) -> Table:
    """A new plan of this test's own in the hamlet of its file."""
    return Table.new(town.engine)
