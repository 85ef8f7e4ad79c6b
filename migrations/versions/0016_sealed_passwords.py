"""Encrypted hashes of passwords, beside the bare ones of before

Revision ID: 0016
Revises: 0119

"""

import sqlalchemy as sa
from alembic import op


# revision identifiers, used by Alembic.
revision = "0016"
down_revision = "0119"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.add_column("account", sa.Column("password_sealed", sa.LargeBinary(), nullable=True))


def downgrade_():
    op.drop_column("account", "password_sealed")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
