"""The way to the database: an external PostGIS where one is named, else the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, OperationalError

from geo.db.cluster import Cluster
from geo.db.postgres import OLDEST_POSTGRES, new_enough
from geo.errors import BadInput, Unavailable
from geo.settings import Settings

DATABASE = "wangge"

#: What stores and actions receive: an open connection inside its caller's transaction.
Transaction = Connection

#: What the driver raises when the database does not answer or goes away.
Unreachable = OperationalError

#: What the driver raises for a value that no column can hold, such as a text with a NUL.
Unkeepable = DataError


@contextmanager
def connect(settings: Settings) -> Iterator[Engine]:
    """Open the database of an installation; leaving closes it and stops what was started.

    Yields
    ------
    Engine
        Synchronous, psycopg 3, with PostGIS in place; tables come by `migrate`.

    Raises
    ------
    BadInput
        `database_url` is no URL of PostgreSQL.
    Unavailable
        The database does not answer, is too old, or has no PostGIS; the remedy is in the sentence.
    """
    if settings.database_url is not None:
        with _engine(psycopg_url(settings.database_url)) as engine:
            _check(engine)
            with _explained():
                yield engine
        return
    with Cluster(settings.home) as cluster:
        cluster.create_database(DATABASE)
        with _engine(cluster.url(DATABASE)) as engine:
            _add_postgis(engine)
            with _explained():
                yield engine


def psycopg_url(url: str) -> str:
    """Name the driver in a URL of PostgreSQL: `postgres://…` becomes `postgresql+psycopg://…`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername.split("+")[0] not in {"postgres", "postgresql"}:
        raise BadInput(
            "WANGGE_DATABASE_URL is no URL of PostgreSQL; it looks like"
            " postgresql://user:password@host:5432/name.",
            "WANGGE_DATABASE_URL 不是 PostgreSQL 地址，应形如 postgresql://用户:密码@主机:5432/库名。",
        )
    named = parsed.set(drivername="postgresql+psycopg")
    return named.render_as_string(hide_password=False)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    arguments = {"application_name": "wangge", "connect_timeout": 10}
    # Parameters are names and phones: an error of the database must not carry them into a log.
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=10, connect_args=arguments, hide_parameters=True
    )
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _explained() -> Iterator[None]:
    """Say in plain words that the database went away during the work."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise Unavailable(
            "The database went away during the work; nothing half-done was kept. Run the command"
            " again.",
            "操作过程中数据库连接中断，未保留任何未完成的内容，请重新执行该命令。",
        ) from error


def _add_postgis(engine: Engine) -> None:
    """Add the extension once, also when several processes start together."""
    with engine.begin() as tx:
        if tx.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")):
            return
        tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('wangge postgis'))"))
        tx.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))


def _check(engine: Engine) -> None:
    where = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as tx:
            number = int(tx.scalar(text("SHOW server_version_num")) or 0)
            postgis = tx.scalar(
                text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
            )
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[-1]
        raise Unavailable(
            f"The database {where} does not answer: {reason} Check WANGGE_DATABASE_URL and"
            " that the server runs.",
            f"数据库 {where} 没有应答：{reason} 请检查 WANGGE_DATABASE_URL 以及服务器是否运行。",
        ) from error
    if number < OLDEST_POSTGRES * 10_000:
        raise Unavailable(
            f"{where} runs PostgreSQL {number // 10_000}; {OLDEST_POSTGRES} or newer is needed."
            " Upgrade the server.",
            f"{where} 的 PostgreSQL 版本为 {number // 10_000}，"
            f"需要 {OLDEST_POSTGRES} 或更新，请升级。",
        )
    if postgis is None:
        raise Unavailable(
            f"{where} has no PostGIS. Run there as a superuser: CREATE EXTENSION postgis;",
            f"{where} 没有 PostGIS。请以超级用户在该库执行：CREATE EXTENSION postgis;",
        )
    if not new_enough(postgis):
        raise Unavailable(
            f"{where} has PostGIS {postgis}; 3.3 or newer is needed. Install it on the server and"
            " run: SELECT postgis_extensions_upgrade();",
            f"{where} 的 PostGIS 版本为 {postgis}，需要 3.3 或更新。"
            "请在服务器上安装后执行：SELECT postgis_extensions_upgrade();",
        )
