"""A database of a bench's own, for as long as it runs."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from geo.db import Cluster


@contextmanager
def new_database():
    """Give the URL of an empty database and the home folder beside it; both go at the end."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        cluster = Cluster(home / "cluster")
        try:
            cluster.start()
            cluster.create_database("bench")
            yield cluster.url("bench"), home
        finally:
            cluster.remove()
