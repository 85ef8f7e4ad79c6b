"""Say when a round reminds: at most twice, whatever its closing times. Source: PROTOCOL 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SOONEST = timedelta(hours=24)  # after the first mail
LATEST = timedelta(hours=1)  # before the closing time; later there is no time to answer in peace
FIRST_AT, SECOND_AT = 0.5, 0.85  # of the time a round is open
EVERYBODY_BELOW = 20  # Protocol: Reminders. With fewer invited, only a mail to all tells nothing.
MOST_IN_OPEN_ROUNDS = 3  # Practice: Mail. A cap over all rounds together.


@dataclass(frozen=True)
class Stage:
    """One of a round's reminders, and from when until when it may go out."""

    number: int
    begins: datetime
    ends: datetime


def reminder_stages(opens: datetime, closes: Sequence[datetime]) -> tuple[Stage, ...]:
    """Return the reminders of a round, earliest first, two at most.

    A round with one closing time reminds at half and at 85 % of its time. One that may wait for
    later closing times reminds at half of the first time and at half of the second: the mails are
    worth most while answers are still few.

    :param closes: all closing times, earliest first.
    """
    if len(closes) == 1:
        first = _begin(opens, closes[0], FIRST_AT, opens)
        second = _begin(opens, closes[0], SECOND_AT, opens)
        stages = (Stage(1, first, second), Stage(2, second, closes[0] - LATEST))
    else:
        first = _begin(opens, closes[0], FIRST_AT, opens)
        second = _begin(closes[0], closes[1], FIRST_AT, opens)
        stages = (Stage(1, first, closes[0] - LATEST), Stage(2, second, closes[1] - LATEST))
    return tuple(stage for stage in stages if stage.begins < stage.ends)


def _begin(begins: datetime, ends: datetime, share: float, opens: datetime) -> datetime:
    return max(opens + SOONEST, begins + (ends - begins) * share)
