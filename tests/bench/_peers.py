"""Programs we measure beside ours. They live under `.bench/peers` and are no part of the product."""

import shutil
import subprocess
import sys
from pathlib import Path

PEERS = Path(__file__).parents[2] / ".bench" / "peers"
TIPG = "1.6.1"


def tipg():
    """The folder of programs of a virtual environment with tipg, made when missing."""
    home = PEERS / f"tipg-{TIPG}"
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run(
            [home / "bin/pip", "install", "--quiet", f"tipg=={TIPG}", "uvicorn[standard]"],
            check=True,
            capture_output=True,
        )
        (home / "ready").touch()
    return home / "bin"


def nginx():
    """The program nginx: the installed one, else Debian's package unpacked but not installed."""
    installed = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if installed:
        return Path(installed)
    home = PEERS / "nginx"
    program = home / "usr/sbin/nginx"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["apt-get", "-o", "APT::Sandbox::User=root", "--quiet", "download", "nginx"],
            cwd=home, check=True, capture_output=True,
        )  # fmt: skip
        (package,) = home.glob("nginx_*.deb")
        subprocess.run(["dpkg-deb", "--extract", package, home], check=True)
    return program
