"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    for name in ('place_ids', 'subject_ids'):
        op.execute(sa.schema.CreateSequence(sa.Sequence(name)))
    op.create_table('area_code',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_area_code'))
    )
    op.create_table('audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    op.create_table('branch',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('secretary', sa.Text(), nullable=True),
    sa.Column('members', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_branch'))
    )
    op.create_index('ix_branch_place_id', 'branch', ['place_id'], unique=False)
    op.create_index('uq_branch_live_id', 'branch', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_branch_live_key', 'branch', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('building',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('compound', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('use', sa.Text(), nullable=True),
    sa.Column('status', sa.Text(), nullable=True),
    sa.Column('floors', sa.Integer(), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('planned_households', sa.Integer(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', srid=-1, spatial_index=False), nullable=False),
    sa.Column('inner_point', Geometry('POINT', srid=-1, spatial_index=False), nullable=False),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_building'))
    )
    op.create_index('ix_building_geom_gist', 'building', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_building_inner_point_gist', 'building', ['inner_point'], unique=False, postgresql_using='gist')
    op.create_index('uq_building_live_id', 'building', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_building_live_key', 'building', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('compound',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('walled', sa.Boolean(), nullable=True),
    sa.Column('built_year', sa.Integer(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', srid=-1, spatial_index=False), nullable=False),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_compound'))
    )
    op.create_index('ix_compound_geom_gist', 'compound', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('uq_compound_live_id', 'compound', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_compound_live_key', 'compound', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('facility',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('floor_area_m2', sa.Double(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('POINT', srid=-1, spatial_index=False), nullable=False),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_facility'))
    )
    op.create_index('ix_facility_geom_gist', 'facility', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('uq_facility_live_id', 'facility', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_facility_live_key', 'facility', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('ground_feature',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('class', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('bridge', sa.Boolean(), nullable=True),
    sa.Column('geom', Geometry('GEOMETRY', srid=-1, spatial_index=False), nullable=False),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_ground_feature'))
    )
    op.create_index('ix_ground_feature_geom_gist', 'ground_feature', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('uq_ground_feature_live_id', 'ground_feature', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_ground_feature_live_key', 'ground_feature', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('incident',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('original_x', sa.Double(), nullable=True),
    sa.Column('original_y', sa.Double(), nullable=True),
    sa.Column('original_crs', sa.Text(), nullable=True),
    sa.Column('cell', sa.BigInteger(), nullable=True),
    sa.Column('geom', Geometry('POINT', srid=-1, spatial_index=False), nullable=False),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_incident'))
    )
    op.create_index('ix_incident_geom_gist', 'incident', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_incident_reported_at', 'incident', ['reported_at'], unique=False)
    op.create_index('uq_incident_live_id', 'incident', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_incident_live_key', 'incident', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('member',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('home_building', sa.Text(), nullable=True),
    sa.Column('home_id', sa.BigInteger(), nullable=True),
    sa.Column('duty_area', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('original_x', sa.Double(), nullable=True),
    sa.Column('original_y', sa.Double(), nullable=True),
    sa.Column('original_crs', sa.Text(), nullable=True),
    sa.Column('geom', Geometry('POINT', srid=-1, spatial_index=False), nullable=True),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_member'))
    )
    op.create_index('ix_member_geom_gist', 'member', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('uq_member_live_id', 'member', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_member_live_key', 'member', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('position',
    sa.Column('row_id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.BigInteger(), server_default=sa.text("nextval('subject_ids')"), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('row_hash', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('row_id', name=op.f('pk_position'))
    )
    op.create_index('ix_position_place_id', 'position', ['place_id'], unique=False)
    op.create_index('uq_position_live_id', 'position', ['id'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_position_live_key', 'position', ['source', 'key'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('site',
    sa.Column('id', sa.SmallInteger(), nullable=False),
    sa.Column('definition', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site'))
    )
    op.create_table('staged_plan',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('based_on', sa.Integer(), nullable=True),
    sa.Column('status', sa.Text(), server_default='open', nullable=False),
    sa.Column('complete_levels', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staged_plan'))
    )
    op.create_index('uq_staged_plan_open', 'staged_plan', ['status'], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_table('circle',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('facility_row', sa.BigInteger(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('network', sa.Text(), nullable=False),
    sa.Column('profile', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('radius_m', sa.Double(), nullable=False),
    sa.Column('geom', Geometry('POLYGON', srid=-1, spatial_index=False), nullable=False),
    sa.ForeignKeyConstraint(['facility_row'], ['facility.row_id'], name=op.f('fk_circle_facility_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_circle')),
    sa.UniqueConstraint('facility_row', 'method', 'network', 'profile', 'minutes', name=op.f('uq_circle_facility_row_method_network_profile_minutes'))
    )
    op.create_index('ix_circle_geom_gist', 'circle', ['geom'], unique=False, postgresql_using='gist')
    op.create_table('edition',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('effective', sa.Date(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=True),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('checks', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['staged_plan.id'], name=op.f('fk_edition_plan_id')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_edition'))
    )
    op.create_table('staged_area',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent_code', sa.Text(), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('geom', Geometry('MULTIPOLYGON', srid=-1, spatial_index=False), nullable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['staged_plan.id'], name=op.f('fk_staged_area_plan_id')),
    sa.PrimaryKeyConstraint('plan_id', 'code', name=op.f('pk_staged_area'))
    )
    op.create_table('area_figures',
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('households_complete', sa.Boolean(), nullable=False),
    sa.Column('buildings', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['edition.number'], name=op.f('fk_area_figures_edition')),
    sa.PrimaryKeyConstraint('edition', 'place_id', name=op.f('pk_area_figures'))
    )
    op.create_table('area_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('imported_households', sa.Integer(), nullable=True),
    sa.Column('imported_people', sa.Integer(), nullable=True),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.Column('geom', Geometry('MULTIPOLYGON', srid=-1, spatial_index=False), nullable=False),
    sa.Column('label', Geometry('POINT', srid=-1, spatial_index=False), nullable=False),
    sa.Column('first_edition', sa.Integer(), nullable=False),
    sa.Column('last_edition', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['first_edition'], ['edition.number'], name=op.f('fk_area_version_first_edition')),
    sa.ForeignKeyConstraint(['last_edition'], ['edition.number'], name=op.f('fk_area_version_last_edition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_version'))
    )
    op.create_index('ix_area_version_geom_gist', 'area_version', ['geom'], unique=False, postgresql_using='gist')
    op.create_index('ix_area_version_parent_id', 'area_version', ['parent_id'], unique=False)
    op.create_index('ix_area_version_place_id', 'area_version', ['place_id'], unique=False)
    op.create_index('uq_area_version_open_code', 'area_version', ['code'], unique=True, postgresql_where=sa.text('last_edition IS NULL'))
    op.create_index('uq_area_version_open_place', 'area_version', ['place_id'], unique=True, postgresql_where=sa.text('last_edition IS NULL'))
    op.create_table('coverage',
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('circles', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('households', sa.Integer(), nullable=False),
    sa.Column('known_households', sa.Integer(), nullable=False),
    sa.Column('unknown_buildings', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['edition.number'], name=op.f('fk_coverage_edition')),
    sa.PrimaryKeyConstraint('edition', 'circles', 'minutes', 'place_id', name=op.f('pk_coverage'))
    )
    op.create_table('lineage',
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('from_place', sa.BigInteger(), nullable=False),
    sa.Column('to_place', sa.BigInteger(), nullable=False),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('area_m2', sa.Double(), nullable=False),
    sa.Column('share_households', sa.Double(), nullable=True),
    sa.Column('share_area', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['edition.number'], name=op.f('fk_lineage_edition')),
    sa.PrimaryKeyConstraint('edition', 'from_place', 'to_place', name=op.f('pk_lineage'))
    )
    op.create_index('ix_lineage_to_place', 'lineage', ['to_place'], unique=False)
    op.create_table('placement',
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('first_edition', sa.Integer(), nullable=False),
    sa.Column('last_edition', sa.Integer(), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.Column('how', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['first_edition'], ['edition.number'], name=op.f('fk_placement_first_edition')),
    sa.ForeignKeyConstraint(['last_edition'], ['edition.number'], name=op.f('fk_placement_last_edition')),
    sa.PrimaryKeyConstraint('subject_kind', 'subject_id', 'first_edition', name=op.f('pk_placement'))
    )
    op.create_index('ix_placement_place_id', 'placement', ['place_id'], unique=False)
    op.create_check_constraint(op.f('ck_site_single'), 'site', 'id = 1')
    op.create_check_constraint(op.f('ck_staged_plan_status'), 'staged_plan', "status IN ('open', 'published', 'discarded')")
    op.create_check_constraint(op.f('ck_placement_how'), 'placement', "how IN ('point', 'building', 'manual')")


def downgrade() -> None:
    """Go down."""
    op.drop_index('ix_placement_place_id', table_name='placement')
    op.drop_table('placement')
    op.drop_index('ix_lineage_to_place', table_name='lineage')
    op.drop_table('lineage')
    op.drop_table('coverage')
    op.drop_index('uq_area_version_open_place', table_name='area_version', postgresql_where=sa.text('last_edition IS NULL'))
    op.drop_index('uq_area_version_open_code', table_name='area_version', postgresql_where=sa.text('last_edition IS NULL'))
    op.drop_index('ix_area_version_place_id', table_name='area_version')
    op.drop_index('ix_area_version_parent_id', table_name='area_version')
    op.drop_index('ix_area_version_geom_gist', table_name='area_version', postgresql_using='gist')
    op.drop_table('area_version')
    op.drop_table('area_figures')
    op.drop_table('staged_area')
    op.drop_table('edition')
    op.drop_index('ix_circle_geom_gist', table_name='circle', postgresql_using='gist')
    op.drop_table('circle')
    op.drop_index('uq_staged_plan_open', table_name='staged_plan', postgresql_where=sa.text("status = 'open'"))
    op.drop_table('staged_plan')
    op.drop_table('site')
    op.drop_index('uq_position_live_key', table_name='position', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_position_live_id', table_name='position', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_position_place_id', table_name='position')
    op.drop_table('position')
    op.drop_index('uq_member_live_key', table_name='member', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_member_live_id', table_name='member', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_member_geom_gist', table_name='member', postgresql_using='gist')
    op.drop_table('member')
    op.drop_index('uq_incident_live_key', table_name='incident', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_incident_live_id', table_name='incident', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_incident_reported_at', table_name='incident')
    op.drop_index('ix_incident_geom_gist', table_name='incident', postgresql_using='gist')
    op.drop_table('incident')
    op.drop_index('uq_ground_feature_live_key', table_name='ground_feature', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_ground_feature_live_id', table_name='ground_feature', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_ground_feature_geom_gist', table_name='ground_feature', postgresql_using='gist')
    op.drop_table('ground_feature')
    op.drop_index('uq_facility_live_key', table_name='facility', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_facility_live_id', table_name='facility', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_facility_geom_gist', table_name='facility', postgresql_using='gist')
    op.drop_table('facility')
    op.drop_index('uq_compound_live_key', table_name='compound', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_compound_live_id', table_name='compound', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_compound_geom_gist', table_name='compound', postgresql_using='gist')
    op.drop_table('compound')
    op.drop_index('uq_building_live_key', table_name='building', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_building_live_id', table_name='building', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_building_inner_point_gist', table_name='building', postgresql_using='gist')
    op.drop_index('ix_building_geom_gist', table_name='building', postgresql_using='gist')
    op.drop_table('building')
    op.drop_index('uq_branch_live_key', table_name='branch', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_branch_live_id', table_name='branch', postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_branch_place_id', table_name='branch')
    op.drop_table('branch')
    op.drop_table('audit')
    op.drop_table('area_code')
    for name in ('place_ids', 'subject_ids'):
        op.execute(sa.schema.DropSequence(sa.Sequence(name)))
