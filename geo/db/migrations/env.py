"""Alembic's entry: migrate over the connection that `geo.db.migrate` hands in."""

from __future__ import annotations

from typing import Any

from alembic import context

from geo.db.queue import QUEUE_TABLES
from geo.db.schema import metadata

_OTHERS = ("spatial_ref_sys", QUEUE_TABLES)


def ours(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:  # noqa: ANN401, FBT001, ARG001
    """Leave the tables of PostGIS and of the queue alone."""
    foreign = kind == "table" and reflected and compare_to is None
    return not (foreign and (name or "").startswith(_OTHERS))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=ours,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
