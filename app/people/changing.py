"""What admins do to one person on the roster; each act stands in the audit log without a name.

All of it holds from the next round on: an open round asks whom it asked when it began.
"""

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.columns import random_id
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.errors import (
    PersonFaultError,
    address_forgotten,
    address_taken,
    address_was_asked,
)
from app.people.personal import open_address, sealed_columns
from app.people.reach import revoke_unused
from app.people.schemas import TypedPerson, TypedPlace
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


def put_person(
    session: Session, person_id: str, place: TypedPlace, now: datetime, actor: str
) -> None:
    """Make somebody a mentor of a group, or the one member that they are in a program.

    :raises UnknownPersonError: if nobody active has this id, or there is no such place.
    :raises PersonFaultError: if they would be mentor and member of one group.
    """
    person = locked_person(session, person_id)
    if person.state != "active" or session.get(Program, place.program_id) is None:
        raise UnknownPersonError
    group_id = _group_of(session, place)
    if place.role == "member":
        move_members(session, place.program_id, [person_id], group_id, now, actor)
        return
    own = _memberships(session, person_id, place.program_id)
    if any(one.group_id == group_id and one.role == "mentor" for one in own):
        return
    if any(one.group_id == group_id for one in own):
        raise _both()
    session.add(
        Membership(
            program_id=place.program_id,
            group_id=group_id,
            person_id=person_id,
            role="mentor",
            since=_mentor_since(session, place.program_id, now.date()),
        )
    )
    session.flush()
    record(session, now, actor, "made somebody a mentor", f"group {group_id}")


def move_members(
    session: Session,
    program_id: str,
    person_ids: Collection[str],
    group_id: str | None,
    now: datetime,
    actor: str,
) -> int:
    """Put people into a group of a program, or into none, and return how many that moved.

    Whoever is not a member of the program yet becomes one.

    :raises PersonFaultError: if one of them mentors the group.
    :raises UnknownPersonError: if one of them is not on the roster.
    """
    moved = 0
    for person_id in sorted(set(person_ids)):  # in one order, so that two such acts can't lock up
        if locked_person(session, person_id).state != "active":
            raise UnknownPersonError
        own = _memberships(session, person_id, program_id)
        if group_id and any(one.group_id == group_id and one.role == "mentor" for one in own):
            raise _both()
        member = next((one for one in own if one.role == "member"), None)
        if member is None:
            session.add(
                Membership(
                    program_id=program_id, group_id=group_id, person_id=person_id, role="member"
                )
            )
        elif member.group_id == group_id:
            continue
        else:
            member.group_id = group_id
        moved += 1
    session.flush()
    if moved:
        where = f"program {program_id}" if group_id is None else f"group {group_id}"
        record(session, now, actor, f"moved people, {moved} in number", where)
    return moved


def end_place(
    session: Session, person_id: str, membership_id: str, now: datetime, actor: str
) -> None:
    """End one of a person's places; safe to repeat.

    :raises UnknownPersonError: if nobody has this id.
    """
    locked_person(session, person_id)
    found = session.get(Membership, membership_id)
    if found is None or found.person_id != person_id:
        return
    where = f"program {found.program_id}" if found.group_id is None else f"group {found.group_id}"
    session.delete(found)
    act = "ended a mentor's place" if found.role == "mentor" else "ended a member's place"
    record(session, now, actor, act, where)


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
    lookup = envelope.lookup(key, address)
    holder = session.scalar(select(Person.id).where(Person.address_lookup == lookup))
    if holder is not None and holder != person_id:
        raise address_taken()
    if session.get(SuppressedAddress, lookup) is not None:
        raise address_forgotten()


def _group_of(session: Session, place: TypedPlace) -> str | None:
    if not place.group_id:
        return None
    group = session.get(Group, place.group_id)
    if group is None or group.program_id != place.program_id:
        raise UnknownPersonError
    return group.id


def _memberships(session: Session, person_id: str, program_id: str) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership).where(
                Membership.person_id == person_id, Membership.program_id == program_id
            )
        )
    )


def _mentor_since(session: Session, program_id: str, today: date) -> date | None:
    """Return the day that a new mentor's place must keep: see `Membership.since`."""
    begun = exists().where(Round.program_id == program_id, Round.state != "due")
    return today if session.scalar(select(begun)) else None


def _both() -> PersonFaultError:
    return PersonFaultError(
        "group",
        _("Nobody is mentor and member of the same group; end one of the two places first."),
    )
