"""Ways to see a decline are compared at an equal rate of false alarms, and see real ones."""

from random import Random

import pytest

from bench.detectors import DETECTORS, alarms, calibrated, figures, found, levels_of
from bench.linked import linked_figures
from bench.own_change import Candour, Reading, both_figures, readings
from bench.simulator import ROUNDS, World, exact, simulate, stored
from surveys.trends import assessments


@pytest.mark.parametrize(
    ("made", "count"),
    [
        ([None, 0.1, 0.2], 0),
        ([None, 0.6, 0.7, 0.2, 0.9], 2),
        ([0.6, None, 0.7], 1),  # a withheld round changes nothing
    ],
)
def test_an_alarm_is_counted_when_it_begins(made: list[float | None], count: int) -> None:
    assert alarms(made, 0.5) == count


def test_a_threshold_keeps_to_the_rate_of_false_alarms() -> None:
    rng = Random(1)
    quiet = [[rng.random() for _ in range(20)] for _ in range(200)]
    threshold = calibrated(quiet, 0.1)
    assert sum(alarms(list(made), threshold) for made in quiet) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("name", [name for name in DETECTORS if name != "mann_kendall"])
def test_every_detector_says_more_after_a_large_drop(name: str) -> None:
    world = World(drop=2.0, shock_sd=0.0)
    levels = levels_of(exact(simulate(Random(3), 60, 0.9, world)))
    made = figures(DETECTORS[name], levels)
    before = [figure for figure in made[:10] if figure is not None]
    assert found(made, max(before), 10, 3)


def test_ours_in_the_comparison_is_the_products() -> None:
    points = stored(exact(simulate(Random(4), 30, 0.65, World(drop=0.8))))
    said = [entry.probability for entry in assessments(points)]
    assert figures(DETECTORS["change_point"], levels_of(points)) == said


def test_an_item_that_says_nothing_new_leaves_the_verdict_as_it_is() -> None:
    points = exact(simulate(Random(5), 30, 0.9, World(drop=0.8)))
    silent: list[Reading | None] = [None] * ROUNDS
    alone = figures(DETECTORS["change_point"], levels_of(points))
    assert both_figures(points, silent) == pytest.approx(alone)


def test_an_item_and_a_linked_tool_see_a_large_drop() -> None:
    rng = Random(6)
    rounds = simulate(rng, 30, 0.9, World(drop=1.5))
    points = exact(rounds)
    said = readings(rng, rounds, Candour(0.7), rounded=False)
    drop = said[10]
    assert drop is not None and drop.mean < min(entry.mean for entry in said[1:10] if entry)
    assert (both_figures(points, said)[10] or 0) > 0.5
    assert (linked_figures(rounds, points, [10])[10] or 0) > 0.5
