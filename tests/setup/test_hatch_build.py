"""The pages are rebuilt when their sources change, and a failed build harms nothing."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A web folder whose build copies one file, with packages that need no network."""
    web = tmp_path / "web"
    (web / "node_modules").mkdir(parents=True)
    script = "mkdir -p ../api/static.new && cp page.html ../api/static.new/index.html"
    (web / "package.json").write_text(json.dumps({"scripts": {"build": f"{script} #"}}))
    (web / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    (web / "page.html").write_text("one")
    (tmp_path / "api").mkdir()
    return web


def page(root: Path) -> str:
    return (root / "api/static/index.html").read_text()


def test_pages_are_built_once_and_again_when_a_source_changes(web, tmp_path):
    assert hatch_build.build(tmp_path) is True
    assert hatch_build.build(tmp_path) is False
    (web / "page.html").write_text("two")
    assert hatch_build.build(tmp_path) is True
    assert page(tmp_path) == "two"


def test_freshness_goes_by_content_not_by_time(web, tmp_path):
    hatch_build.build(tmp_path)
    os.utime(web / "page.html", (0, 0))
    assert hatch_build.build(tmp_path) is False
    (web / "node_modules/left-pad.js").write_text("not a source")
    assert hatch_build.build(tmp_path) is False


def test_a_failed_build_leaves_the_old_pages_and_is_tried_again(web, tmp_path):
    hatch_build.build(tmp_path)
    (web / "page.html").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        hatch_build.build(tmp_path)
    assert page(tmp_path) == "one"
    (web / "page.html").write_text("three")
    assert hatch_build.build(tmp_path) is True
    assert page(tmp_path) == "three"


def test_what_reports_carry_inside_them_is_packed_and_packed_again_when_it_is_lost(web, tmp_path):
    package = json.loads((web / "package.json").read_text())
    (web / "package.json").write_text(json.dumps({**package, "inlinedByReports": ["map/map.js"]}))
    hatch_build.install(web)
    (web / "node_modules/map").mkdir()
    (web / "node_modules/map/map.js").write_text("draw")
    hatch_build.build(tmp_path)
    packed = tmp_path / "geo/reports/assets/map.js"
    assert packed.read_text() == "draw"
    packed.unlink()
    assert hatch_build.build(tmp_path) is True
    assert packed.read_text() == "draw"
    assert hatch_build.build(tmp_path) is False
