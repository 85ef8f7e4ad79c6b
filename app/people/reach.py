"""Whether mail reaches a person: what comes back is counted; enough of it suspends an address."""

from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.models.identity.bounce import Bounce
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.pool import Pool
from app.people.personal import open_address, open_name
from app.people.service import UnknownPersonError
from crypto import envelope

MOST_SOFT = 5  # Practice: Mail
COUNTED_FOR = timedelta(days=14)


def suspend(session: Session, person_id: str) -> None:
    """Send no more survey mails to somebody; whoever took the paper has answered, others can't now.

    Protocol: Lost mail. A hard bounce revokes the token: whoever gets the mailbox next must not
    find a vote in it.
    """
    session.execute(update(Person).where(Person.id == person_id).values(suspended=True))
    revoke_unused(session, person_id)
    session.execute(delete(Bounce).where(Bounce.person_id == person_id))


def revoke_unused(session: Session, person_id: str) -> None:
    """End the links of a dead mailbox and nothing else, so that no page, list or file shows it."""
    unended = select(Pool.pool_id).where(Pool.state == "open")
    session.execute(
        update(Invitation)
        .where(
            Invitation.person_id == person_id,
            Invitation.state == "open",
            Invitation.pool_id.in_(unended),
        )
        .values(state="revoked")
    )


def count_soft_bounce(
    session: Session, person_id: str, today: date, report: str | None = None
) -> None:
    """Count a mail that came back for now; the fifth in two weeks suspends.

    :param report: what is the same for a report that is read again; it is counted once.
    """
    if session.get(Person, person_id, with_for_update=True) is None:
        return  # forgotten since the mail went out
    if report is not None and session.get(Bounce, report) is not None:
        return
    session.add(Bounce(id=report, person_id=person_id, day=today))
    session.flush()
    counted = session.scalar(
        select(func.count())
        .select_from(Bounce)
        .where(Bounce.person_id == person_id, Bounce.day > today - COUNTED_FOR)
    )
    if counted is not None and counted >= MOST_SOFT:
        suspend(session, person_id)


def has_old_bounces(session: Session, today: date) -> bool:
    """Return whether anything is too old to be counted."""
    old = select(Bounce.id).where(Bounce.day <= today - COUNTED_FOR).limit(1)
    return session.scalar(old) is not None


def forget_old_bounces(session: Session, today: date) -> None:
    """Delete what is too old to be counted."""
    session.execute(delete(Bounce).where(Bounce.day <= today - COUNTED_FOR))


def resume(session: Session, person: Person) -> None:
    """Send survey mails to somebody again, from the next round on.

    :raises UnknownPersonError: if mail to them was not suspended.
    """
    if not person.suspended:
        raise UnknownPersonError
    person.suspended = False
    session.execute(delete(Bounce).where(Bounce.person_id == person.id))


def suspended_people(session: Session, roster_key: envelope.DataKey) -> list[tuple[str, str]]:
    """Return name and address of everyone to whom mail is suspended, by name."""
    people = session.scalars(
        select(Person).where(Person.suspended, Person.state == "active").order_by(Person.id)
    )
    return sorted(
        (open_name(roster_key, person.id, person.name), open_address(roster_key, person))
        for person in people
    )
