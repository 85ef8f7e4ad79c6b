"""Say whether a program can be watched at all: with too few released rounds nobody can."""

from collections.abc import Sequence

from surveys.trends import FEWEST_ROUNDS, Assessment, RoundPoint

_ENOUGH_WHILE_LEARNING = 3  # released ones among the latest 5 promise a verdict soon


def can_be_monitored(points: Sequence[RoundPoint | None], assessment: Assessment) -> bool:
    """Return whether the latest rounds say enough; a program that is silent is never "steady".

    A new program gets its first rounds' time. Source: MEASUREMENT, section 3, expectations.
    """
    latest = points[-FEWEST_ROUNDS:]
    if len(latest) < FEWEST_ROUNDS:
        return True
    released = sum(point is not None for point in latest)
    return released >= (_ENOUGH_WHILE_LEARNING if assessment.state == "learning" else 1)
