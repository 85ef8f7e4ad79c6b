"""New columns in tables that people write to

Revision ID: 9002
Revises: 9001

"""

import sqlalchemy as sa
from alembic import op

revision = "9002"
down_revision = "9001"


def upgrade(engine_name):
    globals().get(f"upgrade_{engine_name}", lambda: None)()


def upgrade_():
    rule = sa.CheckConstraint("weight >= 0", name=op.f("ck_invitation_weight"))
    op.add_column("invitation", sa.Column("weight", sa.Integer(), rule, nullable=True))
    op.add_column(
        "invitation", sa.Column("asked", sa.Integer(), nullable=False, server_default="0")
    )


def upgrade_ballots():
    op.add_column("ballot", sa.Column("size", sa.Integer(), nullable=True))
