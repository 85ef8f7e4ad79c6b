"""The roster as an admin reads it: by name, by address, by program; nothing about participation.

Names and addresses are encrypted. A short list opens the names that it may hold; a long one follows
the kept order and opens those that it shows. Looking for a name opens all, a third of a second for
50,000; an address is found by its keyed hash.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.people.ordering import kept_order
from app.people.personal import open_address, open_name
from app.people.service import UnknownPersonError, person_by_address
from crypto import envelope

PAGE_LENGTH = 50
_OPENED_AT_ONCE = 2000  # names; so many take some 15 ms
_ASKED_AT_ONCE = 200  # ids; of a long list mostly enough for a page
ACTIVE, LEFT, UNREACHED = "active", "left", "unreached"
STATES = (ACTIVE, LEFT, UNREACHED)
NO_PROGRAM = "none"


@dataclass(frozen=True)
class Place:
    """Where somebody belongs."""

    membership_id: str
    program_id: str
    program: str
    group_id: str | None
    group: str | None
    role: str


@dataclass(frozen=True)
class PersonLine:
    """One person of a list. What they wish of mails, or did in a round, is not here."""

    person_id: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    left_on: date | None
    suspended: bool
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class PeoplePage:
    """Some people by name; `after` is whom the next page comes after, None at the end."""

    lines: tuple[PersonLine, ...]
    after: str | None


@dataclass(frozen=True)
class PersonCard:
    """All that an admin sees of one person."""

    line: PersonLine
    time_zone: str
    language: str


def people_page(
    session: Session, key: envelope.DataKey, state: str, program: str, after: str = ""
) -> PeoplePage:
    """Return a page of the people in a state and a program, by name.

    :param program: an id, NO_PROGRAM, or empty for all.
    :param after: id of the last person of the page before; one who has gone begins anew.
    """
    wanted = _in_program(_in_state(state), program)
    some = session.execute(wanted.limit(_OPENED_AT_ONCE + 1)).all()
    order = kept_order(session, key) if len(some) > _OPENED_AT_ONCE else None
    if order is None:
        rows = some if len(some) <= _OPENED_AT_ONCE else session.execute(wanted)
        order = [person_id for _, person_id in sorted(_names(key, rows))]
    start = order.index(after) + 1 if after in order else 0
    found = list(islice(_among(session, wanted, order[start:]), PAGE_LENGTH + 1))
    shown = found[:PAGE_LENGTH]
    more = len(found) > PAGE_LENGTH
    return PeoplePage(people_lines(session, key, shown), shown[-1] if more else None)


def find_people(session: Session, key: envelope.DataKey, text: str) -> tuple[PersonLine, ...]:
    """Return who has this address, or the first of those whose names have all of these words."""
    if "@" in text:
        person = person_by_address(session, key, text)
        return () if person is None else people_lines(session, key, [person.id])
    words = text.casefold().split()
    if not words:
        return ()
    names = _names(key, session.execute(select(Person.id, Person.name)))
    found = sorted(entry for entry in names if all(word in entry[0] for word in words))
    return people_lines(session, key, [person_id for _, person_id in found[:PAGE_LENGTH]])


def person_card(session: Session, key: envelope.DataKey, person_id: str) -> PersonCard:
    """Return one person.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPersonError
    (line,) = people_lines(session, key, [person_id])
    return PersonCard(line, person.time_zone, person.language)


def member_ids(
    session: Session, key: envelope.DataKey, program_id: str, group_id: str | None
) -> list[str]:
    """Return the members of a group on the roster by name; without a group's id, those of none."""
    return _of_role(session, key, program_id, group_id, "member")


def mentors_of(
    session: Session, key: envelope.DataKey, program_id: str, group_id: str
) -> tuple[PersonLine, ...]:
    """Return the mentors of a group on the roster, by name."""
    return people_lines(session, key, _of_role(session, key, program_id, group_id, "mentor"))


def people_lines(
    session: Session, key: envelope.DataKey, person_ids: Sequence[str]
) -> tuple[PersonLine, ...]:
    """Return these people in this order, each with where they belong."""
    rows = session.scalars(select(Person).where(Person.id.in_(person_ids)))
    people = {person.id: person for person in rows}
    places = _places(session, people)
    return tuple(
        PersonLine(
            person_id=person.id,
            name=open_name(key, person.id, person.name),
            address=open_address(key, person),
            left_on=person.left_on,
            suspended=person.suspended,
            places=tuple(places.get(person.id, ())),
        )
        for person in (people[person_id] for person_id in person_ids if person_id in people)
    )


def _among(
    session: Session, wanted: Select[tuple[str, bytes]], order: Sequence[str]
) -> Iterator[str]:
    """Yield those of `order` who are wanted, asking for a few at a time."""
    for begin in range(0, len(order), _ASKED_AT_ONCE):
        some = order[begin : begin + _ASKED_AT_ONCE]
        rows = session.execute(wanted.where(Person.id.in_(some)))
        there = {row.id for row in rows}
        yield from (person_id for person_id in some if person_id in there)


def _of_role(
    session: Session, key: envelope.DataKey, program_id: str, group_id: str | None, role: str
) -> list[str]:
    wanted = (
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.state == ACTIVE,
            Membership.program_id == program_id,
            Membership.group_id == group_id,
            Membership.role == role,
        )
    )
    return [person_id for _, person_id in sorted(_names(key, session.execute(wanted)))]


def _in_state(state: str) -> Select[tuple[str, bytes]]:
    people = select(Person.id, Person.name)
    if state == LEFT:
        return people.where(Person.state == LEFT)
    if state == UNREACHED:
        return people.where(Person.state == ACTIVE, Person.suspended)
    return people.where(Person.state == ACTIVE)


def _in_program(people: Select[tuple[str, bytes]], program: str) -> Select[tuple[str, bytes]]:
    if program == NO_PROGRAM:
        return people.where(~exists().where(Membership.person_id == Person.id))
    if program:
        # Not as a condition on each person: there may be 50,000, and 20 in the program.
        members = select(Membership.person_id).where(Membership.program_id == program)
        return people.where(Person.id.in_(members))
    return people


def _names(key: envelope.DataKey, rows: Iterable[Row[tuple[str, bytes]]]) -> list[tuple[str, str]]:
    """Return name and id of each, the name without case."""
    return [(open_name(key, row.id, row.name).casefold(), row.id) for row in rows]


def _places(session: Session, person_ids: Iterable[str]) -> dict[str, list[Place]]:
    ids: Collection[str] = list(person_ids)
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.id,
            Program.id.label("program_id"),
            Program.name.label("program"),
            Group.id.label("group_id"),
            Group.name.label("group"),
            Membership.role,
        )
        .join(Program, Program.id == Membership.program_id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .where(Membership.person_id.in_(ids))
        .order_by(Program.name, Membership.role, Group.name)
    )
    places: dict[str, list[Place]] = {}
    for person_id, *fields in rows:
        places.setdefault(person_id, []).append(Place(*fields))
    return places
