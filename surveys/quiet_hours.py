"""Say when a mail may reach a person: in working hours of their own place, on no day off."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_HOUR, LAST_HOUR = time(8), time(18)  # Practice: Mail. Quiet before and after.
SPREAD = timedelta(hours=6)  # so that neither order nor hour of the mails says anything


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which people of one place work.

    :ivar weekend: days of the week, Monday is 0.
    :ivar holidays: public holidays.
    """

    zone: ZoneInfo
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Container[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether people work on this local day."""
        return day.weekday() not in self.weekend and day not in self.holidays


def allowed_hours(
    begins: datetime, ends: datetime, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of time in which a mail may go out, UTC, earliest first.

    :param begins: aware, as `ends`; nothing is yielded outside the two.
    """
    day = begins.astimezone(calendar.zone).date()
    while True:
        opens = datetime.combine(day, FIRST_HOUR, calendar.zone).astimezone(UTC)
        shuts = datetime.combine(day, LAST_HOUR, calendar.zone).astimezone(UTC)
        if opens >= ends:
            return
        first, last = max(begins, opens), min(ends, shuts)
        if first < last and calendar.is_working_day(day):
            yield first, last
        day += timedelta(days=1)


def is_allowed(moment: datetime, calendar: WorkingCalendar) -> bool:
    """Return whether a mail may go out at this moment."""
    stretch = allowed_hours(moment, moment + timedelta(minutes=1), calendar)
    return any(first == moment for first, _ in stretch)


def spread_hours(
    begins: datetime, ends: datetime, calendar: WorkingCalendar
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the first allowed stretches, six hours of them, or as many as there are."""
    found: list[tuple[datetime, datetime]] = []
    left = SPREAD
    for first, last in allowed_hours(begins, ends, calendar):
        last = min(last, first + left)
        found.append((first, last))
        left -= last - first
        if not left:
            break
    return tuple(found)


def moment_at(share: float, stretches: Sequence[tuple[datetime, datetime]]) -> datetime | None:
    """Return the moment at which this share of all stretches has passed; None if there is none.

    :param share: 0 (the beginning) up to, not including, 1 (the end).
    """
    left = share * sum((last - first for first, last in stretches), timedelta())
    for first, last in stretches:
        if left < last - first:
            return first + left
        left -= last - first
    return None
