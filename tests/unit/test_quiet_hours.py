"""When a mail may reach a person, as tables: hours, weekends, holidays, summer time, zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.people.calendars import calendar_of, country_of
from surveys.quiet_hours import (
    SPREAD,
    WorkingCalendar,
    allowed_hours,
    is_allowed,
    moment_at,
    spread_hours,
)
from surveys.reminders import reminder_stages

BERLIN = WorkingCalendar(ZoneInfo("Europe/Berlin"), holidays=frozenset({date(2026, 5, 1)}))
RIYADH = WorkingCalendar(ZoneInfo("Asia/Riyadh"), frozenset({4, 5}))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "calendar", "allowed"),
    [
        ("2026-05-04 05:59", BERLIN, False),  # 07:59 on a Monday
        ("2026-05-04 06:00", BERLIN, True),
        ("2026-05-04 15:59", BERLIN, True),
        ("2026-05-04 16:00", BERLIN, False),  # 18:00
        ("2026-05-02 10:00", BERLIN, False),  # Saturday
        ("2026-05-03 10:00", BERLIN, False),
        ("2026-05-01 10:00", BERLIN, False),  # a holiday on a Friday
        ("2026-12-04 06:30", BERLIN, False),  # 07:30 in winter; 08:30 it would be in summer
        ("2026-12-04 07:00", BERLIN, True),
        ("2026-05-03 10:00", RIYADH, True),  # Sunday is a working day there
        ("2026-05-01 10:00", RIYADH, False),  # Friday is not
    ],
)
def test_mails_go_out_in_working_hours_of_the_place(
    moment: str, calendar: WorkingCalendar, allowed: bool
) -> None:
    assert is_allowed(utc(moment), calendar) is allowed


@pytest.mark.parametrize(
    ("begins", "ends", "stretches"),
    [
        # From Thursday afternoon over a holiday and a weekend to Monday noon.
        (
            "2026-04-30 14:00",
            "2026-05-04 10:00",
            [("2026-04-30 14:00", "2026-04-30 16:00"), ("2026-05-04 06:00", "2026-05-04 10:00")],
        ),
        # Summer time ends in the night to Sunday 25 October: eight o'clock is an hour later in UTC.
        (
            "2026-10-23 15:00",
            "2026-10-26 08:00",
            [("2026-10-23 15:00", "2026-10-23 16:00"), ("2026-10-26 07:00", "2026-10-26 08:00")],
        ),
        # It begins in the night to Sunday 29 March.
        (
            "2026-03-27 16:00",
            "2026-03-30 08:00",
            [("2026-03-27 16:00", "2026-03-27 17:00"), ("2026-03-30 06:00", "2026-03-30 08:00")],
        ),
        ("2026-05-01 00:00", "2026-05-04 06:00", []),  # the window never comes
    ],
)
def test_allowed_hours_skip_what_is_quiet(
    begins: str, ends: str, stretches: list[tuple[str, str]]
) -> None:
    found = list(allowed_hours(utc(begins), utc(ends), BERLIN))
    assert found == [(utc(first), utc(last)) for first, last in stretches]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999999])
def test_each_share_has_a_moment_inside_the_allowed_hours(share: float) -> None:
    begins, ends = utc("2026-04-30 14:00"), utc("2026-05-08 10:00")
    moment = moment_at(share, spread_hours(begins, ends, BERLIN))
    assert moment is not None
    assert begins <= moment < ends
    assert is_allowed(moment, BERLIN)


def test_the_spread_is_even_over_six_allowed_hours() -> None:
    stretches = spread_hours(utc("2026-04-30 14:00"), utc("2026-05-08 10:00"), BERLIN)
    assert sum((last - first for first, last in stretches), timedelta()) == SPREAD
    assert moment_at(0.0, stretches) == utc("2026-04-30 14:00")
    assert moment_at(1 / 3, stretches) == utc("2026-05-04 06:00")
    assert moment_at(0.5, stretches) == utc("2026-05-04 07:00")


def test_without_any_allowed_hour_there_is_no_moment() -> None:
    stretches = spread_hours(utc("2026-05-01 00:00"), utc("2026-05-04 06:00"), BERLIN)
    assert moment_at(0.0, stretches) is None


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("Europe/Oslo", "NO"),  # not Germany's, though its clock agrees with Berlin's
        ("Europe/Kiev", "UA"),  # an old name
        ("America/Buenos_Aires", "AR"),
        ("US/Eastern", "US"),
        ("Asia/Calcutta", "IN"),
        ("UTC", None),
        ("Etc/GMT+5", None),
        ("CET", "BE"),  # an old name of Brussels' zone in the tz database
    ],
)
def test_a_zone_leads_to_its_country(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(
    ("zone", "day", "works"),
    [
        ("Europe/Berlin", date(2026, 5, 14), False),  # Ascension Day
        ("Europe/Oslo", date(2026, 5, 14), False),
        ("Europe/London", date(2026, 5, 14), True),
        ("Europe/London", date(2026, 5, 4), False),  # Early May bank holiday
        ("Asia/Riyadh", date(2026, 5, 3), True),  # a Sunday
        ("UTC", date(2026, 12, 25), True),
        ("UTC", date(2026, 12, 26), False),  # a Saturday
    ],
)
def test_holidays_and_weekends_are_the_countrys(zone: str, day: date, works: bool) -> None:
    assert calendar_of(zone).is_working_day(day) is works


MONDAY = utc("2026-05-04 09:00")


@pytest.mark.parametrize(
    ("closes", "stages"),
    [
        # Four days: at half, until the second; at 85 %, until an hour before the close.
        (
            ["2026-05-08 09:00"],
            [
                (1, "2026-05-06 09:00", "2026-05-07 18:36"),
                (2, "2026-05-07 18:36", "2026-05-08 08:00"),
            ],
        ),
        # 36 hours: the first not before a day has passed.
        (
            ["2026-05-05 21:00"],
            [
                (1, "2026-05-05 09:00", "2026-05-05 15:36"),
                (2, "2026-05-05 15:36", "2026-05-05 20:00"),
            ],
        ),
        (["2026-05-05 09:00"], []),  # a single day: nobody is reminded
        # Later closing times: one reminder for each of the first two, two in all.
        (
            ["2026-05-08 09:00", "2026-05-18 09:00", "2026-05-28 09:00"],
            [
                (1, "2026-05-06 09:00", "2026-05-08 08:00"),
                (2, "2026-05-13 09:00", "2026-05-18 08:00"),
            ],
        ),
    ],
)
def test_a_round_reminds_at_most_twice(
    closes: list[str], stages: list[tuple[int, str, str]]
) -> None:
    found = reminder_stages(MONDAY, [utc(close) for close in closes])
    assert [(stage.number, stage.begins, stage.ends) for stage in found] == [
        (number, utc(begins), utc(ends)) for number, begins, ends in stages
    ]
