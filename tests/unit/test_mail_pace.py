"""Mails leave at an even pace, whoever sends them."""

from app.mail.pace import Pace


class Time:
    """Time that passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def seconds(self) -> float:
        return self.now


def test_without_a_pace_nobody_waits() -> None:
    time = Time()
    pace = Pace(0, time.sleep, time.seconds)
    for _ in range(3):
        pace.wait_for_turn()
    assert time.slept == []


def test_thirty_in_a_minute_are_two_seconds_apart() -> None:
    time = Time()
    pace = Pace(30, time.sleep, time.seconds)
    for _ in range(3):
        pace.wait_for_turn()
    assert time.slept == [0.0, 2.0, 2.0]


def test_a_quiet_hour_is_not_made_up_for() -> None:
    time = Time()
    pace = Pace(30, time.sleep, time.seconds)
    pace.wait_for_turn()
    time.now += 3600
    for _ in range(2):
        pace.wait_for_turn()
    assert time.slept == [0.0, 0.0, 2.0]


def test_who_waits_at_the_same_time_has_turns_of_their_own() -> None:
    time = Time()
    waits: list[float] = []
    pace = Pace(30, waits.append, time.seconds)
    for _ in range(3):  # nobody's sleep has ended when the next one asks
        pace.wait_for_turn()
    assert waits == [0.0, 2.0, 4.0]
