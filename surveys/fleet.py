"""Learn from an organisation's programs together: how much rounds vary, and what moves them all.

Each round sees what was released up to its own day and nothing later, so that a replay of the
rounds never rewrites what was said. Source: MEASUREMENT, section 3, steps 5 and 6.
"""

import math
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from surveys.change_point import REACH, Level, mean_variance, pooled_variance
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
    """A program's released rounds up to the day that is looked at.

    :ivar first: mean of its first rounds. :ivar shift: points by which the latest is above it.
    :ivar apart: means less the organisation's shift; `tau` how they vary by themselves.
    """

    points: list[RoundPoint] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)
    first: float = 0.0
    shift: float = 0.0
    tau: float | None = None

    @property
    def assessed(self) -> bool:
        return len(self.points) >= FEWEST_ROUNDS

    def add(self, point: RoundPoint) -> None:
        self.points.append(point)
        if len(self.points) <= FIRST_ROUNDS:
            self.first = sum(entry.mean for entry in self.points) / len(self.points)
        self.shift = point.mean - self.first


@dataclass(frozen=True)
class _Day:
    """What was known on a day; `told` is None where nothing new could be told of the shift."""

    shift: float
    tau: float
    told: RoundPoint | None = None


def shock_sd(points: Sequence[RoundPoint], means: Sequence[float]) -> float:
    """Return by how many points (sd) a program's rounds vary beyond sampling and rounding.

    :param points: at least two released rounds; `means` theirs, less what moved everybody.
    """
    levels = [Level(point.mean, point.sd, point.n, point.step) for point in points]
    variance = pooled_variance(levels)
    expected = sum(mean_variance(level, variance, 0.0) for level in levels) / len(levels)
    mean = sum(means) / len(means)
    between = sum((entry - mean) ** 2 for entry in means) / (len(means) - 1)
    return math.sqrt(max(0.0, between - expected))


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
    told: RoundPoint | None
    for day, released in _released(programs):
        for name, point in released:
            pasts[name].add(point)
        current = [
            past for past in pasts.values() if past.assessed and past.points[-1].day > day - CURRENT
        ]
        told = None
        if len(current) >= FEWEST_ASSESSED:
            shift = statistics.median(past.shift for past in current)
            told = _told(day, current, shift)
        for name, point in released:
            past = pasts[name]
            past.apart.append(point.mean - shift)
            if past.assessed:
                past.tau = shock_sd(past.points[-REACH:], past.apart[-REACH:])
        shocks = [past.tau for past in pasts.values() if past.tau is not None]
        known[day] = _Day(shift, shrunk_tau(shocks), told)
    return known


def _told(day: date, current: Sequence[_Past], shift: float) -> RoundPoint:
    """Return the organisation's own point: its programs' first level, moved by the shift.

    The median hardly feels the steps of its parts; its words are told in the coarsest.
    """
    level = statistics.median(past.first for past in current)
    latest = [past.points[-1] for past in current]
    people = sum(point.n for point in latest)
    asked = sum(point.invited for point in latest)
    return RoundPoint(day, people, asked, level + shift)


@dataclass(frozen=True)
class CommonMove:
    """How all programs have moved together, one point a fortnight.

    :ivar shift: points by which they stand higher than in their first rounds.
    :ivar step: the coarsest step, in points, of the means it is made of.
    """

    points: tuple[RoundPoint, ...]
    shift: float
    step: float
    assessment: Assessment


def common_move(programs: Mapping[str, Points]) -> CommonMove | None:
    """Return the organisation's own signal; None before five programs could be assessed at once.

    :param programs: as for `surroundings`.
    """
    fortnights: dict[int, RoundPoint] = {}
    shift, first = 0.0, None
    for day, known in _days(programs).items():
        if known.told is not None:
            first = first or day
            shift = known.shift
            fortnights[(day - first) // CURRENT] = known.told
    if not fortnights:
        return None
    points = tuple(fortnights.values())
    latest = [released[-1] for released in map(_only_released, programs.values()) if released]
    step = max(point.step for point in latest)
    return CommonMove(points, shift, step, assess(points))


def _only_released(points: Points) -> list[RoundPoint]:
    return [point for point in points if point is not None]


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
    return _assess(programs, programs)


def assess_in_fleet(programs: Mapping[str, Points], name: str) -> Assessment:
    """Return how one program stands beside the others."""
    return _assess(programs, {name})[name]


def _assess(programs: Mapping[str, Points], names: Collection[str]) -> dict[str, Assessment]:
    beside = surroundings(programs)
    return {
        name: assess(programs[name], tau=beside[name].taus, shifts=beside[name].shifts)
        for name in names
    }
