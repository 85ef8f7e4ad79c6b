"""Simulate a year of programs whose people feel and answer as MEASUREMENT, section 3, supposes."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from surveys.disclosure import band_middle, shown_mean, shown_spread
from surveys.trends import RoundPoint

ROUNDS = 26  # a year, every two weeks
SIZES = (8, 15, 30, 60)
RESPONSES = (0.4, 0.65, 0.9)
KINDS = tuple((size, response) for size in SIZES for response in RESPONSES)
LEVEL, BETWEEN_SD, WITHIN_SD, SHOCK_SD, CARRIED = 65.0, 15.0, 12.0, 3.0, 0.2
PERSON_SD = math.hypot(BETWEEN_SD, WITHIN_SD)
CHURN = 0.03  # of the people, each round
DIP, DIP_ROUNDS = 4.0, 2
DROP_AT = 10
K = 5
FIRST_DAY = date(2026, 1, 5)
EVERY = timedelta(weeks=2)


@dataclass(slots=True)
class Person:
    """A simulated member: the usual level, what this round adds to it, and how it was before."""

    level: float
    carried: float
    before: float | None = None


class Answer(NamedTuple):
    """One answer, in points: the score, and what only the person knows.

    :ivar change: since the round before; None for who has just joined.
    :ivar state: how far they are from their own usual level.
    """

    person: Person
    score: float
    change: float | None
    state: float


Round = list[Answer]


@dataclass(frozen=True)
class World:
    """What happens to a program besides chance.

    :ivar drop: in sd of a person; it sets in at round 10 and stays.
    :ivar shock_sd: points, of shocks that hit a whole round.
    :ivar common: points by which each round is moved in all programs alike.
    """

    drop: float = 0.0
    shock_sd: float = SHOCK_SD
    common: tuple[float, ...] = (0.0,) * ROUNDS


QUIET = World()


def _join(rng: random.Random) -> Person:
    return Person(rng.gauss(LEVEL, BETWEEN_SD), rng.gauss(0, WITHIN_SD))


def simulate(rng: random.Random, size: int, response: float, world: World = QUIET) -> list[Round]:
    """Return who answered what in a year of one program."""
    people = [_join(rng) for _ in range(size)]
    dip = rng.randrange(ROUNDS - DIP_ROUNDS)
    fresh_sd = WITHIN_SD * math.sqrt(1 - CARRIED**2)
    rounds = []
    for place in range(ROUNDS):
        shift = rng.gauss(0, world.shock_sd) - DIP * (dip <= place < dip + DIP_ROUNDS)
        shift += world.common[place] - world.drop * PERSON_SD * (place >= DROP_AT)
        answers = []
        for seat, person in enumerate(people):
            if rng.random() < CHURN:
                person = people[seat] = _join(rng)
            person.carried = CARRIED * person.carried + rng.gauss(0, fresh_sd)
            state = person.carried + shift
            feels = person.level + state
            if rng.random() < response:
                change = None if person.before is None else feels - person.before
                answers.append(Answer(person, min(100.0, max(0.0, feels)), change, state))
            person.before = feels
        rounds.append(answers)
    return rounds


def day_of(place: int) -> date:
    """Return the day on which a round closes."""
    return FIRST_DAY + place * EVERY


def exact(rounds: list[Round]) -> list[RoundPoint | None]:
    """Return the rounds with exact means, sds and counts, None where fewer than k answered."""
    points: list[RoundPoint | None] = []
    for place, answers in enumerate(rounds):
        if len(answers) < K:
            points.append(None)
            continue
        scores = [answer.score for answer in answers]
        mean = sum(scores) / len(scores)
        # Not statistics.stdev: its fractions take more time than the simulation.
        sd = math.sqrt(sum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
        points.append(RoundPoint(day_of(place), len(scores), 0, mean, sd))
    return points


def stored(points: list[RoundPoint | None], *, with_step: bool = True) -> list[RoundPoint | None]:
    """Return exact rounds as the product stores them.

    :param with_step: whether the detector is told that the means were rounded.
    """
    made: list[RoundPoint | None] = []
    for point in points:
        if point is None or point.sd is None:
            made.append(None)
            continue
        mean = shown_mean(point.mean, point.n, 0, 100)
        spread = shown_spread(point.sd, point.n, 0, 100)
        step = mean.step if with_step else 0.0
        made.append(RoundPoint(point.day, band_middle(point.n, K), 0, mean.mean, spread, step))
    return made


def years(
    rng: random.Random, programs: int, world: World = QUIET
) -> Iterator[tuple[int, float, list[Round]]]:
    """Yield years of programs of every size and response, `programs` of each."""
    for _ in range(programs):
        for size, response in KINDS:
            yield size, response, simulate(rng, size, response, world)
