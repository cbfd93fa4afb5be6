"""A backup is the whole installation: put back elsewhere it answers alike, byte for byte."""

import zipfile

import numpy as np
import pytest
import sqlalchemy as sa

from geo.access import Actor, Grant, operator
from geo.boundaries import has_site
from geo.crs import SourceCrs
from geo.db import Cluster, schema_versions
from geo.db.schema import metadata
from geo.errors import NotAllowed, Refused, UnreadableFile
from geo.publish import backup, repair, restore
from tests.cli.running import Installation
from tests.publish import hamlet
from tests.publish.conftest import bring_rows, issue_edition
from tests.publish.restoring import files

ROOT = operator("tester")


@pytest.fixture
def town(two):
    """Two editions, a building, a facility with circles, incidents."""
    bring_rows(two, [hamlet.house(50)], "buildings")
    bring_rows(two, hamlet.incidents((50, 50)), "facilities")
    return two


@pytest.fixture
def kept(town, tmp_path):
    """A backup of the town."""
    path = tmp_path / "备份 of town.zip"
    backup(town.engine, town.settings, path, actor=ROOT)
    return path


@pytest.fixture
def empty(cluster, tmp_path):
    """An empty database beside a home folder that does not exist yet."""
    cluster.create_database("put_back")
    url = cluster.url("put_back")
    engine = sa.create_engine(url)
    yield Installation(tmp_path / "elsewhere", engine, url)
    engine.dispose()
    cluster.drop_database("put_back")


def rows(here):
    """Every row of every table, apart from the audit's last lines."""
    with here.engine.connect() as tx:
        return {
            table.name: tx.scalars(
                sa.text(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')
            ).all()
            for table in metadata.sorted_tables
            if table.name != "audit"
        }


def whereabouts(here):
    """Where the hamlet's places lie, in both editions."""
    x, y = np.array(hamlet.PLACES, dtype=float).T
    crs = SourceCrs("epsg", hamlet.EPSG)
    return [
        [here.folder.locate(ref, x, y, crs)[n] for n in range(len(x))]
        for ref in here.folder.editions()
    ]


def test_the_same_rows_files_and_answers_come_back_on_an_empty_database(town, kept, empty):
    note = restore(empty.engine, empty.settings, kept, actor=ROOT)
    assert note.editions.keys() == {"1", "2"}
    assert rows(empty) == rows(town)
    assert files(empty) == files(town)
    assert [a.chain for e in whereabouts(empty) for a in e] == [
        a.chain for e in whereabouts(town) for a in e
    ]


def test_it_comes_back_on_another_server_that_was_set_up_already(town, kept, tmp_path):
    with Cluster(tmp_path / "own", durable=False) as own:
        own.create_database("other")
        engine = sa.create_engine(own.url("other"))
        try:
            other = Installation(tmp_path / "elsewhere", engine, own.url("other"))
            restore(engine, other.settings, kept, actor=ROOT)
            assert files(other) == files(town)
        finally:
            engine.dispose()


def test_work_goes_on_after_a_restore(kept, empty):
    restore(empty.engine, empty.settings, kept, actor=ROOT)
    bring_rows(empty, hamlet.whole(), complete=True)
    assert issue_edition(empty, "2025-01-01").number == 3
    with empty.engine.connect() as tx:
        at, head = schema_versions(tx)
        assert at == head


def test_files_that_the_backup_lost_are_made_again(town, kept, empty, tmp_path):
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(kept) as whole, zipfile.ZipFile(bare, "w") as fewer:
        for name in whole.namelist():
            if not name.startswith("published/"):
                fewer.writestr(name, whole.read(name))
    restore(empty.engine, empty.settings, bare, actor=ROOT)
    assert files(empty) == files(town)


def test_a_database_in_use_is_not_overwritten(town, kept):
    before = rows(town)
    with pytest.raises(Refused, match="empty one"):
        restore(town.engine, town.settings, kept, actor=ROOT)
    assert rows(town) == before


def test_a_damaged_backup_changes_nothing(kept, empty, tmp_path):
    whole = kept.read_bytes()
    for name, content in {
        "cut.zip": whole[: len(whole) // 2],
        "text.zip": b"not a zip",
        "flipped.zip": whole[:3000] + bytes([whole[3000] ^ 255]) + whole[3001:],
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnreadableFile):
            restore(empty.engine, empty.settings, path, actor=ROOT)
    with pytest.raises(UnreadableFile, match="no file"):
        restore(empty.engine, empty.settings, tmp_path / "missing", actor=ROOT)
    assert sa.inspect(empty.engine).get_table_names() in ([], ["spatial_ref_sys"])


def test_a_backup_of_a_newer_program_is_refused(kept, empty, tmp_path):
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(kept) as whole, zipfile.ZipFile(newer, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "wangge-backup.json":
                content = content.replace(b'"schema": "0', b'"schema": "9')
            changed.writestr(name, content)
    with pytest.raises(UnreadableFile, match="newer"):
        restore(empty.engine, empty.settings, newer, actor=ROOT)


def test_a_restore_can_be_repeated_after_it_was_cut_off(kept, empty, monkeypatch):
    def killed(step, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(empty.engine, empty.settings, kept, actor=ROOT, progress=killed)
    # The rows came in one step: the files follow from them.
    with empty.engine.connect() as tx:
        assert has_site(tx)
    repair(empty.engine, empty.settings)
    assert [ref.number for ref in empty.folder.editions()] == [1, 2]


def test_only_its_owner_may_read_a_backup(kept):
    assert kept.stat().st_mode & 0o077 == 0


def test_only_an_administrator_of_the_whole_town_may_keep_or_put_back(town, tmp_path):
    steward = Actor("li", (Grant("steward"), Grant("admin", 1)))
    for act in (backup, restore):
        with pytest.raises(NotAllowed):
            act(town.engine, town.settings, tmp_path / "x", actor=steward)
