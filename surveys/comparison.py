"""Say whether two released means of one cell differ by more than chance and rounding."""

import math
from dataclasses import dataclass
from typing import Literal

from surveys.change_point import PRIOR_SD, Level, mean_variance
from surveys.trends import DEFAULT_TAU

Direction = Literal["higher", "lower", "the same"]
CLEAR_FROM = 2.0  # sd of the difference: as rare by chance as one round in twenty


@dataclass(frozen=True)
class Comparison:
    """How a later mean stands to an earlier one.

    :ivar clear: whether chance alone would rarely do it.
    """

    direction: Direction
    clear: bool


def compare(earlier: Level, later: Level, *, sd: float = PRIOR_SD) -> Comparison:
    """Return how the later of two means (0 to 100) stands to the earlier.

    A difference under the coarser of the two steps is "the same": rounding alone can make it.

    :param sd: between people; by default that of a wellbeing score.

    Source: MEASUREMENT, section 3, step 1, for what a round's mean varies by.
    """
    difference = later.mean - earlier.mean
    if abs(difference) < max(earlier.step, later.step):
        return Comparison("the same", clear=False)
    chance = math.sqrt(sum(mean_variance(level, sd**2, DEFAULT_TAU) for level in (earlier, later)))
    return Comparison(
        "higher" if difference > 0 else "lower", clear=abs(difference) >= CLEAR_FROM * chance
    )
