"""A value for every row of a large table

Revision ID: 9004
Revises: 9003

"""

import sqlalchemy as sa

from app.storage.pieces import fill

revision = "9004"
down_revision = "9003"


def upgrade(engine_name):
    if not engine_name:
        fill("invitation", "weight", 1 + sa.column("cell"), key=["token_hash"])
    elif engine_name == "ballots":
        fill("ballot", "size", sa.func.length(sa.column("sealed")), key=["pool_id", "serial"])
