"""The audit trail: who did what, and who read personal rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from geo.access import store
from geo.access.rights import Actor
from geo.db import Transaction


def read_audit(
    tx: Transaction,
    *,
    by: str | None = None,
    action: str | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    limit: int,
    actor: Actor,
) -> Sequence[store.Row]:
    """Give the last lines of the audit trail, newest last: id, at, actor, action, detail.

    Parameters
    ----------
    by
        Only what this actor did.
    action
        Only actions that begin so: `read` gives all readings of personal rows.
    start, end
        Only from this moment on, only before that one.
    limit
        At most so many, the newest.
    """
    actor.require("admin")
    return store.audit_lines(tx, actor=by, action=action, start=start, end=end, limit=limit)
