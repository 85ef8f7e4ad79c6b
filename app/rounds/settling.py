"""What a round becomes once its pool is closed or destroyed."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from app.extensions import Store
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.membership import Membership
from app.models.identity.notice import Notice
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.rounds.subjects import readers_of_feedback

AT_A_TIME = 1000  # rows; SQLite's one writer is held for some ten milliseconds

# The one way into each last state, so that two jobs never overrule each other.
_BEFORE = {"closed": "open", "cancelled": "cancelling", "aborted": "aborting"}


def end_invitations(identity: Store, round_id: str) -> None:
    """Forget who took a paper of a round that gives none any more, some at a time.

    So that the papers of other rounds need not wait for 50,000 rows; safe to repeat, and
    `settle_round` makes sure of it.
    """
    with identity.read() as session:
        hashes = session.scalars(
            select(Invitation.token_hash)
            .join(Pool, Pool.pool_id == Invitation.pool_id)
            .where(Pool.round_id == round_id, Invitation.state != "ended")
        ).all()
    for start in range(0, len(hashes), AT_A_TIME):
        with identity.begin() as session:
            _end(session, Invitation.token_hash.in_(hashes[start : start + AT_A_TIME]))


def settle_round(session: Session, round_id: str, state: str) -> bool:
    """Put a round into its last state and return whether it came there just now.

    Who took a paper is forgotten: from now on invitations only say who was asked.
    """
    settled = session.execute(
        update(Round)
        .where(Round.id == round_id, Round.state == _BEFORE[state])
        .values(state=state, lease_until=None)
    )
    if settled.rowcount != 1:
        return False
    session.execute(update(Pool).where(Pool.round_id == round_id).values(state="ended"))
    pools = select(Pool.pool_id).where(Pool.round_id == round_id)
    # In a large round only those who had not answered were sent a second link.
    session.execute(delete(InvitationLink).where(InvitationLink.pool_id.in_(pools)))
    _end(session, Invitation.pool_id.in_(pools), Invitation.state != "ended")
    return True


def _end(session: Session, *conditions: ColumnElement[bool]) -> None:
    session.execute(
        update(Invitation)
        .where(*conditions)
        .values(
            state="ended",
            blinded_hash=None,
            address=None,
            reminders=0,  # in a large round only those who had not answered were reminded
            lost_mails=0,
        )
    )


def owe_notices(session: Session, kind: str, subject_id: str, recipients: Collection[str]) -> None:
    """Note that a mail of this kind is owed to each recipient; the worker sends it."""
    session.add_all(
        Notice(kind=kind, subject_id=subject_id, recipient_id=recipient) for recipient in recipients
    )


def readers_of(session: Session, round_: Round) -> set[str]:
    """Return who can read this round's results: the program's mentors, or one group's own.

    Of a group's own round nothing is shown to whoever became its mentor later: they may have
    answered in it. Of a feedback cycle it is the subjects.
    """
    if round_.cycle_id is not None:
        return readers_of_feedback(session, round_)
    mentors = select(Membership.person_id).where(
        Membership.program_id == round_.program_id, Membership.role == "mentor"
    )
    if round_.group_id is not None:
        mentors = mentors.where(
            Membership.group_id == round_.group_id,
            or_(Membership.since.is_(None), Membership.since < round_.opens_at.date()),
        )
    return set(session.scalars(mentors))


def invited_people(session: Session, round_id: str) -> set[str]:
    """Return the people to whom this round's link was mailed, but for those forgotten since."""
    return set(
        session.scalars(
            select(Invitation.person_id)
            .join(Pool, Pool.pool_id == Invitation.pool_id)
            .where(Pool.round_id == round_id, Invitation.mailed, Invitation.person_id.is_not(None))
        )
    )


def look_at_threshold(session: Session, round_: Round, papers: int, today: date) -> None:
    """Note whether k papers have been taken, at most once a day (D4)."""
    if round_.k_looked_at_on is not None and round_.k_looked_at_on < today:
        round_.k_reached = papers >= round_.k
        round_.k_looked_at_on = today
