"""The contract

Revision ID: 0002
Revises: 0001

"""

import hashlib
import json
from datetime import UTC

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AUDIT = sa.table(
    "audit_entry",
    sa.column("number", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor", sa.String()),
    sa.column("act", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("digest", sa.LargeBinary()),
)


def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name):
    globals()["downgrade_%s" % engine_name]()


def upgrade_():
    op.create_table(
        "invitation_link",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pool_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("invitation_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation_link")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("invitation_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_link_invitation_hash"), ["invitation_hash"])
        batch_op.create_index(batch_op.f("ix_invitation_link_pool_id"), ["pool_id"])
    op.create_table(
        "suppressed_address",
        sa.Column("address_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("address_lookup", name=op.f("pk_suppressed_address")),
    )
    op.create_table(
        "bounce",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bounce_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
    )
    with op.batch_alter_table("bounce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bounce_person_id"), ["person_id"])
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("lost_mails", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.alter_column("person_id", existing_type=sa.String(length=16), nullable=True)
        batch_op.alter_column("share_commit", existing_type=sa.LargeBinary(length=32), nullable=True)
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"])
    op.execute("UPDATE invitation SET reminders = 1 WHERE nudged")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("reminders", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("lost_mails", existing_type=sa.Integer(), server_default=None)
        batch_op.create_check_constraint("reminders", "reminders between 0 and 2")
        batch_op.create_check_constraint("lost_mails", "lost_mails between 0 and 3")
        batch_op.drop_column("nudged")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint(
            "kind", "kind in ('results', 'cancelled', 'alert', 'lost')"
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_until", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("suspended", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("later_closes", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("printed_codes", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_foreign_key(
            batch_op.f("fk_round_group_id_program_group"), "program_group", ["group_id"], ["id"]
        )
    op.execute("UPDATE round SET reminders = 1 WHERE nudged")
    with op.batch_alter_table("round", schema=None) as batch_op:
        for name, kind in (
            ("later_closes", sa.JSON()),
            ("printed_codes", sa.Integer()),
            ("reminders", sa.Integer()),
        ):
            batch_op.alter_column(name, existing_type=kind, server_default=None)
        batch_op.create_check_constraint("printed_codes", "printed_codes >= 0")
        batch_op.create_check_constraint("reminders", "reminders between 0 and 2")
        batch_op.drop_column("nudged")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.LargeBinary(length=32), nullable=True))
    _chain_the_audit_log()
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.alter_column("digest", existing_type=sa.LargeBinary(length=32), nullable=False)


def _chain_the_audit_log():
    """Give each act of the past its digest, as crypto.chain does for those to come."""
    connection = op.get_bind()
    digest = bytes(32)
    for row in connection.execute(sa.select(_AUDIT).order_by(_AUDIT.c.number)).all():
        at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
        act = [row.number, at.isoformat(), row.actor, row.act, row.subject]
        content = json.dumps(act, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha256(b"chorus/v1/audit\0" + digest + content).digest()
        connection.execute(
            sa.update(_AUDIT).where(_AUDIT.c.number == row.number).values(digest=digest)
        )


def downgrade_():
    op.drop_table("bounce")
    op.drop_table("suppressed_address")
    op.drop_table("invitation_link")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_column("digest")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("suspended")
        batch_op.drop_column("paused_until")
    op.execute("DELETE FROM notice WHERE kind = 'lost'")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_kind"), type_="check")
        batch_op.create_check_constraint("kind", "kind in ('results', 'cancelled', 'alert')")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_invitation_lost_mails"), type_="check")
        batch_op.drop_column("lost_mails")
    for table in ("round", "invitation"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("nudged", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_reminders"), type_="check")
            batch_op.drop_column("reminders")
    op.execute("DELETE FROM invitation WHERE person_id IS NULL OR share_commit IS NULL")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
        batch_op.alter_column("share_commit", existing_type=sa.LargeBinary(length=32), nullable=False)
        batch_op.alter_column("person_id", existing_type=sa.String(length=16), nullable=False)
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_round_printed_codes"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_round_group_id_program_group"), type_="foreignkey")
        batch_op.drop_column("printed_codes")
        batch_op.drop_column("later_closes")
        batch_op.drop_column("group_id")


def upgrade_ballots():
    op.create_table(
        "mailbox_message",
        sa.Column("pool_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mailbox_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("writer", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("for_author", sa.LargeBinary(), nullable=False),
        sa.Column("for_staff", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "writer in ('author', 'mentor', 'admin')", name=op.f("ck_mailbox_message_writer")
        ),
        sa.CheckConstraint("number between 1 and 16", name=op.f("ck_mailbox_message_number")),
        sa.PrimaryKeyConstraint(
            "pool_id", "mailbox_id", "number", name=op.f("pk_mailbox_message")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reply_key",
        sa.Column("pool_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("point", sa.LargeBinary(length=65), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_reply_key")),
        sqlite_with_rowid=False,
    )


def downgrade_ballots():
    op.drop_table("reply_key")
    op.drop_table("mailbox_message")


def upgrade_keys():
    pass


def downgrade_keys():
    pass
