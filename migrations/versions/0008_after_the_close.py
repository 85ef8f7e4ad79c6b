"""What those who were asked see after the close

Revision ID: 0008
Revises: 0009

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("program", "round")


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        "follow_up",
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_follow_up_text")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_follow_up_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_follow_up")),
    )
    # What ran before was told to mentors and admins alone, and stays so.
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column(
                    "tells_respondents", sa.Boolean(), nullable=False, server_default=sa.false()
                )
            )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "tells_respondents", existing_type=sa.Boolean(), server_default=None
            )


def downgrade_():
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("tells_respondents")
    op.drop_table("follow_up")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
