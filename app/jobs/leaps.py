"""Leaps of the clock: a worker whose time has leapt waits, for what it ends does not come back.

A round that is closed early, a comment whose key is shredded, a mail at night: none of it can be
undone. So each look is held against the last one that is stored. Decision 117.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.audit import OPERATOR, record
from app.jobs.workplace import Workplace
from app.models.identity.clock_look import ClockLook

STEADY_AHEAD = timedelta(hours=1)  # a restart, an upgrade, a long close
STEADY_BACK = timedelta(minutes=5)  # as a time server sets a clock right; machines differ by less
PATIENCE = timedelta(minutes=15)  # in which a time server finds and sets right a new machine
FAR = timedelta(days=31)  # no installation is off for so long without somebody who knows why
_NOTE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Sight:
    """What a worker remembers of its time.

    :ivar looked_at: its last look. :ivar trusted_at: the last one whose time was trusted.
    :ivar doubted_from: when the present doubt began, on the doubted clock; None without any.
    """

    looked_at: datetime
    trusted_at: datetime
    doubted_from: datetime | None = None

    @property
    def waits_for_a_word(self) -> bool:
        """Return whether only the operator can end the doubt, or a clock that is set right."""
        return self.doubted_from is not None and abs(self.looked_at - self.trusted_at) > FAR


def look_again(before: Sight | None, now: datetime) -> Sight:
    """Return what is remembered after a look at `now`.

    A leap is doubted. It is believed once the clock has gone on steadily for a while, unless it
    went further than any machine is off; and at once where the clock is back where it should be.
    """
    if before is None or _is_steady(before.trusted_at, now):
        return Sight(now, now)
    since = before.doubted_from
    if since is None or not _is_steady(before.looked_at, now):
        since = now
    doubted = replace(before, looked_at=now, doubted_from=since)
    if now - since >= PATIENCE and not doubted.waits_for_a_word:
        return Sight(now, now)
    return doubted


def time_is_trusted(workplace: Workplace) -> bool:
    """Return whether work may be done at this time; note the look."""
    if workplace.settings.development:
        return True  # its clock is there to be moved
    try:
        return _noted_look(workplace, workplace.now()).doubted_from is None
    except DBAPIError:
        return False  # looked at again when the database is back


def trust_time(session: Session, now: datetime) -> None:
    """Believe this machine's time, because the operator says that it is right."""
    _note(session, Sight(now, now))
    record(session, now, OPERATOR, "trusted the clock", "databases")


def last_sight(session: Session) -> Sight | None:
    """Return what is remembered; None before the first look."""
    return _sight(session.get(ClockLook, 1))


def _noted_look(workplace: Workplace, now: datetime) -> Sight:
    with workplace.identity.read() as session:
        before = last_sight(session)
    after = look_again(before, now)
    doubts = before is None or before.doubted_from != after.doubted_from
    if before is None or doubts or abs(now - before.looked_at) >= _NOTE_EVERY:
        with workplace.identity.begin() as session:
            # Another worker may have looked meanwhile: of two, the later goes by what both saw.
            before = _sight(session.get(ClockLook, 1, with_for_update=True))
            after = look_again(before, now)
            _note(session, after)
        _say(before, after)
    return after


def _note(session: Session, sight: Sight) -> None:
    row = session.get(ClockLook, 1) or ClockLook(id=1)
    row.looked_at, row.trusted_at = sight.looked_at, sight.trusted_at
    row.doubted_from = sight.doubted_from
    session.add(row)


def _say(before: Sight | None, after: Sight) -> None:
    if before is None or before.doubted_from == after.doubted_from:
        return
    leapt = round((after.looked_at - before.trusted_at).total_seconds())
    if after.doubted_from is None:
        structlog.get_logger().warning("the clock is trusted again", seconds=leapt)
    else:
        structlog.get_logger().error("the clock has leapt, no work is done", seconds=leapt)


def _sight(row: ClockLook | None) -> Sight | None:
    return row and Sight(row.looked_at, row.trusted_at, row.doubted_from)


def _is_steady(earlier: datetime, now: datetime) -> bool:
    return -STEADY_BACK <= now - earlier <= STEADY_AHEAD
