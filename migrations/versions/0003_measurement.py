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
    _add_goals()


def downgrade_():
    op.drop_table("program_goal")


def _add_goals():
    op.create_table(
        "program_goal",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("program_id", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "change between -100 and 100 and change <> 0", name=op.f("ck_program_goal_change")
        ),
        sa.CheckConstraint("due_on > since", name=op.f("ck_program_goal_due_on")),
        sa.CheckConstraint("set_on >= since", name=op.f("ck_program_goal_set_on")),
        sa.CheckConstraint("ending in ('changed', 'ended')", name=op.f("ck_program_goal_ending")),
        sa.CheckConstraint(
            "(ending is null) = (ended_on is null)", name=op.f("ck_program_goal_ended_on")
        ),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_program_goal_program_id_program")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_goal")),
    )
    with op.batch_alter_table("program_goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_program_goal_program_id"), ["program_id"])
        batch_op.create_index(
            "ux_program_goal_open",
            ["program_id", "target"],
            unique=True,
            sqlite_where=sa.text("ended_on is null"),
            postgresql_where=sa.text("ended_on is null"),
        )


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
