"""Keep the order in which papers were taken from being read off the disk. Source: PROTOCOL 4."""

from sqlalchemy import Engine

from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.share import Share
from app.shuffling import States, shuffle_tables


def shuffle_papers(engine: Engine, known: States | None = None) -> None:
    """Rewrite invitations, their links and shares: else the disk keeps the order of taking."""
    models = (Invitation, InvitationLink, Share)
    tables = [model.metadata.tables[model.__tablename__] for model in models]
    shuffle_tables(engine, *tables, known=known)
