"""Answers to "I have lost my mail": to whoever is invited to an open round, taken or not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.jobs.attempts import attempt
from app.jobs.leases import LEASE
from app.jobs.workplace import Workplace
from app.launching.cycle_mails import CyclePost, Rater
from app.launching.later_mails import Invited, RoundPost
from app.mail.mailer import MailDelayedError
from app.models.identity.invitation import Invitation
from app.models.identity.notice import Notice
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.models.identity.round import Round
from app.people.calendars import calendar_of
from app.people.service import can_be_asked
from surveys.quiet_hours import is_allowed

MOST_LOST_MAILS = 3  # of one invitation; the model has the same limit


@dataclass(frozen=True)
class _Open:
    """An invitation to an open round; with a cycle, to one of its pools."""

    round_id: str
    pool_id: bytes
    cycle_id: str | None
    invited: Invited


def answer_lost_mails(workplace: Workplace) -> None:
    """Answer everyone whose hours allow it; the others stay owed until theirs come."""
    with workplace.identity.read() as session:
        owed = session.scalars(
            select(Notice.subject_id).where(Notice.kind == "lost", _free(workplace))
        ).all()
    for person_id in workplace.rng.sample(owed, len(owed)):
        attempt("answer_lost_mail", partial(_answer, workplace, person_id))


def _answer(workplace: Workplace, person_id: str) -> None:
    with workplace.identity.read() as session:
        invitations = _invitations(session, workplace, person_id)
        zone = session.scalar(select(Person.time_zone).where(Person.id == person_id))
    if invitations and zone:
        if not is_allowed(workplace.now(), calendar_of(zone)) or not _claim(workplace, person_id):
            return
        try:
            _send(workplace, invitations)
        except MailDelayedError:
            return  # owed still; tried again when the lease has ended
    with workplace.identity.begin() as session:
        session.execute(delete(Notice).where(_owed(person_id)))


def _claim(workplace: Workplace, person_id: str) -> bool:
    with workplace.identity.begin() as session:
        claimed = session.execute(
            update(Notice)
            .where(_owed(person_id), _free(workplace))
            .values(lease_until=workplace.now() + LEASE)
        )
    return claimed.rowcount == 1


def _send(workplace: Workplace, invitations: Sequence[_Open]) -> None:
    """Answer once for each check-in, and once for each feedback cycle."""
    room = workplace.launch_room()
    cycles: dict[str, dict[bytes, Invited]] = defaultdict(dict)
    with workplace.mailer.connect() as connection:
        for entry in invitations:
            if entry.cycle_id is None:
                RoundPost(room, entry.round_id).answer_lost(connection, entry.invited)
            else:
                cycles[entry.cycle_id][entry.pool_id] = entry.invited
        for cycle_id, pools in cycles.items():
            post = CyclePost(room, cycle_id)
            invited = {pool_id: pools[pool_id] for pool_id in post.pools if pool_id in pools}
            if invited:
                person_id = next(iter(invited.values())).person_id
                post.answer_lost(connection, Rater(person_id, invited))


def _invitations(session: Session, workplace: Workplace, person_id: str) -> list[_Open]:
    """Return a person's invitations to open rounds, whether their papers were taken or not."""
    now = workplace.now()
    rows = session.execute(
        select(
            Pool.round_id,
            Pool.pool_id,
            Round.cycle_id,
            Invitation.token_hash,
            Invitation.cell,
            Invitation.person_id,
            Invitation.address,
            Invitation.reminders,
            Invitation.lost_mails,
            Person.language,
        )
        .join(Pool, Pool.pool_id == Invitation.pool_id)
        .join(Round, Round.id == Pool.round_id)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            Invitation.person_id == person_id,
            Invitation.state.in_(("open", "taken")),
            Invitation.lost_mails < MOST_LOST_MAILS,
            Invitation.address.is_not(None),
            Round.state == "open",
            Pool.closes_at > now,
            can_be_asked(now.date()),
        )
    )
    return [_Open(*row[:3], Invited(*row[3:])) for row in rows]


def _owed(person_id: str) -> ColumnElement[bool]:
    return and_(Notice.kind == "lost", Notice.subject_id == person_id)


def _free(workplace: Workplace) -> ColumnElement[bool]:
    return or_(Notice.lease_until.is_(None), Notice.lease_until <= workplace.now())
