"""Bring a database to the tables of this version, and tie it to its working CRS."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import Geometry

from geo.db.engine import Transaction
from geo.db.locks import lock
from geo.db.schema import metadata


def alembic_config(connection: sa.Connection) -> Config:
    """Give Alembic's configuration for one connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: sa.Engine) -> None:
    """Create or upgrade all tables, in one transaction."""
    with engine.begin() as connection:
        lock(connection, "migrate")
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
        command.upgrade(alembic_config(connection), "head")


def schema_versions(tx: Transaction) -> tuple[str | None, str | None]:
    """Revision the database is at, and the newest one this program knows."""
    at = MigrationContext.configure(tx).get_current_revision()
    return at, ScriptDirectory.from_config(alembic_config(tx)).get_current_head()


def server_versions(tx: Transaction) -> tuple[str, str]:
    """Versions of PostgreSQL and PostGIS, as they call themselves."""
    statement = sa.text("SELECT current_setting('server_version'), postgis_lib_version()")
    postgres, postgis = tx.execute(statement).one()
    return str(postgres), str(postgis)


def bind_crs(tx: Transaction, epsg: int) -> None:
    """Let every geometry column accept only the working CRS; done once, by `wangge init`."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Geometry):
                check = f"ck_{table.name}_{column.name}_srid"
                tx.execute(
                    sa.text(
                        f'ALTER TABLE "{table.name}" ADD CONSTRAINT "{check}" '
                        f'CHECK (ST_SRID("{column.name}") = {int(epsg)})'
                    )
                )
