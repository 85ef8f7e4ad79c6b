"""Own forms, and which of their questions a program's rounds ask

Revision ID: 0005
Revises: 0004

"""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        "own_form",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("program_id", sa.String(length=16), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_own_form_revision")),
        sa.ForeignKeyConstraint(
            ["program_id"], ["program.id"], name=op.f("fk_own_form_program_id_program")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_form")),
    )
    with op.batch_alter_table("program_form", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_form_id", sa.String(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("bank_each", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(
            sa.Column("bank", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.create_check_constraint("bank_each", "bank_each >= 0")
        batch_op.create_foreign_key(
            batch_op.f("fk_program_form_own_form_id_own_form"), "own_form", ["own_form_id"], ["id"]
        )
    with op.batch_alter_table("program_form", schema=None) as batch_op:
        batch_op.alter_column("bank_each", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("bank", existing_type=sa.JSON(), server_default=None)


def downgrade_():
    with op.batch_alter_table("program_form", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_program_form_own_form_id_own_form"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("ck_program_form_bank_each"), type_="check")
        batch_op.drop_column("bank_each")
        batch_op.drop_column("bank")
        batch_op.drop_column("own_form_id")
    op.drop_table("own_form")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
