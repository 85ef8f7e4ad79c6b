"""The closing times of a round: which are ahead, and how it moves on from one to the next."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.identity.pool import Pool
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.rounds.series import in_series
from surveys.lifecycle import BETWEEN_CLOSES, SHORTEST_OPEN, check_closing_times

_DAY = timedelta(days=1)


def closes_ahead(round_: Round) -> tuple[datetime, ...]:
    """Return the closing times from the next one on, earliest first."""
    return (round_.closes_at, *map(datetime.fromisoformat, round_.later_closes))


def days_between(round_: Round) -> list[int]:
    """Return how many days lie between one closing time and the next; summer time counts none."""
    return [round((later - earlier) / _DAY) for earlier, later in pairwise(closes_ahead(round_))]


def planned_closes(
    opens_at: datetime, time_zone: str, open_days: int, again_after: Sequence[int] = ()
) -> list[datetime]:
    """Return when a round would close: at one clock time, days apart.

    :param open_days: from the launch to the first closing time.
    :param again_after: days from one closing time to the next, for a round that has several.
    """
    local = opens_at.astimezone(ZoneInfo(time_zone)) + timedelta(days=open_days)
    # A day on which summer time begins has 23 hours.
    closes = [max(local.astimezone(UTC), opens_at + SHORTEST_OPEN)]
    for days in again_after:
        local += timedelta(days=days)
        # Nor may the hour that summer time takes make six days too few.
        short = min(timedelta(days=days), BETWEEN_CLOSES)
        closes.append(max(local.astimezone(UTC), closes[-1] + short))
    return closes


def set_times(
    session: Session,
    round_: Round,
    program: Program,
    opens_at: datetime,
    again_after: Sequence[int] | None = None,
) -> None:
    """Set when a round opens and closes.

    Rounds of single groups count like all others: nobody gets around the six days with them.

    :param again_after: as for `planned_closes`; None keeps the days that the round has.
    :raises ClosingTimesError: if it would close less than six days after or before another.
    """
    opens = opens_at.astimezone(UTC).replace(second=0, microsecond=0)
    days = days_between(round_) if again_after is None else again_after
    closes = planned_closes(opens, program.time_zone, program.open_days, days)
    others = session.scalars(
        select(Round.closes_at).where(
            in_series(round_.program_id, round_.form_id),
            Round.state == "closed",
        )
    ).all()
    check_closing_times(opens, closes, others)
    round_.opens_at, round_.closes_at = opens, closes[0]
    round_.later_closes = [moment.isoformat() for moment in closes[1:]]


def move_on(
    session: Session, round_id: str, waiting: Collection[bytes], passed: datetime
) -> datetime | None:
    """Put an open round on to its next closing time and return that; None where it has moved on.

    Papers of the pools that wait go on; nothing else of the round changes, and nobody is told.
    """
    moved = session.get(Round, round_id, with_for_update=True)
    if moved is None or moved.state != "open" or moved.closes_at != passed:
        return None
    _, following, *later = closes_ahead(moved)
    moved.closes_at = following
    moved.later_closes = [moment.isoformat() for moment in later]
    moved.lease_until = None
    session.flush()
    session.execute(
        update(Pool)
        .where(Pool.pool_id.in_(waiting), Pool.state == "open")
        .values(closes_at=following)
    )
    return following
