"""A schedule goes on in its own rhythm and zone, whatever the machine missed."""

from datetime import UTC, datetime

import pytest

from app.models.identity.program import Program
from app.models.identity.schedule import Schedule
from app.programs.service import advance_schedule


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "following"),
    [
        ("2026-05-04T07:00", "2026-05-04T07:00", "2026-05-18T07:00"),
        # Summer time ends on 25 October: nine o'clock stays nine o'clock.
        ("2026-10-19T07:00", "2026-10-19T07:01", "2026-11-02T08:00"),
        # A machine that slept for a month goes on in the same rhythm.
        ("2026-05-04T07:00", "2026-06-05T12:00", "2026-06-15T07:00"),
        ("2026-05-04T07:00", "2026-06-15T07:00", "2026-06-29T07:00"),
    ],
)
def test_the_next_launch_keeps_the_rhythm_and_the_clock_time(last, now, following):
    program = Program(name="Onboarding", time_zone="Europe/Berlin")
    schedule = Schedule(every_weeks=2, weekday=0, local_time="09:00", next_at=utc(last))
    advance_schedule(schedule, program, utc(now))
    assert schedule.next_at == utc(following)
