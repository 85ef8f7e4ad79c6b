"""Forget people: all rows that lead to them go; what was counted stays a count. Decision 026."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.accounts.audit import record
from app.accounts.directory import forget_accounts
from app.models.identity.bounce import Bounce
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.membership import Membership
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.self_assessment import SelfAssessment
from app.models.identity.suppressed_address import SuppressedAddress
from app.people.service import UnknownPersonError
from app.rounds.cycles import let_go_of_subjects

_CHUNK = 500  # far below what either database takes as parameters of one statement


def groups_mentored_alone(session: Session, person_id: str) -> list[str]:
    """Return the groups, as "program, group", that have no other active mentor."""
    own, other = aliased(Membership), aliased(Membership)
    another_mentor = exists().where(
        other.group_id == own.group_id,
        other.role == "mentor",
        other.person_id == Person.id,
        other.person_id != person_id,
        Person.state == "active",
    )
    rows = session.execute(
        select(Program.name, Group.name)
        .join(Group, Group.program_id == Program.id)
        .join(own, own.group_id == Group.id)
        .where(own.person_id == person_id, own.role == "mentor", ~another_mentor)
        .order_by(Program.name, Group.name)
    )
    return [f"{program}, {group}" for program, group in rows]


def forget(session: Session, person_ids: Sequence[str], now: datetime, *, ask_no_more: bool) -> int:
    """Delete everything that leads to these people and return how many there were.

    Memberships, bounces, mails that are owed, how they rated themselves, their sign-in and the
    people themselves go. An admin's account stays: it is not from the roster. Invitations stay as
    counts that are nobody's: an unused link ends, a paper that was taken stays taken, and the next
    round's mail still counts who left. Feedback about them that is open is destroyed unread.

    :param ask_no_more: keep a keyed hash of each address, so that no import takes it in again.
    """
    forgotten = 0
    for start in range(0, len(person_ids), _CHUNK):
        ids = person_ids[start : start + _CHUNK]
        # Locked, so that an import or a launch at this moment waits, and then finds nobody.
        lookups = session.scalars(
            select(Person.address_lookup).where(Person.id.in_(ids)).with_for_update()
        ).all()
        if ask_no_more:
            _suppress(session, lookups)
        forget_accounts(session, lookups)
        _let_go_of_invitations(session, ids)
        let_go_of_subjects(session, ids, now)
        for owned in (
            Membership.person_id,
            Bounce.person_id,
            Notice.recipient_id,
            SelfAssessment.person_id,
        ):
            session.execute(delete(owned.class_).where(owned.in_(ids)))
        session.execute(delete(Person).where(Person.id.in_(ids)))
        forgotten += len(lookups)
    return forgotten


def forget_person(session: Session, person_id: str, now: datetime, actor: str) -> None:
    """Forget one person who asked for it; the log says so without a name.

    :raises UnknownPersonError: if nobody has this id (any more).
    """
    if forget(session, [person_id], now, ask_no_more=True) == 0:
        raise UnknownPersonError
    record(session, now, actor, "forgot a person", f"person {person_id}")


def readmit(session: Session, lookups: Sequence[bytes], now: datetime, actor: str) -> None:
    """Let imports take in an address again, whose person changed their mind.

    :param lookups: all values by which the address may be found.
    :raises UnknownPersonError: if nobody with this address asked to be forgotten.
    """
    let_in = session.execute(
        delete(SuppressedAddress).where(SuppressedAddress.address_lookup.in_(lookups))
    )
    if let_in.rowcount == 0:
        raise UnknownPersonError
    record(session, now, actor, "let somebody be imported again", "the roster")


def leavers_before(session: Session, day: date) -> list[str]:
    """Return the ids of the people who left on `day` or earlier."""
    left = select(Person.id).where(Person.state == "left", Person.left_on <= day)
    return list(session.scalars(left.order_by(Person.id)))


def _suppress(session: Session, lookups: Sequence[bytes]) -> None:
    known = set(session.scalars(select(SuppressedAddress.address_lookup)))
    session.add_all(
        SuppressedAddress(address_lookup=lookup) for lookup in lookups if lookup not in known
    )


def _let_go_of_invitations(session: Session, ids: Sequence[str]) -> None:
    """Leave each invitation without its person."""
    open_pools = select(Pool.pool_id).where(Pool.state == "open")
    # Protocol: Joiners, leavers. Unused links are revoked; a cast ballot can't be found.
    session.execute(
        update(Invitation)
        .where(
            Invitation.person_id.in_(ids),
            Invitation.state == "open",
            Invitation.pool_id.in_(open_pools),
        )
        .values(state="revoked"),
        execution_options={"synchronize_session": False},
    )
    # Of ended rounds a row only counts who was asked: not even the mail's link leads to it then.
    ended = select(Invitation.token_hash).where(
        Invitation.person_id.in_(ids), Invitation.pool_id.not_in(open_pools)
    )
    for token_hash in session.scalars(ended).all():
        session.execute(
            update(Invitation)
            .where(Invitation.token_hash == token_hash)
            .values(token_hash=secrets.token_bytes(32), share_commit=secrets.token_bytes(32)),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        update(Invitation)
        .where(Invitation.person_id.in_(ids))
        .values(person_id=None, address=None),
        execution_options={"synchronize_session": False},
    )
