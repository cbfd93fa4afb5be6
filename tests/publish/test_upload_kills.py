"""kill -9 at each named step of an import in the browser: all in or nothing, and repeatable."""

import io
import multiprocessing
import os
import signal

import geopandas as gpd
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from geo.access import operator
from geo.boundaries import init_site
from geo.db import Cluster, migrate
from geo.publish import (
    check_upload,
    commit_upload,
    missing_files,
    open_upload,
    receiving,
    repair,
    state_of,
    uploads_of,
)
from tests.cli.running import Installation
from tests.publish import hamlet, upload_victims
from tests.publish.conftest import bring_rows, issue_edition, new_hamlet
from tests.publish.upload_victims import ORDER, STEPS
from tests.publish.victims import quiet_again

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.publish.upload_victims"])
VICTIM = operator("victim")
STORED_AT = ("after commit", "before refresh", "committed")


@pytest.fixture(scope="module")
def village(cluster, template, tmp_path_factory):
    """The hamlet with an edition."""
    with new_hamlet(cluster, template, tmp_path_factory.mktemp("uploads")) as here:
        bring_rows(here, hamlet.whole())
        issue_edition(here)
        yield here


def rows_of(turn):
    """Fifty facilities with keys of their own."""
    places = [(7 * n, 5 + n) for n in range(1, 51)]
    rows = hamlet.incidents(*places)
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=hamlet.EPSG)
    frame["key"] = [f"{turn}-{key}" for key in frame["key"]]
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def run(here, content, step=None):
    victim = upload_victims.import_and_die
    how = {"content": content, "step": step}
    process = FORKS.Process(target=victim, args=(here.url, here.home), kwargs=how)
    process.start()
    process.join(60)
    return process.exitcode


def grown(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def assert_served(here, facilities):
    """The published files are those of the database."""
    repair(here.engine, here.settings)
    with here.engine.connect() as tx:
        assert missing_files(tx, here.settings) == []
    folder = here.folder
    assert len(folder.registers(folder.edition_for()).facilities) == facilities


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_an_import_killed_at_a_step_is_all_in_or_nothing_and_can_be_repeated(village, step):
    content = rows_of(step)
    before = village.sizes()
    assert run(village, content, step) == -signal.SIGKILL
    quiet_again(village)

    stored = grown(before, village.sizes())
    if step in STORED_AT:
        assert (stored["facility"], stored["audit"]) == (50, 1)
    else:
        assert stored == {}
    # An upload is there with whole files, or not there.
    for upload in uploads_of(village.settings, actor=VICTIM):
        assert [path.read_bytes() for path in upload.files] in ([content], []) or (
            state_of(upload) != "open"
        )

    # Whoever repeats it, from the start or from where it broke off, comes to the same end.
    assert run(village, content) == 0
    assert village.sizes()["facility"] == before["facility"] + 50
    for upload in uploads_of(village.settings, actor=VICTIM):
        if upload.files and upload.files[0].read_bytes() == content:
            again = check_upload(village.engine, village.settings, upload, ORDER, actor=VICTIM)
            assert (again.new, again.unchanged) == (0, 50)
    assert_served(village, before["facility"] + 50)


def test_what_a_killed_upload_leaves_is_never_found(village):
    assert run(village, rows_of("half"), "half a file received") == -signal.SIGKILL
    (upload, *_) = uploads_of(village.settings, actor=VICTIM)
    assert upload.files == ()
    assert list(upload.folder.glob(".part-*"))
    assert run(village, rows_of("begun"), "upload begun") == -signal.SIGKILL
    newest = uploads_of(village.settings, actor=VICTIM)[0]
    assert newest.id == upload.id


# -- the server dies


@pytest.fixture
def own_village(tmp_path_factory, tmp_path):
    """The hamlet over a PostGIS of this test's own, to be killed."""
    server = Cluster(tmp_path_factory.mktemp("own"), durable=False)
    try:
        server.start()
        server.create_database("wangge")
        engine = sa.create_engine(server.url("wangge"), pool_pre_ping=True)
        migrate(engine)
        with engine.begin() as tx:
            init_site(tx, hamlet.SITE, actor=operator("tester"))
        here = Installation(tmp_path, engine, server.url("wangge"))
        bring_rows(here, hamlet.whole())
        issue_edition(here)
        yield server, here
        engine.dispose()
    finally:
        server.remove()


@pytest.mark.slow
@pytest.mark.parametrize("moment", [("import facilities", 2), ("commit", 0), ("commit", 1)])
def test_when_the_database_server_dies_the_upload_stays_and_the_commit_can_be_repeated(
    own_village, moment
):
    server, here = own_village
    upload = open_upload(here.settings, actor=VICTIM)
    with receiving(upload, "facilities.parquet") as sink:
        sink.write(rows_of("server"))
    check_upload(here.engine, here.settings, upload, ORDER, actor=VICTIM)
    before = here.sizes()

    def kill_at(step, done, _total):
        if (step, done) == moment:
            os.kill(server.status().pid, signal.SIGKILL)

    with pytest.raises(OperationalError):
        commit_upload(here.engine, here.settings, upload, ORDER, actor=VICTIM, progress=kill_at)
    here.engine.dispose()
    server.start()
    stored = here.sizes()["facility"] - before["facility"]
    # A server process may outlive the postmaster by the commit that it had in hand.
    assert stored in ((50,) if moment == ("commit", 1) else (0, 50))
    again = commit_upload(here.engine, here.settings, upload, ORDER, actor=VICTIM)
    assert (again.new, again.unchanged) == ((0, 50) if stored else (50, 0))
    assert_served(here, 50)
