"""An import, applied: all of a plan in one transaction, or nothing of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.models.columns import random_id
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.people.import_plan import ImportPlan, PersonEntry, plan_import, plan_mark
from app.people.personal import sealed_columns
from app.people.roster import Roster
from app.people.stored import read_stored
from crypto import envelope

_CHUNK = 500  # far below what either database takes as parameters of one statement


class FaultyRosterError(ValueError):
    """The roster file has faults, so nothing was changed."""


class TooManyLeaveError(ValueError):
    """More than half of the active people would leave, so nothing was changed."""


class RosterMovedError(Exception):
    """The roster was changed by somebody else since the preview; look at a new one."""


def preview_import(
    session: Session, roster_key: envelope.DataKey, roster: Roster, time_zone: str | None = None
) -> ImportPlan:
    """Return what importing `roster` would do; changes nothing."""
    return plan_import(roster, read_stored(session, roster_key, roster), time_zone)


def import_roster(
    session: Session,
    roster_key: envelope.DataKey,
    roster: Roster,
    agreed: ImportPlan,
    *,
    now: datetime,
    actor: str,
    time_zone: str | None = None,
    allow_leavers: bool = False,
) -> None:
    """Make the database say what `roster` says, exactly as `agreed` announced.

    :param actor: who is named in the audit log.
    :raises FaultyRosterError: if the file has faults.
    :raises TooManyLeaveError: unless `allow_leavers`.
    :raises RosterMovedError: if it would now do something else than `agreed` says.
    """
    if agreed.too_many_leave and not allow_leavers:
        raise TooManyLeaveError
    import_marked(
        session,
        roster_key,
        roster,
        plan_mark(agreed),
        now=now,
        actor=actor,
        time_zone=time_zone,
        allow_leavers=allow_leavers,
    )


def import_marked(
    session: Session,
    roster_key: envelope.DataKey,
    roster: Roster,
    mark: str,
    *,
    now: datetime,
    actor: str,
    time_zone: str | None = None,
    allow_leavers: bool = False,
) -> None:
    """Make the database say what `roster` says, if that is what the mark of a plan stands for.

    :raises FaultyRosterError, TooManyLeaveError, RosterMovedError: as for `import_roster`.
    """
    if roster.faults:
        raise FaultyRosterError
    stored = read_stored(session, roster_key, roster)
    plan = plan_import(roster, stored, time_zone)
    if plan_mark(plan) != mark:
        raise RosterMovedError
    if plan.too_many_leave and not allow_leavers:
        raise TooManyLeaveError
    if plan.empty:
        return
    people = {one.address: one.id for one in stored.people if one.address is not None}
    _remove(session, plan, now.date())
    _change(session, roster_key, plan)
    people |= _add_people(session, roster_key, plan.added)
    _add_places(session, plan, people, now.date())
    counts = f"{len(plan.added)} added, {len(plan.changed)} changed, {len(plan.leaving)} left"
    # A mentor sees a group's results, so who became one is an act of its own.
    mentors = sum(place.role == "mentor" for place in plan.places_added)
    record(session, now, actor, "imported a roster", f"people: {counts}; new mentors: {mentors}")


def _remove(session: Session, plan: ImportPlan, today: date) -> None:
    """Remove memberships first: someone who moves to another group is a member once."""
    for ids in _chunks(plan.memberships_removed):
        session.execute(delete(Membership).where(Membership.id.in_(ids)))
    unended = select(Pool.pool_id).where(Pool.state == "open")
    for ids in _chunks(plan.leaving):
        session.execute(
            update(Person).where(Person.id.in_(ids)).values(state="left", left_on=today),
            execution_options={"synchronize_session": False},
        )
        # Protocol: Joiners, leavers. Unused links are revoked; a cast ballot can't be found.
        session.execute(
            update(Invitation)
            .where(
                Invitation.person_id.in_(ids),
                Invitation.state == "open",
                Invitation.pool_id.in_(unended),
            )
            .values(state="revoked"),
            execution_options={"synchronize_session": False},
        )


def _change(session: Session, roster_key: envelope.DataKey, plan: ImportPlan) -> None:
    """Write people anew whose row says something else, and make those who returned active."""
    _write(
        session,
        update(Person),
        [
            {"id": person_id, "state": "active", "left_on": None}
            | _columns(roster_key, person_id, entry)
            for person_id, entry in plan.changed.items()
        ],
    )


def _add_people(
    session: Session, roster_key: envelope.DataKey, entries: Sequence[PersonEntry]
) -> dict[str, str]:
    """Return the ids of the new people by address."""
    ids = {entry.address: random_id() for entry in entries}
    _write(
        session,
        insert(Person),
        [
            {"id": ids[entry.address]} | _columns(roster_key, ids[entry.address], entry)
            for entry in entries
        ],
    )
    return ids


def _columns(
    roster_key: envelope.DataKey, person_id: str, entry: PersonEntry
) -> dict[str, bytes | str]:
    return {
        **sealed_columns(roster_key, person_id, entry.name, entry.address),
        "time_zone": entry.time_zone,
        "language": entry.language,
    }


def _add_places(session: Session, plan: ImportPlan, people: Mapping[str, str], today: date) -> None:
    """Add the new programs and groups, then the memberships, which name them.

    A new mentor may have answered in the group, under this address or another, and what its
    members answered was for the mentor of then. So the day is kept wherever a round has begun.

    :param people: ids by address.
    """
    _write(
        session,
        insert(Program),
        [{"id": random_id(), "name": name, "time_zone": zone} for name, zone in plan.programs],
    )
    programs = dict(session.execute(select(Program.name, Program.id)).all())
    _write(
        session,
        insert(Group),
        [
            {"id": random_id(), "program_id": programs[program], "name": name}
            for program, name in plan.groups
        ],
    )
    columns = select(Group.program_id, Group.name, Group.id)
    groups = {(program_id, name): id_ for program_id, name, id_ in session.execute(columns)}
    begun = set(session.scalars(select(Round.program_id).where(Round.state != "due")))
    _write(
        session,
        insert(Membership),
        [
            {
                "id": random_id(),
                "program_id": programs[place.program],
                "group_id": place.group and groups[programs[place.program], place.group],
                "person_id": people[place.address],
                "role": place.role,
                "since": today
                if place.role == "mentor" and programs[place.program] in begun
                else None,
            }
            for place in plan.places_added
        ],
    )


def _write(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Run a statement for many rows; none at all would be read as one without values."""
    if rows:
        session.execute(statement, rows)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
