"""When a worker believes its clock: steady, set right, or leapt and steady since (decision 117)."""

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs.leaps import FAR, PATIENCE, STEADY_AHEAD, STEADY_BACK, Sight, look_again

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOOK = timedelta(seconds=2)


def watched(*steps: timedelta) -> list[bool]:
    """Return whether work was done at each look, after a first one at noon."""
    sight, now, trusted = look_again(None, NOON), NOON, []
    for step in steps:
        now += step
        sight = look_again(sight, now)
        trusted.append(sight.doubted_from is None)
    return trusted


def looks(span: timedelta) -> list[timedelta]:
    """Return looks half a minute apart, over a span."""
    return [timedelta(seconds=30)] * (span // timedelta(seconds=30))


@pytest.mark.parametrize("step", [LOOK, STEADY_AHEAD, -STEADY_BACK, timedelta()])
def test_a_clock_that_goes_on_or_is_set_right_by_little_is_trusted(step: timedelta) -> None:
    assert watched(LOOK, step, LOOK) == [True, True, True]


LEAPS = [
    STEADY_AHEAD + LOOK,
    timedelta(hours=12),
    timedelta(days=3),
    FAR - PATIENCE - LOOK,
    timedelta(hours=-2),
    timedelta(hours=-12),
    timedelta(days=-30),
]


@pytest.mark.parametrize("leap", LEAPS)
def test_after_a_leap_nothing_is_done_until_the_clock_has_been_steady(leap: timedelta) -> None:
    trusted = watched(LOOK, leap, *looks(PATIENCE + timedelta(minutes=1)))
    assert trusted[0] and not any(trusted[1:31]) and all(trusted[31:])


@pytest.mark.parametrize("leap", [FAR + LOOK, timedelta(days=365), timedelta(days=-9000)])
def test_after_a_leap_of_more_than_a_month_nothing_is_done_however_long(leap: timedelta) -> None:
    assert not any(watched(leap, *looks(timedelta(days=1))))


@pytest.mark.parametrize("leap", [*LEAPS, timedelta(days=365), timedelta(days=-9000)])
def test_a_clock_that_is_set_right_is_trusted_at_once(leap: timedelta) -> None:
    assert watched(leap, LOOK, LOOK - leap, LOOK) == [False, False, True, True]


def test_a_second_leap_begins_the_wait_anew() -> None:
    day, soon = timedelta(days=1), looks(PATIENCE - timedelta(minutes=1))
    assert not any(watched(day, *soon, day, *soon, -3 * day, *soon))


def test_a_year_in_small_leaps_is_believed_step_by_step_alone() -> None:
    """Each month that is believed has been on /health for a quarter of an hour."""
    month = [FAR - timedelta(hours=1), *looks(PATIENCE)]
    trusted = watched(*month * 12)
    assert trusted == ([False] * (len(month) - 1) + [True]) * 12


def test_what_is_stored_says_since_when_and_whether_a_word_is_waited_for() -> None:
    leapt = look_again(Sight(NOON, NOON), NOON + timedelta(days=2))
    assert leapt == Sight(NOON + timedelta(days=2), NOON, NOON + timedelta(days=2))
    assert not leapt.waits_for_a_word
    assert look_again(leapt, NOON + timedelta(days=90)).waits_for_a_word
