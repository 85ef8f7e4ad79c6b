"""Session pulses: a kind of form of their own

Revision ID: 0007
Revises: 0006

"""

from alembic import op

# revision identifiers, used by Alembic.
revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    _let_kinds_be("'check-in', 'peer feedback', 'session'")


def downgrade_():
    _let_kinds_be("'check-in', 'peer feedback'")


def _let_kinds_be(kinds):
    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_form_kind"), type_="check")
        batch_op.create_check_constraint("kind", f"kind in ({kinds})")


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    pass


def downgrade_keys():
    pass
