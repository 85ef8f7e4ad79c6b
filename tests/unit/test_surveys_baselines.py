"""Rounds that asked other questions are kept apart."""

from datetime import date, timedelta

from surveys.baselines import SCORE as TARGET
from surveys.baselines import asked_alike, basis_of, fleet_by_stretch, stretches
from surveys.fleet import assess_fleet, surroundings
from surveys.instruments import form_of, instrument
from surveys.trends import RoundPoint, assess

PULSE = instrument("pulse")
THREE = ("pulse_energy", "pulse_workload", "pulse_support")


def first_letter(entry: str) -> tuple[tuple[str, int, int, str], ...]:
    return ((entry[0], 1, 5, entry[0]),)


def test_a_new_set_of_items_starts_a_new_stretch_and_going_back_starts_another() -> None:
    entries = ["a1", "a2", "b1", "a3", "a4"]
    assert stretches(entries, first_letter) == [["a1", "a2"], ["b1"], ["a3", "a4"]]
    assert asked_alike(entries, first_letter) == ["a3", "a4"]
    assert asked_alike([], first_letter) == []


def test_a_score_rests_on_its_own_questions_and_a_further_one_leaves_it_alone() -> None:
    usual, three = form_of(PULSE, ()), form_of(PULSE, (), THREE)
    with_comment = form_of(PULSE, (), (*THREE, "pulse_comment"))
    assert basis_of(usual, TARGET) != basis_of(three, TARGET)
    assert basis_of(with_comment, TARGET) == basis_of(three, TARGET)


def test_a_fall_that_comes_with_other_questions_is_no_decline() -> None:
    days = [date(2026, 1, 5) + timedelta(weeks=2 * number) for number in range(12)]
    points = [RoundPoint(day, 30, 40, 70 if at < 6 else 45, 15) for at, day in enumerate(days)]
    asked = {point.day: "a" if at < 6 else "b" for at, point in enumerate(points)}
    fleet = fleet_by_stretch({"one": points}, lambda point: first_letter(asked[point.day]))
    assert assess(points).state == "declining"  # mixed, it would be one
    assert fleet["one"] == points[6:]
    assert assess_fleet(fleet)["one"].state == "steady"


def test_what_others_were_assessed_beside_stays_when_a_program_changes_its_questions() -> None:
    days = [date(2026, 1, 5) + timedelta(weeks=2 * number) for number in range(8)]
    dip = {
        f"p{program}": [
            RoundPoint(day, 30, 40, 62 if at == 6 else 70, 15) for at, day in enumerate(days)
        ]
        for program in range(5)
    }
    asked = {("p0", days[7]): "b"}

    def basis(entry: tuple[str, RoundPoint]) -> tuple[tuple[str, int, int, str], ...]:
        return first_letter(asked.get((entry[0], entry[1].day), "a"))

    named = {name: [(name, point) for point in points] for name, points in dip.items()}
    fleet = {
        name: [point for _, point in entries]
        for name, entries in fleet_by_stretch(named, basis).items()
    }
    assert len(fleet["p0"]) == 1
    assert surroundings(fleet)["p1"].shifts[6] == surroundings(dip)["p1"].shifts[6] == -8
