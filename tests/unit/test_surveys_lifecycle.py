"""Rounds stay open long enough and start at the local time."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from surveys.errors import ClosingTimesError, ScheduleError, UnknownZoneError
from surveys.lifecycle import (
    check_closing_times,
    check_zone,
    next_launch,
)

OPENS = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def days(*counts: float) -> list[datetime]:
    return [OPENS + timedelta(days=count) for count in counts]


@pytest.mark.parametrize("closes", [days(1), days(7), days(1, 7), days(5, 11, 17)])
def test_sound_closing_times_are_taken(closes):
    check_closing_times(OPENS, closes, days(-6, 24))


@pytest.mark.parametrize(
    ("closes", "others"),
    [
        ([], []),
        (days(0.9), []),
        (days(-7), []),
        (days(1, 6.9), []),
        (days(8, 1), []),
        (days(1, 7, 13, 19), []),
        (days(7), days(1.5)),
        (days(7), days(12)),
        (days(7), days(7)),
        ([OPENS.replace(tzinfo=None) + timedelta(days=7)], []),
        ([(OPENS + timedelta(days=7)).astimezone(timezone(timedelta(hours=1)))], []),
        ([OPENS + timedelta(days=7, seconds=1)], []),
    ],
)
def test_closing_times_that_break_a_rule_are_refused(closes, others):
    with pytest.raises(ClosingTimesError):
        check_closing_times(OPENS, closes, others)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("xyz", "looks like Europe/Berlin"),
    ],
)
def test_a_mistyped_zone_gets_a_suggestion(name, suggestion):
    with pytest.raises(UnknownZoneError, match=suggestion):
        check_zone(name)


def test_a_known_zone_is_returned():
    assert check_zone("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 3, 16, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 16, 9, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_local_hour_stays_across_summer_time(after, expected):
    launch = next_launch(after, date(2026, 3, 2), time(9, 0), BERLIN)
    assert launch == expected
    assert launch.tzinfo is UTC


def test_a_skipped_local_time_comes_later_and_a_doubled_one_first():
    before = datetime(2026, 3, 28, tzinfo=UTC)
    skipped = next_launch(before, date(2026, 3, 29), time(2, 30), BERLIN, 1)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    doubled = next_launch(before, date(2026, 10, 25), time(2, 30), BERLIN, 1)
    assert doubled == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "at", "weeks"),
    [
        (datetime(2026, 1, 1), time(9), 2),
        (OPENS, time(9, tzinfo=UTC), 2),
        (OPENS, time(9), 0),
    ],
)
def test_a_schedule_that_can_not_be_followed_is_refused(after, at, weeks):
    with pytest.raises(ScheduleError):
        next_launch(after, date(2026, 3, 2), at, BERLIN, weeks)
