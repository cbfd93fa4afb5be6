"""Servers that run for the length of a measurement, on loopback, and what they use of the CPU."""

import os
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_START_S, _STOP_S = 60.0, 10.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, port, *, log, env=None, cwd=None):
    """Start a server, wait until its port answers, give its process id, stop it by that id."""
    with Path(log).open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})}, cwd=cwd,
        )  # fmt: skip
        try:
            _wait_until_it_answers(process, port, log)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(process, port, log):
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    said = Path(log).read_text(errors="replace")[-2000:]
    raise RuntimeError(f"{process.args[0]} did not answer on port {port}:\n{said}")


def cpu_s(*roots):
    """CPU seconds used so far by processes and all below them, those that have ended included."""
    used, children = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            used[int(folder.name)] = sum(map(int, fields[11:15]))
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    total, open_ = 0, list(roots)
    while open_:
        pid = open_.pop()
        total += used.get(pid, 0)
        open_ += children.get(pid, [])
    return total / _TICKS_PER_S
