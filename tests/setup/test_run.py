"""The one script, and what it stands on: lock files without hosts, pages built by content."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, folder: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(folder / "run"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def bare_copy(tmp_path: Path) -> Path:
    """The script alone, in a folder whose path has a blank and Chinese characters."""
    folder = tmp_path / "新 机器"
    folder.mkdir()
    shutil.copy(ROOT / "run", folder)
    return folder


def test_without_arguments_it_tells_what_it_can_do_in_both_languages():
    told = run()
    assert told.returncode == 0
    for line in ("./run demo", "./run test", "./run check", "./run bench", "./run clean"):
        assert line in told.stdout
    assert "示例县" in told.stdout
    assert "sample county" in told.stdout


def test_an_unknown_command_is_refused():
    told = run("dmeo")
    assert told.returncode == 2
    assert "./run demo" in told.stderr


def test_an_old_python_is_named_as_the_reason(bare_copy, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "id", "date", "mkdir", "cat", "flock"):
        (tools / name).symlink_to(shutil.which(name) or "")
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    told = run("demo", folder=bare_copy, PATH=str(tools))
    assert told.returncode == 1
    assert "Python 3.11 or newer is needed" in told.stderr
    assert "需要 Python 3.11" in told.stderr


def test_an_activated_environment_is_not_taken_for_the_systems_python(bare_copy, tmp_path):
    made = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    finder = (bare_copy / "run").read_text("utf-8").partition("case ${1:-}")[0] + "find_python\n"
    (bare_copy / "run").write_text(finder, "utf-8")
    told = run(folder=bare_copy, PATH=f"{made / 'bin'}:{os.environ['PATH']}")
    assert told.stderr == ""
    assert not Path(told.stdout.strip()).is_relative_to(made)
    assert os.access(told.stdout.strip(), os.X_OK)


def test_clean_removes_what_was_set_up_and_nothing_else(bare_copy):
    for made in (".venv/bin", ".wangge/demo", "web/node_modules", "api/static", ".cache"):
        (bare_copy / made).mkdir(parents=True)
    for kept in ("geo/__pycache__", "tests", "web/src", "data"):
        (bare_copy / kept).mkdir(parents=True)
    told = run("clean", folder=bare_copy)
    assert told.returncode == 0, told.stderr
    left = {p.relative_to(bare_copy).as_posix() for p in bare_copy.rglob("*")}
    assert left == {"run", "geo", "tests", "web", "web/src", "api", "data"}


def test_lock_files_pin_by_hash_and_name_no_host():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert text.count("--hash=sha256:") > text.count("==")
        assert not re.search(r"https?://|--index-url|--find-links", text)
    packages = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    del packages[""]
    assert all("integrity" in package for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_every_dependency_of_the_project_is_pinned_in_both_locks():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = pyproject.split("\ndependencies = [")[1].split("\n]")[0]
    names = re.findall(r'"([A-Za-z0-9-]+)', block)
    assert len(names) > 10
    for lock in ("requirements.lock", "requirements-dev.lock"):
        pinned = re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), flags=re.MULTILINE)
        assert set(names) <= set(pinned)


@pytest.mark.slow
def test_the_wheel_carries_the_pages_and_the_migrations(tmp_path):
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"),
            *("--disable-pip-version-check", "-w", str(tmp_path), str(ROOT)),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    (wheel,) = tmp_path.glob("wangge-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "api/static/index.html" in names
    assert any(name.startswith("geo/db/migrations/versions/0001") for name in names)
