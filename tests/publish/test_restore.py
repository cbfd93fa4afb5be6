"""A dump of the database is the whole town: its files come back from it, byte for byte."""

import pytest

from geo.db import Cluster
from geo.publish import repair
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition
from tests.publish.restoring import dump, files, restored


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
