"""When a schedule launches next; pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def first_launch(now: datetime, time_zone: str, weekday: int, local_time: time) -> datetime:
    """Return the first `weekday` (0 is Monday) after `now` at this clock time, in UTC."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    moment = datetime.combine(day, local_time, zone)
    if moment.astimezone(UTC) <= now:
        moment = datetime.combine(day + timedelta(weeks=1), local_time, zone)
    return moment.astimezone(UTC)


def next_launch(
    last: datetime, now: datetime, time_zone: str, every_weeks: int, local_time: time
) -> datetime:
    """Return the first launch after `now` in the rhythm that `last` belongs to, in UTC.

    The clock time stays the same when summer time begins or ends.
    """
    zone = ZoneInfo(time_zone)
    step = timedelta(weeks=every_weeks)
    day = last.astimezone(zone).date()
    passed = max(0, (now.astimezone(zone).date() - day) // step)
    day += passed * step
    while (moment := datetime.combine(day, local_time, zone).astimezone(UTC)) <= now:
        day += step
    return moment
