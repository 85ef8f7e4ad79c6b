"""An index of a large table

Revision ID: 9003
Revises: 9002

"""

from app.storage.pieces import add_index

revision = "9003"
down_revision = "9002"


def upgrade(engine_name):
    if not engine_name:
        add_index("ix_invitation_pool_id_cell", "invitation", ["pool_id", "cell"])
