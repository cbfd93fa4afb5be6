"""A worker process beside a server: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from geo.settings import Settings

_PATIENCE_S = 5.0
_LONGEST_PAUSE_S = 30.0
_COMMAND = "from geo.cli import main; main()"


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """Keep a worker beside this process until the block is left.

    The worker ends when this process does, however that ends: it holds the other end of a pipe.
    """
    over = threading.Event()
    keeper = _Keeper(settings, over)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.end()


class _Keeper(threading.Thread):
    """Starts the worker, and starts it again when it dies, each time a little later."""

    def __init__(self, settings: Settings, over: threading.Event) -> None:
        super().__init__(name="worker keeper", daemon=True)
        self._environ = {**os.environ, "WANGGE_HOME": str(settings.home)}
        if settings.database_url is not None:
            self._environ["WANGGE_DATABASE_URL"] = settings.database_url
        self._over, self._turn = over, threading.Lock()
        self._worker = self._begin()

    def run(self) -> None:
        """Watch until it is over."""
        pause = 1.0
        while True:
            begun = time.monotonic()
            self._worker.wait()
            _let_go(self._worker)
            if time.monotonic() - begun > 2 * _LONGEST_PAUSE_S:
                pause = 1.0
            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            with self._turn:
                if self._over.is_set():
                    return
                self._worker = self._begin()

    def end(self) -> None:
        """End the worker: politely, then by force; a job in its hands is taken up again."""
        with self._turn:
            worker = self._worker
        _let_go(worker)
        try:
            worker.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        self.join()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _COMMAND, "worker", "--attached"],
            stdin=subprocess.PIPE,
            env=self._environ,
            # Not reached by the keys of a terminal: the server decides when it ends.
            start_new_session=True,
        )


def _let_go(worker: subprocess.Popen[bytes]) -> None:
    """Close our end of the pipe: a worker that lives ends then."""
    if worker.stdin is not None:
        worker.stdin.close()


def end_with_parent() -> None:
    """Let this process end when the one that started it does: its standard input ends then."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE_S)
        os._exit(1)

    threading.Thread(target=wait, name="parent watch", daemon=True).start()
