"""Ten minutes of a working day on loopback: p50 and p99 per route, errors, memory of the server.

Eight people and programs ask one after the other, with a short pause between; an import of 10,000
rows comes in the middle.
"""

import http.client
import itertools
import json
import math
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median

from geo.access import Grant, add_account, add_token, operator
from geo.cli.demo import fill
from geo.db import connect, migrate
from geo.settings import Settings
from tests.bench._servers import free_port, running

SECONDS = 600
ASKERS, PAUSE_S, ROWS_IMPORTED = 8, 0.02, 10_000
_TIMEOUT_S, _SAMPLE_S, _SEED = 60, 5, 20_261_121
#: How often each kind of question comes.
_WEIGHTS = {
    "locate": 40, "tile": 25, "areas by box": 8, "area card": 5, "locate 100 rows": 5,
    "incidents by box": 5, "report an incident": 5, "advance an incident": 4, "search": 3,
}  # fmt: skip


@dataclass
class Day:
    """What happened: seconds per answer, and what was no success."""

    taken_s: dict = field(default_factory=lambda: defaultdict(list))
    failed: dict = field(default_factory=lambda: defaultdict(list))

    def ask(self, kind, connection, method, path, *, body=None, headers=None):
        """Ask, read the answer whole, note how long it took; gives the document."""
        packed = json.dumps(body).encode() if isinstance(body, dict | list) else body
        sent = {"Accept-Language": "en", **(headers or {})}
        if isinstance(body, dict | list):
            sent["Content-Type"] = "application/json"
        began = time.perf_counter()
        connection.request(method, path, body=packed, headers=sent)
        response = connection.getresponse()
        content = response.read()
        self.taken_s[kind].append(time.perf_counter() - began)
        if response.status >= http.client.BAD_REQUEST:
            self.failed[kind].append((response.status, path, content[:300]))
        is_json = "json" in (response.headers.get("Content-Type") or "")
        return json.loads(content) if is_json and content and response.status < 400 else None


class Asker:
    """One person or program: the next question is drawn by weight."""

    def __init__(self, day, port, *, headers, bounds, tile, seed):
        self.day, self.headers, self.bounds, self.tile = day, headers, bounds, tile
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.own, self.places = [], []

    def work(self, until):
        kinds, weights = list(_WEIGHTS), list(_WEIGHTS.values())
        while time.monotonic() < until:
            (kind,) = self.random.choices(kinds, weights)
            getattr(self, "_" + kind.replace(" ", "_"))(kind)
            time.sleep(PAUSE_S)
        self.connection.close()

    def _ask(self, kind, method, path, body=None):
        return self.day.ask(kind, self.connection, method, path, body=body, headers=self.headers)

    def _point(self):
        west, south, east, north = self.bounds
        return self.random.uniform(west, east), self.random.uniform(south, north)

    def _box(self, side=0.01):
        west, south = self._point()
        return f"{west:.6f},{south:.6f},{west + side:.6f},{south + side:.6f}"

    def _locate(self, kind):
        lon, lat = self._point()
        found = self._ask(kind, "GET", f"/locate?lon={lon:.7f}&lat={lat:.7f}")
        if found and found["chain"]:
            self.places = [link["id"] for link in found["chain"]]

    def _tile(self, kind):
        zoom = self.random.randint(11, 15)
        lon, lat = self._point()
        path = self.tile.format(z=zoom, **tile_at(lon, lat, zoom))
        self._ask(kind, "GET", path)

    def _areas_by_box(self, kind):
        self._ask(kind, "GET", f"/areas?level=grid&bbox={self._box()}")

    def _area_card(self, kind):
        if self.places:
            self._ask(kind, "GET", f"/areas/{self.random.choice(self.places)}")

    def _locate_100_rows(self, kind):
        rows = [{"id": n, "lon": lon, "lat": lat} for n, (lon, lat) in enumerate(self._points(100))]
        self._ask(kind, "POST", "/locate", {"crs": "gcj02", "rows": rows})

    def _points(self, number):
        return [self._point() for _ in range(number)]

    def _incidents_by_box(self, kind):
        self._ask(kind, "GET", f"/incidents?bbox={self._box(0.02)}")

    def _report_an_incident(self, kind):
        lon, lat = self._point()
        made = self._ask(
            kind, "POST", "/incidents", {"kind": "噪声扰民", "title": "试", "lon": lon, "lat": lat}
        )
        if made:
            self.own.append(made["incident"])

    def _advance_an_incident(self, kind):
        if not self.own:
            return
        incident = self.own.pop(0)
        if incident["next_states"]:
            said = {"state": incident["next_states"][0], "version": incident["version"]}
            answer = self._ask(kind, "POST", f"/incidents/{incident['id']}/advance", said)
            if answer:
                self.own.append(answer["incident"])

    def _search(self, kind):
        self._ask(kind, "GET", "/search?q=%E9%87%91%E9%98%B3")


def tile_at(lon, lat, zoom):
    """Column and row of the tile that holds a place."""
    across = (lon + 180) / 360
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return {"x": int(across * 2**zoom), "y": int(down * 2**zoom)}


def import_rows(day, port, headers, bounds):
    """Upload, check and commit a file of incidents, as the import page does."""
    west, south, east, north = bounds
    chance = random.Random(_SEED)  # noqa: S311
    lines = ["编号,事件类型,标题,上报时间,经度,纬度"]
    lines += [
        f"X{n:05},垃圾堆放,导入,2026-11-{1 + n % 20:02} 08:00,"
        f"{chance.uniform(west, east):.7f},{chance.uniform(south, north):.7f}"
        for n in range(ROWS_IMPORTED)
    ]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10 * _TIMEOUT_S)

    def step(name, method, path, body=None):
        return day.ask(f"import: {name}", connection, method, path, body=body, headers=headers)

    upload = step("open", "POST", "/imports")["id"]
    step("file", "PUT", f"/imports/{upload}/files/rows.csv", "\n".join(lines).encode("gb18030"))
    order = {"kind": "incidents", "source": "mixed", "crs": "gcj02"}
    step("preview", "GET", f"/imports/{upload}/preview?kind=incidents&crs=gcj02")
    step("check", "POST", f"/imports/{upload}/check", order)
    step("commit", "POST", f"/imports/{upload}/commit", order)
    connection.close()


def memory_mb(pid):
    """Resident memory of a process, MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} tells no memory")


def bench():
    with tempfile.TemporaryDirectory(prefix="wangge-bench-") as folder:
        settings = Settings(home=Path(folder) / "home")
        settings.home.mkdir()
        with connect(settings) as engine:
            migrate(engine)
            fill(engine, settings)
            with engine.begin() as tx:
                root = operator("bench")
                add_account(tx, "day", display="day", grants=(Grant("steward"),), actor=root)
                token = add_token(tx, "day", name="bench", actor=root)
            return _measure(settings, {"Authorization": f"Bearer {token}"}, Path(folder))


def _measure(settings, headers, folder):
    port, day, memory = free_port(), Day(), []
    command = [Path(sys.executable).parent / "wangge", "serve", "--port", str(port)]
    env = {"WANGGE_HOME": str(settings.home)}
    with running(command, port, log=folder / "server.log", env=env) as pid:
        began = time.monotonic()
        first = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        bounds = Day().ask("", first, "GET", "/config.json")["site"]["bounds"]
        tile = Day().ask("", first, "GET", "/tiles/areas.json")["tiles"][0]
        tile = tile[tile.index("/tiles/") :]
        askers = [
            Asker(day, port, headers=headers, bounds=bounds, tile=tile, seed=_SEED + k)
            for k in range(ASKERS)
        ]
        until = began + SECONDS
        threads = [threading.Thread(target=asker.work, args=(until,)) for asker in askers]
        importing = threading.Timer(SECONDS / 2, import_rows, (day, port, headers, bounds))
        for thread in (*threads, importing):
            thread.start()
        for tick in itertools.count(1):
            time.sleep(max(0.0, began + tick * _SAMPLE_S - time.monotonic()))
            memory.append((time.monotonic() - began, memory_mb(pid)))
            if time.monotonic() >= until:
                break
        for thread in (*threads, importing):
            thread.join()
    for kind, failures in day.failed.items():
        sys.stderr.write(f"{kind}: {failures[:3]}\n")
    return [*_routes(day), _memory(memory)]


def _routes(day):
    for kind, taken in day.taken_s.items():
        ordered = sorted(taken)
        yield {
            "name": kind, "ours": True, "requests": len(taken), "errors": len(day.failed[kind]),
            "p50_ms": 1000 * median(taken), "p99_ms": 1000 * ordered[int(0.99 * len(taken))],
        }  # fmt: skip


def _memory(samples):
    """Memory after the first fifth and at the end, and the trend of the last two fifths."""
    late = samples[len(samples) * 3 // 5 :]
    slope, _ = linear_regression(*zip(*late, strict=True))
    return {
        "name": "memory of the server", "ours": True,
        "rss_mb_at_a_fifth": samples[len(samples) // 5][1], "rss_mb_at_the_end": samples[-1][1],
        "trend_mb_per_min": 60 * slope,
    }  # fmt: skip
