"""A rule for every row of a large table

Revision ID: 9005
Revises: 9004

"""

from app.storage.pieces import add_check

revision = "9005"
down_revision = "9004"


def upgrade(engine_name):
    if not engine_name:
        add_check("ck_invitation_weight_of_one", "invitation", "weight is null or weight >= 1")
