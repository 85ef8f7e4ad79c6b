"""Keep the order in which ballots and messages came from being read off the disk. Protocol 4."""

from sqlalchemy import Engine

from app.models.ballots.ballot import Ballot
from app.models.ballots.comment import Comment
from app.models.ballots.mailbox_message import MailboxMessage
from app.shuffling import States, shuffle_tables


def shuffle_ballots(engine: Engine, known: States | None = None) -> None:
    """Rewrite ballots, comments and messages where the database would keep the order of arrival."""
    tables = [
        model.metadata.tables[model.__tablename__] for model in (Ballot, Comment, MailboxMessage)
    ]
    shuffle_tables(engine, *tables, known=known)
