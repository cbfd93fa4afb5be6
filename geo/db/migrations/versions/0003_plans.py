"""Plans, their logs and locks, jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from geo.db.queue import make_queue

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table('plan',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('forked_from', sa.Integer(), nullable=True),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('revision', sa.Integer(), server_default='0', nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['forked_from'], ['plan.id'], name=op.f('fk_plan_forked_from')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan'))
    )
    op.create_index('ix_plan_state', 'plan', ['state'], unique=False)
    op.create_table('job',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('arguments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('done', sa.Integer(), nullable=True),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('cancel', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('result', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('problem', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('entry', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_job_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    op.create_index('ix_job_plan_id', 'job', ['plan_id'], unique=False)
    op.create_index('ix_job_state', 'job', ['state'], unique=False)
    op.create_table('plan_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('detail', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_event_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_event'))
    )
    op.create_index('ix_plan_event_plan_id', 'plan_event', ['plan_id', 'id'], unique=False)
    op.create_table('plan_lock',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_lock_plan_id')),
    sa.PrimaryKeyConstraint('plan_id', 'place_id', name=op.f('pk_plan_lock'))
    )
    op.create_table('plan_operation',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('operation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('change', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('label_zh', sa.Text(), nullable=False),
    sa.Column('label_en', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('touched', sa.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_operation_plan_id')),
    sa.PrimaryKeyConstraint('plan_id', 'revision', name=op.f('pk_plan_operation'))
    )
    op.create_table('heir',
    sa.Column('place_id', sa.BigInteger(), nullable=False),
    sa.Column('first_edition', sa.Integer(), nullable=False),
    sa.Column('last_edition', sa.Integer(), nullable=True),
    sa.Column('heir_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['first_edition'], ['edition.number'], name=op.f('fk_heir_first_edition')),
    sa.ForeignKeyConstraint(['last_edition'], ['edition.number'], name=op.f('fk_heir_last_edition')),
    sa.PrimaryKeyConstraint('place_id', 'first_edition', name=op.f('pk_heir'))
    )
    op.create_index('ix_heir_heir_id', 'heir', ['heir_id'], unique=False)
    op.add_column('edition', sa.Column('drawn_plan', sa.Integer(), nullable=True))
    op.add_column('edition', sa.Column('restores', sa.Integer(), nullable=True))
    op.create_foreign_key(op.f('fk_edition_restores'), 'edition', 'edition', ['restores'], ['number'])
    op.create_foreign_key(op.f('fk_edition_drawn_plan'), 'edition', 'plan', ['drawn_plan'], ['id'])
    op.create_check_constraint(op.f('ck_plan_state'), 'plan', "state IN ('draft', 'in_review', 'approved', 'published', 'withdrawn')")
    op.create_check_constraint(op.f('ck_job_state'), 'job', "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')")
    # A restored database comes without the queue, but lies where one was made already.
    make_queue(op.get_bind())


def downgrade() -> None:
    """Go down."""
    op.drop_constraint(op.f('fk_edition_drawn_plan'), 'edition', type_='foreignkey')
    op.drop_constraint(op.f('fk_edition_restores'), 'edition', type_='foreignkey')
    op.drop_column('edition', 'restores')
    op.drop_column('edition', 'drawn_plan')
    op.drop_index('ix_heir_heir_id', table_name='heir')
    op.drop_table('heir')
    op.drop_table('plan_operation')
    op.drop_table('plan_lock')
    op.drop_index('ix_plan_event_plan_id', table_name='plan_event')
    op.drop_table('plan_event')
    op.drop_index('ix_job_state', table_name='job')
    op.drop_index('ix_job_plan_id', table_name='job')
    op.drop_table('job')
    op.drop_index('ix_plan_state', table_name='plan')
    op.drop_table('plan')
