"""What happens on which day: rounds that opened, open, close or are planned, and feedback."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from app.models.identity.feedback_cycle import FeedbackCycle
from app.models.identity.form import Form
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.schedule import Schedule
from app.rounds.closings import planned_closes
from app.rounds.series import of_no_cycle
from surveys.lifecycle import next_launch, planned_day

# Nothing is said of rounds that were cancelled or never sent: nobody waits for them.
_SHOWN = ("due", "launching", "open", "closed")
_CYCLES = ("due", "launching", "open", "ended")
_DAY = timedelta(days=1)
_ORDER = ("closes", "latest", "opens", "planned", "planned close", "opened", "closed")


@dataclass(frozen=True)
class Event:
    """Something on a day, on the program's own clocks.

    :ivar kind: one of `_ORDER`. :ivar what: "check-in", "circle", "session" or "feedback".
    :ivar k_reached: of an open round, all that may be said before it closes (D4); else None.
    """

    at: datetime
    kind: str
    what: str
    program_id: str
    program: str
    k: int = 0
    k_reached: bool | None = None

    @property
    def day(self) -> date:
        """Return the day of it."""
        return self.at.date()

    @property
    def clock(self) -> str:
        """Return the time of day."""
        return f"{self.at.hour:02}:{self.at.minute:02}"  # four times as fast as a format of dates

    @property
    def mark(self) -> str:
        """Return the kind as part of a class."""
        return self.kind.replace(" ", "-")

    @property
    def path(self) -> str:
        """Return where more of it stands."""
        page = f"/programs/{self.program_id}"
        if self.what == "feedback":
            return f"{page}/feedback"
        return f"{page}/results" if self.kind == "closed" and self.what == "check-in" else page

    @property
    def order(self) -> tuple[object, ...]:
        """Return what sorts it within its day: what is yet to come first."""
        return _ORDER.index(self.kind), self.program.casefold(), self.at


@dataclass(frozen=True)
class _Span:
    """When something opens and closes; more closing times for what may wait."""

    opens: datetime
    closes: Sequence[datetime]
    what: str
    over: bool
    k: int = 0
    k_reached: bool | None = None


def events_between(session: Session, first: date, last: date, now: datetime) -> list[Event]:
    """Return what happens from one day to another, both included, by day."""
    found = [event for event in _all(session, first, last, now) if first <= event.day <= last]
    return sorted(found, key=lambda event: (event.day, event.order))


def _all(session: Session, first: date, last: date, now: datetime) -> Iterator[Event]:
    # Columns and not objects: of hundreds of programs, these are more than a thousand rows.
    found = session.execute(
        select(Program.id, Program.name, Program.time_zone, Program.open_days)
    ).all()
    programs = {program.id: program for program in found}
    begin = datetime.combine(first, time(), UTC) - _DAY  # zones are up to a day apart
    end = datetime.combine(last, time(), UTC) + 2 * _DAY
    for program_id, span in chain(_rounds(session, begin, end), _cycles(session, begin, end)):
        yield from _events(programs[program_id], span, now)
    planned = select(
        Schedule.program_id,
        Schedule.next_at,
        Schedule.weekday,
        Schedule.local_time,
        Schedule.every_weeks,
    )
    for schedule in session.execute(planned):
        yield from _planned(programs[schedule.program_id], schedule, end)


def _rounds(session: Session, begin: datetime, end: datetime) -> Iterator[tuple[str, _Span]]:
    rounds = (
        select(
            Round.program_id,
            Round.group_id,
            Round.state,
            Round.opens_at,
            Round.closes_at,
            Round.later_closes,
            Round.k,
            Round.k_reached,
            Form.kind,
        )
        .join(Form, Form.id == Round.form_id)
        .where(of_no_cycle(), Round.state.in_(_SHOWN), Round.opens_at < end)
        .where(or_(Round.closes_at >= begin, Round.state == "open"))
    )
    for entry in session.execute(rounds):
        over = entry.state == "closed"
        what = "session" if entry.kind == "session" else "circle" if entry.group_id else "check-in"
        reached = entry.k_reached if entry.state == "open" else None
        closes = _closes(entry)[:1] if over else _closes(entry)
        yield entry.program_id, _Span(entry.opens_at, closes, what, over, entry.k, reached)


def _cycles(session: Session, begin: datetime, end: datetime) -> Iterator[tuple[str, _Span]]:
    cycles = select(
        FeedbackCycle.program_id,
        FeedbackCycle.state,
        FeedbackCycle.opens_at,
        FeedbackCycle.closes_at,
        FeedbackCycle.later_closes,
    ).where(
        FeedbackCycle.state.in_(_CYCLES),
        FeedbackCycle.opens_at < end,
        or_(FeedbackCycle.closes_at >= begin, FeedbackCycle.state == "open"),
    )
    for entry in session.execute(cycles):
        over = entry.state == "ended"
        yield entry.program_id, _Span(entry.opens_at, _closes(entry), "feedback", over)


def _closes(entry: Row[Any]) -> tuple[datetime, ...]:
    """Return the closing times of a round or cycle from the next one on."""
    return (entry.closes_at, *map(datetime.fromisoformat, entry.later_closes))


def _events(program: Row[Any], span: _Span, now: datetime) -> Iterator[Event]:
    zone = ZoneInfo(program.time_zone)
    begun = "opened" if span.opens <= now else "opens"
    yield Event(span.opens.astimezone(zone), begun, span.what, program.id, program.name)
    first, *later = span.closes
    closing = "closed" if span.over else "closes"
    yield Event(
        first.astimezone(zone), closing, span.what, program.id, program.name, span.k, span.k_reached
    )
    if not span.over:
        for moment in later:
            at = moment.astimezone(zone)
            yield Event(at, "latest", span.what, program.id, program.name)


def _planned(program: Row[Any], schedule: Row[Any], end: datetime) -> Iterator[Event]:
    """Yield the launches that a schedule has ahead, each with its closing time."""
    zone, clock = ZoneInfo(program.time_zone), time.fromisoformat(schedule.local_time)
    moment = schedule.next_at
    while moment < end:
        local = moment.astimezone(zone)
        yield Event(local, "planned", "check-in", program.id, program.name)
        closes = planned_closes(moment, program.time_zone, program.open_days)[0].astimezone(zone)
        yield Event(closes, "planned close", "check-in", program.id, program.name)
        day = planned_day(moment, schedule.weekday, zone)
        moment = next_launch(moment, day, clock, zone, schedule.every_weeks)
