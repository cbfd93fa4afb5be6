"""The door to PostGIS: engine, tables, migrations, bulk rows."""

from sqlalchemy import Engine

from geo.db.arrays import fetch_arrays, insert_arrays
from geo.db.changes import BEGINNING, Event, IncidentSight, Mark, events, horizon
from geo.db.cluster import Cluster
from geo.db.dump import dump, knows_revision, load
from geo.db.engine import Transaction, Unkeepable, Unreachable, connect
from geo.db.locks import lock, share_lock, try_lock
from geo.db.migrate import bind_crs, migrate, schema_versions, server_versions
from geo.db.paging import (
    MOST_COUNTED,
    Found,
    Listing,
    Region,
    Relation,
    begin_listing,
    begins_with,
    find,
    in_regions,
    in_units,
    known_at,
    placed_in,
    with_unit,
)
from geo.db.queue import driver_connection, make_queue
from geo.db.rows import as_fetched, fetch_frame, fetch_geoframe, insert_frame
from geo.db.spans import heir_or_self, holds_in

__all__ = [
    "BEGINNING",
    "MOST_COUNTED",
    "Cluster",
    "Engine",
    "Event",
    "Found",
    "IncidentSight",
    "Listing",
    "Mark",
    "Region",
    "Relation",
    "Transaction",
    "Unkeepable",
    "Unreachable",
    "as_fetched",
    "begin_listing",
    "begins_with",
    "bind_crs",
    "connect",
    "driver_connection",
    "dump",
    "events",
    "fetch_arrays",
    "fetch_frame",
    "fetch_geoframe",
    "find",
    "heir_or_self",
    "holds_in",
    "horizon",
    "in_regions",
    "in_units",
    "insert_arrays",
    "insert_frame",
    "known_at",
    "knows_revision",
    "load",
    "lock",
    "make_queue",
    "migrate",
    "placed_in",
    "schema_versions",
    "server_versions",
    "share_lock",
    "try_lock",
    "with_unit",
]
