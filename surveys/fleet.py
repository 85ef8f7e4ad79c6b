"""Learn from an organisation's programs together: how much rounds vary, and what moves them all.

Each round sees what was released up to its own day and nothing later, so that a replay of the
rounds never rewrites what was said. Source: MEASUREMENT, section 3, steps 5 and 6.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from surveys.change_point import REACH, WITHIN, Level, pooled_variance
from surveys.trends import DEFAULT_TAU, FEWEST_ROUNDS, Assessment, RoundPoint, assess

DEFAULT_WEIGHT = 8  # programs that the usual tau counts for
FEWEST_ASSESSED = 5  # programs; with fewer, a shift could be one program's own
FIRST_ROUNDS = 6  # a program's own level, from which its shift is measured
CURRENT = timedelta(days=14)  # the usual cadence: an older mean says nothing of today

Points = Sequence[RoundPoint | None]


@dataclass(frozen=True)
class Surroundings:
    """What a program's rounds are assessed beside, one value for each round of it.

    :ivar shifts: points by which the whole organisation stood higher than at its beginning.
    :ivar taus: sd, in points, of shocks that hit a whole round in this organisation.
    """

    shifts: tuple[float, ...]
    taus: tuple[float, ...]


@dataclass
class _Past:
    """A program's released rounds up to the day that is looked at."""

    points: list[RoundPoint] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)  # means less the organisation's shift
    tau: float | None = None

    @property
    def assessed(self) -> bool:
        return len(self.points) >= FEWEST_ROUNDS

    def shift(self) -> float:
        first = statistics.fmean(point.mean for point in self.points[:FIRST_ROUNDS])
        return self.points[-1].mean - first


@dataclass(frozen=True)
class _Day:
    shift: float
    tau: float


def shock_sd(points: Sequence[RoundPoint], means: Sequence[float]) -> float:
    """Return by how many points (sd) a program's rounds vary beyond sampling and rounding.

    :param points: at least two released rounds; `means` theirs, less what moved everybody.
    """
    levels = [Level(point.mean, point.sd, point.n, point.step) for point in points]
    variance = pooled_variance(levels)
    expected = statistics.fmean(
        WITHIN * variance / level.n + level.step * level.step / 12 for level in levels
    )
    return math.sqrt(max(0.0, statistics.variance(means) - expected))


def shrunk_tau(shocks: Sequence[float]) -> float:
    """Return the organisation's tau: the programs' median, shrunk to 3 with the weight of 8."""
    if not shocks:
        return DEFAULT_TAU
    total = DEFAULT_WEIGHT * DEFAULT_TAU + len(shocks) * statistics.median(shocks)
    return total / (DEFAULT_WEIGHT + len(shocks))


def _released(
    programs: Mapping[str, Points],
) -> list[tuple[date, list[tuple[str, RoundPoint]]]]:
    """Return each day with the rounds that were released on it, the oldest first."""
    days: dict[date, list[tuple[str, RoundPoint]]] = {}
    for name, points in programs.items():
        for point in points:
            if point is not None:
                days.setdefault(point.day, []).append((name, point))
    return sorted(days.items())


def _days(programs: Mapping[str, Points]) -> dict[date, _Day]:
    """Return what was known of the organisation on each day of a release."""
    pasts = {name: _Past() for name in programs}
    known, shift = {}, 0.0
    for day, released in _released(programs):
        for name, point in released:
            pasts[name].points.append(point)
        current = [
            past.shift()
            for past in pasts.values()
            if past.assessed and past.points[-1].day > day - CURRENT
        ]
        if len(current) >= FEWEST_ASSESSED:
            shift = statistics.median(current)  # else it stays what it was
        for name, point in released:
            past = pasts[name]
            past.apart.append(point.mean - shift)
            if past.assessed:
                past.tau = shock_sd(past.points[-REACH:], past.apart[-REACH:])
        shocks = [past.tau for past in pasts.values() if past.tau is not None]
        known[day] = _Day(shift, shrunk_tau(shocks))
    return known


def surroundings(programs: Mapping[str, Points]) -> dict[str, Surroundings]:
    """Return what each program is assessed beside.

    :param programs: the rounds of each program up to now, oldest first; None for withheld ones.
    """
    known = _days(programs)
    nothing = _Day(0.0, DEFAULT_TAU)
    made = {}
    for name, points in programs.items():
        days = [nothing if point is None else known[point.day] for point in points]
        made[name] = Surroundings(tuple(day.shift for day in days), tuple(day.tau for day in days))
    return made


def assess_fleet(programs: Mapping[str, Points]) -> dict[str, Assessment]:
    """Return how each program stands, beside the others: with their tau and without their shift."""
    beside = surroundings(programs)
    return {
        name: assess(points, tau=beside[name].taus, shifts=beside[name].shifts)
        for name, points in programs.items()
    }
