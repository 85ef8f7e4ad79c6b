"""Keep the order in which papers were taken from being read off the disk. Source: PROTOCOL 4."""

from sqlalchemy import Engine

from app.models.identity.invitation import Invitation
from app.models.identity.share import Share
from app.shuffling import shuffle_table


def shuffle_papers(engine: Engine) -> None:
    """Rewrite invitations and shares in random order where the database would keep another."""
    for model in (Invitation, Share):
        shuffle_table(engine, model.metadata.tables[model.__tablename__])
