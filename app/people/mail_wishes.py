"""What people wish of survey mails: to have them, to pause them, to have no more."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.identity.person import Person
from app.people.service import UnknownPersonError

PAUSES = (1, 3, 6)  # months
_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class MailWish:
    """How survey mails to a person stand; `paused_until` is None once that day has come."""

    stopped: bool
    paused_until: date | None
    unreachable: bool


def mail_wish(session: Session, person_id: str, now: datetime) -> MailWish:
    """Return how survey mails to a person stand.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = _find(session, person_id)
    paused = person.paused_until
    coming = None if paused is None or paused <= now.date() else paused
    return MailWish(person.unsubscribed, coming, person.suspended)


def stop_mails(session: Session, person_id: str) -> None:
    """Send no more survey mails to a person; safe to repeat.

    :raises UnknownPersonError: if nobody has this id.
    """
    _find(session, person_id).unsubscribed = True


def resume_mails(session: Session, person_id: str) -> None:
    """Send survey mails to a person again, whether they were stopped or paused; safe to repeat.

    :raises UnknownPersonError: if nobody has this id.
    """
    person = _find(session, person_id)
    person.unsubscribed, person.paused_until = False, None


def pause_mails(session: Session, person_id: str, months: int, now: datetime) -> None:
    """Send no survey mails to a person for some months from today; then they come by themselves.

    :param months: one of `PAUSES`.
    :raises UnknownPersonError: if nobody has this id.
    :raises ValueError: for another number of months.
    """
    if months not in PAUSES:
        raise ValueError("Choose a pause of 1, 3 or 6 months.")
    person = _find(session, person_id)
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    person.unsubscribed, person.paused_until = False, months_later(today, months)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later (fewer than 0: earlier), or that month's last."""
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _find(session: Session, person_id: str) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise UnknownPersonError
    return person
