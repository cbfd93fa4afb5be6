"""The queue: Procrastinate's tables say which jobs a worker is to take up, ours what they are.

A job enters the queue in the transaction that asks for it. Its entry is gone when it has ended,
so the queue holds only what waits or runs.
"""

from __future__ import annotations

import procrastinate
from procrastinate.tasks import configure_task

from geo.db import Transaction, driver_connection

QUEUE = "wangge"
TASK = "run"

#: Knows no database of its own: it speaks through the connection of whoever asks.
_manager = procrastinate.App(connector=procrastinate.SyncPsycopgConnector()).job_manager


def put(tx: Transaction, number: int, *, lock: str | None) -> int:
    """Put a job into the queue in this transaction; of jobs with a lock one runs at a time.

    Gives the number of the entry.
    """
    options = configure_task(
        name=TASK, job_manager=_manager, queue=QUEUE, lock=lock, connection=driver_connection(tx)
    )
    return options.defer(job=number)


def take_out(tx: Transaction, entry: int) -> bool:
    """Take out an entry that no worker has taken up; tell whether it was still there."""
    return _manager.cancel_job_by_id(entry, delete_job=True, connection=driver_connection(tx))
