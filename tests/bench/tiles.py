"""What a published tile costs, beside the floor, a static file server and tipg."""

import gzip
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import numpy as np
import psycopg
import sqlalchemy as sa
from geopandas import GeoDataFrame, read_parquet
from rich.console import Console

from geo.boundaries import read_areas
from geo.db import Cluster
from geo.publish import PublishedFolder
from geo.tiles import Archive, area_layers, register_layers
from tests.bench import _peers
from tests.bench._load import Request, bodies, drive
from tests.bench._servers import cpu_s, free_port, running

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "data/boundaries/sealed"
ROUNDS, SECONDS, WARM_S = 3, 4, 1
FIRST_ZOOM, TILES_PER_ZOOM = 10, 12
OK, PARTIAL = 200, 206

console = Console()


@dataclass(frozen=True)
class Town:
    """A published edition: its two archives and the frames they were made from."""

    folder: Path
    archives: dict  # sha → Archive
    files: dict  # sha → path
    layers: dict  # sha → list of TileLayer


@dataclass(frozen=True)
class Runner:
    """A server under measurement; a tile may take several requests."""

    name: str
    port: int
    pids: tuple
    tiles: list  # of lists of Request
    ours: bool = False

    @property
    def requests(self):
        return [request for tile in self.tiles for request in tile]


def town(folder):
    editions = PublishedFolder(folder).editions()
    if not editions:
        raise FileNotFoundError(f"{folder} holds no published edition")
    ref = editions[-1]
    files = {
        ref.sealed: folder / "sealed" / ref.sealed / "tiles.pmtiles",
        ref.registers: folder / "registers" / ref.registers / "tiles.pmtiles",
    }
    areas, site = read_areas(files[ref.sealed].with_name("areas.parquet"))
    frames = {
        file.stem: read_parquet(file) for file in files[ref.registers].parent.glob("*.parquet")
    }
    return Town(
        folder,
        {sha: Archive(file) for sha, file in files.items()},
        files,
        {ref.sealed: area_layers(areas, site.keys), ref.registers: register_layers(frames)},
    )


def picked(archives):
    """The same tiles for everybody: some of each zoom of both archives, in a fixed mixed order."""
    random = np.random.default_rng(20)
    tiles = []
    for sha, archive in archives.items():
        for zoom in range(FIRST_ZOOM, archive.about.max_zoom + 1):
            there = [address for address in archive if address[0] == zoom]
            order = random.permutation(len(there))[:TILES_PER_ZOOM]
            tiles += [(sha, there[k]) for k in order]
    return [tiles[k] for k in random.permutation(len(tiles))]


def _address(sha, address):
    return "/tiles/{}/{}/{}/{}.mvt".format(sha, *address)


def ours(stack, place, tiles, work):
    port = free_port()
    command = [Path(sys.executable).with_name("wangge"), "view", place.folder, "--port", port]
    pid = stack.enter_context(running(
        command, port, log=work / "ours.log", env={"WANGGE_HOME": str(work / "home")}
    ))  # fmt: skip
    return Runner("wangge", port, (pid,), [[Request(_address(*t))] for t in tiles], ours=True)


def floor(stack, place, tiles, work):
    port = free_port()
    archives = os.pathsep.join(f"{sha}={file}" for sha, file in place.files.items())
    command = [sys.executable, "-m", "uvicorn", "tests.bench._floor:app", "--port", port,
               "--log-level", "warning", "--no-access-log", "--lifespan", "off"]  # fmt: skip
    pid = stack.enter_context(running(
        command, port, log=work / "floor.log", env={"FLOOR_ARCHIVES": archives}, cwd=PROJECT
    ))  # fmt: skip
    name = "floor: raw ASGI callable, bytes from a dict"
    return Runner(name, port, (pid,), [[Request(_address(*t))] for t in tiles])


def static(stack, place, tiles, work):
    """A range request per tile to nginx; the directory is taken as known to the client."""
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    (work / "nginx.conf").write_text(f"""
        daemon off; {user} worker_processes 1; pid {work}/nginx.pid; error_log {work}/nginx.err;
        events {{}}
        http {{
          access_log off; sendfile on; keepalive_requests 1000000;
          client_body_temp_path {work}/body; proxy_temp_path {work}/proxy;
          fastcgi_temp_path {work}/fastcgi; uwsgi_temp_path {work}/uwsgi;
          scgi_temp_path {work}/scgi;
          server {{ listen 127.0.0.1:{port}; root "{place.folder.resolve()}"; }}
        }}""")
    command = [_peers.nginx(), "-p", work, "-c", work / "nginx.conf", "-e", work / "nginx.err"]
    pid = stack.enter_context(running(command, port, log=work / "nginx.log"))
    asked = []
    for sha, address in tiles:
        start, end = place.archives[sha].span(*address)
        path = quote(str(place.files[sha].relative_to(place.folder)))
        asked.append([Request(f"/{path}", f"bytes={start}-{end - 1}")])
    return Runner("static: nginx, a range of the archive", port, (pid,), asked)


def tipg(stack, place, tiles, work):
    """Every layer of a tile from PostGIS, the same rows and columns, stored in EPSG:3857."""
    programs = _peers.tipg()
    cluster = Cluster(work / "database", durable=False)
    stack.callback(cluster.remove)
    cluster.start()
    cluster.create_database("tiles")
    tables = fill(cluster.url("tiles"), place)
    port, status = free_port(), cluster.status()
    socket = quote(str(status.socket), safe="")
    pid = stack.enter_context(running(
        [programs / "uvicorn", "tipg.main:app", "--port", port, "--log-level", "warning",
         "--no-access-log"],
        port, log=work / "tipg.log", cwd=work,
        env={
            "DATABASE_URL": f"postgresql://wangge@{socket}:5432/tiles",
            "TIPG_DB_SCHEMAS": '["public"]', "TIPG_CATALOG_TTL": "0",
        },
    ))  # fmt: skip
    asked = [
        [
            Request(f"/collections/public.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}")
            for table, from_zoom in tables[sha]
            if z >= from_zoom
        ]
        for sha, (z, x, y) in tiles
    ]
    name = f"tipg {_peers.TIPG}, one request per layer of the tile"
    return Runner(name, port, (pid, status.pid), asked)


def fill(url, place):
    """Write the layers as tables; give (table, first zoom) of each archive."""
    tables = {}
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as session:
        session.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    engine = sa.create_engine(url)
    for sha, layers in place.layers.items():
        tables[sha] = []
        for layer in layers:
            frame: GeoDataFrame = layer.frame.rename_geometry("geom").rename_axis("id")
            frame.to_postgis(layer.name, engine, index=True)
            tables[sha].append((layer.name, layer.min_zoom))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        for name, _ in (table for several in tables.values() for table in several):
            session.execute(sa.text(f'ALTER TABLE "{name}" ADD PRIMARY KEY (id)'))
        session.execute(sa.text("VACUUM ANALYZE"))
    engine.dispose()
    return tables


def measured(runner):
    """One round: CPU of the server and its database, and what the clients saw."""
    drive(runner.port, runner.requests, seconds=WARM_S)
    before = cpu_s(*runner.pids)
    load = drive(runner.port, runner.requests, seconds=SECONDS)
    used_ms = 1000 * (cpu_s(*runner.pids) - before)
    if load.errors:
        raise RuntimeError(f"{runner.name}: {load.errors} of {load.requests} requests failed")
    per_tile = len(runner.requests) / len(runner.tiles)
    tiles = load.requests / per_tile
    return used_ms / tiles, load.requests / load.seconds, load.p99_ms


def checked(runner):
    """Bytes per tile as they travel; every request must be answered."""
    sizes = []
    for tile in runner.tiles:
        answers = bodies(runner.port, tile)
        if any(status not in (OK, 204, PARTIAL) for status, _ in answers):
            raise RuntimeError(f"{runner.name}: {tile} gave {[status for status, _ in answers]}")
        sizes.append(sum(len(body) for _, body in answers))
    return sizes


def row(runner, rounds, sizes):
    cpu, per_s, p99 = (median(figures) for figures in zip(*rounds, strict=True))
    per_tile = len(runner.requests) / len(runner.tiles)
    return {
        "name": runner.name,
        "ours": runner.ours,
        "cpu_ms_per_tile": round(cpu, 4),
        "requests_per_tile": round(per_tile, 2),
        "requests_per_s": round(per_s, 1),
        "tiles_per_s": round(per_s / per_tile, 1),
        "p99_ms": round(p99, 2),
        "bytes_p95": int(np.percentile(sizes, 95)),
    }


def same_tiles(place, tiles, runner):
    """What we serve is what is sealed, byte for byte."""
    for (sha, address), request in zip(tiles, runner.requests, strict=True):
        ((status, body),) = bodies(runner.port, [request])
        if status != OK or gzip.decompress(body) != gzip.decompress(
            place.archives[sha].get(*address)
        ):
            raise RuntimeError(f"{request.path} is not the sealed tile")


def bench(folder=FOLDER):
    """All servers up at once, measured in turn, round after round; medians of the rounds."""
    place = town(Path(folder))
    tiles = picked(place.archives)
    with tempfile.TemporaryDirectory(prefix="wangge-bench-") as work, ExitStack() as stack:
        runners = [start(stack, place, tiles, Path(work)) for start in (ours, floor)]
        for peer in (static, tipg):
            try:
                runners.append(peer(stack, place, tiles, Path(work)))
            except (subprocess.CalledProcessError, FileNotFoundError) as error:
                console.print(f"{peer.__name__} can't be set up here and is left out: {error}")
        same_tiles(place, tiles, runners[0])
        sizes = [checked(runner) for runner in runners]
        rounds = [[] for _ in runners]
        for number in range(ROUNDS):
            console.print(f"round {number + 1} of {ROUNDS} …")
            for figures, runner in zip(rounds, runners, strict=True):
                figures.append(measured(runner))
        return [row(*each) for each in zip(runners, rounds, sizes, strict=True)]
