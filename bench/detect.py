"""How well declines are found in simulated programs, and how fast.

`python -m bench.detect --seed 5 --programs 400` simulates more programs than `make bench` does.
Each line's baseline is MEASUREMENT's figure; a larger ratio is better, 1 is the same.
"""

import argparse
import json
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bench.detectors import DETECTORS, calibrated, figures, found, levels_of
from bench.fleets import fleet_lines
from bench.own_change import own_change_lines
from bench.pairs import Line, line
from bench.simulator import DROP_AT, KINDS, QUIET, ROUNDS, World, exact, simulate, stored, years
from bench.verdicts import alarms_a_year, found_after, states
from surveys.disclosure import band_middle, band_start, shown_mean
from surveys.monitoring import can_be_monitored
from surveys.signals import Tone, fewer_take_part, tone_has_fallen, turnout
from surveys.trends import RoundPoint, assess

PROGRAMS = 60  # of each size and response
RATE = 0.1  # false alarms a program-year at which ways to see a decline are compared
WITHIN = 3  # rounds
Points = list[RoundPoint | None]
T = TypeVar("T")

# Chance of finding .5 sd within three rounds. Source: MEASUREMENT, section 3; of the two that run
# along it has no figure, and ours stands for it.
_EXPECTED = {
    "change_point": 0.45,
    "two_segments": 0.40,
    "shewhart": 0.31,
    "cusum": 0.24,
    "cusum_running": 0.45,
    "ewma": 0.23,
    "ewma_running": 0.45,
    "mann_kendall": 0.12,
    "t_test": 0.10,
    "naive_drop": 0.06,
}
# False alarms a year and .8 sd found within six rounds. Source: MEASUREMENT, section 3, step 1.
_ROUNDING: dict[str, tuple[Callable[[Points], Points], float, float]] = {
    "exact": (lambda points: points, 0.051, 0.83),
    "rounded_unsaid": (lambda points: stored(points, with_step=False), 0.070, 0.83),
    "rounded": (stored, 0.047, 0.80),
}


def run(seed: int = 5, programs: int = PROGRAMS) -> Iterator[Line]:
    """Yield a line for each figure.

    :param programs: simulated for a year, of each size and response.
    """
    rng = random.Random(seed)
    quiet, half, large = (
        [exact(rounds) for *_, rounds in years(rng, programs, world)]
        for world in (QUIET, World(drop=0.5), World(drop=0.8))
    )
    yield from _limits(quiet, half, large)
    yield from _compared(quiet, half)
    yield from _rounded(quiet, large)
    yield from fleet_lines(rng, programs)
    yield from _small(rng, programs)
    yield from _signs(rng, programs)
    yield _calls(stored(quiet[-1]))


def _limits(quiet: list[Points], half: list[Points], large: list[Points]) -> Iterator[Line]:
    """Yield what section 5 asks of the product, on rounds as it stores them."""
    calm = [states(stored(points)) for points in quiet]
    unit = "program-years for a false alarm"
    for name, alarming, limit in (
        ("detect_quiet_declining", {"declining", "recovering"}, 0.10),
        ("detect_quiet_watch", {"watch", "declining", "recovering"}, 0.55),
    ):
        value = 1 / max(1e-9, alarms_a_year(calm, alarming))
        yield line(name, value, unit, 1 / limit, value * limit)
    after = [found_after(states(stored(points)), {"declining"}) for points in large]
    within = sum(rounds <= 6 for rounds in after) / len(after)
    yield line("detect_found_within_6", within, "share of 0.8 sd drops", 0.8, within / 0.8)
    yield _median("detect_declining_median", after, "rounds to find 0.8 sd")
    watched = [found_after(states(stored(points)), {"watch", "declining"}) for points in half]
    yield _median("detect_watch_median", watched, "rounds to watch 0.5 sd")


def _median(name: str, after: Sequence[int], unit: str) -> Line:
    median = statistics.median(after)
    return line(name, median, unit, 2.0, 2.0 / median)


def _compared(quiet: list[Points], half: list[Points]) -> Iterator[Line]:
    """Yield each detector's chance to find a drop, all calibrated on the same quiet years."""
    calm = [levels_of(points) for points in quiet]
    dropped = [levels_of(points) for points in half]
    for name, detector in DETECTORS.items():
        threshold = calibrated([figures(detector, levels) for levels in calm], RATE)
        share = statistics.fmean(
            found(figures(detector, levels[: DROP_AT + WITHIN]), threshold, DROP_AT, WITHIN)
            for levels in dropped
        )
        expected = _EXPECTED[name]
        unit = "share of 0.5 sd drops in 3 rounds"
        yield line(f"detect_by_{name}", share, unit, expected, share / expected)


def _rounded(quiet: list[Points], large: list[Points]) -> Iterator[Line]:
    """Yield what rounding costs, and that saying the step mends it."""
    for name, (as_shown, false, share) in _ROUNDING.items():
        value = alarms_a_year(
            [states(as_shown(points)) for points in quiet], {"declining", "recovering"}
        )
        ratio = false / max(1e-9, value)
        yield line(f"detect_false_{name}", value, "false alarms a program-year", false, ratio)
        after = [found_after(states(as_shown(points)), {"declining"}) for points in large]
        within = sum(rounds <= 6 for rounds in after) / len(after)
        yield line(
            f"detect_found_{name}", within, "share of 0.8 sd drops in 6", share, within / share
        )


def _small(rng: random.Random, programs: int) -> Iterator[Line]:
    """Yield how much of a program of 8 with 40 % response is seen, and what is said of it."""
    seen, steady, total = 0, 0, 0
    for _ in range(4 * programs):
        points = stored(exact(simulate(rng, 8, 0.4)))
        seen += sum(point is not None for point in points)
        total += len(points)
        for count in range(1, len(points) + 1):
            known = points[:count]
            verdict = assess(known)
            steady += verdict.state == "steady" and can_be_monitored(known, verdict)
    share = seen / total
    yield line("detect_small_released", share, "share of rounds, n=8 at 40 %", 0.17, share / 0.17)
    silent = 1 - steady / total
    yield line("detect_small_not_steady", silent, "share not called steady", 1.0, silent)


def _signs(rng: random.Random, programs: int) -> Iterator[Line]:
    """Yield how seldom there is a further sign where everything is as before."""
    turnouts = [
        [turnout(size, n, 5) if n >= 5 else None for n in _counts(rng, size, response)]
        for _ in range(programs)
        for size, response in KINDS
    ]
    tones = [[_tone(rng) for _ in range(ROUNDS)] for _ in range(len(KINDS) * programs)]
    yield _sign("detect_quiet_turnout", [_begun(fewer_take_part, rounds) for rounds in turnouts])
    yield _sign("detect_quiet_tone", [_begun(tone_has_fallen, rounds) for rounds in tones])


def _sign(name: str, begun: Sequence[int]) -> Line:
    value = len(begun) / max(1, sum(begun))
    return line(name, value, "program-years for a false sign", 1 / 0.55, value * 0.55)


def _begun(seen: Callable[[Sequence[T]], bool], rounds: Sequence[T]) -> int:
    """Return how often a sign begins in a year."""
    said = [seen(rounds[:count]) for count in range(1, len(rounds) + 1)]
    return sum(now and not before for before, now in zip([False, *said], said, strict=False))


def _tone(rng: random.Random) -> Tone:
    """Return a round of 12 comments that differ as VADER's published tweets do."""
    mean = rng.gauss(0.2, 0.06) + rng.gauss(0, 0.57 / math.sqrt(12))
    shown = shown_mean(mean, 12, -1, 1)
    return Tone(shown.mean, shown.step, band_middle(12, 5), band_start(12, 5), "1")


def _counts(rng: random.Random, size: int, response: float) -> list[int]:
    return [sum(rng.random() < response for _ in range(size)) for _ in range(ROUNDS)]


def _calls(points: Points) -> Line:
    """Return how many years of rounds are assessed while ten thousand exponentials are taken.

    Those took 1.4 ms where a call took 0.8; a slower machine slows both.
    """
    call = _quickest(lambda: assess(points))
    yardstick = _quickest(lambda: [math.exp(-place / 1e4) / (1 + place) for place in range(10_000)])
    per_call = yardstick / call
    return line("detect_calls", per_call, "calls in the time of 10,000 exp", 1.0, per_call)


def _quickest(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(50):
        start = time.thread_time()
        work()
        spent.append(time.thread_time() - start)
    return min(spent)


def main() -> None:
    """Print all lines, those about the item on one's own change among them."""
    parser = argparse.ArgumentParser(prog="python -m bench.detect", description=__doc__)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--programs", type=int, default=PROGRAMS, help="of each of 12 kinds")
    parser.add_argument(
        "--own-change", action="store_true", help="the item on one's own change instead"
    )
    asked = parser.parse_args()
    lines = own_change_lines if asked.own_change else run
    for entry in lines(asked.seed, asked.programs):
        print(json.dumps(entry), flush=True)


if __name__ == "__main__":
    main()
