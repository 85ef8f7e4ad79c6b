"""Which programs can work with this structure

Revision ID: 0020
Revises: 0117

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0020"
down_revision = "0117"
branch_labels = None
depends_on = None
# Every program that has this migration works with what comes, until a later one says otherwise.
oldest_program = "0020"


def upgrade(engine_name):
    op.add_column("alembic_version", sa.Column("oldest_program", sa.String(length=32)))


def downgrade(engine_name):
    op.drop_column("alembic_version", "oldest_program")
