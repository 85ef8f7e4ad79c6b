"""Keep the order in which ballots came from being read off the disk. Source: PROTOCOL 4."""

from sqlalchemy import Engine

from app.models.ballots.ballot import Ballot
from app.shuffling import shuffle_table


def shuffle_ballots(engine: Engine) -> None:
    """Rewrite the ballots in random order where the database would keep that of arrival."""
    shuffle_table(engine, Ballot.metadata.tables[Ballot.__tablename__])
