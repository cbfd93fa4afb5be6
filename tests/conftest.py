"""What all tests share: a real PostGIS, a real browser, the real data."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Connection, Engine, create_engine

from geo.db import Cluster, migrate

TEMPLATE = "migrated"
# Workers of a parallel run say they are terminals of 80 columns; a file or pipe has no width.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away server for the whole run; nothing of it stays, whatever happens."""
    home = Path(tempfile.mkdtemp(prefix="wangge-tests-"))
    server = Cluster(home, durable=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a database with all tables and no rows, to clone from."""
    cluster.create_database(TEMPLATE)
    engine = create_engine(cluster.url(TEMPLATE))
    try:
        migrate(engine)
    finally:
        engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="module")
def database_url(cluster: Cluster, template: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database of this test file's own."""
    name = request.module.__name__.rsplit(".", 1)[-1]
    cluster.create_database(name, template=template)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of this test file's database."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def transaction(engine: Engine) -> Iterator[Connection]:
    """An open transaction, rolled back after the test."""
    with engine.connect() as connection:
        opened = connection.begin()
        yield connection
        opened.rollback()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data, or a skip with the reason."""
    named = os.environ.get("WANGGE_REAL_DATA")
    if not named:
        pytest.skip("WANGGE_REAL_DATA names no folder: the real data are not here")
    folder = Path(named)
    assert folder.is_dir(), f"WANGGE_REAL_DATA names {folder}, which is no folder"
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium of this machine."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if path := shutil.which(name):
            return path
    pytest.fail("No Chromium found: `./run test` installs it, or see its message")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless browser with WebGL 2 in software, which calls nobody by itself."""
    arguments = [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--ignore-gpu-blocklist",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()
