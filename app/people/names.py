"""The names on the roster, for masking them in comments (D8)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.identity.person import Person
from app.people.personal import open_name
from crypto import envelope


def names_on_roster(session: Session, roster_key: envelope.DataKey) -> list[str]:
    """Return the name of everyone on the roster, leavers too: they may still be written about."""
    rows = session.execute(select(Person.id, Person.name).order_by(Person.id))
    return [open_name(roster_key, row.id, row.name) for row in rows]
