"""How well declines are found in simulated programs, and how fast.

Source: MEASUREMENT, section 3, the simulator; section 5, the figures to reach.
"""

import math
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bench.pairs import Line, line
from surveys.disclosure import band_middle, shown_mean, shown_spread
from surveys.trends import RoundPoint, assess

ROUNDS = 26  # a year, every two weeks
SIZES = (8, 15, 30, 60)
RESPONSES = (0.4, 0.65, 0.9)
PROGRAMS = 60  # of each size and response; more takes minutes and changes little
LEVEL, BETWEEN_SD, WITHIN_SD, SHOCK_SD, CARRIED = 65.0, 15.0, 12.0, 3.0, 0.2
PERSON_SD = math.hypot(BETWEEN_SD, WITHIN_SD)
CHURN = 0.03
DIP, DIP_ROUNDS = 4.0, 2
DROP_AT = 10
K = 5


@dataclass
class _Person:
    """A simulated member: the usual level, and what is carried from the last round."""

    level: float
    carried: float = 0.0


def _new_person(rng: random.Random) -> _Person:
    return _Person(rng.gauss(LEVEL, BETWEEN_SD), rng.gauss(0, WITHIN_SD))


def _released(scores: list[float], day: date, invited: int) -> RoundPoint | None:
    """Return a round as the product stores it, None when it is withheld."""
    n = len(scores)
    if n < K:
        return None
    mean = shown_mean(statistics.fmean(scores), n, 0, 100)
    spread = shown_spread(statistics.stdev(scores), n, 0, 100)
    return RoundPoint(day, band_middle(n, K), invited, mean.mean, spread, mean.step)


def _program(
    rng: random.Random, size: int, response: float, drop: float
) -> list[RoundPoint | None]:
    """Return a year of one program; `drop`, in sd of a person, sets in at round 10."""
    people = [_new_person(rng) for _ in range(size)]
    dip = rng.randrange(ROUNDS - DIP_ROUNDS)
    points = []
    for place in range(ROUNDS):
        shift = rng.gauss(0, SHOCK_SD) - DIP * (dip <= place < dip + DIP_ROUNDS)
        shift -= drop * PERSON_SD * (place >= DROP_AT)
        scores = []
        for seat, person in enumerate(people):
            if rng.random() < CHURN:
                person = people[seat] = _new_person(rng)
            fresh = rng.gauss(0, WITHIN_SD * math.sqrt(1 - CARRIED**2))
            person.carried = CARRIED * person.carried + fresh
            if rng.random() < response:
                scores.append(min(100.0, max(0.0, person.level + person.carried + shift)))
        day = date(2026, 1, 5) + timedelta(weeks=2 * place)
        points.append(_released(scores, day, size))
    return points


def _states(points: list[RoundPoint | None]) -> list[str]:
    return [assess(points[:count]).state for count in range(1, len(points) + 1)]


def _alarms(states: list[str], alarming: set[str]) -> int:
    """Return how often the states become alarming; withheld rounds change none."""
    return sum(
        state in alarming and before not in alarming
        for before, state in zip(["learning", *states], states, strict=False)
    )


def _found_after(states: list[str]) -> int:
    """Return how many rounds after the drop the decline is declared, a large number if never."""
    for place in range(DROP_AT, len(states)):
        if states[place] == "declining":
            return place - DROP_AT + 1
    return len(states)


def _line(name: str, value: float, unit: str, baseline: float) -> Line:
    return line(name, value, unit, baseline, value / baseline)


def run() -> Iterator[Line]:
    """Yield lines whose baselines are the figures to reach; more is better in each."""
    rng = random.Random(5)
    watched = declared = 0
    found: list[int] = []
    kinds = [(size, response) for size in SIZES for response in RESPONSES]
    for size, response in kinds * PROGRAMS:
        quiet = _states(_program(rng, size, response, 0.0))
        watched += _alarms(quiet, {"watch", "declining", "recovering"})
        declared += _alarms(quiet, {"declining", "recovering"})
        found.append(_found_after(_states(_program(rng, size, response, 0.8))))
    years = len(kinds) * PROGRAMS
    unit = "program-years for a false alarm"
    yield _line("detect_quiet_declining", years / max(1, declared), unit, 10.0)
    yield _line("detect_quiet_watch", years / max(1, watched), unit, 1.818)
    within = sum(rounds <= 6 for rounds in found) / len(found)
    yield _line("detect_found_within_6", within, "share of 0.8 sd drops", 0.8)
    yield _line("detect_calls", _calls_a_second(rng), "years of rounds/s", 1000.0)


def _calls_a_second(rng: random.Random) -> float:
    points = _program(rng, 60, 0.9, 0.0)
    spent = []
    for _ in range(50):
        start = time.perf_counter()
        assess(points)
        spent.append(time.perf_counter() - start)
    return 1 / statistics.median(spent)
