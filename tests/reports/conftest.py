"""The village, founded once for the tests that only look."""

from collections.abc import Iterator

import pytest

from geo.db import Cluster
from tests.reports.village import Village, founded


@pytest.fixture(scope="session")
def village(
    cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Village]:
    with founded(cluster, template, "village", tmp_path_factory.mktemp("village")) as here:
        yield here
