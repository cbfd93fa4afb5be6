"""Load on a server of this machine: `wrk` where it is installed, else a small client of ours."""

import http.client
import json
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

CONNECTIONS = 8
_TIMEOUT_S = 30

_WRK = """
local requests, n, at = {}, 0, 0
function init() -- not earlier: the host is known only here
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, range = line:match("^(%S+)%s*(%S*)$")
    local headers = {["Accept-Encoding"] = "gzip"}
    if range ~= "" then headers["Range"] = range end
    n = n + 1
    requests[n] = wrk.format("GET", path, headers)
  end
end
function request() at = at % n + 1 return requests[at] end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "errors": %d, "seconds": %f, "p99_ms": %f}\\n',
    summary.requests, e.status + e.read + e.connect + e.timeout, summary.duration / 1e6,
    latency:percentile(99) / 1e3))
end
"""


@dataclass(frozen=True)
class Request:
    """One thing to ask for, with the byte range wanted, if any."""

    path: str
    range: str = ""

    @property
    def headers(self):
        wanted = {"Range": self.range} if self.range else {}
        return {"Accept-Encoding": "gzip", **wanted}


@dataclass(frozen=True)
class Load:
    requests: int
    errors: int
    seconds: float
    p99_ms: float


def bodies(port, requests):
    """Ask for everything once; give status and bytes of each answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    answers = []
    for request in requests:
        connection.request("GET", request.path, headers=request.headers)
        response = connection.getresponse()
        answers.append((response.status, response.read()))
    connection.close()
    return answers


def drive(port, requests, *, seconds):
    """Ask for the requests in turn on a few connections for a few seconds."""
    return (
        _by_wrk(port, requests, seconds) if shutil.which("wrk") else _by_us(port, requests, seconds)
    )


def _by_wrk(port, requests, seconds):
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder, "load.lua"), Path(folder, "requests.txt")
        script.write_text(_WRK)
        listed.write_text("".join(f"{r.path} {r.range}\n" for r in requests))
        done = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={_TIMEOUT_S}s",
             "-s", script, f"http://127.0.0.1:{port}"],
            env={"REQUESTS": str(listed), "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True, text=True, timeout=seconds + 2 * _TIMEOUT_S, check=True,
        )  # fmt: skip
    return Load(**json.loads(done.stdout.strip().splitlines()[-1]))


def _by_us(port, requests, seconds):
    until = time.monotonic() + seconds
    taken_s, failed = [], []

    def one(first):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        at = first * len(requests) // CONNECTIONS
        while (began := time.monotonic()) < until:
            request = requests[at % len(requests)]
            connection.request("GET", request.path, headers=request.headers)
            response = connection.getresponse()
            response.read()
            taken_s.append(time.monotonic() - began)
            if response.status >= http.client.BAD_REQUEST:
                failed.append(request)
            at += 1
        connection.close()

    threads = [threading.Thread(target=one, args=(k,)) for k in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p99 = next(islice(sorted(taken_s), int(0.99 * len(taken_s)), None))
    return Load(len(taken_s), len(failed), seconds, 1000 * p99)
