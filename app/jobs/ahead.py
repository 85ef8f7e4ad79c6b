"""What a clock that was ahead has left in the future, put right once it is right (decision 117).

A clock a year ahead leaves a lease of a year, a schedule that skips a year, tries that count for a
year. Each rule lies a day beyond what a right clock could have written.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Update, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Delete

from app.accounts.links import LIFETIMES
from app.jobs.workplace import Workplace
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from app.models.identity.bounce import Bounce
from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.notice import Notice
from app.models.identity.passkey import PasskeyChallenge
from app.models.identity.program import Program
from app.models.identity.roster_upload import RosterUpload
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.models.identity.sign_in_link import SignInLink
from app.models.identity.try_count import TryCount
from app.programs.service import set_schedule_right

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


def put_right_what_is_ahead(workplace: Workplace) -> None:
    """End, or set to now, what only a clock that was ahead can have written; safe to repeat."""
    now = workplace.now()
    with workplace.identity.begin() as session:
        changed = sum(session.execute(act).rowcount for act in _acts(now))
        changed += sum(_set_right(session, schedule, now) for schedule in _schedules(session, now))
    if changed:
        structlog.get_logger().warning("put right what was in the future", rows=changed)


def _acts(now: datetime) -> Iterator[Delete | Update]:
    soon, today = now + _DAY, now.date()
    yield delete(AccountSession).where(AccountSession.begun_at > soon)
    yield delete(SignInLink).where(SignInLink.expires_at > soon + max(LIFETIMES.values()))
    yield delete(PasskeyChallenge).where(PasskeyChallenge.expires_at > soon)
    yield delete(TryCount).where(TryCount.since > soon)
    yield delete(RosterUpload).where(RosterUpload.expires_at > soon)
    yield delete(Bounce).where(Bounce.day > soon.date())
    for work in (Round, FeedbackCycle, Notice):  # whoever held it has another clock now
        yield update(work).where(work.lease_until > soon).values(lease_until=now)
    for asked in (Round, FeedbackCycle):  # nothing is ever asked for later than now
        ahead = (asked.state == "due", asked.opens_at > soon)
        yield update(asked).where(*ahead).values(opens_at=now.replace(second=0, microsecond=0))
    # D4: looked at again from the next midnight on, and not at once.
    looked = (Round.state == "open", Round.k_looked_at_on > soon.date())
    yield update(Round).where(*looked).values(k_looked_at_on=today)
    # In some place it may be the next Monday already.
    yield update(Account).where(Account.digest_of > today + _WEEK + _DAY).values(digest_of=None)


def _schedules(session: Session, now: datetime) -> Iterator[Schedule]:
    waiting = select(Schedule).where(Schedule.next_at > now + _WEEK).with_for_update()
    for schedule in session.scalars(waiting):
        if schedule.next_at > now + schedule.every_weeks * _WEEK + _DAY:
            yield schedule


def _set_right(session: Session, schedule: Schedule, now: datetime) -> int:
    set_schedule_right(schedule, session.get_one(Program, schedule.program_id), now)
    return 1
