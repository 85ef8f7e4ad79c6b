"""Peer feedback

Revision ID: 0004
Revises: 0003

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNFINISHED = "state in ('due', 'launching', 'open', 'aborting', 'cancelling')"


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    _add_cycles()
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index("ux_round_unfinished")
        batch_op.drop_constraint(
            batch_op.f("uq_round_program_id_form_id_number"), type_="unique"
        )
        batch_op.add_column(sa.Column("cycle_id", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("subject_id", sa.String(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_round_cycle_id_feedback_cycle"), "feedback_cycle", ["cycle_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_round_subject_id_person"), "person", ["subject_id"], ["id"]
        )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.alter_column("shared", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_check_constraint(
            "of_a_cycle", "cycle_id is not null or (subject_id is null and not shared)"
        )
        batch_op.create_check_constraint(
            "one_subject", "subject_id is null or group_id is null"
        )
        batch_op.create_check_constraint(
            "shared_by_many", "not shared or (subject_id is null and group_id is null)"
        )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_cycle_id"), ["cycle_id"])
        batch_op.create_index(batch_op.f("ix_round_subject_id"), ["subject_id"])
        feedback = f"{_UNFINISHED} and cycle_id is not null"
        for name, columns, rows in (
            ("number", ["program_id", "form_id", "number"], "cycle_id is null"),
            ("unfinished", ["program_id", "form_id"], f"{_UNFINISHED} and cycle_id is null"),
            ("unfinished_subject", ["cycle_id", "subject_id"], feedback),
            ("unfinished_circle", ["cycle_id", "group_id"], feedback),
            ("unfinished_shared", ["cycle_id"], f"{_UNFINISHED} and shared"),
        ):
            batch_op.create_index(
                f"ux_round_{name}",
                columns,
                unique=True,
                sqlite_where=sa.text(rows),
                postgresql_where=sa.text(rows),
            )


def _add_cycles():
    op.create_table(
        "feedback_cycle",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("program_id", sa.String(length=16), nullable=False),
        sa.Column("form_id", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("later_closes", sa.JSON(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "about in ('mentors', 'circles', 'peers')", name=op.f("ck_feedback_cycle_about")
        ),
        sa.CheckConstraint(
            "state in ('due', 'launching', 'open', 'ended', 'aborted')",
            name=op.f("ck_feedback_cycle_state"),
        ),
        sa.CheckConstraint("k >= 4", name=op.f("ck_feedback_cycle_k_floor")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_feedback_cycle_order")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_feedback_cycle_program_id_program")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_feedback_cycle_form_id_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_cycle")),
        sa.UniqueConstraint(
            "program_id", "about", "number", name=op.f("uq_feedback_cycle_program_id_about_number")
        ),
    )
    with op.batch_alter_table("feedback_cycle", schema=None) as batch_op:
        unfinished = sa.text("state in ('due', 'launching', 'open')")
        batch_op.create_index(
            "ux_feedback_cycle_unfinished",
            ["program_id"],
            unique=True,
            sqlite_where=unfinished,
            postgresql_where=unfinished,
        )


def downgrade_():
    feedback = "SELECT id FROM round WHERE cycle_id IS NOT NULL"
    pools = f"SELECT pool_id FROM pool WHERE round_id IN ({feedback})"  # noqa: S608  # no value
    for table in ("invitation_link", "invitation", "share", "release", "pool_cell", "pool"):
        op.execute(f"DELETE FROM {table} WHERE pool_id IN ({pools})")  # noqa: S608  # no value
    op.execute("DELETE FROM round WHERE cycle_id IS NOT NULL")
    with op.batch_alter_table("round", schema=None) as batch_op:
        for name in (
            "ux_round_number",
            "ux_round_unfinished",
            "ux_round_unfinished_subject",
            "ux_round_unfinished_circle",
            "ux_round_unfinished_shared",
            batch_op.f("ix_round_cycle_id"),
            batch_op.f("ix_round_subject_id"),
        ):
            batch_op.drop_index(name)
        for name in ("of_a_cycle", "one_subject", "shared_by_many"):
            batch_op.drop_constraint(batch_op.f(f"ck_round_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_round_cycle_id_feedback_cycle"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_round_subject_id_person"), type_="foreignkey")
        for name in ("cycle_id", "subject_id", "shared"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(
            batch_op.f("uq_round_program_id_form_id_number"), ["program_id", "form_id", "number"]
        )
        batch_op.create_index(
            "ux_round_unfinished",
            ["program_id", "form_id"],
            unique=True,
            sqlite_where=sa.text(_UNFINISHED),
            postgresql_where=sa.text(_UNFINISHED),
        )
    op.drop_table("feedback_cycle")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
