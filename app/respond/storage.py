"""Keep the order in which ballots came from being read off the disk. Source: PROTOCOL 4."""

from sqlalchemy import Engine

from app.models.ballots.ballot import Ballot
from app.shuffling import shuffle_tables


def shuffle_ballots(engine: Engine) -> None:
    """Rewrite the ballots where the database would keep the order of arrival."""
    shuffle_tables(engine, Ballot.metadata.tables[Ballot.__tablename__])
