"""The tables of the job queue: those of the library Procrastinate, made by its own SQL."""

from __future__ import annotations

from typing import cast

import psycopg
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

#: Its tables begin so; Alembic, backups and our own schema leave them alone.
QUEUE_TABLES = "procrastinate_"


def make_queue(tx: sa.Connection) -> None:
    """Make the queue's tables where they are missing.

    They are no part of a backup: the table `job` says what was asked, and whoever fills a
    database from a backup finds an empty queue.
    """
    if not sa.inspect(tx).has_table(f"{QUEUE_TABLES}jobs"):
        # Many statements at once: only the driver itself takes them.
        driver_connection(tx).execute(SchemaManager.get_schema())


def driver_connection(tx: sa.Connection) -> psycopg.Connection:
    """Give the driver's connection, inside the same transaction."""
    return cast(psycopg.Connection, tx.connection.driver_connection)
