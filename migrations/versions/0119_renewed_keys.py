"""Data keys that others took the place of

Revision ID: 0119
Revises: 0020

"""

from alembic import op

# revision identifiers, used by Alembic.
revision = "0119"
down_revision = "0020"
branch_labels = None
depends_on = None

_THREE = "purpose in ('roster', 'sealed', 'kept')"
_FIVE = "purpose in ('roster', 'sealed', 'kept', 'former', 'lookup')"


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    pass


def downgrade_():
    pass


def upgrade_ballots():
    pass


def downgrade_ballots():
    pass


def upgrade_keys():
    _purposes(_FIVE)


def downgrade_keys():
    _purposes(_THREE)


def _purposes(allowed):
    # allowed: data_key has some rows for each pool, and casting does not write it.
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        # allowed: the new rule lets in all that the old one did.
        batch_op.drop_constraint(op.f("ck_data_key_purpose"), type_="check")
        # allowed: the same.
        batch_op.create_check_constraint(op.f("ck_data_key_purpose"), allowed)
