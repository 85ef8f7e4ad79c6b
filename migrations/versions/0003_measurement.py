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
    _add_program_forms()
    _upgrade_alerts()
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("admin_since", sa.Date(), nullable=True))


def downgrade_():
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("admin_since")
    _downgrade_alerts()
    op.drop_table("program_form")
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


def _add_program_forms():
    op.create_table(
        "program_form",
        sa.Column("program_id", sa.String(length=16), nullable=False),
        sa.Column("form_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_program_form_program_id_program")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"], ["form.id"], name=op.f("fk_program_form_form_id_form")
        ),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_program_form")),
    )


def _upgrade_alerts():
    # First: SQLite lays the table anew, which must not take its history along.
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.String(length=16), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_alert_owner_id_account"), "account", ["owner_id"], ["id"]
        )
        _check_endings(batch_op, "'recovered', 'settled', 'ended'")
    op.create_table(
        "alert_action",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("alert_id", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.CheckConstraint(
            "verdict in ('helped', 'not helped', 'unsure')", name=op.f("ck_alert_action_verdict")
        ),
        sa.CheckConstraint(
            "verdict is null or done_on is not null",
            name=op.f("ck_alert_action_verdict_after_done"),
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
            name=op.f("fk_alert_action_alert_id_alert"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_action")),
    )
    with op.batch_alter_table("alert_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_action_alert_id"), ["alert_id"])
    op.create_table(
        "alert_event",
        sa.Column("alert_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.String(length=16), nullable=True),
        sa.Column("about_id", sa.String(length=16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_alert_event_number")),
        sa.CheckConstraint(
            "kind in ('raised', 'major', 'seen', 'owner', 'note', 'planned', 'moved', 'done', "
            "'helped', 'not helped', 'unsure', 'recovered', 'settled', 'ended')",
            name=op.f("ck_alert_event_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'note') = (words is not null)", name=op.f("ck_alert_event_words")
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
            name=op.f("fk_alert_event_alert_id_alert"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_alert_event_actor_id_account")
        ),
        sa.PrimaryKeyConstraint("alert_id", "number", name=op.f("pk_alert_event")),
    )
    # The history of alerts that are there already begins with what is known of them.
    op.execute(
        "INSERT INTO alert_event (alert_id, number, day, kind) "
        "SELECT id, 1, raised_on, 'raised' FROM alert"
    )
    op.execute(
        "INSERT INTO alert_event (alert_id, number, day, kind) "
        "SELECT id, 2, closed_on, state FROM alert WHERE closed_on IS NOT NULL"
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("digest", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("digest_of", sa.Date(), nullable=True))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("digest", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(
            "kind", "kind in ('results', 'cancelled', 'alert', 'digest', 'lost')"
        )


def _downgrade_alerts():
    op.drop_table("alert_event")
    op.drop_table("alert_action")
    op.execute("DELETE FROM notice WHERE kind = 'digest'")
    op.execute("UPDATE alert SET state = 'settled' WHERE state = 'ended'")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint("kind", "kind in ('results', 'cancelled', 'alert', 'lost')")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("digest_of")
        batch_op.drop_column("digest")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_owner_id_account"), type_="foreignkey")
        batch_op.drop_column("owner_id")
        _check_endings(batch_op, "'recovered', 'settled'")


def _check_endings(batch_op, endings):
    batch_op.drop_constraint(batch_op.f("ck_alert_state"), type_="check")
    batch_op.drop_constraint(batch_op.f("ck_alert_closed_on"), type_="check")
    batch_op.create_check_constraint(
        "state", f"state in ('raised', 'seen', 'owned', 'acted on', {endings})"
    )
    batch_op.create_check_constraint(
        "closed_on", f"(state in ({endings})) = (closed_on is not null)"
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
