"""Schedules keep their clock time in their own zone, and never launch in the past."""

from datetime import UTC, datetime, time

import pytest

from app.programs.cadence import first_launch, next_launch

NINE = time(9)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "weekday", "expected"),
    [
        ("2026-05-04T06:00", "Europe/Berlin", 0, "2026-05-04T07:00"),
        ("2026-05-04T07:00", "Europe/Berlin", 0, "2026-05-11T07:00"),
        ("2026-05-04T09:00", "Europe/Berlin", 3, "2026-05-07T07:00"),
        ("2026-05-03T23:30", "Asia/Tokyo", 0, "2026-05-04T00:00"),
        ("2026-05-04T00:00", "Asia/Tokyo", 0, "2026-05-11T00:00"),
        ("2026-05-04T02:00", "America/Los_Angeles", 6, "2026-05-10T16:00"),
    ],
)
def test_the_first_launch_is_the_next_such_weekday_in_the_programs_zone(
    now, zone, weekday, expected
):
    assert first_launch(utc(now), zone, weekday, NINE) == utc(expected)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        ("2026-05-04T07:00", "2026-05-04T07:00", "2026-05-18T07:00"),
        ("2026-05-04T07:00", "2026-05-04T06:59", "2026-05-04T07:00"),
        # Summer time ends on 25 October: nine o'clock stays nine o'clock.
        ("2026-10-19T07:00", "2026-10-19T07:01", "2026-11-02T08:00"),
        # A machine that slept for a month goes on in the same rhythm.
        ("2026-05-04T07:00", "2026-06-05T12:00", "2026-06-15T07:00"),
        ("2026-05-04T07:00", "2026-06-15T07:00", "2026-06-29T07:00"),
    ],
)
def test_later_launches_keep_the_rhythm_and_the_clock_time(last, now, expected):
    assert next_launch(utc(last), utc(now), "Europe/Berlin", 2, NINE) == utc(expected)


def test_a_clock_time_that_summer_time_skips_is_launched_all_the_same():
    found = first_launch(utc("2026-03-27T12:00"), "Europe/Berlin", 6, time(2, 30))
    assert found == utc("2026-03-29T01:30")
