"""What admins do to one person on the roster; each act stands in the audit log without a name.

All of it holds from the next round on: an open round asks whom it asked when it began.
"""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.columns import random_id
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.round import Round
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.errors import (
    address_forgotten,
    address_taken,
    address_was_asked,
)
from app.people.ordering import forget_order
from app.people.personal import open_address, sealed_columns
from app.people.reach import revoke_unused
from app.people.schemas import TypedPerson
from app.people.service import UnknownPersonError
from crypto import envelope


def add_person(
    session: Session, key: envelope.DataKey, typed: TypedPerson, now: datetime, actor: str
) -> str:
    """Return the id of a new person, who belongs nowhere yet.

    :raises PersonFaultError: if the address is somebody's, or was forgotten.
    """
    _check_free(session, key, typed.address, None)
    person_id = random_id()
    session.add(
        Person(
            id=person_id,
            time_zone=typed.time_zone,
            language=typed.language,
            **sealed_columns(key, person_id, typed.name, typed.address),
        )
    )
    session.flush()
    forget_order(session)
    record(session, now, actor, "added a person", f"person {person_id}")
    return person_id


def change_person(
    session: Session,
    key: envelope.DataKey,
    person_id: str,
    typed: TypedPerson,
    now: datetime,
    actor: str,
) -> None:
    """Write a person anew. An address under which somebody was asked is theirs for good.

    Else a new address would take over what the old one may read: results, and feedback about them.

    :raises UnknownPersonError: if nobody has this id.
    :raises PersonFaultError: if the address can't be theirs.
    """
    person = locked_person(session, person_id)
    if typed.address != open_address(key, person):
        if _is_known_to_others(session, person_id):
            raise address_was_asked()
        _check_free(session, key, typed.address, person_id)
        person.suspended = False
    person.time_zone, person.language = typed.time_zone, typed.language
    for column, value in sealed_columns(key, person_id, typed.name, typed.address).items():
        setattr(person, column, value)
    forget_order(session)
    record(session, now, actor, "changed a person", f"person {person_id}")


def let_leave(session: Session, person_id: str, now: datetime, actor: str) -> None:
    """Take somebody off the roster; safe to repeat.

    Protocol: Joiners, leavers. Unused links are revoked; a cast ballot can't be found.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = locked_person(session, person_id)
    if person.state == "left":
        return
    person.state, person.left_on = "left", now.date()
    session.execute(delete(Membership).where(Membership.person_id == person_id))
    revoke_unused(session, person_id)
    record(session, now, actor, "let a person leave", f"person {person_id}")


def take_back(session: Session, person_id: str, now: datetime, actor: str) -> None:
    """Put somebody who had left on the roster again, without any place; safe to repeat.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = locked_person(session, person_id)
    if person.state == "active":
        return
    person.state, person.left_on = "active", None
    record(session, now, actor, "took a person back", f"person {person_id}")


def locked_person(session: Session, person_id: str) -> Person:
    """Return a person, locked until the transaction ends.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise UnknownPersonError
    return person


def address_is_fixed(session: Session, person_id: str) -> bool:
    """Return whether a person's address can't be changed any more, as `change_person` has it."""
    return _is_known_to_others(session, person_id)


def _is_known_to_others(session: Session, person_id: str) -> bool:
    """Return whether somebody was asked, mentors, or is who feedback is about."""
    traces = (
        exists().where(Invitation.person_id == person_id),
        exists().where(Membership.person_id == person_id, Membership.role == "mentor"),
        exists().where(Round.subject_id == person_id),
    )
    return any(session.scalar(select(trace)) for trace in traces)


def _check_free(
    session: Session, key: envelope.DataKey, address: str, person_id: str | None
) -> None:
    lookups = envelope.lookups(key, address)
    holder = session.scalar(select(Person.id).where(Person.address_lookup.in_(lookups)))
    if holder is not None and holder != person_id:
        raise address_taken()
    forgotten = select(SuppressedAddress).where(SuppressedAddress.address_lookup.in_(lookups))
    if session.scalar(forgotten) is not None:
        raise address_forgotten()
