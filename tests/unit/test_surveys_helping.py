"""Did it help? Words from released rounds alone, no finer than chance and rounding allow."""

from datetime import date, timedelta

import pytest

from surveys.change_point import Level
from surveys.helping import ShownRound, asked_from, change_since, help_sentence

DONE = date(2026, 5, 11)
LATER = DONE + timedelta(weeks=6)


def shown(closed_on: date, mean: float, step: float = 2.5, n: int = 30) -> ShownRound:
    return ShownRound(closed_on - timedelta(days=4), closed_on, Level(mean, 15.0, n, step))


BEFORE = shown(date(2026, 5, 8), 55.0)
AFTER = date(2026, 6, 5)


@pytest.mark.parametrize(
    ("mean", "words"),
    [
        (
            75.0,
            "clearly higher than in the round of 8 May, the last one before, by about 20",
        ),
        (35.0, "clearly lower than in the round of 8 May, the last one before, by about 20"),
        (60.0, "higher than in the round of 8 May, the last one before, by no more than chance"),
        (57.0, "about the same as in the round of 8 May, the last one before."),
    ],
)
def test_a_change_is_told_as_far_as_it_is_known(mean: float, words: str) -> None:
    change = change_since([BEFORE, shown(AFTER, mean)], DONE)
    assert words in help_sentence(change, DONE, LATER)


def test_the_points_are_no_finer_than_the_coarser_step() -> None:
    change = change_since([BEFORE, shown(AFTER, 76.3, step=10.0)], DONE)
    assert change is not None and change.points == 20


def test_before_two_weeks_nothing_is_said_but_when() -> None:
    change = change_since([BEFORE, shown(AFTER, 75.0)], DONE)
    told = help_sentence(change, DONE, asked_from(DONE) - timedelta(days=1))
    assert told == "Too early to say. From 25 May on you can read it here."
    assert "clearly higher" in help_sentence(change, DONE, asked_from(DONE))


@pytest.mark.parametrize(
    "rounds",
    [
        [],
        [BEFORE],
        [shown(AFTER, 75.0)],
        [BEFORE, shown(DONE + timedelta(days=2), 75.0)],  # it was open on that day
        [BEFORE, shown(DONE + timedelta(weeks=13), 75.0)],  # too much else has happened since
    ],
)
def test_without_a_round_on_each_side_it_is_too_early(rounds: list[ShownRound]) -> None:
    told = help_sentence(change_since(rounds, DONE), DONE, LATER)
    assert told == "Too early to say: no round that can be shown has opened and closed since."


def test_the_last_round_before_and_the_latest_after_are_compared() -> None:
    rounds = [shown(date(2026, 4, 24), 20.0), BEFORE, shown(AFTER, 40.0), shown(LATER, 75.0)]
    change = change_since(rounds, DONE)
    assert change is not None
    assert (change.before, change.after, change.points) == (BEFORE.closed_on, LATER, 20)
