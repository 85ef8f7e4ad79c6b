"""Would "compared with two weeks ago, how have you been?" find declines sooner?

The item sees a person's own change without linking anything: the person's usual level cancels.
It is asked on five points, "much worse" to "much better", and its answer is noisy, is biased, and
leans on how one feels today.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.detectors import Figures, calibrated, change_point, figures, found, levels_of
from bench.linked import linked_figures
from bench.pairs import Line, line
from bench.simulator import (
    CARRIED,
    DROP_AT,
    ROUNDS,
    WITHIN_SD,
    K,
    Round,
    World,
    exact,
    stored,
    years,
)
from surveys.change_point import (
    FEWEST_BEFORE,
    MOST_BEFORE,
    REACH,
    Level,
    Split,
    pooled_variance,
    splits_of,
    weigh,
)
from surveys.disclosure import band_middle, shown_mean
from surveys.trends import DEFAULT_TAU, FEWEST_ROUNDS, RoundPoint

CHANGE_SD = WITHIN_SD * math.sqrt(2 * (1 - CARRIED))  # of a person's true change over two weeks
LOWEST, HIGHEST = -2, 2


@dataclass(frozen=True)
class Candour:
    """How well the item's answers follow the true change.

    :ivar correlation: of a person's answer, before it is put on five points, with the change.
    :ivar mood: sd, in sd of the answers, of what colours all answers of a round alike.
    :ivar bias: a constant lean towards "better"; `drift` how it grows over a year.
    :ivar today: the part of the signal that is today's distance from one's usual level
        instead of the change: people infer a change from how they feel.
    """

    correlation: float
    mood: float = 0.2
    bias: float = 0.2
    drift: float = 0.0
    today: float = 0.0


# What the detector takes for granted, whatever is true: it can't be learned from one program.
ASSUMED = Candour(0.5)
NEARLY_PERFECT = Candour(0.95, mood=0.02, bias=0.0)
RATE, WITHIN = 0.1, 3  # false alarms a program-year; rounds
# How the item may be answered, and what the detector takes for granted of it.
_PLAUSIBLE: dict[str, tuple[Candour, Candour]] = {
    "useless": (Candour(0.0), ASSUMED),
    "30": (Candour(0.3), ASSUMED),
    "50": (Candour(0.5), ASSUMED),
    "70": (Candour(0.7), ASSUMED),
    "70_known": (Candour(0.7), Candour(0.7)),
    "50_moody": (Candour(0.5, mood=0.4), ASSUMED),
    "50_drifting": (Candour(0.5, drift=-0.6), ASSUMED),
    "50_today": (Candour(0.5, today=0.5), ASSUMED),
    "nearly_perfect": (NEARLY_PERFECT, NEARLY_PERFECT),
}


@dataclass(frozen=True)
class Reading:
    """What the item said in one round: a mean on -2 to 2, of how many, rounded to which step."""

    mean: float
    n: int
    step: float


def own_change_lines(seed: int, programs: int) -> Iterator[Line]:
    """Yield the chance of finding .5 sd, without the item, with it, and of a linked tool.

    The baseline of a line with the item is that without it.
    """
    rng = random.Random(seed)
    quiet = [rounds for *_, rounds in years(rng, programs)]
    dropped = [rounds for *_, rounds in years(rng, programs, World(drop=0.5))]
    for shown, rounded in ((exact, False), (lambda rounds: stored(exact(rounds)), True)):
        calm, fallen = [shown(rounds) for rounds in quiet], [shown(rounds) for rounds in dropped]
        ours = _share([_levels_alone(p) for p in calm], [_levels_alone(p) for p in fallen])
        how = "_stored" if rounded else ""
        yield _line(f"own_change_without{how}", ours, 0.45)
        for name, (candour, assumed) in _PLAUSIBLE.items():
            share = _share(
                *(
                    [
                        both_figures(
                            points, readings(rng, rounds, candour, rounded=rounded), assumed
                        )
                        for rounds, points in zip(whole, seen, strict=True)
                    ]
                    for whole, seen in ((quiet, calm), (dropped, fallen))
                )
            )
            yield _line(f"own_change_{name}{how}", share, ours)
    calm, fallen = [exact(rounds) for rounds in quiet], [exact(rounds) for rounds in dropped]
    share = _share(
        [linked_figures(r, p, range(ROUNDS)) for r, p in zip(quiet, calm, strict=True)],
        [
            linked_figures(r, p, range(DROP_AT, DROP_AT + WITHIN))
            for r, p in zip(dropped, fallen, strict=True)
        ],
    )
    yield _line("own_change_linked_tool", share, 0.525)


def _levels_alone(points: Sequence[RoundPoint | None]) -> Figures:
    return figures(change_point, levels_of(points))


def _share(quiet: Sequence[Figures], dropped: Sequence[Figures]) -> float:
    threshold = calibrated(quiet, RATE)
    return sum(found(made, threshold, DROP_AT, WITHIN) for made in dropped) / len(dropped)


def _line(name: str, share: float, baseline: float) -> Line:
    return line(name, share, "share of 0.5 sd drops in 3 rounds", baseline, share / baseline)


def readings(
    rng: random.Random, rounds: Sequence[Round], candour: Candour, *, rounded: bool
) -> list[Reading | None]:
    """Return what the item said in each round; None where fewer than k answered it."""
    made: list[Reading | None] = []
    for place, answers in enumerate(rounds):
        lean = candour.bias + candour.drift * place / len(rounds) + rng.gauss(0, candour.mood)
        values = [
            _answer(rng, candour, answer.change, answer.state, lean)
            for answer in answers
            if answer.change is not None
        ]
        made.append(_reading(values, rounded=rounded))
    return made


def _answer(
    rng: random.Random, candour: Candour, change: float, state: float, lean: float
) -> float:
    signal = (1 - candour.today) * change / CHANGE_SD + candour.today * state / WITHIN_SD
    noise = rng.gauss(0, math.sqrt(1 - candour.correlation**2))
    latent = candour.correlation * signal + noise + lean
    return float(min(HIGHEST, max(LOWEST, round(latent))))


def _reading(values: Sequence[float], *, rounded: bool) -> Reading | None:
    n = len(values)
    if n < K:
        return None
    mean = sum(values) / n
    if not rounded:
        return Reading(mean, n, 0.0)
    shown = shown_mean(mean, n, LOWEST, HIGHEST)
    return Reading(shown.mean, band_middle(n, K), shown.step)


def both_figures(
    points: Sequence[RoundPoint | None],
    said: Sequence[Reading | None],
    assumed: Candour = ASSUMED,
) -> Figures:
    """Return the probability of a drop after each round, from levels and the item together.

    :param assumed: what the detector takes for granted of the item.
    """
    levels: list[Level] = []
    heard: list[Reading | None] = []
    made: Figures = []
    gap = False
    for level, reading in zip(levels_of(points), said, strict=True):
        if level is None:
            gap = True  # the next answers look back to a round that is not seen
            made.append(None)
            continue
        levels.append(level)
        heard.append(None if gap else reading)
        gap = False
        silent = len(levels) < FEWEST_ROUNDS
        made.append(None if silent else _together(levels, heard, assumed))
    return made


def _together(levels: Sequence[Level], heard: Sequence[Reading | None], assumed: Candour) -> float:
    variance = pooled_variance(levels)
    recent, said = levels[-REACH:], heard[-REACH:]
    splits = splits_of(recent, variance, DEFAULT_TAU)
    return weigh([_informed(split, said, assumed) for split in splits], variance).probability


def _informed(split: Split, said: Sequence[Reading | None], assumed: Candour) -> Split:
    """Return a split with the best estimate of its fall from levels and item.

    Their errors have something in common: a shock or a bad day that lowers the level also
    is a change for the worse.
    """
    latest = said[split.start]
    earlier = [reading for reading in said[: split.start] if reading is not None]
    if latest is None or len(earlier) < FEWEST_BEFORE:
        return split
    noises = [_noise(reading, assumed) for reading in earlier]
    weight = sum(1 / noise for noise in noises)
    usual = sum(r.mean / noise for r, noise in zip(earlier, noises, strict=True)) / weight
    fall = (usual - latest.mean) * CHANGE_SD / assumed.correlation
    noise = _noise(latest, assumed) + 1 / weight
    own = DEFAULT_TAU**2 + WITHIN_SD**2 / latest.n
    before, after = min(split.start, MOST_BEFORE), len(said) - split.start
    common = own * (1 / before + 1 / after)
    both = split.noise + noise - 2 * common
    part = (noise - common) / both
    return split._replace(
        fall=part * split.fall + (1 - part) * fall,
        noise=(split.noise * noise - common**2) / both,
    )


def _noise(reading: Reading, assumed: Candour) -> float:
    """Return the variance, in points, of a change as the item tells it when nothing changes."""
    answers = 1 - assumed.correlation**2 + 1 / 12  # the last for the five points
    told = answers / reading.n + assumed.mood**2 + reading.step**2 / 12
    real = CHANGE_SD**2 / reading.n + 2 * DEFAULT_TAU**2
    return told * (CHANGE_SD / assumed.correlation) ** 2 + real
