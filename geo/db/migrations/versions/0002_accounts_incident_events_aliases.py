"""Accounts, incident events, aliases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('account',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('display', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('epoch', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('name', name=op.f('uq_account_name'))
    )
    op.create_table('address_alias',
    sa.Column('spelling', sa.Text(), nullable=False),
    sa.Column('building_id', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('spelling', name=op.f('pk_address_alias'))
    )
    op.create_table('failed_sign_in',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_sign_in'))
    )
    op.create_index('ix_failed_sign_in_address', 'failed_sign_in', ['address', 'at'], unique=False)
    op.create_index('ix_failed_sign_in_name', 'failed_sign_in', ['name', 'at'], unique=False)
    op.create_table('ended_session',
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_ended_session'))
    )
    op.create_table('incident_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('incident_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.Column('x', sa.Double(), nullable=True),
    sa.Column('y', sa.Double(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_event'))
    )
    op.create_index('ix_incident_event_incident_id', 'incident_event', ['incident_id', 'id'], unique=False)
    op.create_table('account_grant',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_grant_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_grant'))
    )
    op.create_index('uq_account_grant_area', 'account_grant', ['account_id', 'role', 'place_id'], unique=True, postgresql_where=sa.text('place_id IS NOT NULL'))
    op.create_index('uq_account_grant_town', 'account_grant', ['account_id', 'role'], unique=True, postgresql_where=sa.text('place_id IS NULL'))
    op.create_table('token',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token')),
    sa.UniqueConstraint('hash', name=op.f('uq_token_hash'))
    )
    op.create_index('ix_branch_valid_from', 'branch', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_branch_valid_to', 'branch', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_building_valid_from', 'building', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_building_valid_to', 'building', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_compound_valid_from', 'compound', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_compound_valid_to', 'compound', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_facility_valid_from', 'facility', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_facility_valid_to', 'facility', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_ground_feature_valid_from', 'ground_feature', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_ground_feature_valid_to', 'ground_feature', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.add_column('incident', sa.Column('handler_id', sa.BigInteger(), nullable=True))
    op.add_column('incident', sa.Column('imported', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_index('ix_incident_id', 'incident', ['id', 'row_id'], unique=False)
    op.create_index('ix_incident_moment', 'incident', [sa.text('coalesce(reported_at, valid_from)'), 'id'], unique=False)
    op.create_index('ix_incident_valid_from', 'incident', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_incident_valid_to', 'incident', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_member_valid_from', 'member', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_member_valid_to', 'member', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_position_valid_from', 'position', ['valid_from', 'row_id'], unique=False)
    op.create_index('ix_position_valid_to', 'position', ['valid_to', 'row_id'], unique=False, postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.create_index('ix_area_version_first_edition', 'area_version', ['first_edition'], unique=False)
    op.create_index('ix_area_version_last_edition', 'area_version', ['last_edition'], unique=False)
    op.create_index('ix_area_version_code', 'area_version', [sa.text('code COLLATE "C"'), 'place_id'], unique=False)
    op.create_index('ix_area_version_name_beginning', 'area_version', ['name'], unique=False, postgresql_ops={'name': 'text_pattern_ops'})
    op.create_index('ix_building_number_beginning', 'building', ['number'], unique=False, postgresql_ops={'number': 'text_pattern_ops'})
    op.create_index('ix_building_name_beginning', 'building', ['name'], unique=False, postgresql_ops={'name': 'text_pattern_ops'})
    op.create_index('ix_building_compound_beginning', 'building', ['compound'], unique=False, postgresql_ops={'compound': 'text_pattern_ops'})
    op.create_index('ix_building_address_beginning', 'building', ['address'], unique=False, postgresql_ops={'address': 'text_pattern_ops'})
    op.create_index('ix_facility_name_beginning', 'facility', ['name'], unique=False, postgresql_ops={'name': 'text_pattern_ops'})
    op.create_index('ix_facility_address_beginning', 'facility', ['address'], unique=False, postgresql_ops={'address': 'text_pattern_ops'})
    op.create_index('ix_incident_key_beginning', 'incident', ['key'], unique=False, postgresql_ops={'key': 'text_pattern_ops'})
    op.create_index('ix_incident_title_beginning', 'incident', ['title'], unique=False, postgresql_ops={'title': 'text_pattern_ops'})
    op.create_index('ix_incident_address_beginning', 'incident', ['address'], unique=False, postgresql_ops={'address': 'text_pattern_ops'})
    op.create_index('ix_building_id', 'building', ['id'], unique=False)
    op.create_index('ix_facility_id', 'facility', ['id'], unique=False)
    op.create_check_constraint(op.f('ck_incident_event_what'), 'incident_event', "what IN ('reported', 'moved', 'state', 'escalated', 'assigned', 'changed')")


def downgrade() -> None:
    """Go down."""
    op.drop_index('ix_area_version_code', table_name='area_version')
    op.drop_index('ix_area_version_last_edition', table_name='area_version')
    op.drop_index('ix_area_version_first_edition', table_name='area_version')
    op.drop_index('ix_facility_id', table_name='facility')
    op.drop_index('ix_building_id', table_name='building')
    op.drop_index('ix_incident_address_beginning', table_name='incident', postgresql_ops={'address': 'text_pattern_ops'})
    op.drop_index('ix_incident_title_beginning', table_name='incident', postgresql_ops={'title': 'text_pattern_ops'})
    op.drop_index('ix_incident_key_beginning', table_name='incident', postgresql_ops={'key': 'text_pattern_ops'})
    op.drop_index('ix_facility_address_beginning', table_name='facility', postgresql_ops={'address': 'text_pattern_ops'})
    op.drop_index('ix_facility_name_beginning', table_name='facility', postgresql_ops={'name': 'text_pattern_ops'})
    op.drop_index('ix_building_address_beginning', table_name='building', postgresql_ops={'address': 'text_pattern_ops'})
    op.drop_index('ix_building_compound_beginning', table_name='building', postgresql_ops={'compound': 'text_pattern_ops'})
    op.drop_index('ix_building_name_beginning', table_name='building', postgresql_ops={'name': 'text_pattern_ops'})
    op.drop_index('ix_building_number_beginning', table_name='building', postgresql_ops={'number': 'text_pattern_ops'})
    op.drop_index('ix_area_version_name_beginning', table_name='area_version', postgresql_ops={'name': 'text_pattern_ops'})
    op.drop_index('ix_position_valid_to', table_name='position', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_position_valid_from', table_name='position')
    op.drop_index('ix_member_valid_to', table_name='member', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_member_valid_from', table_name='member')
    op.drop_index('ix_incident_valid_to', table_name='incident', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_incident_valid_from', table_name='incident')
    op.drop_index('ix_incident_moment', table_name='incident')
    op.drop_index('ix_incident_id', table_name='incident')
    op.drop_column('incident', 'imported')
    op.drop_column('incident', 'handler_id')
    op.drop_index('ix_ground_feature_valid_to', table_name='ground_feature', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_ground_feature_valid_from', table_name='ground_feature')
    op.drop_index('ix_facility_valid_to', table_name='facility', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_facility_valid_from', table_name='facility')
    op.drop_index('ix_compound_valid_to', table_name='compound', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_compound_valid_from', table_name='compound')
    op.drop_index('ix_building_valid_to', table_name='building', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_building_valid_from', table_name='building')
    op.drop_index('ix_branch_valid_to', table_name='branch', postgresql_where=sa.text('valid_to IS NOT NULL'))
    op.drop_index('ix_branch_valid_from', table_name='branch')
    op.drop_table('token')
    op.drop_index('uq_account_grant_town', table_name='account_grant', postgresql_where=sa.text('place_id IS NULL'))
    op.drop_index('uq_account_grant_area', table_name='account_grant', postgresql_where=sa.text('place_id IS NOT NULL'))
    op.drop_table('account_grant')
    op.drop_index('ix_incident_event_incident_id', table_name='incident_event')
    op.drop_table('incident_event')
    op.drop_index('ix_failed_sign_in_name', table_name='failed_sign_in')
    op.drop_index('ix_failed_sign_in_address', table_name='failed_sign_in')
    op.drop_table('failed_sign_in')
    op.drop_table('ended_session')
    op.drop_table('address_alias')
    op.drop_table('account')
