"""Other ways to see a decline, to be compared with ours at an equal rate of false alarms.

Each takes the released rounds up to now, at least five, and returns a figure that grows with the
evidence for a fall. Source: MEASUREMENT, section 3, the comparison.
"""

import math
import statistics
from collections.abc import Callable, Sequence

from surveys.change_point import (
    FEWEST_BEFORE,
    MOST_BEFORE,
    REACH,
    STARTS,
    Level,
    find_drop,
    mean_variance,
    pooled_variance,
)
from surveys.trends import DEFAULT_TAU, FEWEST_ROUNDS, RoundPoint

Detector = Callable[[Sequence[Level]], float]

SLACK = 1.0  # CUSUM's, in sd of a round's mean: half the shift it is tuned for
SMOOTHING = 0.3  # EWMA's weight of the latest round


def change_point(levels: Sequence[Level]) -> float:
    """Return ours: the probability of a drop."""
    return find_drop(levels, DEFAULT_TAU).probability


def two_segments(levels: Sequence[Level]) -> float:
    """Return the largest likelihood ratio of a fall at one of the latest rounds."""
    recent = levels[-REACH:]
    weights = _weights(recent, pooled_variance(levels))
    best = 0.0
    for start in range(max(FEWEST_BEFORE, len(recent) - STARTS), len(recent)):
        oldest = max(0, start - MOST_BEFORE)
        before, before_weight = _mean(recent[oldest:start], weights[oldest:start])
        after, after_weight = _mean(recent[start:], weights[start:])
        noise = 1 / before_weight + 1 / after_weight
        best = max(best, max(0.0, before - after) ** 2 / noise)
    return best


def shewhart(levels: Sequence[Level]) -> float:
    """Return how far the latest round is below those before it, in sd."""
    return _falls_from_before(levels)[-1]


def cusum(levels: Sequence[Level]) -> float:
    """Return the one-sided cumulative sum beneath the level of the first five rounds."""
    return _cumulated(_falls_from_first(levels))


def cusum_running(levels: Sequence[Level]) -> float:
    """Return the same beneath the level of the rounds before each."""
    return _cumulated(_falls_from_before(levels))


def ewma(levels: Sequence[Level]) -> float:
    """Return the smoothed distance beneath the level of the first five rounds."""
    return _smoothed(_falls_from_first(levels))


def ewma_running(levels: Sequence[Level]) -> float:
    """Return the same beneath the level of the rounds before each."""
    return _smoothed(_falls_from_before(levels))


def mann_kendall(levels: Sequence[Level]) -> float:
    """Return the trend of all rounds by their ranks."""
    means = [level.mean for level in levels]
    count = len(means)
    falls = sum(
        (means[first] > later) - (means[first] < later)
        for first in range(count)
        for later in means[first + 1 :]
    )
    return falls / math.sqrt(count * (count - 1) * (2 * count + 5) / 18)


def t_test(levels: Sequence[Level]) -> float:
    """Return the t of the latest round against the one before."""
    before, latest = levels[-2:]
    variance = pooled_variance(levels)
    return (before.mean - latest.mean) / math.sqrt(variance * (1 / before.n + 1 / latest.n))


def naive_drop(levels: Sequence[Level]) -> float:
    """Return by how many points the latest mean is under the one before."""
    return levels[-2].mean - levels[-1].mean


DETECTORS: dict[str, Detector] = {
    "change_point": change_point,
    "two_segments": two_segments,
    "shewhart": shewhart,
    "cusum": cusum,
    "cusum_running": cusum_running,
    "ewma": ewma,
    "ewma_running": ewma_running,
    "mann_kendall": mann_kendall,
    "t_test": t_test,
    "naive_drop": naive_drop,
}

Figures = list[float | None]


def levels_of(points: Sequence[RoundPoint | None]) -> list[Level | None]:
    """Return the rounds as detectors take them."""
    return [
        None if point is None else Level(point.mean, point.sd, point.n, point.step)
        for point in points
    ]


def figures(detector: Detector, rounds: Sequence[Level | None]) -> Figures:
    """Return a detector's figure after each round; None while learning or where it is withheld."""
    known: list[Level] = []
    made: Figures = []
    for level in rounds:
        if level is not None:
            known.append(level)
        silent = level is None or len(known) < FEWEST_ROUNDS
        made.append(None if silent else detector(known))
    return made


def alarms(made: Figures, threshold: float) -> int:
    """Return how often a detector begins to sound; withheld rounds change nothing."""
    count, sounding = 0, False
    for figure in made:
        if figure is not None:
            count += figure > threshold and not sounding
            sounding = figure > threshold
    return count


def calibrated(quiet: Sequence[Figures], rate: float) -> float:
    """Return the threshold with this many false alarms a program-year."""
    low, high = 0.0, max((f for made in quiet for f in made if f is not None), default=0.0)
    for _ in range(30):
        middle = (low + high) / 2
        if sum(alarms(made, middle) for made in quiet) > rate * len(quiet):
            low = middle
        else:
            high = middle
    return high


def found(made: Figures, threshold: float, start: int, within: int) -> bool:
    """Return whether a detector sounds in one of the first rounds after a drop."""
    return any(figure is not None and figure > threshold for figure in made[start : start + within])


def _weights(levels: Sequence[Level], variance: float) -> list[float]:
    return [1 / mean_variance(level, variance, DEFAULT_TAU) for level in levels]


def _mean(levels: Sequence[Level], weights: Sequence[float]) -> tuple[float, float]:
    total = sum(weights)
    pairs = zip(levels, weights, strict=True)
    return sum(level.mean * weight for level, weight in pairs) / total, total


def _cumulated(falls: Sequence[float]) -> float:
    total = 0.0
    for fall in falls:
        total = max(0.0, total + fall - SLACK)
    return total


def _smoothed(falls: Sequence[float]) -> float:
    smooth = 0.0
    for fall in falls:
        smooth += SMOOTHING * (fall - smooth)
    return smooth


def _falls_from_first(levels: Sequence[Level]) -> list[float]:
    """Return how far each later round is beneath the level of the first five, in sd."""
    usual = statistics.fmean(level.mean for level in levels[:FEWEST_ROUNDS])
    weights = _weights(levels, pooled_variance(levels))
    pairs = list(zip(levels, weights, strict=True))[FEWEST_ROUNDS:]
    return [(usual - level.mean) * math.sqrt(weight) for level, weight in pairs]


def _falls_from_before(levels: Sequence[Level]) -> list[float]:
    """Return how far each round is beneath the level of up to 13 before it, in sd."""
    weights = _weights(levels, pooled_variance(levels))
    falls = []
    for place in range(FEWEST_BEFORE, len(levels)):
        oldest = max(0, place - MOST_BEFORE)
        usual, weight = _mean(levels[oldest:place], weights[oldest:place])
        noise = 1 / weight + 1 / weights[place]
        falls.append((usual - levels[place].mean) / math.sqrt(noise))
    return falls
