"""The roster by name, worked out once

Revision ID: 0013
Revises: 0015

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0013"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        "roster_order",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_roster_order_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_order")),
    )


def downgrade_():
    op.drop_table("roster_order")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
