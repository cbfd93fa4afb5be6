"""All tables of the database on one page.

Geometry columns carry no SRID of their own: the working CRS is chosen when a database is
initialised and then held by a CHECK on every geometry column (`wangge init`).

Lines    edition, area_version, area_code, area_figures, lineage, heir, staged_plan, staged_area
Plans    plan, plan_operation, plan_event, plan_lock, job
Rows     building, compound, facility, ground_feature, incident, member, position, branch
         (dated: a change closes a row and opens the next one with the same id)
         incident_event, address_alias
Between  placement, circle, coverage
Floor    site, audit, account, account_grant, token, failed_sign_in, ended_session
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

place_ids = sa.Sequence("place_ids", metadata=metadata)
subject_ids = sa.Sequence("subject_ids", metadata=metadata)


def _shape(name: str, kind: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Geometry column in the working CRS with a spatial index of a stable name."""
    return sa.Column(name, Geometry(kind, srid=-1, spatial_index=False), nullable=nullable)


def _spatial(table: str, column: str) -> sa.Index:
    return sa.Index(f"ix_{table}_{column}_gist", column, postgresql_using="gist")


def _beginning(table: str, *columns: str) -> list[sa.Index]:
    """Indexes that find texts by their beginning, whatever the database's collation."""
    return [
        sa.Index(f"ix_{table}_{c}_beginning", c, postgresql_ops={c: "text_pattern_ops"})
        for c in columns
    ]


def _number(name: str, *, key: bool = False, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=nullable and not key)


def _text(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _edition(name: str, *, key: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(
        name, sa.Integer, sa.ForeignKey("edition.number"), primary_key=key, nullable=nullable
    )


def _dated(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    """Give a table of dated rows: `id` is the thing, `row_id` one version of what is known.

    (source, key) is the import key; `row_hash` tells whether an imported row has changed.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("row_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "id", sa.BigInteger, server_default=subject_ids.next_value(), nullable=False
        ),
        _text("source", nullable=False),
        _text("key", nullable=False),
        _text("row_hash", nullable=False),
        _now("valid_from"),
        sa.Column("valid_to", sa.DateTime(timezone=True)),
        *columns,
        sa.Index(
            f"uq_{name}_live_key", "source", "key", unique=True,
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
        sa.Index(
            f"uq_{name}_live_id", "id", unique=True, postgresql_where=sa.text("valid_to IS NULL")
        ),
        sa.Index(f"ix_{name}_valid_from", "valid_from", "row_id"),
        sa.Index(
            f"ix_{name}_valid_to", "valid_to", "row_id",
            postgresql_where=sa.text("valid_to IS NOT NULL"),
        ),
    )  # fmt: skip


site = sa.Table(
    "site",
    metadata,
    sa.Column("id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="single"), primary_key=True),
    sa.Column("definition", JSONB, nullable=False),
    _now("created_at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _now("at"),
    _text("actor", nullable=False),
    _text("action", nullable=False),
    sa.Column("detail", JSONB, nullable=False),
)

# -- who may

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    _text("display", nullable=False),
    # None: the account can't sign in, only its tokens speak for it.
    _text("password_hash"),
    # Counts up when the password changes or the account is closed: older sessions end.
    sa.Column("epoch", sa.Integer, nullable=False, server_default="1"),
    _now("created_at"),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
)

account_grant = sa.Table(
    "account_grant",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
    _text("role", nullable=False),
    # None: the whole town.
    sa.Column("place_id", sa.BigInteger),
    sa.Index(
        "uq_account_grant_area", "account_id", "role", "place_id", unique=True,
        postgresql_where=sa.text("place_id IS NOT NULL"),
    ),
    sa.Index(
        "uq_account_grant_town", "account_id", "role", unique=True,
        postgresql_where=sa.text("place_id IS NULL"),
    ),
)  # fmt: skip

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
    _text("name", nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    _now("created_at"),
    sa.Column("expires_at", sa.DateTime(timezone=True)),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
)

failed_sign_in = sa.Table(
    "failed_sign_in",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _text("name", nullable=False),
    _text("address", nullable=False),
    _now("at"),
    sa.Index("ix_failed_sign_in_name", "name", "at"),
    sa.Index("ix_failed_sign_in_address", "address", "at"),
)

#: Sessions that signed out before their time; kept for as long as they could come back.
ended_session = sa.Table(
    "ended_session",
    metadata,
    sa.Column("mark", sa.Text, primary_key=True),
    _now("at"),
)

# -- lines

staged_plan = sa.Table(
    "staged_plan",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    _number("based_on"),
    sa.Column(
        "status",
        sa.Text,
        sa.CheckConstraint("status IN ('open', 'published', 'discarded')", name="status"),
        nullable=False,
        server_default="open",
    ),
    sa.Column("complete_levels", JSONB, nullable=False, server_default="[]"),
    _now("created_at"),
    _text("created_by", nullable=False),
    sa.Index(
        "uq_staged_plan_open", "status", unique=True,
        postgresql_where=sa.text("status = 'open'"),
    ),
)  # fmt: skip

staged_area = sa.Table(
    "staged_area",
    metadata,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("staged_plan.id"), primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    _text("level", nullable=False),
    _text("name", nullable=False),
    _text("parent_code"),
    _number("households"),
    _number("people"),
    _shape("geom", "MULTIPOLYGON", nullable=True),
)

edition = sa.Table(
    "edition",
    metadata,
    _number("number", key=True),
    _text("title", nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
    _now("published_at"),
    _text("published_by", nullable=False),
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("staged_plan.id")),
    # The drawn plan it was published from, and the edition whose lines it brings back.
    sa.Column("drawn_plan", sa.Integer, sa.ForeignKey("plan.id")),
    _edition("restores", nullable=True),
    _text("sealed"),
    sa.Column("checks", JSONB, nullable=False, server_default="[]"),
)

area_code = sa.Table(
    "area_code",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("place_id", sa.BigInteger, nullable=False),
)

area_version = sa.Table(
    "area_version",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("place_id", sa.BigInteger, nullable=False),
    _text("level", nullable=False),
    _text("code", nullable=False),
    _text("name", nullable=False),
    sa.Column("parent_id", sa.BigInteger),
    _number("imported_households"),
    _number("imported_people"),
    sa.Column("area_m2", sa.Double, nullable=False),
    _shape("geom", "MULTIPOLYGON"),
    _shape("label", "POINT"),
    _edition("first_edition"),
    _edition("last_edition", nullable=True),
    _spatial("area_version", "geom"),
    sa.Index("ix_area_version_place_id", "place_id"),
    sa.Index("ix_area_version_parent_id", "parent_id"),
    sa.Index("ix_area_version_first_edition", "first_edition"),
    sa.Index("ix_area_version_last_edition", "last_edition"),
    # Codes by bytes: the order of pages, and what begins with some digits.
    sa.Index("ix_area_version_code", sa.text('code COLLATE "C"'), "place_id"),
    *_beginning("area_version", "name"),
    sa.Index(
        "uq_area_version_open_place", "place_id", unique=True,
        postgresql_where=sa.text("last_edition IS NULL"),
    ),
    sa.Index(
        "uq_area_version_open_code", "code", unique=True,
        postgresql_where=sa.text("last_edition IS NULL"),
    ),
)  # fmt: skip

area_figures = sa.Table(
    "area_figures",
    metadata,
    _edition("edition", key=True),
    sa.Column("place_id", sa.BigInteger, primary_key=True),
    _number("households"),
    sa.Column("households_complete", sa.Boolean, nullable=False),
    _number("buildings", nullable=False),
)

lineage = sa.Table(
    "lineage",
    metadata,
    _edition("edition", key=True),
    sa.Column("from_place", sa.BigInteger, primary_key=True),
    sa.Column("to_place", sa.BigInteger, primary_key=True),
    _number("households"),
    sa.Column("area_m2", sa.Double, nullable=False),
    sa.Column("share_households", sa.Double),
    sa.Column("share_area", sa.Double, nullable=False),
    sa.Index("ix_lineage_to_place", "to_place"),
)

#: Who holds, from an edition on, what was bound to a place that the edition retired: posts,
#: branches, duty grids, roles. What was bound stays as it was written, so that every edition
#: answers rightly, and a place that comes back has its own again.
heir = sa.Table(
    "heir",
    metadata,
    sa.Column("place_id", sa.BigInteger, primary_key=True),
    _edition("first_edition", key=True),
    _edition("last_edition", nullable=True),
    sa.Column("heir_id", sa.BigInteger, nullable=False),
    sa.Index("ix_heir_heir_id", "heir_id"),
)

# -- plans

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True),
    _text("title", nullable=False),
    # Not a key of `edition`: that table points here.
    _number("base", nullable=False),
    sa.Column("forked_from", sa.Integer, sa.ForeignKey("plan.id")),
    sa.Column(
        "state",
        sa.Text,
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'published', 'withdrawn')", name="state"
        ),
        nullable=False,
        server_default="draft",
    ),
    # The number of the last operation in the log; counts up only.
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
    _text("note"),
    _now("created_at"),
    _text("created_by", nullable=False),
    sa.Index("ix_plan_state", "state"),
)

#: What was done to a plan, in order; never changed, never deleted. `undoes` takes back another.
plan_operation = sa.Table(
    "plan_operation",
    metadata,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plan.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    _now("at"),
    _text("actor", nullable=False),
    _text("kind", nullable=False),
    # What was wanted, and the rows before and after it: replaying computes nothing anew.
    sa.Column("operation", JSONB, nullable=False),
    sa.Column("change", JSONB, nullable=False),
    _text("label_zh", nullable=False),
    _text("label_en", nullable=False),
    _text("note"),
    _number("undoes"),
    # Places whose rows changed or that it is about: what another edit may collide with.
    sa.Column("touched", sa.ARRAY(sa.BigInteger), nullable=False),
    # Of the base and all changes up to here: plans of equal digests have equal places.
    _text("digest", nullable=False),
)

#: Who submitted, returned, approved, published or withdrew a plan, rebased or forked it.
plan_event = sa.Table(
    "plan_event",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plan.id"), nullable=False),
    _now("at"),
    _text("actor", nullable=False),
    _text("what", nullable=False),
    _number("revision", nullable=False),
    _text("note"),
    sa.Column("detail", JSONB, nullable=False, server_default="{}"),
    sa.Index("ix_plan_event_plan_id", "plan_id", "id"),
)

plan_lock = sa.Table(
    "plan_lock",
    metadata,
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plan.id"), primary_key=True),
    sa.Column("place_id", sa.BigInteger, primary_key=True),
    _text("actor", nullable=False),
    _now("at"),
    _text("note"),
)

#: Long work: what was asked, how far it is, what came of it. The queue itself is the library's.
job = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    _text("kind", nullable=False),
    sa.Column("arguments", JSONB, nullable=False),
    sa.Column("plan_id", sa.Integer, sa.ForeignKey("plan.id")),
    # Who asked: name and grants as they were then.
    sa.Column("asked_by", JSONB, nullable=False),
    sa.Column(
        "state",
        sa.Text,
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"
        ),
        nullable=False,
        server_default="waiting",
    ),
    _text("step"),
    _number("done"),
    _number("total"),
    sa.Column("cancel", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("result", JSONB),
    sa.Column("problem", JSONB),
    # Under which number the queue knows it while it waits or runs.
    sa.Column("entry", sa.BigInteger),
    _now("created_at"),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Index("ix_job_state", "state"),
    sa.Index("ix_job_plan_id", "plan_id"),
)

# -- dated rows

building = _dated(
    "building",
    _text("number"),
    _text("name"),
    _text("compound"),
    _text("address"),
    _text("use"),
    _text("status"),
    _number("floors"),
    _number("households"),
    _number("planned_households"),
    _shape("geom", "MULTIPOLYGON"),
    _shape("inner_point", "POINT"),
    _spatial("building", "geom"),
    _spatial("building", "inner_point"),
    sa.Index("ix_building_id", "id"),
    *_beginning("building", "number", "name", "compound", "address"),
)

compound = _dated(
    "compound",
    _text("name", nullable=False),
    sa.Column("walled", sa.Boolean),
    _number("built_year"),
    _shape("geom", "MULTIPOLYGON"),
    _spatial("compound", "geom"),
)

facility = _dated(
    "facility",
    _text("kind", nullable=False),
    _text("name"),
    _text("address"),
    sa.Column("floor_area_m2", sa.Double),
    _text("state"),
    _shape("geom", "POINT"),
    _spatial("facility", "geom"),
    sa.Index("ix_facility_id", "id"),
    *_beginning("facility", "name", "address"),
)

ground_feature = _dated(
    "ground_feature",
    _text("kind", nullable=False),
    _text("class"),
    _text("name"),
    sa.Column("bridge", sa.Boolean),
    _shape("geom", "GEOMETRY"),
    _spatial("ground_feature", "geom"),
)

incident = _dated(
    "incident",
    _text("kind", nullable=False),
    _text("title"),
    _text("state"),
    sa.Column("reported_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    _text("address"),
    sa.Column("original_x", sa.Double),
    sa.Column("original_y", sa.Double),
    _text("original_crs"),
    sa.Column("cell", sa.BigInteger),
    # The area that handles it after an escalation; None: the unit it lies in.
    sa.Column("handler_id", sa.BigInteger),
    # What its source said, where it was changed here since; None: the columns are the source's.
    sa.Column("imported", JSONB),
    _shape("geom", "POINT"),
    _spatial("incident", "geom"),
    sa.Index("ix_incident_reported_at", "reported_at"),
    sa.Index("ix_incident_id", "id", "row_id"),
    sa.Index("ix_incident_moment", sa.text("coalesce(reported_at, valid_from)"), "id"),
    *_beginning("incident", "key", "title", "address"),
)

member = _dated(
    "member",
    _text("name", nullable=False),
    _text("phone"),
    _text("kind"),
    _text("home_building"),
    sa.Column("home_id", sa.BigInteger),
    _text("duty_area"),
    _text("address"),
    sa.Column("original_x", sa.Double),
    sa.Column("original_y", sa.Double),
    _text("original_crs"),
    _shape("geom", "POINT", nullable=True),
    _spatial("member", "geom"),
)

#: What happened to an incident, in order; never changed, never deleted.
incident_event = sa.Table(
    "incident_event",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("incident_id", sa.BigInteger, nullable=False),
    _now("at"),
    _text("actor", nullable=False),
    sa.Column(
        "what",
        sa.Text,
        sa.CheckConstraint(
            "what IN ('reported', 'moved', 'state', 'escalated', 'assigned', 'changed')",
            name="what",
        ),
        nullable=False,
    ),
    _text("state"),
    sa.Column("place_id", sa.BigInteger),
    sa.Column("x", sa.Double),
    sa.Column("y", sa.Double),
    _text("note"),
    sa.Index("ix_incident_event_incident_id", "incident_id", "id"),
)

#: A spelling of an address, normalised, that is known to mean a building.
address_alias = sa.Table(
    "address_alias",
    metadata,
    sa.Column("spelling", sa.Text, primary_key=True),
    sa.Column("building_id", sa.BigInteger, nullable=False),
    _now("created_at"),
    _text("created_by", nullable=False),
)

position = _dated(
    "position",
    _text("area", nullable=False),
    sa.Column("place_id", sa.BigInteger, nullable=False),
    _text("title", nullable=False),
    _text("holder"),
    _text("phone"),
    sa.Index("ix_position_place_id", "place_id"),
)

branch = _dated(
    "branch",
    _text("name", nullable=False),
    _text("kind"),
    _text("area", nullable=False),
    sa.Column("place_id", sa.BigInteger, nullable=False),
    _text("secretary"),
    _number("members"),
    sa.Index("ix_branch_place_id", "place_id"),
)

# -- between lines and rows

placement = sa.Table(
    "placement",
    metadata,
    sa.Column("subject_kind", sa.Text, primary_key=True),
    sa.Column("subject_id", sa.BigInteger, primary_key=True),
    _edition("first_edition", key=True),
    _edition("last_edition", nullable=True),
    sa.Column("place_id", sa.BigInteger),
    sa.Column(
        "how",
        sa.Text,
        sa.CheckConstraint("how IN ('point', 'building', 'manual')", name="how"),
        nullable=False,
    ),
    sa.Index("ix_placement_place_id", "place_id"),
)

circle = sa.Table(
    "circle",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("facility_row", sa.BigInteger, sa.ForeignKey("facility.row_id"), nullable=False),
    _text("method", nullable=False),
    _text("network", nullable=False),
    _text("profile", nullable=False),
    _number("minutes", nullable=False),
    sa.Column("radius_m", sa.Double, nullable=False),
    _shape("geom", "POLYGON"),
    sa.UniqueConstraint("facility_row", "method", "network", "profile", "minutes"),
    _spatial("circle", "geom"),
)

coverage = sa.Table(
    "coverage",
    metadata,
    _edition("edition", key=True),
    sa.Column("circles", sa.Text, primary_key=True),
    sa.Column("minutes", sa.Integer, primary_key=True),
    sa.Column("place_id", sa.BigInteger, primary_key=True),
    _number("households", nullable=False),
    _number("known_households", nullable=False),
    _number("unknown_buildings", nullable=False),
)
