"""The day on which a pause ends."""

from datetime import date

import pytest

from app.people.mail_wishes import months_later


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 5, 4), 1, date(2026, 6, 4)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
        (date(2026, 5, 4), -24, date(2024, 5, 4)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_the_same_day_some_months_later_or_the_last_of_that_month(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later
