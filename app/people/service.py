"""What other rooms ask of the roster: who is in a program, who has this address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.people.addresses import InvalidAddressError
from app.people.personal import address_lookups, open_address
from crypto import envelope


class UnknownPersonError(LookupError):
    """Nobody on the roster is meant by this."""


@dataclass(frozen=True)
class RosterEntry:
    """Someone who can be asked in a program.

    `group_id` is the group of which they are a member, if any; whoever mentors a group of the
    program has its id in `mentor_group_ids`.
    """

    person_id: str
    address: str = field(repr=False)
    time_zone: str
    language: str
    group_id: str | None
    mentor_group_ids: frozenset[str]


def can_be_asked(today: date) -> ColumnElement[bool]:
    """Return the condition on a person whom survey mails may reach on a day.

    They are on the roster, they neither stopped nor paused the mails, and mail reaches them.
    """
    return and_(
        Person.state == "active",
        Person.unsubscribed.is_(False),
        Person.suspended.is_(False),
        or_(Person.paused_until.is_(None), Person.paused_until <= today),
    )


def roster_of_program(
    session: Session, roster_key: envelope.DataKey, program_id: str, today: date
) -> list[RosterEntry]:
    """Return who can be asked in a program on a day, each once."""
    rows = session.execute(
        select(Person, Membership.role, Membership.group_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.program_id == program_id, can_be_asked(today))
        .order_by(Person.id)
    )
    people: dict[str, Person] = {}
    member_of: dict[str, str | None] = {}
    mentor_of: dict[str, set[str]] = {}
    for person, role, group_id in rows:
        people[person.id] = person
        if role == "member":
            member_of[person.id] = group_id
        else:
            mentor_of.setdefault(person.id, set()).add(group_id)
    return [
        RosterEntry(
            person_id=person.id,
            address=open_address(roster_key, person),
            time_zone=person.time_zone,
            language=person.language,
            group_id=member_of.get(person.id),
            mentor_group_ids=frozenset(mentor_of.get(person.id, ())),
        )
        for person in people.values()
    ]


def still_asked(
    session: Session, program_id: str, person_ids: Sequence[str], today: date
) -> frozenset[str]:
    """Return which of these people can be asked in a program on a day; nothing is decrypted."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.program_id == program_id,
            # Of the membership: asked of the person, PostgreSQL looks through the whole program
            # once for each of them while it has no statistics, as after an import.
            Membership.person_id.in_(person_ids),
            can_be_asked(today),
        )
    )
    return frozenset(session.scalars(query))


def person_by_address(
    session: Session, roster_key: envelope.DataKey, address: str
) -> Person | None:
    """Return the person with this address, however it is written; None if there is none."""
    try:
        lookups = address_lookups(roster_key, address)
    except InvalidAddressError:
        return None
    return session.scalar(select(Person).where(Person.address_lookup.in_(lookups)))
