"""How far a goal is, and how sure that is: from stored means alone."""

from datetime import date, timedelta

import pytest

from surveys.baselines import SCORE, Basis, basis_of
from surveys.change_point import Level
from surveys.disclosure import Openness
from surveys.goal_words import chance_warning, distance_sentence, start_sentence, wish_words
from surveys.goals import Goal, GoalPoint, progress, targets_of
from surveys.instruments import form_of, instrument

FIRST = date(2026, 1, 5)
ASKED: Basis = (("belonging", 1, 5, "I felt that I belong here."),)
UP = Goal("belonging", 8, FIRST + timedelta(weeks=6), FIRST + timedelta(weeks=32))
LARGE, MIDDLING, SMALL = (400, 2.5), (30, 2.5), (7, 12.5)


def point(
    number: int,
    mean: float,
    size: tuple[int, float] = LARGE,
    basis: Basis = ASKED,
    end: Openness | None = None,
) -> GoalPoint:
    """Return the round two weeks times `number` after the first."""
    day = FIRST + number * timedelta(weeks=2)
    return GoalPoint(day, basis, Level(mean, None, *size), end)


def rounds(*means: float, size: tuple[int, float] = LARGE) -> list[GoalPoint | None]:
    """Return rounds of one size; the first four are those up to the day on which `UP` was set."""
    return [point(number, mean, size) for number, mean in enumerate(means)]


@pytest.mark.parametrize(
    ("means", "size", "verdict"),
    [
        ((), LARGE, "silent"),
        ((60, 60, 60, 60), LARGE, "silent"),
        ((60, 60, 60, 60, 67.5), LARGE, "unclear"),
        ((60, 60, 60, 60, 70), LARGE, "reached"),
        ((60, 60, 60, 60, 50), LARGE, "further away"),
        ((60, 60, 60, 60, 57.5), LARGE, "not moving"),
        ((60, 60, 60, 60, 70), MIDDLING, "unclear"),
        ((50, 50, 50, 50, 62.5), SMALL, "unclear"),
        ((50, 50, 50, 50, 87.5), SMALL, "reached"),
    ],
)
def test_the_verdict_follows_from_distance_and_chance(means, size, verdict) -> None:
    assert progress(UP, rounds(*means, size=size)).verdict == verdict


def test_a_large_goal_that_has_clearly_begun_to_move_is_on_the_way() -> None:
    far = Goal(UP.target, 30, UP.since, UP.due_on)
    stands = progress(far, rounds(50, 50, 50, 50, 65))
    assert (stands.verdict, stands.moved, stands.to_go) == ("on the way", 15, 15)


def test_a_goal_to_fall_is_the_mirror_of_one_to_rise() -> None:
    down = Goal(UP.target, -UP.change, UP.since, UP.due_on)
    risen = progress(UP, rounds(60, 60, 60, 60, 72.5))
    fallen = progress(down, rounds(60, 60, 60, 60, 47.5))
    assert (risen.verdict, risen.to_go) == (fallen.verdict, fallen.to_go) == ("reached", 0)
    assert risen.moved == -(fallen.moved or 0)


@pytest.mark.parametrize("place", range(7))
def test_a_withheld_round_changes_nothing(place: int) -> None:
    shown = rounds(60, 62.5, 60, 60, 67.5, 70)
    assert progress(UP, [*shown[:place], None, *shown[place:]]) == progress(UP, shown)


def test_the_baseline_is_the_last_four_rounds_before_it_was_set_and_stays() -> None:
    early = [point(number, 10) for number in range(-3, 0)]
    few = progress(UP, [*early, *rounds(60, 60, 60, 60, 70)])
    more = progress(UP, [*early, *rounds(60, 60, 60, 60, 70, 90)])
    assert few.baseline == more.baseline == tuple(p.day for p in rounds(0, 0, 0, 0) if p)
    assert few.start == more.start == 60


def test_at_the_outset_the_first_round_is_the_baseline() -> None:
    stands = progress(UP, [point(5, 60), point(6, 80)])
    assert stands.baseline == (point(5, 0).day,)
    assert stands.moved == 20 and not stands.anew


def test_other_questions_start_it_anew() -> None:
    other: Basis = (("belonging", 1, 5, "I feel at home here."),)
    before = rounds(60, 60, 60, 60, 62.5)
    stands = progress(UP, [*before, point(5, 30, basis=other)])
    assert (stands.verdict, stands.anew, stands.start) == ("silent", True, 30)
    assert "it starts anew" in start_sentence(UP, stands)
    stands = progress(UP, [*before, point(5, 30, basis=other), point(6, 50, basis=other)])
    assert (stands.moved, stands.anew) == (20, True)


def test_rounds_after_its_day_do_not_count() -> None:
    late = GoalPoint(UP.due_on + timedelta(days=1), ASKED, Level(90, None, *LARGE))
    shown = rounds(60, 60, 60, 60, 62.5)
    assert progress(UP, [*shown, late]) == progress(UP, shown)


def test_from_the_end_of_the_scale_nothing_can_rise() -> None:
    shown = [point(number, 97.5, end="or more") for number in range(6)]
    stands = progress(UP, shown)
    assert stands.verdict == "unclear" and "top of the scale" in start_sentence(UP, stands)


@pytest.mark.parametrize("size", [LARGE, MIDDLING, SMALL])
def test_no_figure_is_finer_than_the_step_and_no_band_narrower(size: tuple[int, float]) -> None:
    stands = progress(UP, rounds(50, 62.5, 50, 62.5, 75, size=size))
    assert stands.chance is not None and stands.chance >= size[1]
    for figure in (stands.start, stands.moved, stands.to_go):
        assert figure is not None and figure % size[1] == 0


def test_the_words_say_distance_band_and_chance_without_a_decimal_more() -> None:
    stands = progress(UP, rounds(60, 60, 60, 60, 65, size=MIDDLING))
    assert wish_words(UP) == "up by 8 points by 17 August 2026"
    assert start_sentence(UP, stands) == (
        "Measured against the 4 rounds up to 16 February 2026: about 60 of 100."
    )
    assert distance_sentence(UP, stands) == (
        "In the round of 2 March 2026: about 5 up, somewhere between 7 down and 17 up. "
        "Still to go: about 2.5 points. "
        "A change of 8 is within what chance does in a group of this size: about 12 points."
    )
    before = progress(UP, rounds(60, 60, 60, 60, size=MIDDLING))
    assert distance_sentence(UP, before) == "No round has been released since."
    assert chance_warning(UP, before).endswith("it may come and not be seen.")
    assert chance_warning(UP, progress(UP, [])) == ""


def test_a_form_says_what_can_be_a_goal_and_which_questions_are_behind_it() -> None:
    form = form_of(instrument("pulse"), ())
    assert targets_of(form)[:2] == (SCORE, "pulse_energy")
    assert "pulse_comment" not in targets_of(form)
    score, energy = basis_of(form, SCORE), basis_of(form, "pulse_energy")
    assert score is not None and energy is not None and set(energy) < set(score)
    assert basis_of(form, "pulse_comment") is None
    assert basis_of(form_of(instrument("ons4"), ()), SCORE) is None
