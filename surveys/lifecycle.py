"""Say when a round may close, and when the next one starts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from surveys.errors import ClosingTimesError, ScheduleError, UnknownZoneError
from surveys.sentences import said

SHORTEST_OPEN = timedelta(hours=24)  # Protocol: Close, "open at least 24 hours"
BETWEEN_CLOSES = timedelta(days=6)  # Protocol: Close, "at least 6 days apart"
BALLOT_GRACE = timedelta(minutes=10)  # Protocol: Cast, after papers have stopped
MOST_CLOSES = 3  # Protocol: Pool, "two or three closing times"


def _check_moment(moment: datetime) -> None:
    if moment.tzinfo is None or moment.utcoffset() != timedelta(0):
        raise ClosingTimesError(said("Times of a round are in UTC."))
    if moment.second or moment.microsecond:
        raise ClosingTimesError(said("Times of a round are whole minutes."))


def check_closing_times(
    opens: datetime, closes: Sequence[datetime], others: Sequence[datetime] = ()
) -> None:
    """Check the closing times of a round against the rules.

    :param opens: launch, UTC, whole minutes, as the closing times.
    :param closes: one to three closing times, earliest first.
    :param others: closing times of the program's other rounds of this form.
    :raises ClosingTimesError: if a rule is broken; the sentence says which.

    Source: protocol, Close.
    """
    if not 1 <= len(closes) <= MOST_CLOSES:
        raise ClosingTimesError(said("A round has one to three closing times."))
    for moment in (opens, *closes):
        _check_moment(moment)
    if closes[0] - opens < SHORTEST_OPEN:
        raise ClosingTimesError(said("A round is open at least 24 hours."))
    gaps = [later - earlier for earlier, later in pairwise(closes)]
    gaps += [abs(moment - other) for moment in closes for other in others]
    if any(gap < BETWEEN_CLOSES for gap in gaps):
        raise ClosingTimesError(
            said("Closing times of a program and form are at least 6 days apart.")
        )


def check_zone(name: str) -> ZoneInfo:
    """Return the time zone with this name.

    :raises UnknownZoneError: if there is none; the sentence suggests the nearest name.
    """
    names = available_timezones()
    if name in names:
        return ZoneInfo(name)
    typed = name.strip().replace(" ", "_").casefold()
    folded = {known.casefold(): known for known in names}
    cities = {known.rpartition("/")[2].casefold(): known for known in sorted(names, reverse=True)}
    near = get_close_matches(typed, folded, n=1, cutoff=0.75)
    city = get_close_matches(typed.rpartition("/")[2], cities, n=1, cutoff=0.75)
    if near or city:
        close = folded[near[0]] if near else cities[city[0]]
        raise UnknownZoneError(
            said("There is no such time zone. Did you mean %(name)s?", name=close)
        )
    raise UnknownZoneError(said("There is no such time zone. A name looks like Europe/Berlin."))


def planned_day(launch: datetime, weekday: int, zone: ZoneInfo) -> date:
    """Return the local day for which a launch was planned: the nearest with its day of the week.

    Where summer time begins at 23:00 (Nuuk), a launch at 23:30 is taken after midnight; and a law
    may move a zone's clock after a launch was set. Neither may move a schedule to another day.

    :param launch: an aware time. :param weekday: 0 is Monday.
    """
    day = launch.astimezone(zone).date()
    return day + timedelta(days=(weekday - day.weekday() + 3) % 7 - 3)


def next_launch(
    after: datetime, first_day: date, at: time, zone: ZoneInfo, every_weeks: int = 2
) -> datetime:
    """Return the first launch later than `after`, in UTC.

    The local time stays the same across summer time. A local time that the change skips
    is taken an hour later; of one that comes twice the first is taken.

    :param after: an aware time.
    :param first_day: the local day of the first launch.
    :param at: the local time of day, without a zone.
    :raises ScheduleError: if `after` has no zone or the cadence is under a week.
    """
    if after.tzinfo is None or at.tzinfo is not None:
        raise ScheduleError(said("A schedule needs an aware time and a local time of day."))
    if every_weeks < 1:
        raise ScheduleError(said("A schedule repeats at most once a week."))
    period = timedelta(weeks=every_weeks)
    passed = (after.astimezone(zone).date() - first_day) // period
    day = first_day + max(0, passed) * period
    launch = datetime.combine(day, at, zone).astimezone(UTC)
    if launch <= after:
        launch = datetime.combine(day + period, at, zone).astimezone(UTC)
    return launch
