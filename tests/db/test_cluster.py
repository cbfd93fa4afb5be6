"""The private server: made, shared, killed and found again."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo.db.cluster import HALF_MADE, Cluster
from geo.db.place import LONGEST_SOCKET, SOCKET
from geo.errors import Unavailable

AS_ROOT = os.geteuid() == 0

USE = """
import sys, time
from pathlib import Path
from geo.db.cluster import Cluster
with Cluster(Path(sys.argv[1]), durable=False) as cluster:
    print("in", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder whose path has a blank and Chinese characters."""
    parent = Path(tempfile.mkdtemp(prefix="wangge-tests-"))
    home = parent / "陇西县 网格" / "home"
    yield home
    Cluster(home, durable=False).remove()
    shutil.rmtree(parent)


@pytest.fixture
def server(home: Path) -> Iterator[Cluster]:
    """A running server in that home."""
    with Cluster(home, durable=False) as server:
        yield server


def user_of(home: Path, *, program: str = USE) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", program, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def entered(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "in\n"


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def ask(cluster: Cluster, question: str) -> object:
    url = cluster.url("postgres").replace("+psycopg", "")
    with psycopg.connect(url) as session:
        row = session.execute(question).fetchone()
    assert row is not None
    return row[0]


def pid_of(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def test_a_first_start_makes_a_server_that_answers_in_utf8_and_byte_order(server):
    assert ask(server, "SHOW server_encoding") == "UTF8"
    assert ask(server, "SELECT 'Z' < 'a'") is True
    assert ask(server, "SELECT '网格'") == "网格"


def test_it_has_no_port_and_its_folders_are_closed_to_others(server):
    assert ask(server, "SHOW listen_addresses") == ""
    status = server.status()
    assert status.socket is not None
    for folder in (status.data, status.socket):
        assert folder.stat().st_mode & 0o077 == 0
    assert len(os.fsencode(status.socket / SOCKET)) <= LONGEST_SOCKET


def test_a_long_chinese_home_still_gets_a_short_socket(home):
    deep = home / ("很长的文件夹名称" * 4) / "末端"
    cluster = Cluster(deep, durable=False)
    try:
        with cluster:
            assert ask(cluster, "SELECT 1") == 1
    finally:
        cluster.remove()


@pytest.mark.skipif(not AS_ROOT, reason="only root needs another user")
def test_for_root_the_server_runs_as_an_ordinary_user_outside_the_home(server, home):
    owner = Path(f"/proc/{pid_of(server)}").stat().st_uid
    assert owner != 0
    assert pwd.getpwuid(owner).pw_name in {"postgres", "nobody"}
    assert (home / "cluster").is_symlink()
    assert not server.status().data.is_relative_to(home)


@pytest.mark.skipif(not AS_ROOT, reason="only root can act for another user")
def test_root_serves_a_cluster_of_an_ordinary_user_as_that_user(home):
    nobody = pwd.getpwnam("nobody").pw_uid
    (home / "cluster").mkdir(parents=True)
    for folder in (home.parent.parent, home.parent, home):
        folder.chmod(0o755)
    os.chown(home / "cluster", nobody, -1)
    with Cluster(home, durable=False) as cluster:
        assert Path(f"/proc/{pid_of(cluster)}").stat().st_uid == nobody
        assert cluster.status().data == home / "cluster/data"


def test_a_second_start_reuses_the_server_at_once(server, home):
    began = time.monotonic()
    other = Cluster(home, durable=False)
    assert other.start() is False
    assert time.monotonic() - began < 0.2
    assert pid_of(other) == pid_of(server)
    other.release()


def test_the_last_one_out_stops_the_server(home):
    first, second = Cluster(home, durable=False), Cluster(home, durable=False)
    assert first.start() is True
    assert second.start() is False
    assert first.release() is False  # the second still works
    assert second.status().running
    assert second.release() is True
    assert not second.status().running


def test_who_was_killed_counts_no_longer_as_a_user(home):
    killed = user_of(home)
    assert entered(killed)
    killed.kill()
    killed.communicate()
    survivor = Cluster(home, durable=False)
    assert survivor.start() is False  # its server still runs
    assert survivor.release() is True


def test_many_processes_may_start_it_at_once(home):
    users = [user_of(home) for _ in range(4)]
    assert all(entered(user) for user in users)
    with Cluster(home, durable=False) as cluster:
        assert cluster.status().running
    for user in users:
        leave(user)
    assert not Cluster(home, durable=False).status().running


def test_after_kill_9_of_the_server_the_next_start_recovers_what_was_committed(home):
    cluster = Cluster(home, durable=False)
    cluster.start()
    url = cluster.url("postgres").replace("+psycopg", "")
    with psycopg.connect(url) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(pid_of(cluster), signal.SIGKILL)
    again = Cluster(home, durable=False)
    assert again.start() is True
    assert ask(again, "SELECT n FROM kept") == 42
    again.release()
    cluster.release()


def test_a_pid_file_whose_number_belongs_to_another_process_is_no_server(home):
    with Cluster(home, durable=False) as cluster:
        mark = cluster.place.data / "postmaster.pid"
        lines = mark.read_text().splitlines()
    owner = cluster.place.uid
    mark.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    os.chown(mark, owner, -1)
    with Cluster(home, durable=False) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_server_whose_socket_was_cleaned_away_is_started_anew(server, home):
    socket = server.status().socket
    assert socket is not None
    shutil.rmtree(socket)
    other = Cluster(home, durable=False)
    assert other.start() is True
    assert ask(other, "SELECT 1") == 1
    other.release()


def test_a_half_made_folder_is_made_again(home):
    cluster = Cluster(home, durable=False)
    cluster.place.prepare()
    half = cluster.place.folder / f"{HALF_MADE}1"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    with cluster:
        assert ask(cluster, "SELECT 1") == 1
    assert not half.exists()


def test_a_process_killed_in_the_middle_of_initdb_leaves_nothing_in_the_way(home):
    killed = user_of(home)
    cluster = Cluster(home, durable=False)
    until = time.monotonic() + 20
    while not any(cluster.place.folder.glob(f"{HALF_MADE}*")) and time.monotonic() < until:
        time.sleep(0.002)
    killed.kill()
    killed.communicate()
    with cluster:
        assert ask(cluster, "SELECT 1") == 1


def test_a_folder_of_another_version_is_refused_with_the_remedy(home):
    with Cluster(home, durable=False) as cluster:
        version = cluster.place.data / "PG_VERSION"
        right = version.read_text()
    version.write_text("13\n")
    with pytest.raises(Unavailable, match=r"made by PostgreSQL 13.*postgresql-13-postgis-3") as no:
        cluster.start()
    assert "pg_restore" in no.value.zh
    version.write_text(right)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_named_with_the_remedy(home):
    home.parent.mkdir(parents=True)
    home.parent.chmod(0o500)
    with pytest.raises(Unavailable, match=r"Permission denied.*WANGGE_HOME"):
        Cluster(home).start()
    home.parent.chmod(0o700)


def test_a_moved_home_keeps_its_database_and_a_copied_one_gets_its_own(home):
    with Cluster(home, durable=False) as cluster:
        cluster.create_database("town")
    moved, copied = home.with_name("moved"), home.with_name("copied")
    home.rename(moved)
    shutil.copytree(moved, copied, symlinks=True)
    try:
        with Cluster(moved, durable=False) as cluster:
            assert cluster.create_database("town") is False
        if AS_ROOT:  # an ordinary user's copy is a whole one, with its database
            with Cluster(copied, durable=False) as cluster:
                assert cluster.create_database("town") is True
    finally:
        Cluster(copied, durable=False).remove()
        Cluster(moved, durable=False).remove()


def test_a_new_home_at_the_place_of_a_deleted_one_starts_empty(home):
    with Cluster(home, durable=False) as cluster:
        cluster.create_database("town")
        left = cluster.place.folder
    shutil.rmtree(home)
    try:
        with Cluster(home, durable=False) as cluster:
            assert cluster.create_database("town") is True
    finally:
        shutil.rmtree(left, ignore_errors=True)


def test_a_database_is_created_once_whatever_its_name(server):
    assert server.create_database('镇 "A"') is True
    assert server.create_database('镇 "A"') is False
    server.drop_database('镇 "A"')
    assert server.create_database('镇 "A"') is True


def test_stopping_a_stopped_server_says_so(home):
    cluster = Cluster(home, durable=False)
    assert cluster.stop() is False
    with pytest.raises(Unavailable, match="does not run"):
        cluster.url("postgres")


STOPPED_WHILE_STARTING = """
import signal, sys
from pathlib import Path
from geo.db.cluster import Cluster
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
print("in", flush=True)
with Cluster(Path(sys.argv[1]), durable=False):
    sys.stdin.readline()
"""


@pytest.mark.parametrize("after_s", [0.05, 0.5, 1.0, 1.5])
def test_who_is_ended_while_starting_leaves_no_server(home, after_s):
    process = user_of(home, program=STOPPED_WHILE_STARTING)
    assert entered(process)
    time.sleep(after_s)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 143
    time.sleep(0.5)
    assert not Cluster(home, durable=False).status().running
