"""A real server on a free loopback port, over the little town of `tests/town.py`."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from geo.publish import PublishedFolder
from geo.settings import Settings
from tests import town

Serve = Callable[[Any], httpx.Client]


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI app on a free port; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in 20 s"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serve apps for as long as the tests run: `serve(app)` gives a client (English)."""
    with ExitStack() as stack:

        def start(app: Any) -> httpx.Client:
            base = stack.enter_context(serving(app))
            return stack.enter_context(
                httpx.Client(base_url=base, headers={"Accept-Language": "en"}, timeout=30)
            )

        yield start


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder of the little town, two editions."""
    return town.publish_two(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def view(serve: Serve, town_folder: Path) -> httpx.Client:
    """A client of the read-only view of the little town."""
    return serve(create_app(Settings(), PublishedFolder(town_folder)))
