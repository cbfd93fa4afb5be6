"""Alembic's entry: migrate over the connection that `geo.db.migrate` hands in."""

from __future__ import annotations

from typing import Any

from alembic import context

from geo.db.schema import metadata


def ours(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:  # noqa: ANN401, FBT001, ARG001
    """Leave the tables of PostGIS alone."""
    return not (kind == "table" and reflected and compare_to is None and name == "spatial_ref_sys")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=ours,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
