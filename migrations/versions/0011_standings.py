"""How programs stand, worked out once

Revision ID: 0011
Revises: 0007

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None

_CLOSED = sa.text("state = 'closed' and cycle_id is null and group_id is null")


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        "program_standing",
        sa.Column("program_id", sa.String(length=16), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_program_standing_program_id_program")
        ),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_program_standing")),
    )
    op.create_table(
        "organisation_standing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_standing_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_standing")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(
            "ix_round_closed_of_program",
            ["program_id"],
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        )


def downgrade_():
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index("ix_round_closed_of_program")
    op.drop_table("organisation_standing")
    op.drop_table("program_standing")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
