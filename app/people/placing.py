"""Where admins put people: into which program and group, and as what; the log names nobody.

All of it holds from the next round on: an open round asks whom it asked when it began.
"""

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.identity.group import Group
from app.models.identity.membership import Membership
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.changing import locked_person
from app.people.errors import PersonFaultError
from app.people.schemas import TypedPlace
from app.people.service import UnknownPersonError


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
