"""A month as a page shows it: weeks of days, each with what happens on it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date, get_day_names
from flask_babel import get_locale
from sqlalchemy.orm import Session

from app.calendar.events import Event, events_between

ON_A_DAY = 4  # what stands open; the rest is behind one word
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """A day of the grid; `inside` is False for those of the months beside."""

    date: date
    inside: bool
    today: bool
    events: tuple[Event, ...]

    @property
    def shown(self) -> tuple[Event, ...]:
        """Return what stands open."""
        return self.events[:ON_A_DAY] if len(self.events) > ON_A_DAY + 1 else self.events

    @property
    def folded(self) -> tuple[Event, ...]:
        """Return what is behind one word."""
        return self.events[len(self.shown) :]


@dataclass(frozen=True)
class Month:
    """A month: its name, the weekdays' names, its weeks, and the months beside it by address."""

    name: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Day, ...], ...]
    before: tuple[str, str]
    after: tuple[str, str]

    @property
    def empty(self) -> bool:
        """Return whether nothing happens in it."""
        return not any(day.events for week in self.weeks for day in week if day.inside)


def month_page(session: Session, asked: str, now: datetime) -> Month:
    """Return the month that is asked for as "2026-12", or the one that it is now."""
    found = _MONTH.fullmatch(asked)
    today = now.date()
    year, month = (int(found[1]), int(found[2])) if found else (today.year, today.month)
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    events = events_between(session, weeks[0][0], weeks[-1][-1], now)
    by_day = {day: tuple(rest) for day, rest in groupby(events, key=lambda event: event.day)}
    names = get_day_names("wide", locale=get_locale())
    return Month(
        name=format_date(date(year, month, 1), "LLLL y", locale=get_locale()),
        weekdays=tuple(names[at] for at in range(7)),
        weeks=tuple(
            tuple(Day(day, day.month == month, day == today, by_day.get(day, ())) for day in week)
            for week in weeks
        ),
        before=_beside(year, month, -1),
        after=_beside(year, month, 1),
    )


def _beside(year: int, month: int, step: int) -> tuple[str, str]:
    """Return a month's address and its name."""
    years, months = divmod(12 * year + month - 1 + step, 12)
    name = format_date(date(years, months + 1, 1), "LLLL", locale=get_locale())
    return f"{years}-{months + 1:02}", str(name)
