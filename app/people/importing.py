"""An import, applied: made ready while others write, then written in one transaction or not at all.

See docs/decisions/104-an-import-holds-the-database-briefly.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.audit import record
from app.extensions import Store
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.people.import_plan import ImportPlan, plan_import, plan_mark
from app.people.import_rows import ImportRows, Rows, make_rows
from app.people.ordering import forget_order
from app.people.roster import Roster
from app.people.stored import open_rows, read_rows, rows_mark
from crypto import envelope

_CHUNK = 500  # far below what either database takes as parameters of one statement
_AT_ONCE = 5_000  # rows handed to the driver, which keeps a copy of them
_Row = TypeVar("_Row")


class FaultyRosterError(ValueError):
    """The roster file has faults, so nothing was changed."""


class TooManyLeaveError(ValueError):
    """More than half of the active people would leave, so nothing was changed."""


class RosterMovedError(Exception):
    """The roster was changed by somebody else since the preview; look at a new one."""


@dataclass(frozen=True)
class ReadyImport:
    """An import that only has to be written.

    :ivar read_mark: of what the database said when the rows were made.
    """

    plan: ImportPlan
    rows: ImportRows
    read_mark: bytes


def preview_import(
    database: Connection,
    roster_key: envelope.DataKey,
    roster: Roster,
    time_zone: str | None = None,
) -> ImportPlan:
    """Return what importing `roster` would do; changes nothing.

    :param database: a snapshot.
    """
    return plan_import(roster, open_rows(read_rows(database), roster_key, roster), time_zone)


def ready_import(
    database: Connection,
    roster_key: envelope.DataKey,
    roster: Roster,
    mark: str,
    *,
    today: date,
    time_zone: str | None = None,
    allow_leavers: bool = False,
) -> ReadyImport:
    """Return what makes the database say what `roster` says, if the mark stands for that.

    All that takes long is done here: reading, decrypting, comparing, encrypting.

    :param database: a snapshot; nobody waits for it.
    :param mark: of the plan that was agreed to.
    :raises FaultyRosterError: if the file has faults.
    :raises RosterMovedError: if it would now do something else than was agreed to.
    :raises TooManyLeaveError: unless `allow_leavers`.
    """
    if roster.faults:
        raise FaultyRosterError
    rows = read_rows(database)
    stored = open_rows(rows, roster_key, roster)
    plan = plan_import(roster, stored, time_zone)
    if plan_mark(plan) != mark:
        raise RosterMovedError
    if plan.too_many_leave and not allow_leavers:
        raise TooManyLeaveError
    return ReadyImport(
        plan, make_rows(plan, rows, stored.people, roster_key, today), rows_mark(rows)
    )


def write_import(session: Session, ready: ReadyImport, now: datetime, actor: str) -> None:
    """Write what was made ready.

    :param actor: who is named in the audit log.
    :raises RosterMovedError: if the database no longer says what it said then.
    """
    plan, rows = ready.plan, ready.rows
    if plan.empty:
        return
    if rows_mark(read_rows(session)) != ready.read_mark:
        raise RosterMovedError
    _remove(session, rows, now.date())
    # Those who had left and stand in the file are back.
    changing = update(Person.__table__).where(Person.id == bindparam("person_id"))
    _write(session, changing.values(state="active", left_on=None), rows.changed)
    # Memberships last: they name all of the others.
    for table, new in (
        (Person, rows.added),
        (Program, rows.programs),
        (Group, rows.groups),
        (Membership, rows.places),
    ):
        _write(session, insert(table.__table__), new)
    forget_order(session)
    counts = f"{len(plan.added)} added, {len(plan.changed)} changed, {len(plan.leaving)} left"
    # A mentor sees a group's results, so who became one is an act of its own.
    mentors = sum(place.role == "mentor" for place in plan.places_added)
    record(session, now, actor, "imported a roster", f"people: {counts}; new mentors: {mentors}")


def import_roster(
    store: Store,
    roster_key: envelope.DataKey,
    roster: Roster,
    mark: str,
    *,
    now: datetime,
    actor: str,
    time_zone: str | None = None,
    allow_leavers: bool = False,
) -> None:
    """Make the database say what `roster` says, if the mark of a plan stands for that.

    :raises FaultyRosterError, RosterMovedError, TooManyLeaveError: as for `ready_import`.
    """
    with store.snapshot() as database:
        ready = ready_import(
            database,
            roster_key,
            roster,
            mark,
            today=now.date(),
            time_zone=time_zone,
            allow_leavers=allow_leavers,
        )
    with store.begin() as session:
        write_import(session, ready, now, actor)


def _remove(session: Session, rows: ImportRows, today: date) -> None:
    """Remove memberships first: someone who moves to another group is a member once."""
    for ids in _chunks(rows.memberships_removed, _CHUNK):
        session.execute(delete(Membership.__table__).where(Membership.id.in_(ids)))
    unended = select(Pool.pool_id).where(Pool.state == "open")
    for ids in _chunks(rows.leaving, _CHUNK):
        session.execute(
            update(Person.__table__).where(Person.id.in_(ids)).values(state="left", left_on=today)
        )
        # Protocol: Joiners, leavers. Unused links are revoked; a cast ballot can't be found.
        session.execute(
            update(Invitation.__table__)
            .where(
                Invitation.person_id.in_(ids),
                Invitation.state == "open",
                Invitation.pool_id.in_(unended),
            )
            .values(state="revoked")
        )


def _write(session: Session, statement: Executable, rows: Rows) -> None:
    for some in _chunks(rows, _AT_ONCE):
        session.execute(statement, some)


def _chunks(rows: Sequence[_Row], length: int) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), length):
        yield rows[start : start + length]
