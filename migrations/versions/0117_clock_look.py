"""When a worker last looked, so that a clock that leaps is noticed

Revision ID: 0117
Revises: 0013

"""

import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = "0117"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        "clock_look",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trusted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doubted_from", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_look_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_look")),
    )


def downgrade_():
    op.drop_table("clock_look")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
