"""Say whether a program can be watched at all: with too few released rounds nobody can."""

from collections.abc import Sequence

from surveys.change_point import MOST_BEFORE
from surveys.trends import FEWEST_ROUNDS, Assessment, RoundPoint

_ENOUGH_WHILE_LEARNING = 3  # released ones among the latest 5 promise a verdict soon
_ENOUGH_LATELY = 2  # among the latest 5: a verdict that nothing new has touched is an old one


def can_be_monitored(points: Sequence[RoundPoint | None], assessment: Assessment) -> bool:
    """Return whether the rounds say enough; a program that is mostly silent is never "steady".

    A new program gets its first rounds' time. Later at least half of the latest half-year's
    rounds must be released. Source: MEASUREMENT, section 3, expectations: of 8 people at 40 %
    response one round in six is, and five such rounds in a year make no verdict.
    """
    latest = points[-FEWEST_ROUNDS:]
    if len(latest) < FEWEST_ROUNDS:
        return True
    lately = _released(latest)
    if assessment.state == "learning":
        return lately >= _ENOUGH_WHILE_LEARNING
    half_year = points[-MOST_BEFORE:]
    return lately >= _ENOUGH_LATELY and 2 * _released(half_year) >= len(half_year)


def _released(points: Sequence[RoundPoint | None]) -> int:
    return sum(point is not None for point in points)
