"""Measurement

Revision ID: 0003
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    pass


def downgrade_():
    pass


def upgrade_ballots():
    with op.batch_alter_table("comment") as batch_op:
        batch_op.add_column(sa.Column("themes", sa.LargeBinary(), nullable=True))


def downgrade_ballots():
    with op.batch_alter_table("comment") as batch_op:
        batch_op.drop_column("themes")


def upgrade_keys():
    pass


def downgrade_keys():
    pass
