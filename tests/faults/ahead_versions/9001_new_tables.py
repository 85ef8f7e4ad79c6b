"""New tables, one of which refers to a busy one

Revision ID: 9001
Revises: HEAD

"""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "HEAD"


def upgrade(engine_name):
    globals().get(f"upgrade_{engine_name}", lambda: None)()


def upgrade_():
    op.create_table(
        "ahead_of_pool",
        sa.Column("pool_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pool.pool_id"], name=op.f("fk_ahead_of_pool_pool_id_pool")
        ),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_ahead_of_pool")),
    )
    op.create_index(op.f("ix_ahead_of_pool_weight"), "ahead_of_pool", ["weight"])


def upgrade_ballots():
    op.create_table(
        "ahead_of_ballots",
        sa.Column("pool_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_ahead_of_ballots")),
    )
