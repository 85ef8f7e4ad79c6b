"""Whether there is anything that the roster's key locks."""

from sqlalchemy import exists, select

from app.extensions import identity
from app.models.identity.account import Account
from app.models.identity.person import Person


def people_are_there() -> bool:
    """Return whether anybody stands in the people's database, whose name some key locks."""
    with identity.read() as session:
        found = select(exists().where(Person.id != "") | exists().where(Account.id != ""))
        return bool(session.scalar(found))
