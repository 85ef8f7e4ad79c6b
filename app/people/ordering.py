"""The roster in the order of its names, kept by the worker: pages read it and keep nothing.

Names are encrypted one by one, and to put 50,000 in order each has to be opened: a third of a
second. The kept order names people by their ids alone; whoever has gone since is simply not found.
"""

from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models.identity.person import Person
from app.models.identity.roster_order import RosterOrder
from app.people.personal import open_name
from crypto import envelope

_PLACE = {"table": "roster_order", "column": "sealed", "row": b"1"}
_BETWEEN = "\n"


def order_of_names(session: Session, key: envelope.DataKey) -> list[str]:
    """Return the ids of everybody on the roster, and of those who left, by name without case."""
    rows = session.execute(select(Person.id, Person.name))
    names = sorted((open_name(key, row.id, row.name).casefold(), row.id) for row in rows)
    return [person_id for _, person_id in names]


def kept_order(session: Session, key: envelope.DataKey) -> list[str] | None:
    """Return the kept ids by name; None where none are kept, or somebody has come or gone."""
    kept = session.get(RosterOrder, 1)
    if kept is None or kept.people != _people(session):
        return None
    return envelope.decrypt(key, kept.sealed, **_PLACE).decode().split(_BETWEEN)


def order_is_true(session: Session, today: date) -> bool:
    """Return whether the kept order is today's and of as many people as there are."""
    kept = session.execute(select(RosterOrder.made_on, RosterOrder.people)).first()
    return kept is not None and kept.made_on == today and kept.people == _people(session)


def keep_order(session: Session, key: envelope.DataKey, order: list[str], today: date) -> None:
    """Keep an order that was worked out before; one that others have come into is not kept."""
    if set(order) != set(session.scalars(select(Person.id))):
        return
    sealed = envelope.encrypt(key, _BETWEEN.join(order).encode(), **_PLACE)
    session.merge(RosterOrder(id=1, made_on=today, people=len(order), sealed=sealed))


def forget_order(session: Session) -> None:
    """Drop the kept order, since somebody has come or has another name."""
    session.execute(delete(RosterOrder))


def _people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0
