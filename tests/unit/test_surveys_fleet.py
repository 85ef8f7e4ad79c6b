"""What an organisation's programs teach together: how rounds vary, and what moves them all."""

from datetime import date, timedelta
from random import Random
from statistics import fmean

import pytest

from surveys.fleet import assess_fleet, common_move, shock_sd, shrunk_tau, surroundings
from surveys.trends import RoundPoint, assess, assessments

FIRST = date(2026, 1, 5)


def program(*means: float | None, n: int = 40, late: int = 0) -> list[RoundPoint | None]:
    """Return rounds two weeks apart, None where withheld, the first `late` days late."""
    return [
        None
        if mean is None
        else RoundPoint(FIRST + timedelta(weeks=2 * place, days=late), n, 60, mean, 19.2, 2.5)
        for place, mean in enumerate(means)
    ]


def noisy(rng: Random, shock: float, rounds: int = 26) -> list[RoundPoint | None]:
    """Return a quiet program whose rounds are hit by shocks of this sd beside chance."""
    chance = (0.75 * 19.2**2 / 40) ** 0.5
    means = [65 + rng.gauss(0, shock) + rng.gauss(0, chance) for _ in range(rounds)]
    return program(*(round(mean / 2.5) * 2.5 for mean in means))


FLAT = (65.0,) * 12
DIP = (65.0,) * 9 + (50.0,) * 3


def test_tau_is_the_usual_one_until_programs_have_shown_their_own() -> None:
    assert shrunk_tau([]) == 3.0
    assert shrunk_tau([6.0]) == pytest.approx((8 * 3 + 6) / 9)
    assert shrunk_tau([0.0, 6.0, 100.0] * 100) == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("shock", [1.0, 3.0, 6.0])
def test_shocks_are_told_from_chance_and_rounding(shock: float) -> None:
    rng = Random(1)
    found = []
    for _ in range(200):
        points = [point for point in noisy(rng, shock) if point is not None]
        found.append(shock_sd(points, [point.mean for point in points]))
    assert fmean(found) == pytest.approx(shock, abs=0.5)


def test_rounds_that_vary_by_less_than_chance_have_no_shocks() -> None:
    points = [point for point in program(*FLAT) if point is not None]
    assert shock_sd(points, [65.0] * 12) == 0.0


def test_what_moves_five_programs_is_taken_off_and_four_are_too_few() -> None:
    five = surroundings({str(number): program(*DIP) for number in range(5)})
    assert five["0"].shifts == (0.0,) * 9 + (-15.0,) * 3
    four = surroundings({str(number): program(*DIP) for number in range(4)})
    assert four["0"].shifts == (0.0,) * 12


def test_a_common_dip_is_nobodys_decline_and_one_programs_own_is() -> None:
    common = assess_fleet({str(number): program(*DIP) for number in range(6)})
    assert {entry.state for entry in common.values()} == {"steady"}
    assert assess(program(*DIP)).state == "declining"
    alone = {str(number): program(*FLAT) for number in range(5)} | {"own": program(*DIP)}
    assert assess_fleet(alone)["own"].state == "declining"


def test_where_only_the_others_rose_nothing_fell() -> None:
    rise = (65.0,) * 9 + (80.0,) * 3
    fleet = {str(number): program(*rise) for number in range(5)} | {"flat": program(*FLAT)}
    assert surroundings(fleet)["flat"].shifts[-1] == 15.0
    assert assess_fleet(fleet)["flat"].state == "steady"


def test_a_shift_that_cant_be_told_stays_as_it_was() -> None:
    fleet = {str(number): program(*DIP, None, None) for number in range(4)}
    fleet["longer"] = program(*DIP, 50.0, 50.0)
    assert surroundings(fleet)["longer"].shifts[-2:] == (-15.0, -15.0)


def test_later_rounds_of_others_rewrite_nothing() -> None:
    rng = Random(2)
    whole = {str(number): noisy(rng, 3.0) for number in range(6)}
    beside = surroundings(whole)["0"]
    replay = list(assessments(whole["0"], tau=beside.taus, shifts=beside.shifts))
    for count in range(1, 27):
        known = {name: points[:count] for name, points in whole.items()}
        assert assess_fleet(known)["0"] == replay[count - 1]


def test_programs_that_close_on_other_days_see_what_was_known_on_theirs() -> None:
    fleet = {str(number): program(*DIP, late=number) for number in range(6)}
    beside = surroundings(fleet)
    assert beside["0"].shifts[9] == 0.0  # the others had not closed yet
    assert beside["5"].shifts[9] == -15.0


def test_a_withheld_round_tells_the_others_nothing() -> None:
    fleet = {str(number): program(*FLAT) for number in range(6)}
    silent = fleet | {"5": program(*FLAT[:-1], None)}
    assert assess_fleet(silent)["0"] == assess_fleet(fleet)["0"]


def test_a_common_dip_is_a_signal_of_its_own() -> None:
    low = common_move({str(number): program(*DIP) for number in range(5)})
    assert low is not None
    assert (low.shift, low.step, low.assessment.state) == (-15.0, 2.5, "declining")
    assert [point.mean for point in low.points] == [65.0] * 5 + [50.0] * 3
    same = common_move({str(number): program(*FLAT) for number in range(5)})
    assert same is not None and (same.shift, same.assessment.state) == (0.0, "steady")
    assert common_move({str(number): program(*DIP) for number in range(4)}) is None
    assert common_move({str(number): program(*DIP[:4]) for number in range(5)}) is None
